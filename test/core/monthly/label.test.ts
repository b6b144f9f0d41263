import assert from 'node:assert/strict';
import { Failure } from '../../../src/core/base/failure';
import { LABEL_DEFAULTS, MODES, label, type LabelOptions } from '../../../src/core/monthly/label';
import type { Seconds } from '../../../src/core/monthly/seconds';
import { hasShared, sharedOr } from '../../support/barkeep';
import { MORNING, flat, secondsFrom } from './bars';
import { readShared, secondsOf } from './shared';

/** Label and weight of the first bar, in the mode named. */
function first(seconds: Seconds, mode: string, options: Partial<LabelOptions> = {}): [label: number, weight: number] {
  const found = label(seconds, { ...LABEL_DEFAULTS, ...options });
  const at = MODES.indexOf(mode);
  return [found.labels[at]![0]!, found.weights[at]![0]!];
}

describe('monthly: labels', () => {
  it(sharedOr('of real bars with rollovers are what the original gave'), async function () {
    if (!hasShared) this.skip();
    const column = await readShared('labels_with_rollover_1000.parquet');
    const found = label(secondsOf(column), LABEL_DEFAULTS);
    assert.equal(found.labels[0]!.length, 1000);
    MODES.forEach((mode, at) => {
      assert.deepEqual(Float64Array.from(found.labels[at]!), column(`label_${mode}`), mode);
      const weights = column(`weight_${mode}`);
      const differing = found.weights[at]!.findIndex((weight, row) => !(Math.abs(weight - weights[row]!) <= 1e-12));
      assert.equal(differing, -1, `${mode}: weight of row ${differing}`);
    });
  });

  it('come in twelve columns, label before weight, long before short', () => {
    const { names, labels, weights } = label(secondsFrom([6000, 6000]), LABEL_DEFAULTS);
    assert.deepEqual(names.slice(0, 4), ['label_low_vol_long', 'weight_low_vol_long', 'label_normal_vol_long', 'weight_normal_vol_long']);
    assert.deepEqual(names.slice(-2), ['label_high_vol_short', 'weight_high_vol_short']);
    assert.equal(names.length, 12);
    assert.equal(labels.length, 6);
    assert.equal(weights.length, 6);
  });

  const modes = [
    ['low_vol', 6, 12],
    ['normal_vol', 8, 16],
    ['high_vol', 10, 20],
  ] as const;
  for (const [name, stop, target] of modes) {
    it(`${name}: a target of ${target} ticks is reached exactly, a stop of ${stop} ends the trade exactly`, () => {
      const [goal, limit] = [target / 4, stop / 4];
      const enough = (up: number, down: number): Seconds => secondsFrom([6000, 6000, [6000, 6000 + up, 6000 - down, 6000], 6000]);
      assert.equal(first(enough(goal, 0), `${name}_long`)[0], 1);
      assert.equal(first(enough(goal - 0.25, 0), `${name}_long`)[0], 0);
      assert.equal(first(enough(goal, limit), `${name}_long`)[0], 0, 'both in one bar');
      assert.equal(first(enough(goal, limit - 0.25), `${name}_long`)[0], 1);
      assert.equal(first(enough(0, goal), `${name}_short`)[0], 1);
      assert.equal(first(enough(0, goal - 0.25), `${name}_short`)[0], 0);
      assert.equal(first(enough(limit, goal), `${name}_short`)[0], 0, 'both in one bar');
      const stopped = secondsFrom([6000, 6000, [6000, 6000, 6000 - limit, 6000], [6000, 6000 + goal, 6000, 6000]]);
      assert.equal(first(stopped, `${name}_long`)[0], 0, 'stopped before');
    });
  }

  it('are entered at the open of the next bar, whose own extremes count', () => {
    assert.equal(first(secondsFrom([5990, [6000, 6003, 6000, 6000], 6000]), 'low_vol_long')[0], 1);
    assert.equal(first(secondsFrom([6000, [5990, 5992.75, 5990, 5992], 5992]), 'low_vol_long')[0], 0, 'not from the signal’s close');
  });

  it('look at 900 bars from the entry on, no more', () => {
    const reaching = (at: number): Seconds => secondsFrom([...flat(at, 6000), [6000, 6003, 6000, 6000], 6000]);
    assert.equal(first(reaching(900), 'low_vol_long')[0], 1);
    assert.equal(first(reaching(901), 'low_vol_long')[0], 0);
    assert.equal(first(reaching(11), 'low_vol_long', { lookahead: 10 })[0], 0);
    assert.equal(first(reaching(10), 'low_vol_long', { lookahead: 10 })[0], 1);
  });

  it('of the last bar, and of a single one, are 0', () => {
    const { labels, weights } = label(secondsFrom([6000]), LABEL_DEFAULTS);
    assert.deepEqual(labels.map((each) => each[0]), [0, 0, 0, 0, 0, 0]);
    assert.deepEqual(weights.map((each) => each[0]), [1, 1, 1, 1, 1, 1]);
  });

  it('cross the end of a session unless they are bounded by it', () => {
    const bars = secondsFrom([6000, 6000, [6000, 6003, 6000, 6000], 6000]);
    bars.time.set([MORNING + 86_400, MORNING + 86_401], 2);
    assert.equal(first(bars, 'low_vol_long')[0], 1);
    assert.equal(first(bars, 'low_vol_long', { sessionBounded: true })[0], 0);
    const { labels } = label(bars, { ...LABEL_DEFAULTS, sessionBounded: true });
    assert.deepEqual([...labels[0]!], [0, 0, 0, 0], 'a signal at the end of a session has nowhere to enter');
    const within = secondsFrom([6000, 6000, [6000, 6003, 6000, 6000], 6000]);
    assert.equal(first(within, 'low_vol_long', { sessionBounded: true })[0], 1);
  });
});

