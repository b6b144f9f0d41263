import { stat } from 'node:fs/promises';
import path from 'node:path';
import { Failure, failureFrom } from '../base/failure';
import { VERSION } from '../base/version';
import { below, isRemote, type Address } from '../cloud/address';
import type { Publication } from '../cloud/place';
import { removeFiles } from '../disk/bytes';
import { measureFile } from '../disk/digest';
import { ifThere } from '../disk/files';
import { NOTES } from '../disk/operations';
import { readRecord, type MonthRecord } from './done';
import { parseMonth } from './months';
import { monthPaths, type MonthPaths } from './publish';
import { classOf } from './strategy';
import type { MonthJob, WorkContext } from './work';

/** Months that come from, or go to, an object store: brought to this machine, and published there last of all. */

const copiesIn = (work: string): string => path.join(work, NOTES, 'monthly', 'downloads');

/** Where uploads are until they are whole: in no folder that finished months are looked for in. */
export const uploadsIn = (dest: Address): Address => below(dest, 'processed-data', 'uploading');

/** The month's file on this machine. @throws Failure as `Place.fetch`; `io` when it is too small for a month */
export async function bringSource({ places, operation }: WorkContext, { source, work, leastBytes }: MonthJob): Promise<string> {
  const file = await (await places.of(source)).fetch(source, copiesIn(work), operation);
  const { size } = await stat(file).catch((error: unknown) => {
    throw failureFrom(error, `read ${source}`, source);
  });
  if (size >= leastBytes) return file;
  throw new Failure('io', {
    attempted: `read ${source}`,
    file: source,
    why: `it has ${size} bytes, fewer than the ${leastBytes} that a month must have.`,
    remedy: 'Download it again, or allow smaller files (--min-bytes).',
    inEditor: { remedy: 'Download it again.' },
  });
}

/** The finished file, when an attempt whose end was not seen has published it. */
export async function publishedBefore({ places }: WorkContext, job: MonthJob): Promise<Address | undefined> {
  const { output } = monthPaths(job.dest, parseMonth(job.month), job.stamp);
  const there = await (await places.of(job.dest)).list(below(output, '..'), 'here');
  return there.includes(output) ? output : undefined;
}

/** What an earlier attempt had made and was about to publish, if that is whole. */
export async function madeBefore({ disk, places }: WorkContext, job: MonthJob): Promise<MonthPaths | undefined> {
  const paths = monthPaths(job.work, parseMonth(job.month), job.stamp);
  if ((await ifThere(disk.files.stat(paths.output))) === undefined) return undefined;
  const record = await readRecord(places, paths.output);
  return record !== undefined && (await measureFile(paths.output)).sha256 === record.digest ? paths : undefined;
}

/** Publishes a month in the object store and removes what it was made in. @returns the finished file's address */
export async function publishElsewhere({ disk, places, operation }: WorkContext, job: MonthJob, made: MonthPaths): Promise<Address> {
  const there = monthPaths(job.dest, parseMonth(job.month), job.stamp);
  const record = await readRecord(places, made.output);
  if (record === undefined) throw new Failure('io', { attempted: `publish ${job.month}`, file: made.statistics, why: 'its statistics are not there.', remedy: 'Process the month again.' });
  const text = `${JSON.stringify(record, undefined, 1)}\n`;
  const publication: Publication = { file: made.output, to: there.output, sha256: record.digest, about: aboutMonth(record), beside: { text, to: there.statistics } };
  await (await places.store()).publish(publication, uploadsIn(job.dest), operation);
  for (const file of [made.output, made.statistics]) await removeFiles(disk, path.dirname(file), [path.basename(file)]);
  return there.output;
}

/** Removes the copy that a finished month was made from. */
export const forgetSource = async ({ places }: WorkContext, { source, work }: MonthJob): Promise<void> => (await places.of(source)).forget(source, copiesIn(work));

/** Told with the object. Source: 7-monthly, stage 9. */
const aboutMonth = (record: MonthRecord): Publication['about'] => ({
  source: encodeURI(record.source),
  month: record.month,
  'processing-date': record.processing_date,
  'pipeline-version': VERSION,
  compression: 'zstd',
  'overall-quality-score': String(record.quality_score),
  'requires-reprocessing': String(record.requires_reprocessing),
  'total-rollover-events': String(record.rollover_events.length),
  'file-size-bytes': String(record.file_size_bytes),
});

/**
 * After a failure: a copy that is of no use is removed, and what was said of the copy is said of its source.
 * One that may be gone on with stays.
 */
export async function setAside(context: WorkContext, job: MonthJob, failure: Failure): Promise<Failure> {
  const { source, work } = job;
  if (!isRemote(source)) return failure;
  const { facts, kind } = failure;
  const { file } = facts;
  const isOfCopy = file !== undefined && path.dirname(file) === copiesIn(work);
  const told = isOfCopy ? new Failure(kind, { ...facts, attempted: facts.attempted.replaceAll(file, source), why: facts.why.replaceAll(file, source), file: source }) : failure;
  if (['corrupt', 'other'].includes(classOf(told, source)) && kind !== 'cancelled') await forgetSource(context, job);
  return told;
}
