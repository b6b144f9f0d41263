import type { ExportStanding, ExportStateName, ExportsWatch, ExportTold } from '../../protocol/exports';
import { count, plural, size, type Paint } from '../terminal';

const MARKS: Readonly<Record<ExportStateName, readonly [mark: string, colour: 'green' | 'yellow' | 'red' | 'cyan' | 'dim']>> = {
  starting: ['…', 'cyan'],
  running: ['▶', 'cyan'],
  stalled: ['▲', 'yellow'],
  crashed: ['✖', 'red'],
  failed: ['✖', 'red'],
  complete: ['✔', 'green'],
  violations: ['▲', 'yellow'],
  empty: ['○', 'yellow'],
  idle: ['·', 'dim'],
};

/** One line: `▶ running   MinuteDataExport_ES_….csv  412,000 bars, 21 MB, 3,100 bars/s, about 2 min left`. */
export function exportLine(standing: ExportStanding, paint: Paint): string {
  const [mark, colour] = MARKS[standing.state];
  return `${paint(colour, `${mark} ${standing.state.padEnd(10)}`)} ${standing.key}  ${[factsOf(standing), ...standing.complaints].filter((part) => part !== '').join('. ')}`.trimEnd();
}

export function factsOf({ bars, bytes, barsPerSecond, bytesPerSecond, secondsLeft, quietSeconds, state, counters, invalidBars, pid }: ExportStanding): string {
  const { duplicateTimestamps = 0, nonMonotonicTimestamps = 0 } = counters;
  const silent = ['stalled', 'crashed', 'failed'].includes(state) || (state === 'running' && quietSeconds >= 60);
  return [
    ...(bars === undefined ? [] : [plural(bars, 'bar')]),
    ...(bytes === undefined ? [] : [size(bytes)]),
    ...(barsPerSecond !== undefined ? [`${count(Math.round(barsPerSecond))} bars/s`] : bytesPerSecond === undefined ? [] : [`${size(Math.round(bytesPerSecond))}/s`]),
    ...(secondsLeft === undefined ? [] : [`about ${duration(secondsLeft)} left`]),
    ...(silent ? [`quiet for ${duration(quietSeconds)}`] : []),
    ...(state === 'crashed' && pid !== undefined ? [`its process (PID ${pid}) is gone`] : []),
    ...(duplicateTimestamps > 0 ? [plural(duplicateTimestamps, 'duplicate time')] : []),
    ...(nonMonotonicTimestamps > 0 ? [`${plural(nonMonotonicTimestamps, 'step')} back in time`] : []),
    ...(invalidBars === undefined || invalidBars === 0 ? [] : [plural(invalidBars, 'invalid bar')]),
  ].join(', ');
}

/** `45 s`, `7 min`, `3.5 h`. */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}

export const exportTold = (told: ExportTold, paint: Paint): string =>
  told.gone === true ? `${paint('dim', `- gone       `)} ${told.export.key}` : exportLine(told.export, paint);

/** @param once nothing was told before: every export has its line */
export function showWatch({ folder, exports }: ExportsWatch, paint: Paint, once: boolean): string[] {
  if (exports.length === 0) return [`There are no exports in ${folder}.`];
  return once ? [paint('bold', folder), ...exports.map((standing) => exportLine(standing, paint))] : [];
}