describe('monthly: rollovers', () => {
  const affectedIn = (closes: readonly number[], options: Partial<LabelOptions> = {}): number =>
    label(secondsFrom(closes), { ...LABEL_DEFAULTS, ...options }).affected;

  it('are gaps of more than 20 points; 20 are none', () => {
    assert.equal(affectedIn([...flat(10, 6000), ...flat(10, 6020)]), 0);
    assert.equal(affectedIn([...flat(10, 6000), ...flat(10, 6020.25)]), 7);
    assert.equal(affectedIn([...flat(10, 6000), ...flat(10, 6005.25)], { rolloverGap: 5 }), 7);
  });

  it('affect one bar before and six from the gap on, once where they overlap, and none beyond the ends', () => {
    assert.equal(affectedIn([...flat(10, 6000), ...flat(3, 6100), ...flat(10, 6000)]), 10);
    assert.equal(affectedIn([6000, ...flat(2, 6100)]), 3);
  });

  it('tell when, how far and which way, and a known contract change from a gap', () => {
    const bars = secondsFrom([...flat(10, 6000), ...flat(10, 6057.75), ...flat(10, 6030), ...flat(4, 6030)]);
    const { events } = label(bars, { ...LABEL_DEFAULTS, exactRolls: [10, 30] });
    const second = (at: number): string => new Date((MORNING + at) * 1000).toISOString();
    assert.deepEqual(events, [
      { timestamp: second(10), price_gap: 57.75, bars_affected: 7, gap_direction: 'up', kind: 'contract' },
      { timestamp: second(20), price_gap: -27.75, bars_affected: 7, gap_direction: 'down', kind: 'gap' },
      { timestamp: second(30), price_gap: 0, bars_affected: 5, gap_direction: 'none', kind: 'contract' },
    ]);
  });

  it('take their bars out: as signals, and as the end of every trade that meets them', () => {
    // The gap is at 10, so bars 9 … 15 are affected. The target of every earlier signal is reached at the bar given.
    const reaching = (at: number): Int8Array => {
      const bars = secondsFrom([...flat(10, 6000), ...flat(20, 6040)]);
      bars.high[at] = bars.high[at]! + 3;
      return label(bars, LABEL_DEFAULTS).labels[0]!;
    };
    assert.deepEqual([...reaching(8)], [...flat(8, 1), ...flat(22, 0)]);
    assert.deepEqual([...reaching(9)], flat(30, 0), 'an affected bar is a stop before its hits are looked at');
    assert.deepEqual([...reaching(18)], [...flat(16, 0), 1, 1, ...flat(12, 0)], 'bars 9 … 15 give no signal, nor those before');
  });
});

