import { Failure } from '../base/failure';
import type { Timeframe } from '../base/timeframe';
import { TIMEFRAMES, durationOf } from '../base/timeframe';

/** Fewer steps than this tell nothing about the interval. */
const ENOUGH = 5;

/**
 * Refuses bars that are plainly of another interval: their commonest step is shorter than the timeframe, or longer and
 * the shortest there is. Thin markets, where steps of several bars are the commonest, pass.
 * @param times stamps in order, ms
 * @throws Failure `refused`
 */
export function requireInterval(file: string, times: Float64Array, timeframe: Timeframe): void {
  const { commonest, shorter, total } = measureSteps(times);
  if (total < ENOUGH) return;
  const wanted = durationOf(timeframe);
  const isFiner = commonest < wanted;
  const isCoarser = commonest > wanted && shorter <= total / 100;
  if (!isFiner && !isCoarser) return;
  const other = nameOf(commonest);
  throw new Failure('refused', {
    attempted: `read ${file} as ${timeframe} bars`,
    file,
    why: `its bars are ${other.words} apart: that is another interval.`,
    remedy: other.timeframe === undefined ? 'Export it again with the right interval.' : `Import it as ${other.timeframe}, or export it again as ${timeframe}.`,
  });
}

/** The commonest step, ms; how many steps are shorter; how many there are. */
function measureSteps(times: Float64Array): { commonest: number; shorter: number; total: number } {
  const counts = new Map<number, number>();
  // Equal steps come in long runs: each run is counted once.
  for (let i = 1; i < times.length; ) {
    const step = times[i]! - times[i - 1]!;
    const from = i++;
    while (i < times.length && times[i]! - times[i - 1]! === step) i++;
    if (step > 0) counts.set(step, (counts.get(step) ?? 0) + i - from);
  }
  let commonest = 0;
  let total = 0;
  for (const [step, count] of counts) {
    total += count;
    if (count > (counts.get(commonest) ?? 0)) commonest = step;
  }
  const shorter = [...counts].reduce((sum, [step, count]) => (step < commonest ? sum + count : sum), 0);
  return { commonest, shorter, total };
}

function nameOf(step: number): { words: string; timeframe: Timeframe | undefined } {
  const timeframe = TIMEFRAMES.find((known) => durationOf(known) === step);
  return { words: timeframe ?? (step % 60_000 === 0 ? `${step / 60_000} minutes` : `${step / 1000} seconds`), timeframe };
}
