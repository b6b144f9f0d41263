import type { Repair, RepairResult, SealResult } from '../../protocol/repair';
import { count, grouped, size, t } from '../words';

/** Repairs and seals in words. */

export function repairTitle(repair: Repair): string {
  switch (repair) {
    case 'duplicates':
      return t('Take out exact copies of rows');
    case 'invalid':
      return t('Take out rows that are no usable bar');
    case 'sort':
      return t('Sort by time');
    case 'renumber':
      return t('Number file_seq from 1 on');
    case 'checksums':
      return t('Recompute checksums, which hides what was altered');
  }
}

/** What a repair changes (or would). */
export function repairLines(result: RepairResult): string[] {
  const removed = Object.entries(result.removed);
  const kinds = removed.map(([code, times]) => (removed.length === 1 ? code : `${grouped(times)} ${code}`)).join(', ');
  return [
    t('{0} before, {1} after.', count(result.rowsBefore, '1 row', '{0} rows'), grouped(result.rowsAfter)),
    ...(result.removedRecords === 0 ? [] : [t('{0}: {1}.', count(result.removedRecords, '1 row taken out and kept beside the file', '{0} rows taken out and kept beside the file'), kinds)]),
    ...(result.moved === 0 ? [] : [count(result.moved, '1 line in another place.', '{0} lines in another place.')]),
    ...(result.renumbered === 0 ? [] : [count(result.renumbered, '1 row with another file_seq.', '{0} rows with another file_seq.')]),
    ...(result.resealed === 0 ? [] : [count(result.resealed, '1 row with another checksum.', '{0} rows with another checksum.')]),
    ...(result.hidden === 0 ? [] : [count(result.hidden, 'The checksum of 1 row did not hold: what was altered in it cannot be seen any more.', 'The checksums of {0} rows did not hold: what was altered in them cannot be seen any more.')]),
    ...(result.mixesRepeatedHour ? [t('The zone of the times is not known: an hour that clocks repeat would be mixed with itself. Set barkeep.csv.timeZone when the file holds one.')] : []),
  ];
}

export function sealLines({ facts, added, hidden, errors }: SealResult): string[] {
  return [
    t('{0}, {1}.', count(facts.rows, '1 row', '{0} rows'), size(facts.bytes)),
    ...(added.length === 0 ? [] : [t('Added at the end of each row: {0}. No other byte changes.', added.join(', '))]),
    ...(hidden === 0 ? [] : [count(hidden, 'The seal of 1 row did not hold: what was altered in it cannot be seen any more.', 'The seals of {0} rows did not hold: what was altered in them cannot be seen any more.')]),
    ...(errors === 0 ? [] : [count(errors, 'The file has 1 error; a seal says that nothing changes from now on, not that it is right.', 'The file has {0} errors; a seal says that nothing changes from now on, not that it is right.')]),
  ];
}
