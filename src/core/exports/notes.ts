import path from 'node:path';
import type { Counters } from '../../protocol/report';
import type { ExportNote } from '../../protocol/results';
import { renamePatiently, TEMPORARY } from '../disk/atomic';
import type { Disk } from '../disk/disk';
import { diskFailure } from '../disk/failures';
import type { OpenFile } from '../disk/files';

/** How many notes of each code are told in full. */
const SHOWN = 20;

/** What was found on the way: the first of each kind are kept; all of them go to whoever wants them in full. */
export class Notes {
  readonly first: ExportNote[] = [];
  readonly #counts = new Map<string, number>();
  readonly #all: ((note: ExportNote) => void) | undefined;

  /** @param all is given every note */
  constructor(all?: (note: ExportNote) => void) {
    this.#all = all;
  }

  add(code: string, make: () => Omit<ExportNote, 'code'>): void {
    const count = (this.#counts.get(code) ?? 0) + 1;
    this.#counts.set(code, count);
    if (count > SHOWN && this.#all === undefined) return;
    const note = { code, ...make() };
    if (count <= SHOWN) this.first.push(note);
    this.#all?.(note);
  }
}

export const reportNameOf = (csv: string): string => `${csv}.integrity.json`;

/**
 * The integrity report of an export, `{csv}.integrity.json`: every note, then the counters. It grows in a temporary file
 * as the export does, so that any number of notes takes no memory.
 */
export class NotesFile {
  readonly file: string;
  readonly #disk: Disk;
  readonly #temporary: string;
  #handle: OpenFile | undefined;
  #text: string;
  #isFirst = true;

  constructor(disk: Disk, csv: string) {
    this.#disk = disk;
    this.file = reportNameOf(csv);
    this.#temporary = this.file + TEMPORARY;
    this.#text = `{\n  "file": ${JSON.stringify(path.basename(csv))},\n  "notes": [`;
  }

  readonly add = (note: ExportNote): void => {
    this.#text += `${this.#isFirst ? '' : ','}\n    ${JSON.stringify(note)}`;
    this.#isFirst = false;
  };

  /** Puts what was added into the temporary file. @throws Failure `io` */
  async flush(): Promise<void> {
    const bytes = Buffer.from(this.#text, 'utf8');
    this.#text = '';
    try {
      this.#handle ??= await this.#disk.files.open(this.#temporary, 'w');
      if (bytes.length > 0) await this.#handle.write(bytes);
    } catch (error) {
      throw diskFailure(error, `write ${this.file}`, this.file, bytes.length);
    }
  }

  /** Ends the report and gives it its name. @throws Failure `io` */
  async finish(counters: Counters): Promise<void> {
    this.#text += `\n  ],\n  "counters": ${JSON.stringify(counters)}\n}\n`;
    await this.flush();
    try {
      await this.#handle?.sync();
      await this.abandon();
      await renamePatiently(this.#disk.files, this.#temporary, this.file);
    } catch (error) {
      throw diskFailure(error, `write ${this.file}`, this.file, 0);
    }
  }

  /** Closes it without giving it its name; what is there stays, for whoever looks into the failure. */
  async abandon(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
  }
}