describe('monthly: weights', () => {
  it('of winners are quality by velocity', () => {
    // Entry 6000; 3 ticks against, then the target after `wait` seconds.
    const winner = (against: number, wait: number): number => {
      const bars = secondsFrom([6000, [6000, 6000, 6000 - against / 4, 6000], [6000, 6003, 6000, 6000], 6000]);
      bars.time.set([MORNING + 1 + wait, MORNING + 2 + wait], 2);
      return first(bars, 'low_vol_long')[1];
    };
    assert.equal(winner(0, 1), 4);
    assert.equal(winner(3, 1), (2 - 1.5 * 0.5) * 2);
    assert.equal(winner(5, 300), (2 - (1.5 * 5) / 6) * 2);
    assert.equal(winner(0, 600), 2 * 1.25);
    assert.equal(winner(0, 900), 2 * 0.5);
    assert.equal(winner(0, 2000), 2 * 0.5, 'never below a half');
  });

  it('count the excursion of the bar that hits, and the stop of the mode', () => {
    const bars = secondsFrom([6000, 6000, [6000, 6005, 5999, 6000], 6000]);
    assert.equal(first(bars, 'low_vol_long')[1], (2 - (1.5 * 4) / 6) * 2);
    assert.equal(first(bars, 'normal_vol_long')[1], (2 - (1.5 * 4) / 8) * 2);
    assert.equal(first(bars, 'high_vol_long')[1], (2 - (1.5 * 4) / 10) * 2);
    const down = secondsFrom([6000, 6000, [6000, 6001, 5995, 6000], 6000]);
    assert.equal(first(down, 'high_vol_short')[1], (2 - (1.5 * 4) / 10) * 2);
  });

  it('decay with the months to the reference, by default the newest', () => {
    const bars = secondsFrom(flat(4, 6000));
    bars.time.set([Date.parse('2025-09-30T14:00:00Z') / 1000, Date.parse('2025-10-01T14:00:00Z') / 1000]);
    const [weights] = label(bars, LABEL_DEFAULTS).weights;
    assert.deepEqual([...weights!], [Math.exp(-0.05), 1, 1, 1]);
    const pinned = label(bars, { ...LABEL_DEFAULTS, decayReference: { year: 2026, month: 10 } }).weights[0]!;
    assert.deepEqual([...pinned], [Math.exp(-0.05 * 13), ...flat(3, Math.exp(-0.05 * 12))]);
  });
});

describe('monthly: bars that cannot be labelled', () => {
  const spoil = (change: (bars: Seconds) => void, count = 4): Seconds => {
    const bars = secondsFrom(flat(count, 6000));
    change(bars);
    return bars;
  };
  const cases: [string, Seconds, RegExp][] = [
    ['none', secondsFrom([]), /there are no bars/],
    ['a short column', { ...secondsFrom([6000, 6000]), volume: new Float64Array(1) }, /a column is missing/],
    ['a NaN', spoil((bars) => (bars.close[2] = NaN)), /1 of 4 rows have a missing value; the first is row 3, 2025-10-15 13:00:02 UTC/],
    ['a negative volume', spoil((bars) => (bars.volume[0] = -1)), /negative volume; the first is row 1/],
    ['a price of 0', spoil((bars) => (bars.low[3] = 0)), /a price of zero or less; the first is row 4/],
    ['a high below the close', spoil((bars) => (bars.high[1] = 5999.98)), /a high below/],
    ['a low above the open', spoil((bars) => (bars.low[1] = 6000.02)), /a low above/],
    ['too many rows outside regular hours', spoil((bars) => { bars.time.set(bars.time.map((time) => time - 12 * 3600)); }, 5001), /5001 of 5001 rows have a time outside/],
  ];
  for (const [what, bars, why] of cases) {
    it(`are refused: ${what}`, () => {
      assert.throws(() => label(bars, LABEL_DEFAULTS), (error: unknown) => error instanceof Failure && error.kind === 'refused' && why.test(error.message));
    });
  }

  it('are not those that cleaning lets pass', () => {
    assert.doesNotThrow(() => label(spoil((bars) => (bars.high[1] = 5999.991)), LABEL_DEFAULTS));
    assert.doesNotThrow(() => label(spoil((bars) => (bars.volume[1] = 0)), LABEL_DEFAULTS));
  });
});
