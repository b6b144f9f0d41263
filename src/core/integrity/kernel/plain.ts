import { Buffer } from 'node:buffer';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { mapColumns, type Bars } from '../../base/bar';
import type { Layout } from '../layout';
import { program } from './kernel';
import { planOf } from './plan';
import type * as Program from './values';

/** What assembly/values.ts exports. */
interface Values {
  readonly memory: { readonly buffer: ArrayBuffer; grow(pages: number): number };
  readonly PLAN: { readonly value: number };
  readonly ROWS: { readonly value: number };
  readonly end: { readonly value: number };
  input(): number;
  columns(): number;
  begin(): void;
  read(from: number, limit: number): number;
}

/** Bytes read beyond the end of the input, at most. */
const BEYOND = 64;

const file = path.join(path.dirname(program), 'values.js');
let compiled: Promise<WebAssembly.Module> | undefined;

/**
 * The reader of a file's plain rows, for so many bytes at a time; undefined when they are no bars, of a form that the kernel
 * does not know, or it was not built.
 */
export async function plainRows(layout: Layout, head: Buffer, longest: number, size: number): Promise<PlainRows | undefined> {
  const plan = layout.time === undefined || layout.prices === undefined ? undefined : planOf(layout, head, { outlierFactor: 0, longest });
  if (plan === undefined) return undefined;
  if (compiled === undefined && existsSync(file)) compiled = (createRequire(__filename)(file) as typeof Program).values();
  return compiled === undefined ? undefined : new PlainRows(await compiled, plan, size);
}

/** Reads bars out of bytes that hold only rows that were vouched for. */
export class PlainRows {
  /** Where the bytes go. */
  readonly input: Buffer;
  readonly #columns: Bars;
  readonly #values: Values;
  readonly #at: number;

  constructor(module: WebAssembly.Module, plan: Uint8Array, size: number) {
    const values = new WebAssembly.Instance(module, {}).exports as Values;
    const { memory, ROWS: { value: rows } } = values;
    this.#values = values;
    this.#at = values.input();
    const missing = this.#at + size + BEYOND - memory.buffer.byteLength;
    if (missing > 0) memory.grow(Math.ceil(missing / 65536));
    new Uint8Array(memory.buffer).set(plan, values.PLAN.value);
    this.input = Buffer.from(memory.buffer, this.#at, size);
    const column = (at: number): Float64Array => new Float64Array(memory.buffer, values.columns() + at * rows * 8, rows);
    this.#columns = { time: column(0), open: column(1), high: column(2), low: column(3), close: column(4), volume: column(5) };
    values.begin();
  }

  /** Reads rows from a byte of the input on; how many, and the byte after the last. 0: the next is not whole, or not plain. */
  read(from: number, limit: number): { rows: number; end: number } {
    const rows = this.#values.read(this.#at + from, this.#at + limit);
    return { rows, end: this.#values.end.value - this.#at };
  }

  /** The bars of the rows last read, from one row to another; time in unix ms, volume NaN where the file has none. Overwritten by the next. */
  bars(from: number, to: number): Bars {
    return mapColumns(this.#columns, (column) => column.subarray(from, to));
  }
}
