import assert from 'node:assert/strict';
import type { Candle } from '../../src/protocol/browse';
import { breaksIn, Places } from '../../webview/browse/breaks';

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const at = (...times: readonly number[]): Candle[] => times.map((time) => [time, 1, 2, 0, 1, null]);
const every = (step: number, count: number, from = 0): number[] => Array.from({ length: count }, (_, n) => from + n * step);

describe('where the candles of a chart break off', () => {
  it('is where bars are missing', () => {
    const candles = at(...every(MINUTE, 50), ...every(MINUTE, 50, 90 * MINUTE), ...every(MINUTE, 20, 141 * MINUTE));
    assert.deepEqual(breaksIn(candles), [{ before: 50, from: 49 * MINUTE, to: 90 * MINUTE }, { before: 100, from: 139 * MINUTE, to: 141 * MINUTE }]);
  });

  it('is not between bars that follow each other, nor at the weekends of daily bars, of which a missing week is one', () => {
    assert.deepEqual(breaksIn(at(...every(MINUTE, 300))), []);
    assert.deepEqual(breaksIn(at()), []);
    assert.deepEqual(breaksIn(at(5)), []);
    const weekdays = every(DAY, 300).filter((time) => (time / DAY) % 7 < 5);
    assert.deepEqual(breaksIn(at(...weekdays)), []);
    assert.deepEqual(breaksIn(at(...weekdays.filter((time) => Math.floor(time / DAY / 7) !== 20))), [{ before: 100, from: (19 * 7 + 4) * DAY, to: 21 * 7 * DAY }]);
  });

  it('has room, in which no candle stands, and every candle is found where it stands', () => {
    const candles = at(...every(MINUTE, 50), ...every(MINUTE, 50, 90 * MINUTE));
    const breaks = breaksIn(candles);
    const places = new Places(candles.length, breaks, 514);
    assert.deepEqual([places.slot, places.room, places.left(49), places.left(50)], [5, 14, 245, 264]);
    assert.deepEqual(candles.map((_, n) => places.at(places.left(n) + 2)), candles.map((_, n) => n));
    assert.deepEqual([places.at(251), places.at(263), places.at(-1), places.at(515)], [breaks[0], breaks[0], undefined, undefined]);
  });
});
