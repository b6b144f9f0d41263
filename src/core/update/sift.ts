import { BarBuilder, type Bars } from '../base/bar';
import { zoneNamed } from '../base/time';
import { durationOf, type Timeframe } from '../base/timeframe';
import { flatRuns, spikes } from './doubt';
import type { Quote } from './yahoo';

/** Why a fetched bar never goes into a master. */
export type Reason =
  | 'incomplete'
  | 'price-not-positive'
  | 'ohlc-inconsistent'
  | 'price-too-large'
  | 'volume-negative'
  | 'volume-too-large'
  | 'off-grid-timestamp'
  | 'non-monotonic-timestamp'
  | 'future'
  | 'off-tick'
  | 'spike'
  | 'flat-run'
  | 'no-volume-run';

export interface Doubtful extends Quote {
  readonly reason: Reason;
}

export interface Sifted {
  readonly bars: Bars;
  readonly rejected: readonly Doubtful[];
  /** Rows without any value: minutes in which nothing was traded. */
  readonly empty: number;
  /** Bars whose time is not over: the last, if any. */
  readonly unfinished: number;
}

export interface SiftOptions {
  readonly timeframe: Timeframe;
  /** Unix ms UTC. */
  readonly now: number;
  /** The exchange's, in which days end. */
  readonly zone: string;
  /** The instrument's smallest price step, points; undefined when it is not known. */
  readonly tick?: number;
}

type Whole = { readonly [Field in keyof Quote]: number };

const DAY = durationOf('1D');
/** Prices of 16 digits, as in the checks of files. */
const TOO_LARGE = 1e15;
/** Sources compute in single precision: a price this near to the grid, in ticks, is on it. */
const NEAR_GRID = 0.02;

/** Takes fetched bars apart: those fit for a master, those in doubt with the reason, those that are no bars (yet). */
export function sift(quotes: readonly Quote[], options: SiftOptions): Sifted {
  const traded = quotes.filter((quote) => !isEmpty(quote));
  const finished = traded.filter((quote, i) => !isUnfinished(quote, i === traded.length - 1, options));
  const rejected: Doubtful[] = [];
  const sound: Whole[] = [];
  for (const quote of finished) {
    const whole = wholeOf(quote);
    const reason = whole === undefined ? 'incomplete' : faultOf(whole, sound.at(-1)?.time ?? -Infinity, options);
    if (whole === undefined || reason !== undefined) rejected.push({ ...quote, reason: reason ?? 'incomplete' });
    else sound.push(onGrid(whole, options.tick));
  }
  const doubts = new Map<number, Reason>([...flatRuns(sound), ...spikes(sound, options.tick)]);
  const bars = new BarBuilder();
  sound.forEach((quote, i) => {
    const reason = doubts.get(i);
    if (reason !== undefined) rejected.push({ ...quote, reason });
    else bars.push(quote.time, quote.open, quote.high, quote.low, quote.close, quote.volume);
  });
  rejected.sort((a, b) => a.time - b.time);
  return { bars: bars.finish(), rejected, empty: quotes.length - traded.length, unfinished: traded.length - finished.length };
}

const isEmpty = ({ open, high, low, close }: Quote): boolean => open === null && high === null && low === null && close === null;

/** Of minutes, one whose time is not over, or the last one when it carries the time of the last trade; of days and weeks, one the exchange is still in. */
function isUnfinished({ time }: Quote, isLast: boolean, { timeframe, now, zone }: SiftOptions): boolean {
  const duration = durationOf(timeframe);
  if (duration >= DAY) return time <= now && time + duration > Math.floor(zoneNamed(zone).localOf(now) / DAY) * DAY;
  return time <= now && (time + duration > now || (isLast && time % duration !== 0));
}

function wholeOf({ time, open, high, low, close, volume }: Quote): Whole | undefined {
  if (open === null || high === null || low === null || close === null) return undefined;
  return { time, open, high, low, close, volume: volume ?? NaN };
}

function faultOf(quote: Whole, previous: number, { timeframe, now, tick }: SiftOptions): Reason | undefined {
  const { time, open, high, low, close, volume } = quote;
  if (time > now) return 'future';
  if (time % (durationOf(timeframe) >= DAY ? DAY : durationOf(timeframe)) !== 0) return 'off-grid-timestamp';
  if (time <= previous) return 'non-monotonic-timestamp';
  if (!(Math.min(open, high, low, close) > 0)) return 'price-not-positive';
  if (high < Math.max(open, low, close) || low > Math.min(open, close)) return 'ohlc-inconsistent';
  if (Math.max(open, high, low, close) >= TOO_LARGE) return 'price-too-large';
  if (volume < 0) return 'volume-negative';
  if (volume > Number.MAX_SAFE_INTEGER) return 'volume-too-large';
  return tick !== undefined && [open, high, low, close].some((price) => offGrid(price, tick)) ? 'off-tick' : undefined;
}

const offGrid = (price: number, tick: number): boolean => Math.abs(price / tick - Math.round(price / tick)) > NEAR_GRID;

/** Prices exactly on the grid of ticks, rounded to the tick's own decimals. */
function onGrid(quote: Whole, tick: number | undefined): Whole {
  if (tick === undefined) return quote;
  const decimals = Math.max(0, -Math.floor(Math.log10(tick)) + 2);
  const snap = (price: number): number => Number((Math.round(price / tick) * tick).toFixed(decimals));
  return { ...quote, open: snap(quote.open), high: snap(quote.high), low: snap(quote.low), close: snap(quote.close) };
}
