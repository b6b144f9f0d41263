import type { WriteStream } from 'node:tty';
import type { ProgressUpdate } from '../core/base/ports';
import { momentUtc } from '../core/base/time';

/** What the command line knows about the terminal it talks to. */

type Colour = 'red' | 'yellow' | 'green' | 'cyan' | 'dim' | 'bold';
const CODES: Readonly<Record<Colour, readonly [number, number]>> = {
  red: [31, 39],
  yellow: [33, 39],
  green: [32, 39],
  cyan: [36, 39],
  dim: [2, 22],
  bold: [1, 22],
};

export type Paint = (colour: Colour, text: string) => string;

/** Colours on a terminal, unless NO_COLOR is set (https://no-color.org); plain text elsewhere. */
export function paintFor(stream: { isTTY?: boolean }, env: NodeJS.ProcessEnv): Paint {
  const plain = (env['NO_COLOR'] ?? '') !== '' || env['TERM'] === 'dumb' || stream.isTTY !== true;
  if (plain) return (_colour, text) => text;
  return (colour, text) => `\u001b[${CODES[colour][0]}m${text}\u001b[${CODES[colour][1]}m`;
}

const BAR_WIDTH = 24;
const REDRAW_MS = 80;

/** One progress line on a terminal's standard error, redrawn in place and wiped at the end. Silent when it is no terminal. */
export class ProgressBar {
  readonly #stream: WriteStream | undefined;
  #last = 0;
  #shown = false;

  constructor(stream: NodeJS.WriteStream, env: NodeJS.ProcessEnv) {
    this.#stream = stream.isTTY && env['TERM'] !== 'dumb' ? stream : undefined;
  }

  update({ step, done, total }: ProgressUpdate): void {
    const now = Date.now();
    if (this.#stream === undefined || (now - this.#last < REDRAW_MS && done < total)) return;
    this.#last = now;
    const share = total > 0 ? Math.min(1, done / total) : 0;
    const full = Math.round(share * BAR_WIDTH);
    const bar = '█'.repeat(full) + '░'.repeat(BAR_WIDTH - full);
    const line = `${bar} ${String(Math.round(share * 100)).padStart(3)} %  ${step}`;
    this.#stream.write(`\r\u001b[2K${line.slice(0, this.#stream.columns - 1)}`);
    this.#shown = true;
  }

  clear(): void {
    if (this.#shown) this.#stream?.write('\r\u001b[2K');
    this.#shown = false;
  }
}

/** Rows of cells as aligned columns; `right` lists the columns that are numbers. */
export function table(rows: readonly (readonly string[])[], right: readonly number[] = []): string[] {
  const widths: number[] = [];
  for (const row of rows) row.forEach((cell, i) => (widths[i] = Math.max(widths[i] ?? 0, widthOf(cell))));
  return rows.map((row) =>
    row
      .map((cell, i) => {
        const space = ' '.repeat(widths[i]! - widthOf(cell));
        return right.includes(i) ? space + cell : cell + space;
      })
      .join('  ')
      .trimEnd(),
  );
}

const ANSI = new RegExp(`${String.fromCharCode(27)}\\[\\d+m`, 'g');
const widthOf = (cell: string): number => Array.from(cell.replace(ANSI, '')).length;

const grouped = new Intl.NumberFormat('en-US');
export const count = (n: number): string => grouped.format(n);
export const plural = (n: number, one: string, many = `${one}s`): string => `${count(n)} ${n === 1 ? one : many}`;

/** `2025-11-03 14:30 UTC` of an instant such as 2025-11-03T14:30:00.000Z. */
export const when = (instant: string): string => momentUtc(Date.parse(instant));

/** `2025-11-03 14:30 → 2025-11-07 21:59 UTC` */
export const span = (from: string, to: string): string => `${when(from).replace(/ UTC$/, '')} → ${when(to)}`;

/** 1.9 MB */
export function size(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 ? value : value.toFixed(value < 10 ? 1 : 0)} ${units[unit]!}`;
}
