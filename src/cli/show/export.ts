import path from 'node:path';
import type { ExportNote, ExportResult } from '../../protocol/results';
import { count, plural, size, table, type Paint } from '../terminal';
import { dryRunNote } from './store';

export function showExport(result: ExportResult, paint: Paint): string[] {
  const { outcome, file, rows, bytes, first, last, unknownVolumes, beside } = result;
  const what = `${plural(rows, 'row')}, ${size(bytes)}, ${first} → ${last}`;
  return [
    ...integrity(result, paint),
    ...(unknownVolumes === 0 ? [] : [`${paint('yellow', '▲')} The source has no volume for ${plural(unknownVolumes, 'row')}; 0 was written.`]),
    ...(outcome === 'exported' ? [`${paint('green', '✔')} Exported ${file}: ${what}.`, ...beside.map((each) => paint('dim', `  ${path.basename(each)}`))] : [`Would export ${file}: ${what}.`, dryRunNote(paint)]),
  ];
}

function integrity({ counters, notes }: ExportResult, paint: Paint): string[] {
  const lines = [
    ['Duplicate timestamps', counters.duplicateTimestamps, 'skipped'],
    ['Non-monotonic timestamps', counters.nonMonotonicTimestamps, 'written as they are'],
    ['Negative durations', counters.negativeDurations, ''],
    ['Session boundary violations', counters.sessionBoundaryViolations, 'written as they are'],
    ['Gaps', counters.gapsDetected, ''],
    ['Invalid rows', counters.invalidDataSkipped, 'skipped'],
  ] as const;
  return [
    ...notes.map((note) => told(note)),
    '=== SEQUENCE INTEGRITY ===',
    ...lines.map(([name, total, what]) => (total === 0 ? `${name}: 0` : paint('yellow', `${name}: ${count(total)}${what === '' ? '' : ` (${what})`}`))),
  ];
}

const told = ({ code, row, time, message }: ExportNote): string => table([[`  row ${count(row)}`, time ?? '', code, message]])[0]!;
