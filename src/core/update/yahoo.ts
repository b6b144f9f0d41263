import * as z from 'zod';
import { Failure } from '../base/failure';
import type { Operation } from '../base/ports';
import { isZoneName, minuteUtc, zoneNamed } from '../base/time';
import type { Timeframe } from '../base/timeframe';
import { durationOf } from '../base/timeframe';
import { fetchPatiently } from './request';
import type { UpdateSettings } from './settings';

/** A bar as the source gives it; null where it has no value. */
export interface Quote {
  /** Open instant, unix ms UTC; of a daily or weekly bar, midnight UTC of its date. */
  readonly time: number;
  readonly open: number | null;
  readonly high: number | null;
  readonly low: number | null;
  readonly close: number | null;
  readonly volume: number | null;
}

export interface Chart {
  readonly quotes: readonly Quote[];
  /** The exchange's zone, in which dates are meant. */
  readonly zone: string;
  /** The answer as it came: its digest is the lineage of the bars. */
  readonly body: string;
}

/** What the source offers: its own name of the interval, and how many days back it is asked for, at most and by default. */
const OFFERED: Readonly<Partial<Record<Timeframe, { interval: string; days: number; most: number }>>> = {
  '1m': { interval: '1m', days: 5, most: 7 },
  '5m': { interval: '5m', days: 59, most: 60 },
  '1D': { interval: '1d', days: 3650, most: 36_500 },
  '1W': { interval: '1wk', days: 3650, most: 36_500 },
};

const DAY = durationOf('1D');
const values = z.array(z.number().nullable());
const ANSWER = z.object({
  chart: z.object({
    error: z.object({ code: z.string().optional(), description: z.string().optional() }).nullish(),
    result: z
      .array(
        z.object({
          meta: z.object({ exchangeTimezoneName: z.string() }),
          timestamp: z.array(z.number()).optional(),
          indicators: z.object({ quote: z.array(z.object({ open: values, high: values, low: values, close: values, volume: values }).partial()) }),
        }),
      )
      .nullish(),
  }),
});

export interface ChartRequest {
  readonly symbol: string;
  readonly timeframe: Timeframe;
  /** Days back from now; the default and the most differ by timeframe. */
  readonly days?: number;
  /** Unix ms UTC. */
  readonly now: number;
}

/**
 * Fetches bars from Yahoo Finance's chart service, as downloaded: daily and weekly ones are the exchange's, never built
 * from minutes. (`/v8/finance/chart/SYMBOL?interval=…&period1=…&period2=…`, times in unix seconds.)
 * @throws Failure `usage` for a timeframe or span that is not offered; `io` when the source does not answer, or not with bars
 */
export async function fetchChart(request: ChartRequest, settings: UpdateSettings, operation: Operation): Promise<Chart> {
  const { symbol, timeframe, now } = request;
  const address = addressOf(request, settings.address);
  const attempted = `fetch ${timeframe} bars of ${symbol} from ${settings.address}`;
  const body = await fetchPatiently(address, attempted, settings, operation);
  const refuse = (why: string): Failure => new Failure('io', { attempted, why, remedy: 'Nothing was changed. Look at the symbol in .barkeep/settings.json, and try again later.' });
  const answer = ANSWER.safeParse(jsonIn(body));
  if (!answer.success) throw refuse('the answer is not of the known form.');
  const { error, result } = answer.data.chart;
  if (error) throw refuse(`the source says: ${error.description ?? error.code ?? 'an error'}.`);
  const chart = result?.[0];
  if (chart === undefined || !isZoneName(chart.meta.exchangeTimezoneName)) throw refuse('the answer holds no chart.');
  const { timestamp = [], indicators } = chart;
  const quote = indicators.quote[0] ?? {};
  const columns = [quote.open, quote.high, quote.low, quote.close, quote.volume].map((column) => column ?? []);
  if (columns.some((column) => column.length !== timestamp.length)) throw refuse('the columns of the answer are not of one length.');
  const zone = chart.meta.exchangeTimezoneName;
  const [open, high, low, close, volume] = columns as [Values, Values, Values, Values, Values];
  const timeOf = durationOf(timeframe) >= DAY ? dateIn(zone) : (time: number): number => time;
  const quotes = timestamp.map((seconds, i) => ({ time: timeOf(seconds * 1000), open: open[i]!, high: high[i]!, low: low[i]!, close: close[i]!, volume: volume[i]! }));
  operation.log(`${quotes.length} bars of ${symbol} fetched, up to ${minuteUtc(now)}`);
  return { quotes, zone, body };
}

type Values = (number | null)[];

function addressOf({ symbol, timeframe, days, now }: ChartRequest, base: string): string {
  const offered = OFFERED[timeframe];
  const attempted = `update ${timeframe} bars`;
  if (offered === undefined) {
    throw new Failure('usage', { attempted, why: 'the source has no such bars.', remedy: `Use one of ${Object.keys(OFFERED).join(', ')}; others are made from 1m by barkeep regenerate.`, inEditor: { remedy: `Choose one of ${Object.keys(OFFERED).join(', ')}; others are made from 1m by Regenerate Derived….` } });
  }
  const wanted = days ?? offered.days;
  if (wanted > offered.most) throw new Failure('usage', { attempted, why: `the source gives ${offered.most} days of them at most.`, remedy: `Ask for --days ${offered.most} or fewer.`, inEditor: { remedy: 'Ask for fewer days.' } });
  const until = Math.floor(now / 1000);
  const query = new URLSearchParams({ interval: offered.interval, period1: String(until - wanted * 86_400), period2: String(until), includePrePost: 'true' });
  return `${base.replace(/\/$/, '')}/v8/finance/chart/${encodeURIComponent(symbol)}?${query.toString()}`;
}

/** Midnight UTC of the date an instant has at the exchange. */
const dateIn = (zone: string) => (time: number): number => Math.floor(zoneNamed(zone).localOf(time) / DAY) * DAY;

function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
