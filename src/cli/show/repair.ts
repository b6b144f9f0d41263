import { CODES, checkOf } from '../../core/integrity/catalogue';
import { REPAIRS, type Repair, type RepairResult, type SealResult } from '../../protocol/repair';
import { count, plural, size, type Paint } from '../terminal';
import { dryRunNote, quoted } from './store';

export function showSeal(result: SealResult, paint: Paint): string[] {
  const { facts, added, file } = result;
  const bounds = facts.firstSeq === null || facts.lastSeq === null ? '' : `, file_seq ${count(facts.firstSeq)} to ${count(facts.lastSeq)}`;
  const says = `${plural(facts.rows, 'row')}${bounds}, ${size(facts.bytes)}`;
  const columns = added.length === 0 ? '' : ` with ${added.join(' and ')}`;
  const lines = {
    planned: `Would seal ${file}${columns}: ${says}.`,
    sealed: `${paint('green', '✔')} Sealed ${file}${columns}: ${says}.`,
    completed: `${paint('green', '✔')} ${file} was sealed already and its seal holds: ${says}. Its manifest was missing and is written.`,
    unchanged: `${paint('green', '✔')} ${file} is sealed and its seal holds: ${says}. Nothing was changed.`,
  };
  return [
    lines[result.outcome],
    ...(result.hidden === 0 ? [] : [`${paint('yellow', '▲')} The seal of ${plural(result.hidden, 'row')} did not hold. Sealed anew, what was altered in them cannot be seen any more.`]),
    ...(result.errors === 0 || result.outcome === 'unchanged' ? [] : [`${paint('yellow', '▲')} The file has ${plural(result.errors, 'error')}; a seal says that nothing changes from now on, not that it is right. See barkeep verify ${quoted(file)}.`]),
    ...(result.outcome === 'sealed' || result.outcome === 'completed' ? [paint('dim', `manifest ${result.manifest}`)] : []),
    ...(result.backup === undefined ? [] : [paint('dim', `the file as it was: backups/${result.backup.backup}`)]),
    ...(result.outcome === 'planned' ? [dryRunNote(paint)] : []),
  ];
}

const DOES: Readonly<Record<Repair, string>> = {
  duplicates: 'take out exact copies of rows',
  invalid: 'take out rows that are no usable bar, empty lines, repeated headers',
  sort: 'sort by time',
  renumber: 'number file_seq from 1 on',
  checksums: 'recompute checksums; this hides that rows were altered',
};

export function showRepair(result: RepairResult, paint: Paint): string[] {
  if (result.repairs.length === 0) return advice(result, paint);
  if (result.outcome === 'unchanged') return [`${asItIs(result, paint)}: there is nothing to repair that way. Nothing was changed${elsewhere(result)}.`];
  const planned = result.outcome === 'planned';
  return [
    `${planned ? 'Would repair' : `${paint('green', '✔')} Repaired`} ${result.file}: ${plural(result.rowsBefore, 'row')} before, ${count(result.rowsAfter)} after.`,
    ...changes(result).map((line) => `  ${line}`),
    ...warnings(result).map((line) => `${paint('yellow', '▲')} ${line}`),
    ...(planned ? [] : result.checks.map(({ code, before, after }) => `  ${code}: ${count(before)} → ${count(after ?? 0)}`)),
    ...(result.manifest === undefined ? [] : [paint('dim', `manifest renewed: ${result.manifest}`)]),
    ...(result.backup === undefined ? [] : [paint('dim', `the file as it was: backups/${result.backup.backup}`)]),
    ...(planned ? [dryRunNote(paint)] : []),
  ];
}

/** A file that is left as it is: not ticked when it has errors. */
const asItIs = ({ file, checks }: RepairResult, paint: Paint): string => `${checks.some(({ code }) => isError(code)) ? paint('yellow', '▲') : paint('green', '✔')} ${file}`;
const isError = (code: string): boolean => CODES.some((each) => each === code && checkOf(each).severity === 'error');
const elsewhere = ({ checks }: RepairResult): string => (checks.length === 0 ? '' : '; see barkeep verify for what was found');

function advice(result: RepairResult, paint: Paint): string[] {
  const { file, advised } = result;
  if (advised.length === 0) return [`${asItIs(result, paint)}: nothing that a repair could mend${elsewhere(result)}.`];
  return [
    `${file} can be repaired:`,
    ...advised.map((each) => `  ${REPAIRS[each]}  ${DOES[each]}`),
    `See what it would do: barkeep repair ${quoted(file)} ${advised.filter((each) => each !== 'checksums').map((each) => REPAIRS[each]).join(' ')} --dry-run`.replace('  ', ' '),
  ];
}

function changes({ removed, removedRecords, rejectedFile, moved, renumbered, resealed }: RepairResult): string[] {
  const kinds = Object.entries(removed).map(([code, times]) => `${count(times)} ${code}`).join(', ');
  return [
    ...(removedRecords === 0 ? [] : [`taken out: ${kinds}; in ${rejectedFile ?? ''}`]),
    ...(moved === 0 ? [] : [`${plural(moved, 'line')} in another place`]),
    ...(renumbered === 0 ? [] : [`${plural(renumbered, 'row')} with another file_seq`]),
    ...(resealed === 0 ? [] : [`${plural(resealed, 'row')} with another checksum`]),
  ];
}

function warnings({ hidden, mixesRepeatedHour }: RepairResult): string[] {
  return [
    ...(hidden === 0 ? [] : [`The stored checksum of ${plural(hidden, 'row')} did not hold. Recomputed, what was altered in them cannot be seen any more.`]),
    ...(mixesRepeatedHour ? ['The zone of the times is not known: an hour that clocks repeat would be mixed with itself. Give --tz when the file holds one.'] : []),
  ];
}
