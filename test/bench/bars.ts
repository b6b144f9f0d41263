import { hash } from 'node:crypto';
import { closeSync, existsSync, mkdirSync, openSync, renameSync, writeSync } from 'node:fs';
import path from 'node:path';

/** Files of one-minute bars for benches, each made on first use: a random walk from a fixed seed. */
export const folder = path.join(import.meta.dirname, '..', '..', '.cache', 'bench');

const HEADER = ['Date', 'Time', 'Open', 'High', 'Low', 'Close', 'Volume'];
const SEALED = [...HEADER, 'file_seq', 'checksum_sha256'];

/** An export of so many bars, 58 bytes a row; `shuffled`: every bar once, in no order. */
export function exported(rows: number, order: 'ordered' | 'shuffled' = 'ordered'): string {
  // Shuffled rows are of an instrument without a calendar: explaining millions of steps of years would measure that instead.
  const name = order === 'shuffled' ? `MinuteDataExport_NONE_${rows}_shuffled_UTC.csv` : `MinuteDataExport_ES_${rows}_UTC.csv`;
  const walk = new Walk();
  // A step that is coprime to the count (here: not divisible by 2, 3 or 5) visits every minute once.
  return made(name, HEADER, rows, (i) => walk.row(order === 'shuffled' ? (i * 618_031) % rows : i));
}

/** The same bars with file_seq and checksum_sha256, 131 bytes a row. */
export function sealed(rows: number): string {
  const walk = new Walk();
  const places = SEALED.slice(0, -1).map((column, place) => ({ column, place })).sort((a, b) => (a.column < b.column ? -1 : 1)).map(({ place }) => place);
  return made(`MinuteDataExport_ES_${rows}_sealed_UTC.csv`, SEALED, rows, (i) => {
    const cells = `${walk.row(i)},${i + 1}`.split(',');
    return `${cells.join(',')},${hash('sha256', places.map((place) => cells[place]).join('|'))}`;
  });
}

function made(name: string, header: readonly string[], rows: number, row: (i: number) => string): string {
  const file = path.join(folder, name);
  if (existsSync(file)) return file;
  mkdirSync(folder, { recursive: true });
  const handle = openSync(`${file}.part`, 'w');
  let text = `${header.join(',')}\r\n`;
  for (let i = 0; i < rows; i++) {
    text += `${row(i)}\r\n`;
    if (text.length < 1 << 20) continue;
    writeSync(handle, text);
    text = '';
  }
  writeSync(handle, text);
  closeSync(handle);
  renameSync(`${file}.part`, file);
  return file;
}

const START = Date.UTC(1995, 0, 2);
const two = (value: number): string => (value < 10 ? `0${value}` : String(value));

class Walk {
  #seed = 42;
  #close = 20_000;
  #day = -1;
  #date = '';

  row(minute: number): string {
    const open = this.#close;
    this.#close = Math.max(4_000, open + this.#random(9) - 4);
    const high = Math.max(open, this.#close) + this.#random(3);
    const low = Math.min(open, this.#close) - this.#random(3);
    const prices = [open, high, low, this.#close].map((ticks) => (ticks / 4).toFixed(2)).join(',');
    return `${this.#dateOf(Math.floor(minute / 1440))},${two(Math.floor(minute / 60) % 24)}:${two(minute % 60)}:00,${prices},${1 + this.#random(3000)}`;
  }

  #dateOf(day: number): string {
    if (day !== this.#day) this.#date = new Date(START + day * 86_400_000).toISOString().slice(0, 10);
    this.#day = day;
    return this.#date;
  }

  #random(below: number): number {
    this.#seed = (this.#seed * 48271) % 2147483647;
    return this.#seed % below;
  }
}
