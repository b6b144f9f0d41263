import { open, stat, type FileHandle } from 'node:fs/promises';
import type { Stats } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { errnoOf, failureFrom } from '../base/failure';
import { unattended, type Operation } from '../base/ports';
import type { Report } from '../../protocol/report';
import { openFile, type Source } from '../table/csv/source';
import { Basis, Misjudged } from './basis';
import { HEAD, verify, type VerifyOptions } from './verify';

export interface Follow {
  /** Ends the following: what is there by then is still read, and the report given. */
  readonly stop: AbortSignal;
  /** Given the report so far whenever everything that is there has been read. */
  report(report: Report): void;
  /** How often the file is looked at, ms; 500 unless given. */
  readonly pause?: number;
}

/**
 * Verifies a file that is being written, from its first byte on, and goes on from the last one as it grows. Nothing is
 * read twice, but for copies of rows that stand out of order, which are settled at the end; so is the seal manifest, which
 * writers write last. What the file is (its layout) is told from the rows that are there at first.
 * A file that is replaced, cut or rewritten meanwhile is begun again, and the log says so; so is one whose schema changes,
 * or which the rows that come show to be another than the first ones did. One that is removed or renamed ends the following.
 * @throws Failure as `verifyFile`
 */
export async function followFile(file: string, options: VerifyOptions, operation: Operation, follow: Follow): Promise<Report> {
  // Stopping is no cancelling: it ends the waiting, not the reading.
  const reading = { ...operation, signal: unattended.signal };
  for (;;) {
    const source = await GrowingFile.open(file, follow);
    try {
      await source.begun();
      return await throughout(source, file, options, reading, follow);
    } catch (error) {
      if (!(error instanceof Replaced)) throw error;
      operation.log(`${file} ${error.message} while it was followed: it is verified anew from its beginning.`);
    } finally {
      await source.close();
    }
  }
}

/** Verifies one file to its end, anew whenever what it is judged by turns out to be something else. */
async function throughout(source: GrowingFile, file: string, options: VerifyOptions, reading: Operation, follow: Follow): Promise<Report> {
  for (;;) {
    try {
      source.judgedBy(await Basis.of(source, file, options));
      return await verify(source, file, 'to come', options, reading, (report) => { follow.report(report); });
    } catch (error) {
      if (!(error instanceof Misjudged)) throw error;
      reading.log(`${file}: ${error.message}; it is verified anew from its beginning.`);
    }
  }
}

/** What was read so far is not in the file any more. */
class Replaced extends Error {}

const PAUSE = 500;
/** A file without enough rows to tell what it is, and that stands still so long, ms, is taken as it is. */
const PATIENCE = 2000;
/** Lines that are enough, and those it takes at least: a header and two rows. */
const ENOUGH = 100;
const FEWEST = 3;
/** Bytes before the end that must still be the same when the file has grown. */
const REMEMBERED = 256;

class GrowingFile implements Source {
  readonly #file: string;
  readonly #handle: FileHandle;
  readonly #identity: Stats;
  readonly #stop: AbortSignal;
  readonly #pause: number;
  #ended = false;
  #missed = false;
  /** Its name means another file now; what is left of this one is read before that is said. */
  #replaced = false;
  #basis: Basis | undefined;
  /** When it was last written, unix ms. */
  #changed: number;
  /** The latest bytes read, and where they end. */
  #tail: Buffer = Buffer.alloc(0);
  #tailEnd = 0;
  bytes: number;

  private constructor(file: string, handle: FileHandle, identity: Stats, { stop, pause = PAUSE }: Follow) {
    this.#file = file;
    this.#handle = handle;
    this.#identity = identity;
    this.#stop = stop;
    this.#pause = pause;
    this.bytes = identity.size;
    this.#changed = identity.mtimeMs;
  }

  static async open(file: string, follow: Follow): Promise<GrowingFile> {
    // Refuses what is missing, a folder or a pipe.
    await (await openFile(file)).close();
    try {
      const handle = await open(file, 'r');
      return new GrowingFile(file, handle, await handle.stat(), follow);
    } catch (error) {
      throw failureFrom(error, `follow ${file}`, file);
    }
  }

  get growing(): boolean {
    return !this.#ended;
  }

  async read(into: Buffer, position: number): Promise<number> {
    try {
      const { bytesRead } = await this.#handle.read(into, 0, into.length, position);
      if (bytesRead > 0 && position + bytesRead > this.#tailEnd) this.#remember(into.subarray(0, bytesRead), position + bytesRead);
      return bytesRead;
    } catch (error) {
      throw failureFrom(error, `read ${this.#file}`, this.#file);
    }
  }

  close(): Promise<void> {
    return this.#handle.close();
  }

  judgedBy(basis: Basis): void {
    this.#basis = basis;
  }

  /** Waits until there are rows enough to tell what the file is, or no more come for a while. */
  async begun(): Promise<void> {
    let quiet = 0;
    while (!this.#ended && !this.#stop.aborted) {
      const before = this.bytes;
      const lines = await this.#lines();
      if (before >= HEAD || lines >= ENOUGH || (lines >= FEWEST && quiet >= PATIENCE)) return;
      await this.#rest();
      await this.#look(0);
      if (this.#replaced) return;
      quiet = this.bytes > before ? 0 : quiet + this.#pause;
    }
    this.#ended = true;
    await this.#look(0);
  }

  async more(position: number): Promise<boolean> {
    while (!this.#ended) {
      if (this.#stop.aborted) this.#ended = true;
      else await this.#rest();
      await this.#look(position);
      await this.#basis?.requireSame('for now');
      if (this.bytes > position) return true;
    }
    await this.#basis?.requireSame('at the end');
    return false;
  }

  /** Sees how the file is now. @throws Replaced */
  async #look(position: number): Promise<void> {
    await this.#requireSame();
    const { size, mtimeMs } = await this.#handle.stat();
    if (size < position) throw new Replaced(`was cut to ${size} bytes`);
    const changed = size > position || mtimeMs !== this.#changed;
    if (changed && !(await this.#isTailSame())) throw new Replaced('was rewritten');
    if (this.#replaced && size <= position) throw new Replaced('was replaced');
    this.#changed = mtimeMs;
    this.bytes = size;
  }

  /** The name must still mean this file; one that is gone twice in a row has ended. */
  async #requireSame(): Promise<void> {
    try {
      const now = await stat(this.#file);
      this.#replaced = now.ino !== this.#identity.ino || now.dev !== this.#identity.dev;
      this.#missed = false;
    } catch (error) {
      if (errnoOf(error) !== 'ENOENT') throw failureFrom(error, `follow ${this.#file}`, this.#file);
      if (this.#missed) this.#ended = true;
      this.#missed = true;
    }
  }

  #remember(part: Buffer, end: number): void {
    this.#tail = Buffer.from(part.subarray(Math.max(0, part.length - REMEMBERED)));
    this.#tailEnd = end;
  }

  async #isTailSame(): Promise<boolean> {
    const now = Buffer.alloc(this.#tail.length);
    await this.#handle.read(now, 0, now.length, this.#tailEnd - now.length);
    return now.equals(this.#tail);
  }

  async #lines(): Promise<number> {
    const head = Buffer.alloc(Math.min(this.bytes, HEAD));
    const { bytesRead } = await this.#handle.read(head, 0, head.length, 0);
    return head.toString('latin1', 0, bytesRead).split(/\r\n?|\n/).length - 1;
  }

  /** Ends early when the following is stopped. */
  async #rest(): Promise<void> {
    await sleep(this.#pause, undefined, { signal: this.#stop }).catch(() => undefined);
  }
}
