import assert from 'node:assert/strict';
import { seededRandom } from '../../../src/core/base/random';
import { FEATURES, OVERLAP, features } from '../../../src/core/monthly/features';
import type { Seconds } from '../../../src/core/monthly/seconds';
import { hasShared, sharedOr } from '../../support/barkeep';
import { flat, secondsFrom } from './bars';
import { firstDifference } from './difference';
import { readShared, secondsOf } from './shared';

/** What the stored features define otherwise, or leave at 0 outside regular hours (../shared/data/README.md). */
const OTHERWISE_DEFINED = /^(vwap|distance_from_vwap_pct|vwap_slope|.*_retouches|distance_from_rth_.*|is_.*)$/;

const named = (columns: readonly Float64Array[], name: string): Float64Array => columns[FEATURES.findIndex((each) => each.name === name)]!;

/** A walk on the grid, with volume. */
function walk(rows: number, seed = 3): Seconds {
  const random = seededRandom(seed);
  let price = 24_000;
  const bars = Array.from({ length: rows }, () => {
    const open = price;
    price += Math.round((random() - 0.5) * 6);
    return [open / 4, (Math.max(open, price) + Math.round(random())) / 4, (Math.min(open, price) - Math.round(random())) / 4, price / 4] as const;
  });
  return secondsFrom(bars, () => 1 + Math.floor(random() * 50));
}

const slice = (bars: Seconds, from: number, to: number): Seconds => ({
  time: bars.time.slice(from, to),
  open: bars.open.slice(from, to),
  high: bars.high.slice(from, to),
  low: bars.low.slice(from, to),
  close: bars.close.slice(from, to),
  volume: bars.volume.slice(from, to),
  instrument: bars.instrument.slice(from, to),
});

