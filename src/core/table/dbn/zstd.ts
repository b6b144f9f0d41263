import { Decompress } from 'fzstd';
import { Failure } from '../../base/failure';
import { ByteQueue } from './queue';
import { Xxh64 } from './xxhash';

/**
 * Zstandard (RFC 8878) in a stream: frames and blocks are walked here, so that a damaged file is told from a whole one and
 * the place of the damage is known; fzstd decodes the blocks. Content checksums are verified, which fzstd does not.
 */

const MAGIC = 0xfd2fb528;
const SKIPPABLE = 0x184d2a50;
const LARGEST_HEADER = 18;

export const isZstd = (head: Uint8Array): boolean => head.length >= 4 && readU32(head) === MAGIC;
/** A frame of anybody's own data, which decoders skip. */
export const isSkippable = (head: Uint8Array): boolean => head.length >= 4 && (readU32(head) & ~0xf) >>> 0 === SKIPPABLE;

const readU32 = (bytes: Uint8Array, at = 0): number => (bytes[at]! | (bytes[at + 1]! << 8) | (bytes[at + 2]! << 16) | (bytes[at + 3]! << 24)) >>> 0;

interface FrameHeader {
  readonly bytes: number;
  readonly checksum: boolean;
}

/** Binary logarithm of the largest window that is decoded: 128 MiB, as the zstd tool allows without being told otherwise. */
const LARGEST_WINDOW = 27;

/** @returns undefined when the frame needs more memory than any file of bars has reason to */
function frameHeader(head: Uint8Array): FrameHeader | undefined {
  const flags = head[4]!;
  const single = (flags >> 5) & 1;
  const dictionary = [0, 1, 2, 4][flags & 3]!;
  if (single === 0 && 10 + (head[5]! >> 3) > LARGEST_WINDOW) return undefined;
  const contentSize = [single, 2, 4, 8][flags >> 6]!;
  return { bytes: 5 + (1 - single) + dictionary + contentSize, checksum: (flags & 4) !== 0 };
}

/**
 * The decompressed bytes, in chunks of up to 128 KiB.
 * @throws Failure `io` naming the byte of the file where it is cut off or damaged
 */
export async function* unzstd(source: AsyncIterable<Uint8Array>, file: string): AsyncGenerator<Uint8Array> {
  const queue = new ByteQueue(source);
  try {
    while (await queue.need(1)) {
      if (!(await queue.need(5))) throw cutOff(file, queue.position, 'in a frame header');
      if (isSkippable(queue.peek(4))) await skipFrame(queue, file);
      else yield* frame(queue, file);
    }
  } finally {
    await queue.close();
  }
}

async function skipFrame(queue: ByteQueue, file: string): Promise<void> {
  const start = queue.position;
  if (!(await queue.need(8))) throw cutOff(file, start, 'in a skippable frame');
  const bytes = readU32(queue.peek(8), 4);
  if (!(await queue.need(8 + bytes))) throw cutOff(file, start, 'in a skippable frame');
  queue.take(8 + bytes);
}

async function* frame(queue: ByteQueue, file: string): AsyncGenerator<Uint8Array> {
  const start = queue.position;
  await queue.need(LARGEST_HEADER);
  if (!isZstd(queue.peek(4))) throw damaged(file, start, 'no zstd frame begins here');
  const header = frameHeader(queue.peek(6));
  if (header === undefined) throw damaged(file, start, 'this frame asks for a window of more than 128 MiB');
  const hash = header.checksum ? new Xxh64() : undefined;
  let chunks: Uint8Array[] = [];
  const decoder = new Decompress((chunk) => { chunks.push(chunk); });
  for (let last = false, before = header.bytes; !last; before = 0) {
    const at = queue.position + before;
    const block = await blockOf(queue, before, file);
    last = block.last;
    const size = before + block.bytes + (last && header.checksum ? 4 : 0);
    if (!(await queue.need(size))) throw cutOff(file, at, 'in a block');
    const piece = queue.take(size);
    decode(decoder, piece, { last, at, file });
    for (const chunk of chunks) hash?.update(chunk);
    if (last && hash !== undefined && hash.low() !== readU32(piece, size - 4)) {
      throw damaged(file, start, `the frame from there to byte ${queue.position} does not match its checksum`);
    }
    yield* chunks;
    chunks = [];
  }
}

/** @returns bytes of the block with its header, and whether it is the frame's last */
async function blockOf(queue: ByteQueue, before: number, file: string): Promise<{ bytes: number; last: boolean }> {
  if (!(await queue.need(before + 3))) throw cutOff(file, queue.position + before, 'before the last block of a frame');
  const head = queue.peek(before + 3).subarray(before);
  const packed = head[0]! | (head[1]! << 8) | (head[2]! << 16);
  const type = (packed >> 1) & 3;
  if (type === 3) throw damaged(file, queue.position + before, 'this block has no valid type');
  return { bytes: 3 + (type === 1 ? 1 : packed >> 3), last: (packed & 1) === 1 };
}

function decode(decoder: Decompress, piece: Uint8Array, where: { last: boolean; at: number; file: string }): void {
  try {
    decoder.push(piece, where.last);
  } catch (error) {
    throw damaged(where.file, where.at, 'this block cannot be decoded', error);
  }
}

const remedy = 'Download it again; nothing of it was used.';

const cutOff = (file: string, byte: number, where: string): Failure =>
  new Failure('io', { attempted: `read ${file}`, file, why: `it is cut off ${where}, at byte ${byte}.`, remedy });

const damaged = (file: string, byte: number, what: string, cause?: unknown): Failure =>
  new Failure('io', { attempted: `read ${file}`, file, why: `it is damaged at byte ${byte}: ${what}.`, remedy, cause });
