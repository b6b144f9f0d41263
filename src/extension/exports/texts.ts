import type { ConductResult, ExportStanding, ExportStateName, TakenIn } from '../../protocol/exports';
import type { ExportResult } from '../../protocol/results';
import { count, grouped, size, t } from '../words';

/** An export as a person reads it. */

export type Mark = 'good' | 'warning' | 'error' | 'working' | 'idle';

const MARKS: Readonly<Record<ExportStateName, Mark>> = {
  starting: 'working',
  running: 'working',
  stalled: 'warning',
  crashed: 'error',
  failed: 'error',
  complete: 'good',
  violations: 'warning',
  empty: 'warning',
  idle: 'idle',
};

export const markOf = ({ state }: ExportStanding): Mark => MARKS[state];

/** Not over yet. */
export const isPending = ({ state }: ExportStanding): boolean => state === 'starting' || state === 'running' || state === 'stalled';

/** Ready to be imported. */
export const isReady = ({ state, file }: ExportStanding): boolean => file !== undefined && (state === 'complete' || state === 'violations');

export function stateText({ state }: ExportStanding): string {
  switch (state) {
    case 'starting':
      return t('starting');
    case 'running':
      return t('running');
    case 'stalled':
      return t('stalled');
    case 'crashed':
      return t('crashed');
    case 'failed':
      return t('failed');
    case 'complete':
      return t('complete');
    case 'violations':
      return t('complete, with faults');
    case 'empty':
      return t('empty');
    case 'idle':
      return t('not being written');
  }
}

/** `running · about 2 min left · 412,000 bars · 3,100 bars/s`: what a narrow view cuts off stands last. */
export function descriptionOf(standing: ExportStanding): string {
  const { bars, bytes, barsPerSecond, bytesPerSecond, secondsLeft, quietSeconds, state } = standing;
  const rate = barsPerSecond !== undefined ? [t('{0} bars/s', grouped(Math.round(barsPerSecond)))] : bytesPerSecond === undefined ? [] : [t('{0}/s', size(bytesPerSecond))];
  return [
    stateText(standing),
    ...(secondsLeft === undefined ? [] : [t('about {0} left', durationText(secondsLeft))]),
    ...(bars === undefined ? (bytes === undefined ? [] : [size(bytes)]) : [count(bars, '1 bar', '{0} bars')]),
    ...rate,
    ...(['stalled', 'crashed', 'failed'].includes(state) ? [t('quiet for {0}', durationText(quietSeconds))] : []),
  ].join(' · ');
}

/** Everything else that is known, as label and value. */
export function factsOf({ instrument, dataType, file, bytes, bars, counters, invalidBars, pid, state }: ExportStanding): [label: string, value: string][] {
  const facts: [string, string | number | undefined][] = [
    [t('Instrument'), instrument],
    [t('Data'), dataType],
    [t('Bars'), bars === undefined ? undefined : grouped(bars)],
    [t('Size'), bytes === undefined ? undefined : size(bytes)],
    [t('Duplicate times'), counters.duplicateTimestamps],
    [t('Steps back in time'), counters.nonMonotonicTimestamps],
    [t('Session boundaries'), counters.sessionBoundaryViolations],
    [t('Invalid bars skipped'), invalidBars],
    [t('Process'), pid === undefined ? undefined : state === 'crashed' ? t('PID {0}, gone', pid) : t('PID {0}', pid)],
    [t('File'), file],
  ];
  return facts.flatMap(([label, value]): [string, string][] => (value === undefined ? [] : [[label, String(value)]]));
}

/** The status bar: `ES 412,000 bars, about 2 min left`, or how many run. */
export function runningText(running: readonly ExportStanding[]): string {
  const [only, ...others] = running;
  if (only === undefined) return '';
  if (others.length > 0) return t('{0} exports running', running.length);
  return [
    t('Export of {0}', only.instrument ?? only.key),
    ...(only.bars === undefined ? [] : [count(only.bars, '1 bar', '{0} bars')]),
    ...(only.secondsLeft === undefined ? [] : [t('about {0} left', durationText(only.secondsLeft))]),
  ].join(', ');
}

/** When the last of them has ended: `ES: complete · 412,000 bars. CL: empty · 0 bars.` */
export const endedText = (ended: readonly ExportStanding[]): string => ended.map((each) => `${each.instrument ?? each.key}: ${descriptionOf(each)}.`).join(' ');

/** What a run did, or would do, a line for each export. */
export function conductLines({ runs }: ConductResult): string[] {
  return runs.flatMap(({ exports, left }) => [
    ...exports.map(({ csv, ticker, imported }) => [t('{0}: {1} into {2}', csv, count(imported?.newRows ?? 0, '1 new bar', '{0} new bars'), `${ticker}_1m`), ...doubtsOf(imported)].join(' · ')),
    ...left.map(({ key, why }) => `${key} ${why}`),
  ]);
}

/** Rows that were not taken, and times that were taken on a guess. */
const doubtsOf = ({ rejectedRows = 0, ambiguousRows = 0 }: Partial<TakenIn> = {}): string[] => [
  ...(rejectedRows === 0 ? [] : [t('{0} rejected', grouped(rejectedRows))]),
  ...(ambiguousRows === 0 ? [] : [t('{0} at a time that was twice', grouped(ambiguousRows))]),
];

/** `Pipeline done. ES: 40,000 new bars. Left alone: 1 export.` */
export function conductSummary({ runs }: ConductResult): string {
  const brought = runs.flatMap(({ exports }) => exports.map(({ ticker, imported }) => `${ticker}: ${count(imported?.newRows ?? 0, '1 new bar', '{0} new bars')}`));
  const left = runs.reduce((sum, run) => sum + run.left.length, 0);
  return [t('Pipeline done.'), `${brought.join(', ')}.`, ...(left === 0 ? [] : [t('Left alone: {0}.', count(left, '1 export', '{0} exports'))])].join(' ');
}

/** Nothing was skipped, and nothing is out of order. Gaps are the market's, or the source's. */
export const isFaultless = ({ counters }: ExportResult): boolean =>
  counters.duplicateTimestamps + counters.nonMonotonicTimestamps + counters.sessionBoundaryViolations + counters.invalidDataSkipped === 0;

/** What our own export wrote, and what it found on the way. */
export function exportLines(result: ExportResult): string[] {
  const { counters, notes, unknownVolumes } = result;
  return [
    ...notes.map(({ row, time, code, message }) => `  ${grouped(row)}  ${time ?? ''}  ${code}  ${message}`),
    t('Duplicate times skipped: {0}; steps back in time: {1}; session boundaries: {2}; gaps: {3}; invalid rows skipped: {4}.',
      grouped(counters.duplicateTimestamps), grouped(counters.nonMonotonicTimestamps), grouped(counters.sessionBoundaryViolations), grouped(counters.gapsDetected), grouped(counters.invalidDataSkipped)),
    ...(unknownVolumes === 0 ? [] : [t('The source has no volume for {0}; 0 was written.', count(unknownVolumes, '1 row', '{0} rows'))]),
    t('{0}, SHA-256 {1}', result.file, result.sha256),
  ];
}

/** `ES exported: 105,825 rows, 6.1 MB.` */
export const exportSummary = ({ instrument, rows, bytes }: ExportResult): string =>
  t('{0} exported: {1}, {2}.', instrument, count(rows, '1 row', '{0} rows'), size(bytes));

function durationText(seconds: number): string {
  if (seconds < 90) return t('{0} s', Math.round(seconds));
  return seconds < 5400 ? t('{0} min', Math.round(seconds / 60)) : t('{0} h', (seconds / 3600).toFixed(1));
}
