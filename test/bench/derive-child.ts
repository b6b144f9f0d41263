import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { mapColumns } from '../../src/core/base/bar';
import { unattended } from '../../src/core/base/ports';
import { regenerate } from '../../src/core/derive/regenerate';
import { openDisk } from '../../src/core/disk/disk';
import { makeBars } from '../../src/core/jobs/sampleBars';
import { writeMaster } from '../../src/core/table/master';
import { peakMegabytes } from './peak';

/** Does one thing to a folder of derived data in a process of its own and prints what it took. */
type Task = (folder: string, argument: string) => Promise<Record<string, number>>;

const SESSION = 1380;

const TASKS: Readonly<Record<string, Task>> = {
  /** Masters of 15 years of minutes: all of them, and without the last day. */
  async masters(folder) {
    const bars = makeBars(Date.UTC(2010, 0, 3), 780, 42);
    const rows = bars.time.length;
    for (const [name, end] of [['whole', rows], ['before', rows - SESSION]] as const) {
      await writeMaster(path.join(folder, `${name}.parquet`), { changes: mapColumns(bars, (column) => column.subarray(0, end)), volume: 'BIGINT', metadata: {} });
    }
    return { rows };
  },

  /** @param steps names separated by commas; empty: all */
  async regenerate(folder, steps) {
    const disk = openDisk({ clock: { now: Date.now }, command: 'bench' });
    const only = steps === '' ? {} : { only: steps.split(',') as never };
    const began = performance.now();
    const done = await regenerate(disk, folder, 'ES', only, unattended);
    const seconds = (performance.now() - began) / 1000;
    const rows = done.steps.find(({ output }) => output === 'chunks/ES_1m/meta.json')?.rows ?? 0;
    if (done.steps.some(({ outcome }) => outcome !== 'made')) throw new Error('not everything was made');
    return { seconds, rows };
  },

  /** The peer: DuckDB's own aggregation into the four files, with the codec and row groups of ours. */
  async duckdb(folder) {
    const connection = await (await DuckDBInstance.create(':memory:', { threads: '2' })).connect();
    const began = performance.now();
    for (const [timeframe, bin] of [['5m', '5 minutes'], ['15m', '15 minutes'], ['1h', '1 hour'], ['4h', '4 hours']] as const) {
      await connection.run(`COPY (SELECT time_bucket(INTERVAL '${bin}', datetime) AS bin, arg_min(open, datetime) AS open, max(high) AS high, min(low) AS low, arg_max(close, datetime) AS close, sum(volume)::BIGINT AS volume
        FROM read_parquet('${path.join(folder, 'ES_1m.parquet')}') GROUP BY bin ORDER BY bin) TO '${path.join(folder, `peer_${timeframe}.parquet`)}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 100000)`);
    }
    return { seconds: (performance.now() - began) / 1000 };
  },
};

async function run(task: string, folder: string, argument: string): Promise<void> {
  const figures = await TASKS[task]!(folder, argument);
  process.stdout.write(`${JSON.stringify({ ...figures, megabytes: peakMegabytes() })}\n`, () => process.exit(0));
}

void run(process.argv[2]!, process.argv[3]!, process.argv[4] ?? '');
