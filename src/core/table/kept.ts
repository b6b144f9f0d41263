import type { Browsed } from '../../protocol/browse';
import type { Bars } from '../base/bar';
import type { Looked } from './browse';
import { connectSparingly, identifier, numberIn, selectRow, type Connection } from './duck';
import { holdsNumbers } from './instant';
import { columnsIn, parquetFailure } from './parquet';
import { offerBars } from './offered';

/** What of a table of bars is known when it is kept. */
export type KeptFacts = Pick<Browsed, 'rows' | 'timeColumn' | 'start' | 'end' | 'hasBars' | 'columns'>;

/** Bars that are kept in memory to be looked through, in a DuckDB of their own; `close` gives all of it back. */
export class KeptBars implements Looked {
  readonly table = 'bars';
  readonly numbered = '(SELECT *, rowid AS file_row_number FROM bars)';
  readonly #file: string;
  readonly #connection: Connection;
  /** The latest reading: one at a time has the connection. */
  #latest: Promise<unknown> = Promise.resolve();
  #closed: Promise<void> | undefined;

  private constructor(file: string, connection: Connection) {
    this.#file = file;
    this.#connection = connection;
  }

  /** @param file the bars are from, which failures name @throws Failure `io` */
  static async keep(file: string, bars: Bars): Promise<KeptBars> {
    const kept = new KeptBars(file, await connectSparingly());
    try {
      await kept.reading(async (connection) => connection.run(`CREATE TABLE bars AS ${columnsFor(bars)} FROM ${await offerBars(connection, bars)}`));
      return kept;
    } catch (error) {
      await kept.close();
      throw error;
    }
  }

  /** As `describeParquet` fails. */
  async reading<T>(run: (connection: Connection) => Promise<T>): Promise<T> {
    const turn = this.#latest.catch(() => undefined).then(() => run(this.#connection));
    this.#latest = turn;
    try {
      return await turn;
    } catch (error) {
      throw parquetFailure(error, `show ${this.#file}`, this.#file);
    }
  }

  describe(): Promise<KeptFacts> {
    return this.reading(async (connection) => {
      const columns = await columnsIn(connection, this.table);
      const asked = columns.flatMap(({ name }, at) => [`min(${identifier(name)})::VARCHAR AS least${at}`, `max(${identifier(name)})::VARCHAR AS most${at}`, `count(*) - count(${identifier(name)}) AS missing${at}`]);
      const found = await selectRow(connection, `SELECT count(*) AS rows, epoch_us(min(datetime)) AS start, epoch_us(max(datetime)) AS "end", ${asked.join(', ')} FROM ${this.table}`);
      const rows = numberIn(found, 'rows');
      const text = (key: string): string | undefined => (typeof found[key] === 'string' ? found[key] : undefined);
      return {
        rows,
        timeColumn: 'datetime',
        ...(rows === 0 ? {} : { start: numberIn(found, 'start') / 1000, end: numberIn(found, 'end') / 1000 }),
        hasBars: true,
        columns: columns.map(({ name, type }, at) => {
          const [least, most] = [text(`least${at}`), text(`most${at}`)];
          return { name, type, numeric: holdsNumbers(type), ...(least === undefined ? {} : { least }), ...(most === undefined ? {} : { most }), missing: numberIn(found, `missing${at}`) };
        }),
      };
    });
  }

  /** After it nothing more may be read. Resolves when readings under way have ended. */
  close(): Promise<void> {
    return (this.#closed ??= this.#latest.catch(() => undefined).then(() => { this.#connection.disconnectSync(); }));
  }
}

/** Times as in a master; whole volumes as whole numbers, and no column of them where there are none. */
function columnsFor({ volume }: Bars): string {
  const prices = 'SELECT make_timestamp((time * 1000)::BIGINT) AS datetime, open, high, low, close';
  if (volume.every((each) => Number.isNaN(each))) return prices;
  const whole = volume.every((each) => Number.isNaN(each) || Number.isSafeInteger(each));
  return `${prices}, nullif(volume, 'nan')::${whole ? 'BIGINT' : 'DOUBLE'} AS volume`;
}
