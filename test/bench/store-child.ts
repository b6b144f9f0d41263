import { copyFileSync, mkdirSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { unattended } from '../../src/core/base/ports';
import { parseTimeframe } from '../../src/core/base/timeframe';
import { openDisk } from '../../src/core/disk/disk';
import { alignFile } from '../../src/core/jobs/align';
import type { JobContext } from '../../src/core/jobs/context';
import { importFile } from '../../src/core/jobs/import';
import { takeInventory } from '../../src/core/store/inventory';
import { peakMegabytes } from './peak';

/** Does one thing to a store in a process of its own and prints what it took, so that no measurement disturbs another. */
type Task = (folder: string, file: string) => Promise<Record<string, number>>;

const TASKS: Readonly<Record<string, Task>> = {
  /** The whole import into a 1-minute master; derived files are another bench's. */
  async import(folder, file) {
    const { seconds, result } = await timed(() => importFile(contextFor(folder), { file, ticker: 'ES', timeframe: '1m', align: 'check', onConflict: 'keep', dryRun: false, regenerate: false }));
    return { seconds, rows: result.plan.after.rows, newRows: result.plan.newRows };
  },

  /** The peer: DuckDB's own reading of the same text, written with the same codec and row groups, and nothing else. */
  async duckdb(folder, file) {
    const columns = "{'time': 'TIMESTAMP', 'open': 'DOUBLE', 'high': 'DOUBLE', 'low': 'DOUBLE', 'close': 'DOUBLE', 'volume': 'BIGINT'}";
    const read = `read_csv('${file}', delim = ';', header = false, timestampformat = '%Y%m%d %H%M%S', columns = ${columns})`;
    const { seconds } = await timed(async () => {
      const connection = await (await DuckDBInstance.create(':memory:', { threads: '2' })).connect();
      await connection.run(`COPY (SELECT * FROM ${read}) TO '${path.join(folder, 'peer.parquet')}' (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 100000)`);
    });
    return { seconds };
  },

  async align(folder, file) {
    const { seconds, result } = await timed(() => alignFile(contextFor(folder), { file, ticker: 'ES', timeframe: parseTimeframe('1m'), zone: 'America/Chicago' }));
    return { seconds, compared: result.shift?.compared ?? 0 };
  },

  /** A list of 1,000 files as an editor first shows it, the whole of it, again with one of them changed, then with none. */
  async inventory(folder, master) {
    const files = await thousandFiles(folder, master);
    const list = (depth: 'footers' | 'rows' = 'rows'): ReturnType<typeof takeInventory> => takeInventory(folder, 'UTC', unattended, { now: Date.now }, depth);
    const first = await timed(() => list('footers'));
    const whole = await timed(() => list());
    const now = Date.now() / 1000 + 10;
    utimesSync(path.join(folder, files[500]!), now, now);
    const changed = await timed(() => list());
    const idle = await timed(() => list());
    return { seconds: first.seconds, entries: first.result.entries.filter((entry) => entry.rows !== undefined).length, wholeSeconds: whole.seconds, changedSeconds: changed.seconds, idleSeconds: idle.seconds };
  },
};

function contextFor(folder: string): JobContext {
  const clock = { now: Date.now };
  return { disk: openDisk({ clock, command: 'bench' }), clock, folder, operation: unattended };
}

async function timed<T>(work: () => Promise<T>): Promise<{ seconds: number; result: T }> {
  const began = performance.now();
  const result = await work();
  return { seconds: (performance.now() - began) / 1000, result };
}

async function thousandFiles(folder: string, master: string): Promise<string[]> {
  if (readdirSync(folder).length < 1000) {
    rmSync(folder, { recursive: true });
    mkdirSync(folder, { recursive: true });
    const connection = await (await DuckDBInstance.create(':memory:', { threads: '2' })).connect();
    const small = path.join(folder, 'A_1m.parquet');
    await connection.run(`COPY (SELECT * FROM read_parquet('${master}') LIMIT 20000) TO '${small}' (FORMAT parquet, COMPRESSION zstd)`);
    for (let i = 1; i < 1000; i++) copyFileSync(small, path.join(folder, `A${i}_1m.parquet`));
    writeFileSync(path.join(folder, '.made'), '');
  }
  return readdirSync(folder).filter((name) => name.endsWith('.parquet'));
}

async function run(task: string, folder: string, file: string): Promise<void> {
  const figures = await TASKS[task]!(folder, file);
  const { user, system } = process.cpuUsage();
  process.stdout.write(`${JSON.stringify({ ...figures, cpuSeconds: (user + system) / 1e6, megabytes: peakMegabytes() })}\n`, () => process.exit(0));
}

void run(process.argv[2]!, process.argv[3]!, process.argv[4]!);
