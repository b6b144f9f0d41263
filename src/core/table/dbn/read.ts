import { createReadStream } from 'node:fs';
import { Failure, failureFrom } from '../../base/failure';
import { decodeRun, newBatch, type BarBatch } from './batch';
import { PRELUDE_BYTES, readMetadata, type Metadata } from './metadata';
import { ByteQueue } from './queue';
import { barRuns, type BarRun } from './runs';
import { BAR_RTYPES, type Schema, type Version } from './schema';
import { isSkippable, isZstd, unzstd } from './zstd';

/** A DBN file being read, plain or zstd, from its header to its last record. */
export interface Dbn {
  readonly file: string;
  readonly metadata: Metadata;
  /** How many records of each other type were passed over so far. */
  readonly skipped: ReadonlyMap<number, number>;
  /** The records as they are, to the end. Either this or `bars`, once. */
  runs(): AsyncGenerator<BarRun>;
  /** The bars, to the end; the same batch is given each time. */
  bars(): AsyncGenerator<BarBatch>;
  close(): Promise<void>;
}

export interface DbnOptions {
  readonly signal?: AbortSignal;
  /** Which bars of a stream of several schemas are meant. Default `ohlcv-1s`. */
  readonly schema?: Schema;
}

/**
 * Reads the header. The caller reads the bars to the end or closes it.
 * @throws Failure `usage` when there is no such file; `refused` when it holds no bars, or in a form we do not read;
 * `io` naming the byte where it is cut off or damaged
 */
export function openDbn(file: string, options: DbnOptions = {}): Promise<Dbn> {
  return openDbnStream(fileChunks(file, options.signal), file, options);
}

/** As `openDbn`, of bytes from anywhere. @param file named in failures */
export async function openDbnStream(source: AsyncIterable<Uint8Array>, file: string, options: DbnOptions = {}): Promise<Dbn> {
  const queue = await plainQueue(source, file);
  try {
    const metadata = await readHeader(queue, file);
    const rtype = BAR_RTYPES[metadata.schema ?? options.schema ?? 'ohlcv-1s'];
    if (rtype === undefined) throw noBars(file, metadata.schema ?? 'mixed');
    const skipped = new Map<number, number>();
    const runs = (): AsyncGenerator<BarRun> =>
      counted(barRuns(queue, { file, rtype, skipped: (other) => skipped.set(other, (skipped.get(other) ?? 0) + 1) }), { metadata, skipped, queue, file });
    return { file, metadata, skipped, runs, bars: () => batches(runs()), close: () => queue.close() };
  } catch (error) {
    await queue.close();
    throw error;
  }
}

/** Passes the runs on; in the end there must be as many records as a header of version 1 promises. */
async function* counted(runs: AsyncIterable<BarRun>, { metadata, skipped, queue, file }: Pick<Dbn, 'metadata' | 'skipped' | 'file'> & { queue: ByteQueue }): AsyncGenerator<BarRun> {
  let records = 0n;
  for await (const run of runs) {
    records += BigInt(run.count);
    yield run;
  }
  for (const count of skipped.values()) records += BigInt(count);
  if (metadata.recordCount === null || records === metadata.recordCount) return;
  throw unusable('io', file, `it ends at byte ${queue.position} of its data after ${records} records; its header promises ${metadata.recordCount}.`, 'Download it again; nothing of it was used.');
}

async function* batches(runs: AsyncIterable<BarRun>): AsyncGenerator<BarBatch> {
  let batch = newBatch(4096);
  for await (const run of runs) {
    if (run.count > batch.time.length) batch = newBatch(run.count * 2);
    decodeRun(run, batch);
    yield batch;
  }
}

/** The decompressed bytes, whatever the file is. */
async function plainQueue(source: AsyncIterable<Uint8Array>, file: string): Promise<ByteQueue> {
  const queue = new ByteQueue(source);
  await queue.need(4);
  const head = queue.peek(4);
  if (isSkippable(head)) throw legacy(file);
  return isZstd(head) ? new ByteQueue(unzstd(rest(queue), file)) : queue;
}

async function* rest(queue: ByteQueue): AsyncGenerator<Uint8Array> {
  try {
    while (await queue.need(1)) yield queue.take(queue.available);
  } finally {
    await queue.close();
  }
}

async function readHeader(queue: ByteQueue, file: string): Promise<Metadata> {
  if (!(await queue.need(PRELUDE_BYTES))) {
    if (queue.available === 0) throw unusable('io', file, 'it is empty.', 'Download it again.');
    const begun = Buffer.from(queue.peek(3));
    throw begun.equals(MAGIC.subarray(0, begun.length)) ? endsInHeader(file, queue.available) : noDbn(file, begun);
  }
  const prelude = Buffer.from(queue.take(PRELUDE_BYTES));
  if (!prelude.subarray(0, 3).equals(MAGIC)) throw noDbn(file, prelude);
  const version = prelude.readUInt8(3);
  if (!isVersion(version)) throw unusable('refused', file, `it is DBN of version ${version}; versions 1 to 3 are known.`, 'Look for a newer Barkeep.');
  const length = prelude.readUInt32LE(4);
  if (!(await queue.need(length))) throw endsInHeader(file, PRELUDE_BYTES + queue.available);
  return readMetadata(version, queue.take(length), file);
}

const MAGIC = Buffer.from('DBN');
const isVersion = (version: number): version is Version => version >= 1 && version <= 3;

const unusable = (kind: 'io' | 'refused', file: string, why: string, remedy: string): Failure => new Failure(kind, { attempted: `read ${file}`, file, why, remedy });

const endsInHeader = (file: string, byte: number): Failure => unusable('io', file, `it is cut off in its DBN header, at byte ${byte}.`, 'Download it again; nothing of it was used.');

const noBars = (file: string, schema: string): Failure =>
  unusable('refused', file, `its schema is ${schema}, which holds no bars.`, 'Download it as ohlcv-1s, ohlcv-1m, ohlcv-1h or ohlcv-1d.');

const legacy = (file: string): Failure =>
  unusable('refused', file, 'it is in the legacy DBZ format.', "Convert it with Databento's own tool: dbn FILE.dbz --output FILE.dbn.zst --zstd.");

/** What does not begin with `DBN`: a fragment when its first bytes are a record's length and bar type. */
function noDbn(file: string, head: ArrayLike<number>): Failure {
  const isFragment = file.includes('.frag') || ((head[0] === 14 || head[0] === 16) && Object.values(BAR_RTYPES).includes(head[1]!));
  return isFragment
    ? unusable('refused', file, 'it is a DBN fragment: records without the header that says what they are.', "Download it whole, or print it with Databento's own tool: dbn FILE --fragment --csv.")
    : unusable('refused', file, 'it is no DBN file: it does not begin with DBN.', 'Give a file ending in .dbn or .dbn.zst.');
}

async function* fileChunks(file: string, signal?: AbortSignal): AsyncGenerator<Uint8Array> {
  const attempted = `read ${file}`;
  try {
    for await (const chunk of createReadStream(file, { highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) {
      if (signal?.aborted === true) throw new Failure('cancelled', { attempted, file, why: 'it was stopped.' });
      yield chunk;
    }
  } catch (error) {
    throw failureFrom(error, attempted, file);
  }
}
