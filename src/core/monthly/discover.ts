import { below, nameOf, type Address } from '../cloud/address';
import type { Places } from '../cloud/places';
import { daysOf, monthNumber, parseMonth } from './months';
import { monthText } from './statistics';
import type { Month } from './weight';

/** Which months there are to process, and which are done. Source: 7-monthly, discover. */
export interface Naming {
  /** Name of a month's file; `{first}` and `{last}` are its first and last day, YYYYMMDD. */
  readonly source: string;
  /** Folders to look in, the preferred one first. */
  readonly sourcePrefixes: readonly string[];
  /** Folders that may hold finished months. */
  readonly donePrefixes: readonly string[];
}

export const NAMING: Naming = {
  source: 'glbx-mdp3-{first}-{last}.ohlcv-1s.dbn.zst',
  sourcePrefixes: ['raw-data/databento', 'databento', 'raw', 'es-data', 'raw-data', 'monthly', 'dbn', '.'],
  donePrefixes: ['processed-data/monthly', 'processed/monthly', 'monthly-processed', 'output/monthly'],
};

export interface MonthSource {
  readonly month: Month;
  /** Where its file lies, the preferred place first; never empty. */
  readonly files: readonly Address[];
}

/**
 * The months whose files lie under a folder, in order of time. A file without `.zst` at its end counts too.
 * @throws Failure `usage` when there is no such folder
 */
export async function discoverMonths(places: Places, folder: Address, naming: Naming = NAMING): Promise<MonthSource[]> {
  const place = await places.of(folder);
  await place.require(folder);
  const found = new Map<string, { month: Month; files: Address[] }>();
  for (const prefix of naming.sourcePrefixes) {
    for (const file of await place.list(below(folder, prefix), 'here')) {
      const month = monthOfSource(nameOf(file), naming);
      if (month === undefined) continue;
      const entry = found.get(monthText(month)) ?? { month, files: [] };
      entry.files.push(file);
      found.set(monthText(month), entry);
    }
  }
  return [...found.values()].sort((a, b) => monthNumber(a.month) - monthNumber(b.month));
}

/** The month of a vendor's file name: its dates must be the first and the last day of one month. */
function monthOfSource(name: string, naming: Naming): Month | undefined {
  const dates = /(\d{4})(\d{2})\d{2}-\d{8}/.exec(name);
  if (dates === null || !/^(0[1-9]|1[0-2])$/.test(dates[2]!)) return undefined;
  const month = { year: Number(dates[1]), month: Number(dates[2]) };
  const { first, last } = daysOf(month);
  const wanted = naming.source.replace('{first}', first).replace('{last}', last);
  return name === wanted || name === wanted.replace(/\.zst$/, '') ? month : undefined;
}

/** The finished months under a folder, `2025-10` → the newest of its files by name. */
export async function finishedMonths(places: Places, folder: Address, naming: Naming = NAMING): Promise<Map<string, Address>> {
  const done = new Map<string, Address>();
  const place = await places.of(folder);
  for (const prefix of naming.donePrefixes) {
    for (const file of await place.list(below(folder, prefix), 'below')) {
      const month = finishedMonth(nameOf(file));
      if (month !== undefined && nameOf(file) > nameOf(done.get(month) ?? '')) done.set(month, file);
    }
  }
  return done;
}

/** What a finished month's file may be called; year and month are the two groups. */
const FINISHED = [/monthly_(\d{4})-(\d{2})_/, /(\d{4})-(\d{2})_processed/, /es_(\d{4})_(\d{2})_processed/, /(?:^|\D)(\d{4})(\d{2})\.parquet$/];

/** @returns `2025-10`, undefined when the name is no finished month's */
export function finishedMonth(name: string): string | undefined {
  if (!name.endsWith('.parquet')) return undefined;
  for (const pattern of FINISHED) {
    const found = pattern.exec(name);
    if (found !== null && Number(found[2]) >= 1 && Number(found[2]) <= 12) return monthText(parseMonth(`${found[1]!}-${found[2]!}`));
  }
  return undefined;
}
