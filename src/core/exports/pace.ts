import type { ExportStanding } from '../../protocol/exports';
import type { Evidence } from './detect';

/** How fast an export goes and when it may end, from what was seen to change. */

export interface Sample {
  /** Time watched until then, ms. */
  readonly at: number;
  readonly bytes: number | undefined;
  readonly bars: number | undefined;
  /** Open of the last bar written, unix ms. */
  readonly lastBar: number | undefined;
}

/** Over how many changes the pace is taken: about the last minute of an exporter that signals every 5 s. */
const KEPT = 12;

/** With one more sample; an export that has shrunk was begun again. */
export function nextPace(samples: readonly Sample[], { file, progress }: Evidence, at: number): readonly Sample[] {
  const sample: Sample = { at, bytes: file?.bytes ?? progress?.signal.bytes, bars: progress?.signal.bars, lastBar: progress?.signal.lastBar };
  const last = samples.at(-1);
  const shrunk = last !== undefined && ((sample.bytes ?? 0) < (last.bytes ?? 0) || (sample.bars ?? 0) < (last.bars ?? 0));
  return shrunk ? [sample] : [...samples, sample].slice(-KEPT);
}

type Pace = Pick<ExportStanding, 'barsPerSecond' | 'bytesPerSecond' | 'secondsLeft'>;

/**
 * Rates, and the time left: until the last bar reaches the hour in which the export began or, where bars tell no time,
 * until the file is as large as an earlier one of the same instrument.
 */
export function paceOf(samples: readonly Sample[], { start, file, usualBytes, progress }: Evidence): Pace {
  const bars = rate(samples, (sample) => sample.bars);
  const bytes = rate(samples, (sample) => sample.bytes);
  const through = rate(samples, (sample) => sample.lastBar);
  const [lastBar, end] = [progress?.signal.lastBar, start?.signal.startedAt ?? progress?.signal.at];
  const byTime = through === undefined || lastBar === undefined || end === undefined ? undefined : (end - lastBar) / through;
  const bySize = bytes === undefined || usualBytes === undefined || file === undefined ? undefined : (usualBytes - file.bytes) / bytes;
  const left = byTime ?? bySize;
  return {
    ...(bars === undefined ? {} : { barsPerSecond: round(bars) }),
    ...(bytes === undefined ? {} : { bytesPerSecond: round(bytes) }),
    ...(left === undefined || left < 0 ? {} : { secondsLeft: Math.round(left) }),
  };
}

/** Change a second of a figure between the first and the last sample that know it; undefined when it did not grow. */
function rate(samples: readonly Sample[], of: (sample: Sample) => number | undefined): number | undefined {
  const known = samples.flatMap((sample) => of(sample) ?? []);
  const [first, last] = [samples.find((sample) => of(sample) !== undefined), samples.findLast((sample) => of(sample) !== undefined)];
  if (first === undefined || last === undefined || last.at <= first.at) return undefined;
  const grown = known.at(-1)! - known[0]!;
  return grown > 0 ? (grown * 1000) / (last.at - first.at) : undefined;
}

const round = (value: number): number => Math.round(value * 10) / 10;
