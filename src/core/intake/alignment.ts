import type { Bars } from '../base/bar';
import type { Timeframe } from '../base/timeframe';
import { isoInstant } from '../base/time';
import type { Alignment, BarDifference, PriceEvidence } from '../../protocol/results';
import type { Agreement, Closes } from './agreement';
import { compareCloses, forEachCommon, near, toleranceFor } from './agreement';
import { explainCombined } from './combined';
import { describeCombined, describeMismatch, describePrices, describeReading, describeSuccess } from './diagnosis';
import type { Explanation } from './explain';
import { PROOF, explain, fits } from './explain';
import type { PriceCause } from './prices';
import { compareChanges, explainPrices } from './prices';
import { isLabelled, type Reading, type TimeKind } from './reading';
import { lowerBound } from './sorted';

export interface AlignmentOptions extends Reading {
  readonly timeframe: Timeframe;
  /** What the file's times are; only wall-clock times (`local`, the default) can be in another zone than given. */
  readonly kind?: TimeKind;
  /** The instrument's smallest price step, in points, when known. */
  readonly tick?: number;
}

/** How many differing bars are shown. */
const EXAMPLES = 20;

/**
 * Whether a file's bars are the master's bars at the same instants, told from every bar both have. When they are not,
 * finds out why (explain.ts for times, prices.ts for prices) and names the option that repairs it.
 * `onlyInFile` and `onlyInMaster` count within the time that both cover.
 * @param file open instants as read with `about.zone` and `about.stamp`, strictly increasing
 * @param master open instants, strictly increasing; empty when it has no bar near the file's, undefined when there is none
 */
export function checkAlignment(file: Bars, master: Closes | undefined, about: AlignmentOptions): Alignment {
  const given = { ...about, kind: about.kind ?? 'local', tolerance: toleranceFor(file, about.tick) };
  const nothing: Agreement = { compared: 0, matched: 0, moves: 0, movesMatched: 0 };
  const conclude = (verdict: Alignment['verdict'], summary: string, agreement = nothing): Alignment => ({
    verdict,
    summary,
    zone: about.zone,
    stamp: about.stamp,
    matched: agreement.matched,
    differing: agreement.compared - agreement.matched,
    ...countAlone(file.time, master?.time, agreement.compared),
    tolerance: given.tolerance,
    examples: master === undefined ? [] : firstDifferences(file, master, given.tolerance),
  });
  if (master === undefined) {
    return conclude('no-master', `There is no master to compare with: ${trusted(about)}.`);
  }
  const alone = `The file has no bar where the master has bars: nothing to compare, ${trusted(about)}.`;
  if (master.time.length === 0) return conclude('no-overlap', alone);
  const asIs = compareCloses(file, master, given.tolerance);
  const proven = asIs.matched === asIs.compared && asIs.moves >= PROOF && asIs.movesMatched === asIs.moves;
  const explanation = proven ? undefined : explain(file, master, given, asIs);
  if (explanation !== undefined) {
    const { summary, ...why } = describeReading(explanation, given);
    return { ...conclude('aligned-after-shift', summary, asIs), ...why, ...shiftEvidence(explanation, given) };
  }
  if (asIs.compared === 0) {
    return isOverlapping(file.time, master.time)
      ? conclude('no-common-times', 'The file and the master cover the same time but no two bars have the same instant: check the timeframe, the stamp convention and the zone.')
      : conclude('no-overlap', alone);
  }
  if (fits(asIs)) return conclude('aligned', describeSuccess(asIs, given.tolerance), asIs);
  const prices = explainPrices(file, master, given.tolerance, fits);
  if (prices !== undefined) {
    const { summary, ...why } = describePrices(prices);
    return { ...conclude(prices.kind === 'scale' ? 'aligned-after-scale' : 'aligned-after-offset', summary, asIs), ...why, prices: priceEvidence(prices) };
  }
  const both = explainCombined(file, master, given);
  if (both !== undefined) {
    const { summary, ...why } = describeCombined(both, given);
    return { ...conclude('aligned-after-shift', summary, asIs), ...why, ...shiftEvidence(both.explanation, given), prices: priceEvidence(both.prices) };
  }
  const { summary, ...why } = describeMismatch(asIs, given.tolerance, compareChanges(file, master, given.tolerance));
  return { ...conclude('mismatch', summary, asIs), ...why };
}

/** What of the reading nothing in the file says. */
function trusted({ kind = 'local', zone, stamp, timeframe }: AlignmentOptions): string {
  if (kind === 'date' || isLabelled(timeframe)) return 'its dates are taken as they are';
  return kind === 'instant' ? `its times say their zone, ${stamp} stamps are taken on trust` : `zone ${zone} and ${stamp} stamps are taken on trust`;
}

/** Whether these are the master's bars, as they are. */
export function isSameMarket(file: Bars, master: Closes): boolean {
  const agreement = compareCloses(file, master, toleranceFor(file));
  return agreement.movesMatched >= PROOF && fits(agreement);
}

/** Whether the master has a bar between the file's first and last. */
const isOverlapping = (file: Float64Array, master: Float64Array): boolean =>
  file.length > 0 && lowerBound(master, file[0]!) < lowerBound(master, file[file.length - 1]! + 1);

/** Bars of each side that the other lacks, within the time both cover. */
function countAlone(file: Float64Array, master: Float64Array | undefined, common: number): { onlyInFile: number; onlyInMaster: number } {
  if (master === undefined || master.length === 0 || file.length === 0) return { onlyInFile: 0, onlyInMaster: 0 };
  const within = (times: Float64Array, other: Float64Array): number => lowerBound(times, other[other.length - 1]! + 1) - lowerBound(times, other[0]!);
  return { onlyInFile: within(file, master) - common, onlyInMaster: within(master, file) - common };
}

function firstDifferences(file: Closes, master: Closes, tolerance: number): BarDifference[] {
  const found: BarDifference[] = [];
  forEachCommon(file.time, master.time, (i, at) => {
    if (at < 0 || found.length === EXAMPLES || near(file.close[i]!, master.close[at]!, tolerance)) return;
    found.push({ time: isoInstant(file.time[i]!), field: 'close', master: master.close[at]!, file: file.close[i]! });
  });
  return found;
}

const shiftEvidence = ({ reading, shift, agreement }: Explanation, given: Reading): Partial<Alignment> => ({
  shift: { minutes: shift / 60_000, matched: agreement.matched, compared: agreement.compared },
  ...(reading === undefined || reading.zone === given.zone ? {} : { likelyZone: reading.zone }),
  ...(reading === undefined || reading.stamp === given.stamp ? {} : { likelyStamp: reading.stamp }),
});

function priceEvidence(cause: PriceCause): PriceEvidence {
  const { matched, compared } = cause.agreement;
  return cause.kind === 'scale' ? { factor: cause.factor, points: 0, matched, compared } : { factor: 1, points: cause.points, matched, compared };
}
