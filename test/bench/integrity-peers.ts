import { createReadStream } from 'node:fs';
import { DuckDBInstance } from '@duckdb/node-api';
import { parse } from 'csv-parse';

/** What is checked of bars by other means, each in a process of its own. Prints the rows and the faults found in them. */
type Peer = (file: string) => Promise<{ rows: number; faults: number }>;

const PEERS: Readonly<Record<string, Peer>> = {
  /** As a script would: cells to numbers and dates, then order, duplicates and OHLC. */
  'csv-parse': (file) =>
    new Promise((resolve, reject) => {
      const seen = new Set<number>();
      let [faults, before] = [0, -Infinity];
      const parser = createReadStream(file).pipe(parse({ from_line: 2 }));
      parser.on('data', ([date, clock, ...numerals]: string[]) => {
        const time = Date.parse(`${date!}T${clock!}Z`);
        const [open, high, low, close, volume] = numerals.map(Number);
        const isOrdered = time > before;
        const isWhole = high! >= Math.max(open!, low!, close!) && low! <= Math.min(open!, close!) && low! > 0 && volume! >= 0;
        if (!isOrdered || !isWhole || seen.has(time)) faults++;
        seen.add(time);
        before = time;
      });
      parser.on('error', reject);
      parser.on('end', () => { resolve({ rows: seen.size, faults }); });
    }),

  /** Reading, and aggregates over each row by itself. */
  'duckdb-aggregates': (file) => ask(`
    SELECT count(*), count(*) FILTER (High < greatest(Open, Low, Close) OR Low > least(Open, Close) OR Low <= 0 OR Volume < 0),
      min(Date), max(Date), min(Time), max(Time), min(Low), max(High), sum(Volume)
    FROM read_csv('${file}')`),

  /** The order of rows and their times too. */
  'duckdb-plain': (file) => ask(`
    SELECT count(*), count(*) FILTER (High < greatest(Open, Low, Close) OR Low > least(Open, Close) OR Low <= 0 OR Volume < 0 OR stamp <= before) + count(*) - count(DISTINCT stamp)
    FROM (SELECT *, Date + Time AS stamp, lag(Date + Time) OVER () AS before FROM read_csv('${file}'))`),

  /** And the checksum of each row, which is of its text. */
  'duckdb-sealed': (file) => ask(`
    SELECT count(*), count(*) FILTER (High::DOUBLE < greatest(Open::DOUBLE, Low::DOUBLE, Close::DOUBLE) OR Low::DOUBLE > least(Open::DOUBLE, Close::DOUBLE)
      OR Low::DOUBLE <= 0 OR Volume::DOUBLE < 0 OR stamp <= before OR file_seq::BIGINT <= sequence
      OR sha256(concat_ws('|', Close, Date, High, Low, Open, Time, Volume, file_seq)) <> checksum_sha256) + count(*) - count(DISTINCT stamp)
    FROM (SELECT *, (Date || ' ' || Time)::TIMESTAMP AS stamp, lag((Date || ' ' || Time)::TIMESTAMP) OVER () AS before, lag(file_seq::BIGINT) OVER () AS sequence
      FROM read_csv('${file}', all_varchar = true))`),
};

/** The first two columns of a query's only row. */
async function ask(query: string): Promise<{ rows: number; faults: number }> {
  const connection = await (await DuckDBInstance.create(':memory:')).connect();
  const [row] = (await connection.runAndReadAll(query)).getRows();
  return { rows: Number(row![0]), faults: Number(row![1]) };
}

void PEERS[process.argv[2]!]!(process.argv[3]!).then((counted) => { console.log(JSON.stringify(counted)); });
