import { stampOf } from '../base/time';

/** Names of exports, of their signal files and of their lock, as they are written and as they are read. */

/** What an export's rows are. */
export type DataType = 'Minute' | 'Tick';

/** What the name of an exported CSV tells. */
export interface CsvName {
  /** With `.csv` and without `.gz`, `.DONE` or folder. */
  readonly csv: string;
  readonly instrument: string;
  /** Undefined where the name does not say it. */
  readonly dataType: DataType | undefined;
  /** `20251113_212632`: when the export began. Some exporters write the local time, whatever the name says: never compare it with a clock. */
  readonly stamp: string | undefined;
}

/**
 * `MinuteDataExport_ES_20251113_212632_UTC.csv`.
 * @param begins `Minute` promises bars of one minute: those of another length are a plain `DataExport`
 * @param at when the export begins, unix ms
 */
export const csvNameOf = (begins: DataType | '', instrument: string, at: number): string => `${begins}DataExport_${instrument}_${stampOf(at)}_UTC.csv`;

/** Two exports of one instrument in one folder exclude each other. */
export const lockNameOf = (instrument: string): string => `DataExport_${instrument}.lock`;

const FINISHED = /(?:\.gz)?(?:\.DONE)?$/i;
const EXPORT = /^(Minute|Tick)?DataExport_(.+?)(?:_(\d{8}_\d{6}))?(?:_UTC)?\.csv$/i;
const OF_MINUTES = /^(.+?)_1m_.*\.csv$/i;

/**
 * What the name of a file tells, with or without `.DONE` and `.gz`: `MinuteDataExport_*`, `TickDataExport_*`,
 * `DataExport_*` and `*_1m_*.csv`. Undefined when it is no export's.
 */
export function parseCsvName(name: string): CsvName | undefined {
  const csv = name.replace(FINISHED, '');
  const [whole, dataType, instrument, stamp] = EXPORT.exec(csv) ?? [];
  if (whole !== undefined) return { csv, instrument: instrument!, dataType: dataTypeFrom(dataType), stamp };
  const ticker = OF_MINUTES.exec(csv)?.[1];
  return ticker === undefined ? undefined : { csv, instrument: ticker, dataType: 'Minute', stamp: undefined };
}

/** In any case of letters; undefined when it is neither. */
export function dataTypeFrom(text: string | undefined): DataType | undefined {
  return (['Minute', 'Tick'] as const).find((known) => known.toLowerCase() === text?.trim().toLowerCase());
}

export type SignalKind = 'start' | 'progress' | 'complete';

/** What the name of a signal file tells. `csv` ends in `.csv`, whether it did in the name or not. */
export type SignalName =
  | { readonly kind: 'start'; readonly stamp: string; readonly instrument: string | undefined }
  | { readonly kind: 'progress' | 'complete'; readonly csv: string };

/** Signal files lie in the raw folder or in this one inside it. */
export const LOGS = 'logs';

/** The first to begin in a second takes the plain name; those that find it taken add their instrument. */
export const startNameOf = (at: number, instrument?: string): string => `export_start_${stampOf(at)}${instrument === undefined ? '' : `_${instrument}`}.json`;

/** @param csv name of the exported file, with `.csv` */
export const signalNameOf = (kind: 'progress' | 'complete', csv: string): string => `export_${kind}_${csv}.json`;

/** Undefined when it is not the name of a signal file (a temporary one is not). */
export function parseSignalName(name: string): SignalName | undefined {
  const [start, stamp, instrument] = /^export_start_(\d{8}_\d{6})(?:_(.+))?\.json$/i.exec(name) ?? [];
  if (start !== undefined) return { kind: 'start', stamp: stamp!, instrument };
  const [whole, kind, csv] = /^export_(progress|complete)_(.+?)(?:\.csv)?\.json$/i.exec(name) ?? [];
  return whole === undefined ? undefined : { kind: kind!.toLowerCase() === 'progress' ? 'progress' : 'complete', csv: `${csv!}.csv` };
}

const MARKS = /^[\p{L}\p{N}](?:[\p{L}\p{N} ._#$^&+-]*[\p{L}\p{N}])?$/u;

/** True when an instrument (`ES`, `ES 12-25`, `BRK.B`) can stand in the name of a file. */
export const isInstrument = (text: string): boolean => text.length <= 40 && MARKS.test(text);
