import type { Candle, ShowBrowsed } from '../../src/protocol/browse';
import { type Break, breaksIn } from './breaks';

const HOUR = 3_600_000;

/** `2025-11-03 09:30` in the zone, with seconds where there are any. */
export const clock = (instant: number, zone: string): string =>
  new Intl.DateTimeFormat('sv-SE', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', ...(instant % 60_000 === 0 ? {} : { second: '2-digit' }) }).format(instant);

/** `2025-11-03 09:30 · Open 4,101.25 …` */
export function candleLine([time, open, high, low, close, volume]: Candle, { zone, words }: ShowBrowsed): string {
  const price = (value: number): string => value.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: 8 });
  const parts = [[words.Open, price(open)], [words.High, price(high)], [words.Low, price(low)], [words.Close, price(close)], ...(volume === null ? [] : [[words.Volume, volume.toLocaleString('en-US')]])];
  return [`${clock(time, zone)} ${zone}`, ...parts.map(([name, value]) => `${name!} ${value!}`)].join(' · ');
}

/** `no bars between 2025-10-05 23:59 and 2025-10-08 00:00 · 2 d` */
export const breakLine = ({ from, to }: Break, { zone, words }: ShowBrowsed): string =>
  `${words['no bars between {0} and {1}'].replace('{0}', clock(from, zone)).replace('{1}', `${clock(to, zone)} ${zone}`)} · ${lengthOf(to - from)}`;

/** How many breaks there are, and the longest. */
function breakTexts(breaks: readonly Break[], shown: ShowBrowsed): string[] {
  if (breaks.length === 0) return [];
  const { words } = shown;
  const longest = breaks.reduce((best, each) => (each.to - each.from > best.to - best.from ? each : best));
  const length = lengthOf(longest.to - longest.from);
  if (breaks.length === 1) return [words['1 stretch without bars: {0}'].replace('{0}', length)];
  return [words['{0} stretches without bars, the longest {1}'].replace('{0}', breaks.length.toLocaleString('en-US')).replace('{1}', length)];
}

/** What a chart shows, in a line: a person who cannot see it reads this and the table. */
export function spanText(candles: readonly Candle[], step: number | null, shown: ShowBrowsed): string {
  const { zone, words } = shown;
  const [first, last] = [candles[0]!, candles.at(-1)!];
  const highest = Math.max(...candles.map(([, , high]) => high));
  const lowest = Math.min(...candles.map(([, , , low]) => low));
  const each = step === null ? words['each candle one bar'] : words['each candle {0}'].replace('{0}', lengthOf(step));
  const prices = [`${words.Low} ${lowest.toLocaleString('en-US')}`, `${words.High} ${highest.toLocaleString('en-US')}`];
  return [`${clock(first[0], zone)} → ${clock(last[0], zone)} ${zone}`, each, ...prices, ...breakTexts(breaksIn(candles), shown)].join(' · ');
}

export function lengthOf(ms: number): string {
  if (ms >= 24 * HOUR) return `${Number((ms / (24 * HOUR)).toFixed(1))} d`;
  if (ms >= HOUR) return `${Number((ms / HOUR).toFixed(1))} h`;
  return ms >= 60_000 ? `${Number((ms / 60_000).toFixed(1))} min` : `${Number((ms / 1000).toFixed(1))} s`;
}
