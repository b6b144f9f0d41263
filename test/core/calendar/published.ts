/** What a published calendar says of CME equity index futures: days that are not regular, and how they close in Chicago. */
export interface Published {
  readonly name: string;
  /** A line per year: `2025 01-01 closed, 01-20 12:00, …`. */
  readonly days: string;
  /** The source speaks of the listed days only; else every other weekday of its years is regular. */
  readonly only?: boolean;
}

/** Weekdays a source speaks of: date → `closed`, `12:15` or `regular`. */
export function daysOf({ days, only }: Published): Map<string, string> {
  const listed = new Map<string, string>();
  const years = days.trim().split('\n').map((line) => line.trim());
  for (const line of years) {
    const [year, rest] = [line.slice(0, 4), line.slice(5)];
    for (const item of rest.split(', ')) listed.set(`${year}-${item.slice(0, 5)}`, item.slice(6));
  }
  const told = new Map<string, string>();
  for (const year of years.map((line) => Number(line.slice(0, 4)))) {
    for (let day = Date.UTC(year, 0, 1); day < Date.UTC(year + 1, 0, 1); day += 86_400_000) {
      const date = new Date(day).toISOString().slice(0, 10);
      const says = listed.get(date) ?? (only === true ? undefined : 'regular');
      if (says !== undefined && ![0, 6].includes(new Date(day).getUTCDay())) told.set(date, says);
    }
  }
  return told;
}