describe('monthly: features', () => {
  it('are 43, each named once', () => {
    assert.equal(FEATURES.length, 43);
    assert.equal(new Set(FEATURES.map(({ name }) => name)).size, 43);
  });

  it(sharedOr('of real bars are what the original gave, where it defines them alike'), async function () {
    if (!hasShared) this.skip();
    const column = await readShared('features_1000.parquet');
    const found = features(secondsOf(column));
    let compared = 0;
    FEATURES.forEach(({ name }, at) => {
      if (OTHERWISE_DEFINED.test(name)) return;
      compared++;
      const expected = column(name);
      const row = firstDifference(found[at]!, expected);
      assert.equal(row, -1, `${name}, row ${row}: ${found[at]![row]} instead of ${expected[row]}`);
    });
    assert.equal(compared, 29);
  });

  it('begin with as many NaN as their table says, and have none after', () => {
    const found = features(walk(2500));
    FEATURES.forEach(({ name, leading }, at) => {
      const values = found[at]!;
      assert.equal(values.findIndex((value) => !Number.isNaN(value)), leading, name);
      assert.equal(values.subarray(leading).findIndex(Number.isNaN), -1, name);
    });
  });

  it('are the same to the last bit from chunks of every size that see the bars before their own', () => {
    const bars = walk(6000);
    const whole = features(bars);
    assert.equal(OVERLAP, 1799);
    for (const size of [1000, 1799, 2500, 5999]) {
      for (let from = 0; from < 6000; from += size) {
        const before = Math.max(0, from - OVERLAP);
        const end = Math.min(6000, from + size);
        const chunk = features(slice(bars, before, end));
        FEATURES.forEach(({ name }, at) => {
          assert.deepEqual(chunk[at]!.subarray(from - before), whole[at]!.subarray(from, end), `${name}, ${size} from ${from}`);
        });
      }
    }
  });

  it('of too few bars are NaN, category by category', () => {
    const generated = (rows: number): string[] => [
      ...new Set(features(walk(rows)).flatMap((values, at) => (values.some((value) => !Number.isNaN(value)) ? [FEATURES[at]!.category] : []))),
    ];
    assert.deepEqual(generated(29), ['time']);
    assert.deepEqual(generated(30), ['volume', 'price', 'time']);
    assert.deepEqual(generated(60), ['volume', 'price', 'microstructure', 'time']);
    assert.deepEqual(generated(300), ['volume', 'price', 'returns', 'volatility', 'microstructure', 'time']);
    assert.equal(generated(900).length, 7);
    assert.deepEqual(features(secondsFrom([])).map((values) => values.length), flat(43, 0));
  });

  it('have no value where they would divide by nothing', () => {
    const found = features(secondsFrom(flat(1000, 6000), () => 0));
    const last = (name: string): number => named(found, name)[999]!;
    for (const name of ['volume_ratio_30s', 'position_in_short_range', 'range_compression_ratio', 'volatility_regime', 'volatility_acceleration', 'volatility_breakout', 'relative_bar_size']) {
      assert.ok(Number.isNaN(last(name)), name);
    }
    assert.equal(last('vwap'), 6000, 'the close where nothing was traded');
    assert.equal(last('vwap_slope'), 0);
    assert.equal(last('atr_percentile'), (150.5 / 300) * 100);
    assert.equal(last('directional_strength'), 100);
    assert.equal(last('short_range_retouches'), 1);
  });

  it('are NaN where a window holds a NaN, and return when it has passed', () => {
    const bars = walk(2500);
    bars.close[500] = NaN;
    const found = features(bars);
    const holes = (name: string): number => named(found, name).subarray(500).filter(Number.isNaN).length;
    assert.equal(holes('return_30s'), 2);
    assert.equal(holes('momentum_consistency'), 31);
    assert.equal(holes('atr_30s'), 30, 'the true range of the next bar needs this close');
    assert.equal(holes('vwap'), 300);
    assert.equal(holes('uptick_pct_60s'), 61);
    assert.equal(holes('bar_range'), 0);
    assert.equal(holes('volume_ratio_30s'), 0);
  });

  it('know the parts of the session by Chicago’s clock', () => {
    const parts = ['is_pre_open', 'is_rth_open', 'is_morning', 'is_lunch', 'is_afternoon', 'is_rth_close'];
    const at = (clock: string): string[] => {
      const bars = secondsFrom([6000]);
      bars.time[0] = Date.parse(`2025-07-15T${clock}-05:00`) / 1000;
      const found = features(bars);
      assert.equal(named(found, 'is_eth')[0], 0);
      return parts.filter((name) => named(found, name)[0] === 1);
    };
    const begins = ['07:30:00', '08:30:00', '09:15:00', '11:00:00', '13:00:00', '14:30:00'];
    const ends = ['08:29:59', '09:14:59', '10:59:59', '12:59:59', '14:29:59', '14:59:59'];
    parts.forEach((name, part) => {
      assert.deepEqual(at(begins[part]!), [name]);
      assert.deepEqual(at(ends[part]!), [name]);
    });
    assert.deepEqual(at('07:29:59'), []);
    assert.deepEqual(at('15:00:00'), []);
  });

  describe('of a category that fails', () => {
    /** Bars whose volume cannot be had: what an allocation that fails would look like. */
    const broken = (): Seconds => {
      const bars = walk(1000);
      return { ...bars, get volume(): Float64Array { throw new RangeError('Array buffer allocation failed'); } };
    };

    it('are NaN and reported; the others go on', () => {
      const told: string[] = [];
      const found = features(broken(), (failure) => told.push(failure.message));
      assert.deepEqual(told, [
        'Cannot compute the volume features: Array buffer allocation failed',
        'Cannot compute the price features: Array buffer allocation failed',
      ]);
      assert.equal(found.length, 43);
      assert.ok(named(found, 'volume_ratio_30s').every(Number.isNaN));
      assert.deepEqual(named(found, 'atr_30s'), named(features(walk(1000)), 'atr_30s'));
    });

    it('stop everything when nobody listens', () => {
      assert.throws(() => features(broken()), /Cannot compute the volume features/);
    });
  });
});
