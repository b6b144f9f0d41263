import type { Bars } from '../base/bar';
import { BarBuilder } from '../base/bar';
import { seededRandom } from '../base/random';
import { durationOf } from '../base/timeframe';
import type { Zone } from '../base/time';
import { zoneNamed } from '../base/time';

const MINUTE = durationOf('1m');
const HOUR = durationOf('1h');
const DAY = durationOf('1D');
const TICK = 0.25;
const EXCHANGE = 'America/Chicago';

/** Wall-clock ms in Chicago (read as if UTC) of a session's start on a date, given as `Date.UTC(…)`. */
const SESSION_START = 17 * HOUR;
const SESSION_END = 16 * HOUR;

/**
 * 1-minute bars of an index future, made up: five sessions a week, Sunday 17:00 to Friday 16:00 Chicago time with the
 * daily break from 16:00 to 17:00, quiet at night, prices a random walk on the quarter-point grid.
 * @param sunday the first week's Sunday, as `Date.UTC(year, month, day)`
 */
export function makeBars(sunday: number, weeks: number, seed: number): Bars {
  const random = seededRandom(seed);
  const bars = new BarBuilder();
  let ticks = 26_800;
  for (const [from, to] of sessions(sunday, weeks)) {
    for (let time = from; time < to; time += MINUTE) {
      const busy = activityAt(time);
      const open = ticks + draw(random, busy, 1);
      ticks = open + draw(random, busy, 5);
      const high = Math.max(open, ticks) + Math.floor(random() * 3 * busy);
      const low = Math.min(open, ticks) - Math.floor(random() * 3 * busy);
      bars.push(time, open * TICK, high * TICK, low * TICK, ticks * TICK, 1 + Math.floor(random() * random() * 2400 * busy));
    }
  }
  return bars.finish();
}

/** Open and close instants of the sessions, UTC ms. */
function sessions(sunday: number, weeks: number): [from: number, to: number][] {
  return Array.from({ length: weeks * 5 }, (_, i) => {
    const date = sunday + (Math.floor(i / 5) * 7 + (i % 5)) * DAY;
    return [instant(date + SESSION_START), instant(date + DAY + SESSION_END)];
  });
}

/** Sessions begin and end in the afternoon, when no clock changes. */
function instant(local: number): number {
  return zoneNamed(EXCHANGE).utcOf(local)!;
}

/** 1 while the stock exchange is open, less at night. */
function activityAt(time: number): number {
  const clock = zoneNamed(EXCHANGE).localOf(time) % DAY;
  return clock >= 8.5 * HOUR && clock < 15 * HOUR ? 1 : 0.4;
}

/** Whole ticks, symmetric about 0. */
const draw = (random: () => number, busy: number, widest: number): number => Math.round((random() + random() - 1) * widest * busy);

/** Bars with open instants in [from, to). */
export function barsBetween(bars: Bars, from: number, to: number): Bars {
  const [start, end] = [from, to].map((time) => bars.time.findIndex((at) => at >= time));
  const cut = (column: Float64Array): Float64Array => column.subarray(start, end === -1 ? undefined : end);
  return { time: cut(bars.time), open: cut(bars.open), high: cut(bars.high), low: cut(bars.low), close: cut(bars.close), volume: cut(bars.volume) };
}

/** NinjaTrader's text export: `yyyyMMdd HHmmss;open;high;low;close;volume`, times of a zone at which bars close, CRLF. */
export function ninjaTraderText(bars: Bars, zone: string): string {
  const place = zoneNamed(zone);
  const { open, high, low, close, volume } = bars;
  return Array.from(bars.time, (time, i) => `${closeStamp(place, time)};${open[i]};${high[i]};${low[i]};${close[i]};${volume[i]}\r\n`).join('');
}

function closeStamp(zone: Zone, open: number): string {
  const written = new Date(zone.localOf(open + MINUTE)).toISOString();
  return `${written.slice(0, 10).replaceAll('-', '')} ${written.slice(11, 19).replaceAll(':', '')}`;
}
