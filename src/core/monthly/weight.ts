/**
 * The weight of a label. A winner's is quality · velocity · decay, a loser's decay alone. Source: 7-monthly, labels.
 */

export interface Month {
  readonly year: number;
  /** 1 … 12 */
  readonly month: number;
}

const clip = (value: number): number => Math.min(2, Math.max(0.5, value));

/** Less for a winner that first went far against its entry. @param excursion largest adverse excursion, ticks @param stop ticks */
export const quality = (excursion: number, stop: number): number => clip(2 - (1.5 * excursion) / stop);

/** Less for a slow winner: 2 up to 300 s, 0.5 from 900 s. @param elapsed seconds from entry to target */
export const velocity = (elapsed: number): number => clip(2 - (1.5 * (elapsed - 300)) / 600);

/** Less the older the month is, by 5 % a month. @param months from the bar's month to the reference month */
export const decay = (months: number): number => Math.exp(-0.05 * months);

/** The UTC month of an instant. @param time unix seconds */
export function monthAt(time: number): Month {
  const date = new Date(time * 1000);
  return { year: date.getUTCFullYear(), month: date.getUTCMonth() + 1 };
}

/** Months from one to another, negative when `to` is the earlier. */
export const monthsBetween = (from: Month, to: Month): number => (to.year - from.year) * 12 + to.month - from.month;

/** The decay of each bar. @param time unix seconds UTC, in any order */
export function decays(time: Float64Array, reference: Month): Float64Array {
  const result = new Float64Array(time.length);
  let [from, to, value] = [Infinity, -Infinity, NaN];
  for (let at = 0; at < time.length; at++) {
    const instant = time[at]!;
    if (instant < from || instant >= to) {
      const month = monthAt(instant);
      from = Date.UTC(month.year, month.month - 1, 1) / 1000;
      to = Date.UTC(month.year, month.month, 1) / 1000;
      value = decay(monthsBetween(month, reference));
    }
    result[at] = value;
  }
  return result;
}
