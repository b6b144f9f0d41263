import { chicagoSeconds, dayOf } from './chicago';
import { requireInput } from './input';
import { Peaks } from './peaks';
import { findRollovers, type RolloverEvent, type Rollovers } from './rollover';
import type { Seconds } from './seconds';
import { decays, monthAt, quality, velocity, type Month } from './weight';

/**
 * Would a trade entered at the next bar's open have reached its target before its stop? Six modes; label 1 if so, else 0.
 * Source: 7-monthly, labels.
 */

export interface LabelOptions {
  /** Points. */
  readonly tick: number;
  /** Bars scanned from the entry on. */
  readonly lookahead: number;
  /** A change of the close above this many points is a rollover. */
  readonly rolloverGap: number;
  /** Indexes k where the contract changed between k−1 and k. */
  readonly exactRolls: readonly number[];
  /** The month whose bars weigh 1; without it the newest month of the bars. */
  readonly decayReference?: Month;
  /** Do not look beyond the Chicago day of the signal bar. */
  readonly sessionBounded: boolean;
}

export const LABEL_DEFAULTS: LabelOptions = { tick: 0.25, lookahead: 900, rolloverGap: 20, exactRolls: [], sessionBounded: false };

export interface LabelColumns {
  /** Label and weight of each mode in turn: `label_low_vol_long`, `weight_low_vol_long`, … 12. */
  readonly names: readonly string[];
  /** 0 or 1, per mode. */
  readonly labels: Int8Array[];
  readonly weights: Float64Array[];
  readonly events: RolloverEvent[];
  /** Bars excluded because of rollovers. */
  readonly affected: number;
}

/** Stop and target in ticks; ascending, which the search relies on. */
const RISKS = [
  { name: 'low_vol', stop: 6, target: 12 },
  { name: 'normal_vol', stop: 8, target: 16 },
  { name: 'high_vol', stop: 10, target: 20 },
] as const;
const SIDES = ['long', 'short'] as const;

/** In the order of the columns. */
export const MODES: readonly string[] = SIDES.flatMap((side) => RISKS.map((risk) => `${risk.name}_${side}`));

/**
 * Labels in about O(n log lookahead); the result depends on nothing but the bars and the options.
 * @param seconds in time order
 * @throws Failure `refused` when the bars are not fit for it (input.ts)
 */
export function label(seconds: Seconds, options: LabelOptions): LabelColumns {
  requireInput(seconds);
  const rollovers = findRollovers(seconds, options.rolloverGap, options.exactRolls);
  const reference = options.decayReference ?? monthAt(seconds.time.reduce((a, b) => Math.max(a, b)));
  const decay = decays(seconds.time, reference);
  const ends = scanEnds(seconds.time, rollovers, options);
  const highs = new Peaks(seconds.high);
  const lows = new Peaks(seconds.low.map((price) => -price));
  const sides = [
    labelSide({ seconds, tick: options.tick, decay, ends, entry: seconds.open, favour: highs, adverse: lows }),
    labelSide({ seconds, tick: options.tick, decay, ends, entry: seconds.open.map((price) => -price), favour: lows, adverse: highs }),
  ];
  return {
    names: MODES.flatMap((mode) => [`label_${mode}`, `weight_${mode}`]),
    labels: sides.flatMap((side) => side.labels),
    weights: sides.flatMap((side) => side.weights),
    events: rollovers.events,
    affected: rollovers.count,
  };
}

/**
 * For each signal bar, the index after the last bar in which its trade can win. An affected bar counts as a stop before its
 * own hits are looked at, so the scan ends there; an affected signal bar and the last bar have nothing to scan.
 */
function scanEnds(time: Float64Array, { affected }: Rollovers, { lookahead, sessionBounded }: LabelOptions): Int32Array {
  const rows = time.length;
  const ends = new Int32Array(rows);
  let barrier = rows;
  let day = NaN;
  for (let signal = rows - 1; signal >= 0; signal--) {
    const entry = signal + 1;
    if (entry < rows && affected[entry] === 1) barrier = entry;
    if (sessionBounded) {
      const today = dayOf(chicagoSeconds(time[signal]!));
      if (today !== day) barrier = Math.min(barrier, entry);
      day = today;
    }
    ends[signal] = affected[signal] === 1 ? entry : Math.min(entry + lookahead, barrier);
  }
  return ends;
}

/** One direction of trading. A short trade is a long one in a mirror: prices negated, lows in the place of highs. */
interface Side {
  readonly seconds: Seconds;
  readonly tick: number;
  readonly decay: Float64Array;
  readonly ends: Int32Array;
  /** Opens, negated for short. */
  readonly entry: Float64Array;
  /** How far the price went for the trade … */
  readonly favour: Peaks;
  /** … and against it. */
  readonly adverse: Peaks;
}

function labelSide(side: Side): { labels: Int8Array[]; weights: Float64Array[] } {
  const labels = RISKS.map(() => new Int8Array(side.decay.length));
  const weights = RISKS.map(() => side.decay.slice());
  for (let signal = 0; signal < side.decay.length; signal++) {
    const end = side.ends[signal]!;
    const price = side.entry[signal + 1]!;
    let target = signal + 1;
    let stop = signal + 1;
    for (let mode = 0; mode < RISKS.length; mode++) {
      const risk = RISKS[mode]!;
      // A farther target or stop is never reached before a nearer one: each search goes on where the last one ended.
      target = side.favour.firstReaching(price + side.tick * risk.target, target, end);
      if (target >= end) break;
      stop = side.adverse.firstReaching(-price + side.tick * risk.stop, stop, target + 1);
      if (stop <= target) continue;
      labels[mode]![signal] = 1;
      weights[mode]![signal] = side.decay[signal]! * reward(side, signal + 1, target, risk.stop);
    }
  }
  return { labels, weights };
}

/** @param entry index of the entry bar @param hit of the bar that reached the target @param stop ticks */
function reward({ seconds, tick, entry: prices, adverse }: Side, entry: number, hit: number, stop: number): number {
  const excursion = Math.max(0, adverse.highest(entry, hit + 1) + prices[entry]!) / tick;
  return quality(excursion, stop) * velocity(seconds.time[hit]! - seconds.time[entry]!);
}
