import { Failure } from '../../base/failure';
import type { ByteQueue } from './queue';
import { BAR_BYTES, TS_OUT_BYTES } from './schema';

/** Whole bar records of one size, one after the other, as 32-bit words. Valid until the next run is asked for. */
export interface BarRun {
  readonly words: Int32Array;
  /** Words in a record: 14, or 16 with the sending time. */
  readonly stride: number;
  readonly count: number;
}

const STRIDE = BAR_BYTES / 4;
const STRIDE_TS_OUT = (BAR_BYTES + TS_OUT_BYTES) / 4;

export interface RunOptions {
  readonly file: string;
  /** The record type that is wanted. */
  readonly rtype: number;
  /** Told the type of each record that is passed over. */
  readonly skipped: (rtype: number) => void;
}

/**
 * The records of one bar type in the order of the stream; records of other types are passed over.
 * @throws Failure `io` naming the byte of the (decompressed) stream where it is cut off or cannot be a record
 */
export async function* barRuns(queue: ByteQueue, options: RunOptions): AsyncGenerator<BarRun> {
  while (await queue.need(1)) {
    await queue.need(BAR_BYTES);
    const bytes = queue.peek(queue.available);
    const words = wordsOf(bytes);
    const head = words[0];
    if (bytes.length < 4 || head === undefined) throw cutOff(queue, options);
    const stride = head & 0xff;
    if (((head >> 8) & 0xff) === options.rtype) {
      if (stride !== STRIDE && stride !== STRIDE_TS_OUT) throw noRecord(queue, options, `a bar of ${stride * 4} bytes`);
      const count = countRecords(words, stride, head & 0xffff);
      if (count === 0) {
        if (!(await queue.need(stride * 4))) throw cutOff(queue, options);
        continue;
      }
      yield { words, stride, count };
      queue.take(count * stride * 4);
    } else {
      await passOver(queue, stride, options);
      options.skipped((head >> 8) & 0xff);
    }
  }
}

/** How many whole records with the same length and type come first. */
function countRecords(words: Int32Array, stride: number, head: number): number {
  let at = 0;
  while (at + stride <= words.length && (words[at]! & 0xffff) === head) at += stride;
  return at / stride;
}

async function passOver(queue: ByteQueue, stride: number, options: RunOptions): Promise<void> {
  // Every record has a header of 16 bytes.
  if (stride < 4) throw noRecord(queue, options, `a record of ${stride * 4} bytes`);
  if (!(await queue.need(stride * 4))) throw cutOff(queue, options);
  queue.take(stride * 4);
}

/** The bytes as 32-bit words, little-endian as every platform Node runs on; copied only when they do not begin at a multiple of four. */
function wordsOf(bytes: Uint8Array): Int32Array {
  const aligned = (bytes.byteOffset & 3) === 0 ? bytes : new Uint8Array(bytes);
  return new Int32Array(aligned.buffer, aligned.byteOffset, aligned.length >> 2);
}

const remedy = 'Download it again; nothing of it was used.';

const cutOff = (queue: ByteQueue, { file }: RunOptions): Failure =>
  new Failure('io', { attempted: `read ${file}`, file, why: `it ends within the record that begins at byte ${queue.position} of its data.`, remedy });

const noRecord = (queue: ByteQueue, { file }: RunOptions, what: string): Failure =>
  new Failure('io', { attempted: `read ${file}`, file, why: `it is damaged at byte ${queue.position} of its data: ${what} cannot be.`, remedy });
