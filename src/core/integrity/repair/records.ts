import type { Operation } from '../../base/ports';
import type { CsvScanner } from '../../table/csv/scanner';
import type { Source } from '../../table/csv/source';
import { fileDigest } from '../manifest';
import { Findings } from '../findings';
import type { Layout } from '../layout';
import type { Row } from '../row';
import { Walk, type RecordKind } from '../walk';

/** Where a record lies in the file; `next` is where the one after it begins, so its line break belongs to it. */
export interface Span {
  readonly start: number;
  /** Where its line break begins. */
  readonly end: number;
  readonly next: number;
  /** Without a line break at its end: the last record of a file may be. */
  readonly open: boolean;
}

const CHUNK = 1024 * 1024;

const BREAKS = { none: 0, lf: 1, cr: 1, crlf: 2 } as const;

/**
 * Walks over every record, in order. @returns SHA-256 of all bytes
 * @param visit the row is filled, but for an empty line, where it is still the row before; spans are offsets in the file
 */
export async function eachRecordOf(source: Source, layout: Layout, visit: (kind: RecordKind, row: Row, span: Span) => void, operation: Operation, step: string): Promise<string> {
  const walk = new Walk(layout, new Findings(0));
  const digest = fileDigest();
  await walk.over(source, CHUNK, (kind) => { visit(kind, walk.row, spanOf(walk.row.scanner)); }, operation, step, { bytes: (part) => { digest.update(part); } });
  return digest.digest();
}

function spanOf(scanner: CsvScanner): Span {
  const start = scanner.from;
  const end = start + scanner.length;
  return { start, end, next: end + BREAKS[scanner.ending], open: scanner.ending === 'none' };
}

/** Goes over a source once more, from front to back, for records that are too long to be held. */
export class Reread {
  readonly #source: Source;
  #position = 0;

  constructor(source: Source) {
    this.#source = source;
  }

  /** Hands on the bytes from one offset to another, a megabyte at a time; the offsets rise from call to call. */
  async between(start: number, end: number, put: (bytes: Buffer) => Promise<void>): Promise<void> {
    const room = Buffer.allocUnsafe(CHUNK);
    while (this.#position < end) {
      const until = this.#position < start ? start : end;
      const part = room.subarray(0, await this.#source.read(room.subarray(0, Math.min(CHUNK, until - this.#position)), this.#position));
      if (part.length === 0) return;
      if (this.#position >= start) await put(part);
      this.#position += part.length;
    }
  }
}

/**
 * A sum over records that does not depend on their order nor on what file_seq and checksum_sha256 hold: equal sums mean,
 * but for odds of one in 2^64, that the same rows are there, each as often.
 */
export class ContentSum {
  records = 0;
  #first = 0;
  #second = 0;

  add({ bytes, starts, ends, cells }: CsvScanner, { sequence, checksum }: Pick<Layout, 'sequence' | 'checksum'>): void {
    let first = 0x811c9dc5;
    let second = 0x9e3779b9;
    for (let cell = 0; cell < cells; cell++) {
      if (cell === sequence || cell === checksum) continue;
      const end = ends[cell]!;
      for (let at = starts[cell]!; at < end; at++) {
        const byte = bytes[at]!;
        first = Math.imul(first ^ byte, 0x01000193);
        second = Math.imul(second ^ byte, 0x85ebca6b);
        second ^= second >>> 15;
      }
      first = Math.imul(first ^ 0x1ff, 0x01000193);
      second = Math.imul(second ^ 0x1ff, 0x85ebca6b);
    }
    this.records++;
    this.#first = (this.#first + (first ^ (first >>> 16))) >>> 0;
    this.#second = (this.#second + (second ^ (second >>> 13))) >>> 0;
  }

  equals(other: ContentSum): boolean {
    return this.records === other.records && this.#first === other.#first && this.#second === other.#second;
  }
}
