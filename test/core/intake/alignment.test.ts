import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { Bars } from '../../../src/core/base/bar';
import { pickBars } from '../../../src/core/base/bar';
import { durationOf } from '../../../src/core/base/timeframe';
import { zoneNamed } from '../../../src/core/base/time';
import { checkAlignment } from '../../../src/core/intake/alignment';
import { LIKELY_ZONES } from '../../../src/core/base/zones';
import { slowness } from '../../support/slowness';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

/** A small deterministic generator, so that a failing case can be repeated. */
function random(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** A random walk on a quarter-point grid; `liveliness` is the share of bars whose close moves. */
function walk(options: { from: number; bars: number; step?: number; liveliness?: number; seed?: number; tick?: number }): Bars {
  const { from, bars, step = MINUTE, liveliness = 0.9, seed = 1, tick = 0.25 } = options;
  const next = random(seed);
  const time = Float64Array.from({ length: bars }, (_, i) => from + i * step);
  let price = 5000 * 4 * tick;
  const close = time.map(() => {
    if (next() < liveliness) price += tick * Math.round((next() - 0.5) * 8);
    return price;
  });
  return { time, open: close, high: close, low: close, close, volume: close };
}

const shifted = (bars: Bars, ms: number): Bars => ({ ...bars, time: bars.time.map((time) => time + ms) });
const slice = (bars: Bars, from: number, to: number): Bars => pickBars(bars, Array.from({ length: to - from }, (_, i) => from + i));

/** The file's bars as read in zone `read` when their wall-clock times were written in zone `written`. */
function misread(bars: Bars, written: string, read: string): Bars {
  const kept: number[] = [];
  const times: number[] = [];
  bars.time.forEach((time, i) => {
    const utc = zoneNamed(read).utcOf(zoneNamed(written).localOf(time));
    if (utc === undefined || utc <= (times.at(-1) ?? -Infinity)) return;
    kept.push(i);
    times.push(utc);
  });
  return { ...pickBars(bars, kept), time: Float64Array.from(times) };
}

const about = { zone: 'America/Los_Angeles', stamp: 'close', timeframe: '1m' } as const;
const winter = Date.UTC(2025, 11, 1);

describe('alignment', () => {
  const master = walk({ from: winter, bars: 20_000 });

  it('says so when every overlapping bar matches, and counts what each side lacks', () => {
    const file = pickBars(slice(master, 15_000, 20_000), Array.from({ length: 4990 }, (_, i) => i + 10).filter((i) => i !== 100));
    const found = checkAlignment(file, master, about);
    assert.equal(found.verdict, 'aligned');
    assert.match(found.summary, /SUCCESS: Data is aligned\./);
    assert.deepEqual([found.matched, found.differing, found.onlyInFile, found.onlyInMaster], [4989, 0, 0, 1]);
    assert.equal(found.tolerance, 0.1);
  });

  it('has nothing to compare with when there is no master, or no bar of it in the file’s time', () => {
    assert.equal(checkAlignment(master, undefined, about).verdict, 'no-master');
    assert.match(checkAlignment(master, undefined, about).summary, /: zone \S+ and \w+ stamps are taken on trust/);
    assert.match(checkAlignment(master, undefined, { ...about, kind: 'instant' }).summary, /: its times say their zone, \w+ stamps are taken on trust/);
    assert.match(checkAlignment(master, undefined, { ...about, timeframe: '1D' }).summary, /: its dates are taken as they are/);
    assert.equal(checkAlignment(master, pickBars(master, []), about).verdict, 'no-overlap', 'a master without bars near the file is a master');
    assert.equal(checkAlignment(walk({ from: winter + 30 * 24 * HOUR, bars: 500 }), master, about).verdict, 'no-overlap');
    const holed = pickBars(master, Array.from({ length: 20_000 }, (_, i) => i).filter((i) => i < 5000 || i >= 6000));
    assert.equal(checkAlignment(slice(master, 5000, 6000), holed, about).verdict, 'no-overlap');
  });

  it('tells bars that share no instant with the master', () => {
    const found = checkAlignment(shifted(slice(master, 100, 2000), 30_000), master, about);
    assert.equal(found.verdict, 'no-common-times');
    assert.equal(found.remedy, undefined);
  });

  it('calls another instrument a mismatch, with the first differences', () => {
    const found = checkAlignment(walk({ from: winter, bars: 5000, seed: 99 }), master, about);
    assert.equal(found.verdict, 'mismatch');
    assert.equal(found.examples.length, 20);
    const [first] = found.examples;
    assert.ok(first);
    assert.equal(first.master, master.close[master.time.indexOf(Date.parse(first.time))]);
  });

  it('accepts a few corrected closes but no stretch that differs', () => {
    const file = slice(master, 0, 20_000);
    for (let i = 50; i < 20_000; i += 50) file.close[i]! += 1;
    const found = checkAlignment(file, master, about);
    assert.deepEqual([found.verdict, found.differing], ['aligned', 399]);
    const broken = slice(master, 0, 20_000);
    for (let i = 5000; i < 5400; i++) broken.close[i]! += 7;
    assert.equal(checkAlignment(broken, master, about).verdict, 'mismatch');
  });

  it('names open stamps read as close stamps, also in a market so quiet that nearly all closes repeat', () => {
    for (const liveliness of [1, 0.3, 0.04]) {
      const quiet = walk({ from: winter, bars: 20_000, liveliness });
      const found = checkAlignment(shifted(slice(quiet, 2000, 9000), -MINUTE), quiet, about);
      assert.equal(found.verdict, 'aligned-after-shift', `liveliness ${liveliness}: ${found.summary}`);
      assert.deepEqual([found.likelyZone, found.likelyStamp, found.remedy, found.shift?.minutes], [undefined, 'open', '--stamp open', 1]);
    }
  });

  it('is not taken in by closes that repeat: moves at other times are a mismatch', () => {
    const quiet = walk({ from: winter, bars: 20_000, liveliness: 0.04 });
    const next = random(3);
    const late = quiet.close.slice();
    // Every move comes 1 to 3 minutes late, not always by the same: no one shift puts that right.
    for (let i = 1; i < late.length - 3; i++) {
      if (quiet.close[i] !== quiet.close[i - 1]) late.fill(quiet.close[i - 1]!, i, i + 1 + Math.floor(next() * 3));
    }
    const found = checkAlignment({ ...quiet, close: late }, quiet, about);
    assert.ok(found.matched > 0.9 * 20_000, 'nearly all closes match');
    assert.equal(found.verdict, 'mismatch');
  });

  it('names zone and stamp together', () => {
    const found = checkAlignment(shifted(slice(master, 3000, 9000), 2 * HOUR - MINUTE), master, about);
    assert.equal(found.remedy, '--tz America/Chicago --stamp open');
    assert.equal(found.shift?.minutes, -119);
  });

  it('finds a wrong zone even where the misread times no longer touch the master', () => {
    const found = checkAlignment(shifted(slice(master, 0, 100), -9 * HOUR), master, { ...about, zone: 'Europe/Berlin' });
    assert.equal(found.verdict, 'aligned-after-shift');
  });

  it('offers no zone for times that carry theirs, nor for dates', () => {
    const late = shifted(slice(master, 3000, 9000), 2 * HOUR);
    const found = checkAlignment(late, master, { ...about, kind: 'instant' });
    assert.deepEqual([found.verdict, found.likelyZone, found.remedy, found.shift?.minutes], ['aligned-after-shift', undefined, undefined, -120]);
    const days = walk({ from: winter, bars: 500, step: 24 * HOUR });
    const dated = checkAlignment(shifted(slice(days, 100, 300), 24 * HOUR), days, { ...about, timeframe: '1D', kind: 'date' });
    assert.deepEqual([dated.verdict, dated.remedy, dated.shift?.minutes], ['aligned-after-shift', undefined, -1440]);
  });

  it('compares by half a tick when the tick is known, and by less than 0.1 where prices move in smaller steps', () => {
    const euro = walk({ from: winter, bars: 3000, tick: 0.00005 });
    const other = walk({ from: winter, bars: 3000, tick: 0.00005, seed: 5 });
    assert.equal(checkAlignment(other, euro, about).verdict, 'mismatch');
    assert.equal(checkAlignment(euro, euro, { ...about, tick: 0.00005 }).tolerance, 0.000025);
    assert.equal(checkAlignment(euro, euro, about).verdict, 'aligned');
  });

  it('counts a file that crosses a clock change between zones of different rules as one zone, not two shifts', () => {
    // Phoenix keeps no summer time: against Los Angeles the shift is 60 minutes for one part of the file and none for the other.
    const autumn = walk({ from: Date.UTC(2025, 9, 20), bars: 40_000 });
    const found = checkAlignment(misread(slice(autumn, 2000, 36_000), 'America/Phoenix', about.zone), autumn, about);
    assert.equal(found.verdict, 'aligned-after-shift');
    assert.equal(found.likelyZone, 'America/Phoenix');
    assert.ok(found.shift!.matched / found.shift!.compared > 0.999, found.summary);
  });

  it('finds any zone of the list from any other, over a clock change', () => {
    const autumn = walk({ from: Date.UTC(2025, 9, 25), bars: 25_000 });
    const zone = fc.constantFrom(...LIKELY_ZONES);
    fc.assert(
      fc.property(zone, zone, fc.integer({ min: 2000, max: 12_000 }), (written, read, start) => {
        const file = misread(slice(autumn, start, start + 10_000), written, read);
        const found = checkAlignment(file, autumn, { ...about, zone: read });
        const chosen = found.likelyZone ?? read;
        // Zones may tie over so short a span: then the one named must place every bar as the right one does.
        for (let at = 0; at < file.time.length; at += 500) {
          const local = zoneNamed(read).localOf(file.time[at]!);
          const [right, named] = [zoneNamed(written).place(local), zoneNamed(chosen).place(local)];
          if (right.kind === 'one' && named.kind === 'one') assert.equal(named.utc, right.utc, found.summary);
        }
      }),
      { numRuns: 60 },
    );
  });

  it('finds any constant shift of up to 26 hours', () => {
    fc.assert(
      fc.property(fc.integer({ min: -26 * 60, max: 26 * 60 }), fc.integer({ min: 1, max: 1000 }), fc.constantFrom(0.95, 0.3, 0.1), (minutes, seed, liveliness) => {
        const bars = walk({ from: winter, bars: 12_000, seed, liveliness });
        const found = checkAlignment(shifted(slice(bars, 4000, 8000), minutes * MINUTE), bars, { ...about, kind: 'instant' });
        assert.equal(found.verdict, minutes === 0 ? 'aligned' : 'aligned-after-shift', found.summary);
        if (minutes !== 0) assert.deepEqual([found.shift?.minutes, found.shift?.matched], [-minutes, 4000]);
      }),
      { numRuns: 60 },
    );
  });

  it('never takes unrelated bars for aligned, however quiet', () => {
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 10_000 }), fc.constantFrom(0.9, 0.3, 0.1), (seed, liveliness) => {
        const found = checkAlignment(walk({ from: winter, bars: 3000, seed: seed * 2 + 1, liveliness }), walk({ from: winter, bars: 3000, seed: seed * 2, liveliness }), about);
        assert.equal(found.verdict, 'mismatch', found.summary);
      }),
      { numRuns: 60 },
    );
  });

  describe('prices', () => {
    const recent = slice(master, 15_000, 20_000);
    const changed = (bars: Bars, change: (price: number, i: number) => number): Bars => ({ ...bars, close: bars.close.map(change) });

    it('names a constant offset in points, whatever the size and sign, and the option that repairs it', () => {
      for (const points of [52.25, -17.5, 1.25, 400]) {
        const found = checkAlignment(changed(recent, (price) => price - points), master, about);
        assert.equal(found.verdict, 'aligned-after-offset', found.summary);
        assert.deepEqual([found.cause, found.remedy, found.prices], ['offset', '--align adjust', { factor: 1, points, matched: 5000, compared: 5000 }]);
        assert.match(found.summary, new RegExp(`after ${points < 0 ? '−' : '\\+'}${Math.abs(points)} points on every price`));
      }
    });

    it('takes an offset from more than 10 overlapping bars, and only above 1 point', () => {
      const later = (bars: number): Bars => changed(pickBars(master, Array.from({ length: bars }, (_, i) => 19_000 + i)), (price) => price + 7);
      assert.equal(checkAlignment(later(11), master, about).verdict, 'aligned-after-offset');
      assert.equal(checkAlignment(later(10), master, about).verdict, 'mismatch');
      assert.equal(checkAlignment(changed(recent, (price) => price + 1), master, about).verdict, 'mismatch');
    });

    it('stays on the grid of prices where a few of the last closes were corrected', () => {
      const found = checkAlignment(changed(recent, (price, i) => price - 30 + (i % 40 === 0 ? 0.5 : 0)), master, about);
      assert.equal(found.prices?.points, 30);
    });

    it('names a scale, and divides where dividing is exact', () => {
      for (const [divisor, option] of [[100, '0.01'], [4, '0.25'], [1 / 100, '100'], [32, '0.03125'], [1e9, '1e-9']] as const) {
        const found = checkAlignment(changed(recent, (price) => price * divisor), master, about);
        assert.equal(found.verdict, 'aligned-after-scale', found.summary);
        assert.deepEqual([found.cause, found.remedy, found.prices?.matched], ['scale', `--scale ${option}`, 5000]);
      }
    });

    it('tells another instrument from the same one adjusted otherwise', () => {
      const other = checkAlignment(walk({ from: winter, bars: 5000, seed: 99 }), master, about);
      assert.deepEqual([other.verdict, other.cause], ['mismatch', 'instrument']);
      assert.match(other.summary, /price changes are the same, and the master's prices are .* times the file's: it looks like another instrument/);
      assert.match(other.short ?? '', /^only .* of 5,000 overlapping bars match: it looks like another instrument\. Is it the right ticker\?$/);
      const rolled = checkAlignment(changed(recent, (price, i) => price + (i < 2500 ? 12 : 64)), master, about);
      assert.deepEqual([rolled.verdict, rolled.cause], ['mismatch', 'adjustment']);
    });

    it('never takes an offset or a scale for another instrument’s bars', () => {
      fc.assert(
        fc.property(fc.integer({ min: 2, max: 10_000 }), fc.constantFrom(0.9, 0.3), fc.integer({ min: -3000, max: 3000 }), (seed, liveliness, points) => {
          const file = changed(walk({ from: winter, bars: 3000, seed: seed * 2 + 1, liveliness }), (price) => price + points);
          const found = checkAlignment(file, walk({ from: winter, bars: 3000, seed: seed * 2, liveliness }), about);
          assert.deepEqual([found.verdict, found.cause], ['mismatch', 'instrument'], found.summary);
        }),
        { numRuns: 40 },
      );
    });
  });

  it('names a clock without summer time', () => {
    const autumn = walk({ from: Date.UTC(2025, 9, 20), bars: 40_000 });
    const found = checkAlignment(misread(slice(autumn, 2000, 36_000), 'UTC-6', 'America/Chicago'), autumn, { ...about, zone: 'America/Chicago' });
    assert.deepEqual([found.cause, found.remedy], ['dst', '--tz UTC-6'], found.summary);
    assert.match(found.summary, /clock is UTC-6 all year, without summer time/);
  });

  it('answers for a million overlapping bars in 1.5 s of computing, whether 1-minute or 1-second', () => {
    const slow = slowness();
    for (const timeframe of ['1m', '1s'] as const) {
      const large = walk({ from: Date.UTC(2022, 0, 1), bars: 1_000_000, step: durationOf(timeframe) });
      const file = shifted(large, 3 * HOUR);
      const started = process.cpuUsage();
      const found = checkAlignment(file, large, { ...about, timeframe });
      const elapsed = process.cpuUsage(started).user / 1000;
      assert.equal(found.likelyZone, 'America/New_York');
      assert.ok(elapsed < 1500 * slowness(slow), `${timeframe}: took ${elapsed.toFixed(0)} ms`);
    }
  });
});
