import { CODES, checkOf } from '../../core/integrity/catalogue';
import { repairFor } from '../../core/integrity/repair/marks';
import type { CheckNote } from '../../protocol/rpc';
import type { Paint } from '../terminal';

/** The catalogue as a list, in its own order. */
export function checkNotes(): CheckNote[] {
  return CODES.map((code) => {
    const { severity, title, why, remedy } = checkOf(code);
    const repair = repairFor(code);
    return { code, severity, title, why, remedy, ...(repair === undefined ? {} : { repair }) };
  });
}

/** The catalogue for a person. */
export function showChecks(notes: readonly CheckNote[], paint: Paint): string[] {
  return notes.flatMap(({ code, severity, title, why, remedy }) => [`${paint('bold', code)}  ${severity}`, `  ${title}`, `  ${paint('dim', `${why} ${remedy}`)}`, '']);
}
