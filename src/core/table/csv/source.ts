import { open } from 'node:fs/promises';
import { Failure, failureFrom } from '../../base/failure';
import type { Operation } from '../../base/ports';
import { requireRegular } from '../../base/regular';
import type { CsvScanner } from './scanner';

/** Bytes that can be read from any position and more than once. */
export interface Source {
  /** How many there are; bytes added to a file afterwards are not seen, unless it is a growing one (`more`). */
  readonly bytes: number;
  /** Bytes may still be added: the last line may not be a whole one. */
  readonly growing?: boolean;
  /** Of a growing file: waits until there are bytes beyond `position`. @returns false once no more will come */
  more?(position: number): Promise<boolean>;
  /** Fills `into` from `position` on; the number of bytes read, 0 at the end. */
  read(into: Buffer, position: number): Promise<number>;
  close(): Promise<void>;
  /** Of an open file, by which other threads can read it. */
  readonly descriptor?: number;
  /** Of a file: whether somebody has written to it since it was opened. */
  changed?(): Promise<boolean>;
}

/** @throws Failure `usage` when the file is missing, a folder, or no regular file, `io` when it cannot be read */
export async function openFile(file: string): Promise<Source> {
  const attempted = `read ${file}`;
  try {
    await requireRegular(file, attempted);
    const handle = await open(file, 'r');
    const { size, mtimeMs } = await handle.stat();
    return {
      bytes: size,
      descriptor: handle.fd,
      async read(into, position) {
        try {
          return (await handle.read(into, 0, into.length, position)).bytesRead;
        } catch (error) {
          throw failureFrom(error, attempted, file);
        }
      },
      async changed() {
        const now = await handle.stat();
        return now.size !== size || now.mtimeMs !== mtimeMs;
      },
      close: () => handle.close(),
    };
  } catch (error) {
    throw failureFrom(error, attempted, file);
  }
}

export function sourceOfText(text: string | Uint8Array): Source {
  const bytes = typeof text === 'string' ? Buffer.from(text, 'utf8') : text;
  return {
    bytes: bytes.length,
    read: (into, position) => {
      const part = bytes.subarray(position, position + into.length);
      into.set(part);
      // A turn of the event loop, so that a cancellation can arrive between two chunks.
      return new Promise((resolve) => setImmediate(() => { resolve(part.length); }));
    },
    close: () => Promise.resolve(),
  };
}

/** The first `size` bytes (fewer when there are fewer). */
export async function readHead(source: Source, size: number): Promise<Buffer> {
  const head = Buffer.alloc(Math.min(size, source.bytes));
  let filled = 0;
  while (filled < head.length) {
    const count = await source.read(head.subarray(filled), filled);
    if (count === 0) break;
    filled += count;
  }
  return head.subarray(0, filled);
}

export interface Visitor {
  /** The scanner stands on a record. */
  record(): void;
  /** The scanner is about to move its bytes: positions kept so far end here. */
  seam?(): void;
  /** All bytes of a growing file were seen; more may come. */
  caughtUp?(): void;
  /** Awaited after the records of each chunk, so that who takes them can make it wait. */
  pause?(): Promise<void>;
  /** Bytes as they come, once each. */
  bytes?(chunk: Uint8Array): void;
}

/**
 * Takes a scanner over all of a source, `chunk` bytes at a time.
 * @throws Failure `cancelled` when the operation's signal is aborted
 */
export async function eachRecord(source: Source, scanner: CsvScanner, chunk: number, visitor: Visitor, operation: Operation, step: string): Promise<void> {
  let position = 0;
  let finished = false;
  do {
    while (position < source.bytes) {
      if (operation.signal.aborted) throw new Failure('cancelled', { attempted: step, why: 'it was cancelled.' });
      visitor.seam?.();
      const room = scanner.room(Math.min(chunk, source.bytes - position));
      const count = await source.read(room, position);
      if (count === 0) break;
      visitor.bytes?.(room.subarray(0, count));
      position += count;
      scanner.grown(count);
      finished = position >= source.bytes && source.more === undefined;
      if (finished) scanner.finish();
      while (scanner.next()) visitor.record();
      await visitor.pause?.();
      operation.progress({ step, done: position, total: source.bytes });
    }
    if (source.more !== undefined) visitor.caughtUp?.();
  } while (await source.more?.(position) ?? false);
  if (finished) return;
  scanner.finish();
  while (scanner.next()) visitor.record();
  await visitor.pause?.();
}
