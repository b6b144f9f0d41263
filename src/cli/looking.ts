import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { MessageConnection } from 'vscode-jsonrpc/node';
import { failureFrom } from '../core/base/failure';
import { unattended } from '../core/base/ports';
import { zoneNamed } from '../core/base/time';
import { readForPreview } from '../core/intake/preview';
import { findDataFolder } from '../core/store/layout';
import { candlesOf, findRow, monthsOf, parquetRows, rowsOf, type Looked } from '../core/table/browse';
import { browse } from '../core/table/facts';
import { KeptBars } from '../core/table/kept';
import { type Browsed, type CsvReading, zoneShown } from '../protocol/browse';
import { browseClosed, browseRequest, candlesRequest, findRowRequest, monthRowsRequest, rowsRequest, type LookParams } from '../protocol/rpc';
import { answer, signalOf } from './answer';
import { verifyOptions } from './verify';

/** Files that an editor looks through: Parquet files where they lie, CSVs by their bars, read once and kept while they are open. */

/** A CSV as it was when it was read. */
interface Csv {
  readonly bars: KeptBars;
  readonly reading: CsvReading;
  readonly bytes: number;
  /** Of the file and the wishes it was read with. */
  readonly stamp: string;
}

interface Open {
  readonly csv: Promise<Csv>;
  readonly stop: AbortController;
}

const isParquet = (file: string): boolean => /\.parquet$/i.test(file);

export function answerBrowser(connection: MessageConnection): void {
  const files = new LookedFiles();
  connection.onRequest(browseRequest, (params, token) => answer(`open ${params.file}`, () => (isParquet(params.file) ? browse(params.file, signalOf(token)) : files.describe(params))));
  connection.onRequest(rowsRequest, ({ from, count, zone, ...params }, token) => answer(`read rows of ${params.file}`, async () => {
    const { looked, shown } = await files.open(params, { zone, signal: signalOf(token) });
    return rowsOf(looked, from, count, shown);
  }));
  connection.onRequest(candlesRequest, ({ from, to, most, ...params }, token) => answer(`draw ${params.file}`, async () => candlesOf((await files.open(params, { signal: signalOf(token) })).looked, from, to, most)));
  connection.onRequest(monthRowsRequest, (params, token) => answer(`count the rows of ${params.file}`, async () => monthsOf((await files.open(params, { signal: signalOf(token) })).looked)));
  connection.onRequest(findRowRequest, ({ text, zone, ...params }, token) => answer(`find ${text} in ${params.file}`, async () => {
    const { looked, shown } = await files.open(params, { zone, signal: signalOf(token) });
    return findRow(looked, text, zoneNamed(shown));
  }));
  connection.onNotification(browseClosed, ({ file }) => { files.close(file); });
}

export class LookedFiles {
  readonly #open = new Map<string, Open>();

  /** A CSV as it is now: read anew when it has changed. @throws Failure as `readForPreview` */
  async describe(params: LookParams): Promise<Browsed> {
    const { bars, reading: csv, bytes } = await this.#fresh(params);
    return { ...(await bars.describe()), bytes, csv };
  }

  /** What was described, and the zone its times are shown in. */
  async open(params: LookParams, { zone: wished = 'UTC', signal }: { readonly zone?: string; readonly signal?: AbortSignal } = {}): Promise<{ looked: Looked; shown: string }> {
    if (isParquet(params.file)) return { looked: parquetRows(params.file, signal), shown: wished };
    const { bars, reading } = await (this.#open.get(params.file)?.csv ?? this.#fresh(params));
    return { looked: bars, shown: zoneShown(reading, wished) };
  }

  close(file: string): void {
    const open = this.#open.get(file);
    this.#open.delete(file);
    open?.stop.abort();
    // Why it could not be read, its asker was told.
    void open?.csv.then(({ bars }) => bars.close(), () => undefined);
  }

  /** One reading of a file comes after the other. */
  #fresh(params: LookParams): Promise<Csv> {
    const before = this.#open.get(params.file);
    const stop = before?.stop ?? new AbortController();
    const csv = renewed(before?.csv, params, stop.signal);
    this.#open.set(params.file, { csv, stop });
    return csv;
  }
}

/** The memory of what is out of date is given back before the file is read again. */
async function renewed(before: Promise<Csv> | undefined, params: LookParams, signal: AbortSignal): Promise<Csv> {
  const old = await before?.catch(() => undefined);
  try {
    const found = await stampOf(params);
    if (old?.stamp === found.stamp) return old;
    await old?.bars.close();
    return { ...(await read(params, signal)), ...found };
  } catch (error) {
    await old?.bars.close();
    throw error;
  }
}

async function stampOf({ file, tz = '' }: LookParams): Promise<Pick<Csv, 'stamp' | 'bytes'>> {
  try {
    const { size, mtimeMs, ino } = await stat(file);
    return { stamp: `${size} ${mtimeMs} ${ino} ${tz}`, bytes: size };
  } catch (error) {
    throw failureFrom(error, `read ${file}`, file);
  }
}

async function read({ file, tz }: LookParams, signal: AbortSignal): Promise<Pick<Csv, 'bars' | 'reading'>> {
  const { zone, exceptions } = await verifyOptions(tz === undefined ? {} : { tz }, await findDataFolder(path.dirname(file)));
  const wished = { ...(zone === undefined ? {} : { zone }), ...(exceptions === undefined ? {} : { exceptions }) };
  const { bars, reading } = await readForPreview(file, wished, { ...unattended, signal });
  return { bars: await KeptBars.keep(file, bars), reading };
}
