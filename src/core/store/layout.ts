import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { Failure, errnoOf, failureFrom } from '../base/failure';
import { timeframeFrom, type Timeframe } from '../base/timeframe';
import { requireNoLink } from '../disk/link';
import { NOTES } from '../disk/operations';
import type { Category } from '../../protocol/inventory';

/** Where things lie in a data folder, and what a file's name says about it. */

export { NOTES };

/** A user's own exceptions to the exchange calendars (calendar/exceptions.ts). */
export const calendarPath = (folder: string): string => path.join(folder, NOTES, 'calendar.json');

/** Rows that an update does not trust, and damaged masters that were made anew; below the data folder. */
export const QUARANTINE = 'quarantine';

/** @param file relative to the data folder, `/` between parts */
export const isQuarantined = (file: string): boolean => file.startsWith(`${QUARANTINE}/`);

export interface NamedFile {
  readonly category: Category;
  /** The text before the first underscore. */
  readonly ticker?: string;
  readonly timeframe?: Timeframe;
  /** What a derived file holds, such as `daily_hod_lod`. */
  readonly kind?: string;
}

/** Derived JSON by the end of its name; the longer end first. */
const DERIVED = ['daily_hod_lod', 'level_touches', 'opening_range', 'range_dist', 'profiler', 'sessions', 'hod_lod'] as const;

/** What a file is, from its name alone. A resampled Parquet is told from an imported one only by its metadata; what was set aside is none of them, whatever it was. */
export function parseName(file: string): NamedFile {
  if (isQuarantined(file)) return { category: 'other' };
  const name = path.basename(file);
  const [stem, extension] = splitExtension(name);
  const chunks = chunksNamed(file);
  if (chunks !== undefined) return chunks;
  if (extension === 'csv' || extension === 'txt') return { category: 'raw' };
  const cut = stem.indexOf('_');
  if (cut <= 0) return { category: extension === 'parquet' ? 'market' : 'other' };
  const [ticker, rest] = [stem.slice(0, cut), stem.slice(cut + 1)];
  if (extension === 'parquet') {
    const timeframe = timeframeFrom(rest);
    return timeframe === undefined ? { category: 'market', ticker } : { category: 'market', ticker, timeframe };
  }
  const kind = extension === 'json' ? derivedKind(rest) : undefined;
  return kind === undefined ? { category: 'other' } : { category: 'derived', ticker, kind };
}

/** `chunks/{ticker}_{timeframe}/meta.json` stands for all the chunks beside it. */
function chunksNamed(file: string): NamedFile | undefined {
  const { ticker, rest } = /(?:^|[\\/])chunks[\\/](?<ticker>[^_\\/]+)_(?<rest>[^_\\/]+)[\\/]meta\.json$/.exec(file)?.groups ?? {};
  const timeframe = rest === undefined ? undefined : timeframeFrom(rest);
  return ticker === undefined || timeframe === undefined ? undefined : { category: 'derived', ticker, timeframe, kind: 'chunks' };
}

/** Everything `regenerate` makes from a ticker's minutes, in its order; a folder of chunks by its `meta.json`. */
export function derivedFiles(ticker: string): string[] {
  const bars = ['5m', '15m', '1h', '4h'].map((timeframe) => `${ticker}_${timeframe}.parquet`);
  const days = ['daily_hod_lod', 'profiler', 'level_touches', 'hod_lod', 'range_dist', 'opening_range'].map((kind) => `${ticker}_${kind}.json`);
  const chunks = ['1m', '5m', '15m', '1h', '4h'].map((timeframe) => `chunks/${ticker}_${timeframe}/meta.json`);
  return [...bars, ...days, `sessions/${ticker}_sessions.json`, ...chunks];
}

function derivedKind(rest: string): string | undefined {
  if (/(^|_)stats/.test(rest)) return 'stats';
  return DERIVED.find((kind) => rest === kind || rest.endsWith(`_${kind}`));
}

function splitExtension(name: string): [stem: string, extension: string] {
  const extension = path.extname(name);
  return [name.slice(0, name.length - extension.length), extension.slice(1).toLowerCase()];
}

/** `{TICKER}_{timeframe}.parquet` in the data folder. @throws Failure `usage` when the ticker cannot stand in a file name */
export const masterPath = (folder: string, ticker: string, timeframe: Timeframe): string => path.join(folder, `${requireTicker(ticker)}_${timeframe}.parquet`);

/** The tickers that have a master of a timeframe in the data folder, by name. */
export async function tickersWith(folder: string, timeframe: Timeframe): Promise<string[]> {
  const named = (await readdir(folder)).map(parseName).filter((name) => name.category === 'market' && name.timeframe === timeframe);
  return named.flatMap(({ ticker }) => ticker ?? []).sort();
}

/** The lock under which everything of one ticker is written. */
export const lockPath = (folder: string, ticker: string): string => path.join(folder, `${requireTicker(ticker)}.lock`);

/** Letters, digits and `. = ^ $ -` (`ES`, `ES=F`, `^GSPC`, `BRK.B`): no underscore, since the name is cut at the first. */
function requireTicker(ticker: string): string {
  if (/^[\p{L}\p{N}=^$][\p{L}\p{N}.=^$-]{0,31}$/u.test(ticker) && !ticker.endsWith('.')) return ticker;
  throw new Failure('usage', {
    attempted: `use the ticker "${ticker}"`,
    why: 'it cannot stand in a file name.',
    remedy: 'Use letters and digits, such as ES, NQ or BRK.B, without an underscore.',
  });
}

/**
 * The nearest folder, from `start` upwards, that has our notes or a master in it; else `start` itself.
 * The way up ends below a folder anybody may write to, such as `/tmp`: what lies there may be a stranger's.
 */
export async function findDataFolder(start: string): Promise<string> {
  const first = path.resolve(start);
  const from = (await isFolder(first)) ? first : path.dirname(first);
  for (let folder = from; ; folder = path.dirname(folder)) {
    if (await holdsData(folder)) return folder;
    const parent = path.dirname(folder);
    if (folder === parent || (await isShared(parent))) return from;
  }
}

async function holdsData(folder: string): Promise<boolean> {
  // A folder that may not be listed, on the way up, is simply not ours.
  const names = await readdir(folder).catch((): string[] => []);
  return names.some((name) => parseName(name).timeframe !== undefined) || (names.includes(NOTES) && (await isFolder(path.join(folder, NOTES))));
}

/** Writable by everybody, by its mode (Windows has none). */
const isShared = (folder: string): Promise<boolean> =>
  stat(folder).then(
    ({ mode }) => process.platform !== 'win32' && (mode & 0o002) !== 0,
    () => false,
  );

const isFolder = (folder: string): Promise<boolean> =>
  stat(folder).then(
    (stats) => stats.isDirectory(),
    () => false,
  );

/** @throws Failure when it cannot be told; `refused` about a symbolic link that leads nowhere */
export async function isFile(file: string): Promise<boolean> {
  try {
    return (await stat(file)).isFile();
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw failureFrom(error, `read ${file}`, file);
    await requireNoLink(file, `read ${file}`);
    return false;
  }
}
