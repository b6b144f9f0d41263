import type { ExportStanding } from '../../protocol/exports';

/** How an export stands, in words for a log: `412,000 bars, 21.0 MB, 3,100 bars/s, about 2 min left`. */
export function factsOf({ bars, bytes, barsPerSecond, bytesPerSecond, secondsLeft, quietSeconds, state, counters, invalidBars, pid }: ExportStanding): string {
  const { duplicateTimestamps = 0, nonMonotonicTimestamps = 0 } = counters;
  const silent = ['stalled', 'crashed', 'failed'].includes(state) || (state === 'running' && quietSeconds >= 60);
  return [
    ...(bars === undefined ? [] : [many(bars, 'bar')]),
    ...(bytes === undefined ? [] : [megabytes(bytes)]),
    ...(barsPerSecond !== undefined ? [`${grouped(barsPerSecond)} bars/s`] : bytesPerSecond === undefined ? [] : [`${megabytes(bytesPerSecond)}/s`]),
    ...(secondsLeft === undefined ? [] : [`about ${duration(secondsLeft)} left`]),
    ...(silent ? [`quiet for ${duration(quietSeconds)}`] : []),
    ...(state === 'crashed' && pid !== undefined ? [`its process (PID ${pid}) is gone`] : []),
    ...(duplicateTimestamps > 0 ? [many(duplicateTimestamps, 'duplicate time')] : []),
    ...(nonMonotonicTimestamps > 0 ? [`${many(nonMonotonicTimestamps, 'step')} back in time`] : []),
    ...(invalidBars === undefined || invalidBars === 0 ? [] : [many(invalidBars, 'invalid bar')]),
  ].join(', ');
}

const grouped = (value: number): string => Math.round(value).toLocaleString('en-US');
const many = (value: number, one: string): string => `${grouped(value)} ${one}${value === 1 ? '' : 's'}`;
const megabytes = (bytes: number): string => (bytes < 1e6 ? `${(bytes / 1e3).toFixed(bytes < 1e4 ? 1 : 0)} KB` : `${(bytes / 1e6).toFixed(1)} MB`);

/** `45 s`, `7 min`, `3.5 h`. */
export function duration(seconds: number): string {
  if (seconds < 90) return `${Math.round(seconds)} s`;
  return seconds < 5400 ? `${Math.round(seconds / 60)} min` : `${(seconds / 3600).toFixed(1)} h`;
}
