import { parseName } from './layout';
import type { Timeframe } from '../base/timeframe';
import { VERSION } from '../base/version';
import type { DateOrder } from '../integrity/timestamp';

/**
 * Key-value metadata of our Parquet files. A master: ticker, timeframe, Barkeep's version, and the sources it was
 * imported from, the last one's zone and stamp convention by themselves too. A file made from a master (derive) has `barkeep.made` instead of sources. No clock time is in it, so
 * that the same rows from the same sources give the same bytes.
 */
export const KEYS = { ticker: 'barkeep.ticker', timeframe: 'barkeep.timeframe', version: 'barkeep.version', sources: 'barkeep.sources', zone: 'barkeep.zone', stamp: 'barkeep.stamp', made: 'barkeep.made' } as const;

/** Where imported bars came from. */
export interface ImportedFrom {
  /** The source's file name. */
  readonly sourceName: string;
  /** Of the source's bytes, lower-case hex. */
  readonly sourceSha256: string;
  /** Zone and stamp convention under which its times were read. */
  readonly zone: string;
  readonly stamp: 'open' | 'close';
  /** Which number was taken first in its dates such as 06/07/2025; absent without such. */
  readonly dates?: DateOrder;
  /** Its single trades were joined into bars of this timeframe; absent of bars. */
  readonly aggregate?: Timeframe;
  /** What was done to every price; absent when nothing was. */
  readonly prices?: { readonly factor: number; readonly points: number };
}

export type Metadata = Readonly<Record<string, string>>;

/** Writers' own descriptions of the columns: they would be wrong for the columns we write. */
const OF_THE_WRITER = new Set(['ARROW:schema', 'pandas']);

/** What a master says about itself after one more import; keys of others stay. */
export function mergedMetadata(master: string, before: Metadata, from: ImportedFrom): Metadata {
  const kept = Object.fromEntries(Object.entries(before).filter(([key]) => !OF_THE_WRITER.has(key) && key !== KEYS.made));
  return { ...kept, ...ownMetadata(master), [KEYS.zone]: from.zone, [KEYS.stamp]: from.stamp, [KEYS.sources]: JSON.stringify(withSource(sourcesIn(before), from)) };
}

/** Ticker, timeframe and version for a file of ours, from its name. */
export function ownMetadata(file: string): Metadata {
  const { ticker, timeframe } = parseName(file);
  return { ...(ticker === undefined ? {} : { [KEYS.ticker]: ticker }), ...(timeframe === undefined ? {} : { [KEYS.timeframe]: timeframe }), [KEYS.version]: VERSION };
}

/** The sources a master was imported from, in order; empty when it was not made by an import of ours. */
export function sourcesIn(metadata: Metadata): readonly ImportedFrom[] {
  const parsed = parseJson(metadata[KEYS.sources]);
  return Array.isArray(parsed) ? parsed.filter(isImportedFrom) : [];
}

/** One source counts once, however often it is imported. */
function withSource(sources: readonly ImportedFrom[], from: ImportedFrom): readonly ImportedFrom[] {
  const { sourceName, sourceSha256, zone, stamp, dates, aggregate, prices } = from;
  const how = { ...(dates === undefined ? {} : { dates }), ...(aggregate === undefined ? {} : { aggregate }), ...(prices === undefined ? {} : { prices }) };
  return sources.some((source) => isSameReading(source, from)) ? sources : [...sources, { sourceName, sourceSha256, zone, stamp, ...how }];
}

const isSameReading = (a: ImportedFrom, b: ImportedFrom): boolean =>
  a.sourceSha256 === b.sourceSha256 && a.zone === b.zone && a.stamp === b.stamp && a.dates === b.dates && a.aggregate === b.aggregate && a.prices?.factor === b.prices?.factor && a.prices?.points === b.prices?.points;

function isImportedFrom(value: unknown): value is ImportedFrom {
  const { sourceName, sourceSha256, zone, stamp } = (value ?? {}) as Partial<Record<keyof ImportedFrom, unknown>>;
  return [sourceName, sourceSha256, zone, stamp].every((text) => typeof text === 'string');
}

/** The value of a JSON text; undefined when there is none or it is torn: metadata is a note, never worth failing for. */
export function parseJson(text: string | undefined): unknown {
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined;
  }
}
