import assert from 'node:assert/strict';
import { type Bars, pickBars } from '../../../src/core/base/bar';
import { zoneNamed } from '../../../src/core/base/time';
import { checkAlignment } from '../../../src/core/intake/alignment';
import { seededRandom } from '../../../src/core/base/random';

const MINUTE = 60_000;
const about = { zone: 'America/Los_Angeles', stamp: 'close', timeframe: '1m' } as const;

/** A walk in quarters from 27 October 2025 on, so that summer time ends within it. */
function walk(bars: number, seed: number): Bars {
  const next = seededRandom(seed);
  const time = Float64Array.from({ length: bars }, (_, i) => Date.UTC(2025, 9, 27) + i * MINUTE);
  let price = 5000;
  const close = time.map(() => (price += Math.round((next() - 0.5) * 8) / 4));
  return { time, open: close, high: close, low: close, close, volume: close };
}

/** Bars whose clock is that of a zone, read as that of `about`; their prices changed. */
function misread({ time, ...rest }: Bars, zone: string, change: (price: number) => number, late = 0): Bars {
  const read = time.map((instant) => zoneNamed(about.zone).utcOf(zoneNamed(zone).localOf(instant + late)) ?? NaN);
  const kept = Array.from(read.keys()).filter((i) => !Number.isNaN(read[i]) && (i === 0 || read[i]! > Math.max(...read.subarray(Math.max(0, i - 200), i).filter((each) => !Number.isNaN(each)))));
  const bars = pickBars({ time: read, ...rest }, kept);
  return { ...bars, close: bars.close.map(change) };
}

describe('alignment, where times and prices differ at once', () => {
  const master = walk(20_000, 1);

  it('names both, with the options that repair them', () => {
    const cases: [zone: string, change: (price: number) => number, late: number, options: Record<string, string>][] = [
      ['America/Chicago', (price) => price + 61.75, 0, { tz: 'America/Chicago', align: 'adjust' }],
      ['UTC', (price) => price * 100, 0, { tz: 'UTC', scale: '0.01' }],
      ['America/New_York', (price) => price - 12.5, -MINUTE, { tz: 'America/New_York', stamp: 'open', align: 'adjust' }],
      ['America/Los_Angeles', (price) => price / 4, -MINUTE, { stamp: 'open', scale: '4' }],
    ];
    for (const [zone, change, late, options] of cases) {
      const found = checkAlignment(misread(master, zone, change, late), master, about);
      assert.deepEqual([found.verdict, found.options], ['aligned-after-shift', options], found.summary);
      assert.ok(found.prices !== undefined && found.prices.matched > 0.99 * found.prices.compared, found.summary);
      assert.match(found.summary, /^(99|100)\.\d % of .* Its prices differ too, and match only after /);
    }
  });

  it('but calls other bars another instrument, whatever is done to them', () => {
    for (const change of [(price: number) => price, (price: number) => price + 40, (price: number) => price * 100]) {
      assert.equal(checkAlignment(misread(walk(20_000, 7), 'America/Chicago', change), master, about).cause, 'instrument');
    }
  });
});
