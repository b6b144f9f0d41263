import { CODES, checkOf } from '../../core/integrity/catalogue';
import { EXIT } from '../../protocol/exit';
import type { CheckNote } from '../../protocol/rpc';
import { paintFor } from '../terminal';

/** The catalogue as a list, in its own order. */
export function checkNotes(): CheckNote[] {
  return CODES.map((code) => {
    const { severity, title, why, remedy } = checkOf(code);
    return { code, severity, title, why, remedy };
  });
}

/** Prints the catalogue of checks; returns the exit code. */
export function listChecks(json: boolean): number {
  const paint = paintFor(process.stdout, process.env);
  const lines = json
    ? checkNotes().map((check) => JSON.stringify(check))
    : checkNotes().flatMap((check) => [
        `${paint('bold', check.code)}  ${check.severity}`,
        `  ${check.title}`,
        `  ${paint('dim', `${check.why} ${check.remedy}`)}`,
        '',
      ]);
  process.stdout.write(lines.map((line) => `${line}\n`).join(''));
  return EXIT.ok.code;
}
