import type { Closes } from './agreement';
import { commonestShift, fits, PROOF, sampleMoves, type Explanation, type Given } from './explain';
import { explainPrices, type PriceCause } from './prices';
import { otherReadings, reread, type Reading } from './reading';

/** Times that are to be read otherwise and, once they are, prices at another level or in another unit. */
export interface Combined {
  readonly explanation: Explanation;
  readonly prices: PriceCause;
}

/**
 * Searches for two things that differ at once: every other reading of the file's times is tried on a sample of its moves for
 * whether one change of all prices then makes them match; the best is counted over all overlapping bars.
 * @returns undefined when no such pair fits
 */
export function explainCombined(file: Closes, master: Closes, given: Given): Combined | undefined {
  const sample = sampleMoves(file, master, given.tolerance);
  if (sample.time.length < 2 * PROOF) return undefined;
  const under = (closes: Closes, reading: Reading): PriceCause | undefined =>
    explainPrices({ close: closes.close, time: reread(closes.time, given, reading, given.timeframe) }, master, given.tolerance, (agreement) => agreement.movesMatched >= PROOF && fits(agreement));
  const trials = otherReadings(given, given.timeframe, given.kind)
    .flatMap((reading) => {
      const prices = under(sample, reading);
      return prices === undefined ? [] : [{ reading, score: prices.agreement.movesMatched }];
    })
    .sort((a, b) => b.score - a.score);
  const [best] = trials;
  const prices = best === undefined ? undefined : under(file, best.reading);
  if (best === undefined || prices === undefined) return undefined;
  const { reading, score } = best;
  const alsoFits = trials.filter((trial) => trial !== best && trial.score === score && trial.reading.stamp === reading.stamp).map((trial) => trial.reading.zone);
  const shift = commonestShift(sample.time, reread(sample.time, given, reading, given.timeframe));
  return { explanation: { reading, shift, agreement: prices.agreement, alsoFits }, prices };
}
