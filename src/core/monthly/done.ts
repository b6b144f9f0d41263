import type { Written } from '../disk/atomic';
import { Failure } from '../base/failure';
import { isoInstant } from '../base/time';
import type { Address } from '../cloud/address';
import type { Places } from '../cloud/places';
import { parseObject } from '../disk/holder';
import type { MonthDone } from '../../protocol/monthly';
import type { Processed, ProcessOptions } from './process';
import { statisticsOf } from './publish';
import type { MonthDocument } from './reprocess';

/** The statistics file: all that is kept of a finished month beside its rows, and the only place it is kept in. */
export interface MonthRecord extends MonthDocument {
  readonly source: string;
  readonly file_size_bytes: number;
  /** SHA-256 of the Parquet file. */
  readonly digest: string;
  readonly contracts: readonly ContractDate[];
  readonly settings: ProcessOptions;
}

export interface ContractDate {
  /** `2025-10-01` */
  readonly date: string;
  readonly symbol: string;
  readonly volume: number;
}

export function recordText(document: MonthDocument, processed: Processed, { source, options }: { source: string; options: ProcessOptions }, file: Written): string {
  const record: MonthRecord = { ...document, source, file_size_bytes: file.bytes, digest: file.sha256, contracts: contractDates(processed), settings: options };
  return `${JSON.stringify(record, undefined, 1)}\n`;
}

/** The contract of each date. */
export const contractDates = ({ dates }: Pick<Processed, 'dates'>): ContractDate[] =>
  dates.map(({ day, symbol, volume }) => ({ date: isoInstant(day * 86_400_000).slice(0, 10), symbol, volume }));

/** What is known of a finished file; undefined when it has no statistics of ours. @throws Failure `io` */
export async function findDone(places: Places, output: Address): Promise<MonthDone | undefined> {
  const record = await readRecord(places, output);
  return record === undefined ? undefined : summary(record, output, statisticsOf(output));
}

/** The statistics of a finished file; undefined when there are none of ours. @throws Failure `io` */
export async function readRecord(places: Places, output: Address): Promise<MonthRecord | undefined> {
  const statistics = statisticsOf(output);
  const text = (await (await places.of(statistics)).read(statistics))?.toString('utf8');
  const record: unknown = text === undefined ? undefined : parseObject(text);
  return isRecord(record) ? record : undefined;
}

/** As `findDone`, of a file that was just finished. */
export async function readDone(places: Places, output: Address): Promise<MonthDone> {
  const done = await findDone(places, output);
  if (done !== undefined) return done;
  throw new Failure('io', { attempted: `read the statistics of ${output}`, file: output, why: 'they are not there.', remedy: 'Process the month again.' });
}

const isRecord = (value: unknown): value is MonthRecord => typeof value === 'object' && value !== null && 'quality_score' in value && 'digest' in value && 'rows' in value;

const summary = (record: MonthRecord, output: string, statistics: string): MonthDone => ({
  month: record.month,
  source: record.source,
  output,
  statistics,
  bytes: record.file_size_bytes,
  sha256: record.digest,
  rawRows: record.rows.raw,
  rows: record.rows.final,
  score: record.quality_score,
  requiresReprocessing: record.requires_reprocessing,
  priority: record.reprocessing_priority,
  reasons: record.reasons,
  alerts: record.alerts,
  warnings: record.warnings,
  seconds: record.processing_seconds,
  stageSeconds: record.stage_seconds,
  peakMemoryBytes: record.peak_memory_bytes,
});
