import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import path from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { unattended } from '../../src/core/base/ports';
import { openDisk } from '../../src/core/disk/disk';
import { verifyFile } from '../../src/core/integrity/verify';
import type { JobContext } from '../../src/core/jobs/context';
import { exportFile } from '../../src/core/jobs/export';
import { importFile } from '../../src/core/jobs/import';
import { peakMegabytes } from './peak';

/** Does one thing in a process of its own and prints what it took. `folder` holds ES_1m.parquet, `file` is an export or where to put one. */
const TASKS: Readonly<Record<string, (folder: string, file: string) => Promise<Record<string, number>>>> = {
  export: (folder, file) => exporting(folder, file, false),
  sealed: (folder, file) => exporting(folder, file, true),

  /** The peer: DuckDB's own CSV of the same rows. */
  async copy(folder, file) {
    const connection = await (await DuckDBInstance.create(':memory:', { threads: '2' })).connect();
    const began = performance.now();
    await connection.run(`COPY (SELECT * FROM read_parquet('${path.join(folder, 'ES_1m.parquet')}')) TO '${file}' (HEADER)`);
    return { seconds: (performance.now() - began) / 1000 };
  },

  async verify(_folder, file) {
    const { rows, errors } = await verifyFile(file, {}, unattended);
    return { rows, errors };
  },

  /** Into an empty store. */
  async import(folder, file) {
    const { plan } = await importFile(contextFor(folder), { file, ticker: 'ES', timeframe: '1m', align: 'check', onConflict: 'fail', dryRun: false, regenerate: false });
    return { rows: plan.after.rows, rejected: plan.rejectedRows };
  },

  /** In how many rows two masters differ. */
  async difference(one, other) {
    const connection = await (await DuckDBInstance.create(':memory:')).connect();
    const [a, b] = [one, other].map((file) => `SELECT datetime, open, high, low, close, volume FROM read_parquet('${file}')`);
    const rows = (await connection.runAndReadAll(`SELECT count(*)::DOUBLE AS n FROM ((${a} EXCEPT ALL ${b}) UNION ALL (${b} EXCEPT ALL ${a}))`)).getRowObjects();
    return { rows: Number(rows[0]!['n']) };
  },
};

async function exporting(folder: string, to: string, sealed: boolean): Promise<Record<string, number>> {
  const began = performance.now();
  const { rows, file, sha256 } = await exportFile(contextFor(folder), { source: path.join(folder, 'ES_1m.parquet'), instrument: 'ES', to, range: {}, sealed, gzip: false, report: false, dryRun: false });
  const seconds = (performance.now() - began) / 1000;
  const megabytes = peakMegabytes();
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(file)) hash.update(chunk as Buffer);
  return { rows, seconds, megabytes, same: hash.digest('hex') === sha256 ? 1 : 0 };
}

function contextFor(folder: string): JobContext {
  const clock = { now: Date.now };
  return { disk: openDisk({ clock, command: 'bench' }), clock, folder, operation: unattended };
}

async function run(task: string, folder: string, file: string): Promise<void> {
  const figures = await TASKS[task]!(folder, file);
  process.stdout.write(`${JSON.stringify(figures)}\n`, () => process.exit(0));
}

void run(process.argv[2]!, process.argv[3]!, process.argv[4]!);
