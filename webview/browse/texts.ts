import type { Candle, ShowBrowsed } from '../../src/protocol/browse';

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

/** What a chart shows, in a line: a person who cannot see it reads this and the table. */
export function spanText(candles: readonly Candle[], step: number | null, { zone, words }: ShowBrowsed): string {
  const [first, last] = [candles[0]!, candles.at(-1)!];
  const highest = Math.max(...candles.map(([, , high]) => high));
  const lowest = Math.min(...candles.map(([, , , low]) => low));
  const each = step === null ? words['each candle one bar'] : words['each candle {0}'].replace('{0}', lengthOf(step));
  return `${clock(first[0], zone)} → ${clock(last[0], zone)} ${zone} · ${each} · ${words.Low} ${lowest.toLocaleString('en-US')} · ${words.High} ${highest.toLocaleString('en-US')}`;
}

export function lengthOf(ms: number): string {
  if (ms >= 24 * HOUR) return `${Number((ms / (24 * HOUR)).toFixed(1))} d`;
  if (ms >= HOUR) return `${Number((ms / HOUR).toFixed(1))} h`;
  return ms >= 60_000 ? `${Number((ms / 60_000).toFixed(1))} min` : `${Number((ms / 1000).toFixed(1))} s`;
}
