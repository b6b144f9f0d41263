import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { importFile } from '../../src/core/jobs/import';
import { openDisk } from '../../src/core/disk/disk';
import { nodeFiles } from '../../src/core/disk/files';
import { minuteBars } from '../support/bars';
import { quote, sql } from '../support/sql';
import { without, type Break } from './breaks';
import { barkeepIn } from './cli';
import type { Tally } from './matrix';
import { contextOf, dataOf } from './scenarios';

const IMPORTERS = 8;
const BARS = 60;

/**
 * Eight importers of eight files into one master at once, each waiting for its turn: every row is in, none twice.
 * As real processes; with a protection off, as eight jobs of this process, whose files can be tampered with.
 */
export async function contend(scratch: string, broken: Break | undefined, tally: Tally): Promise<void> {
  const world = path.join(scratch, 'contend');
  mkdirSync(dataOf(world), { recursive: true });
  const lines = minuteBars(IMPORTERS * BARS).match(/.*\r\n/g)!;
  const files = Array.from({ length: IMPORTERS }, (_, i) => {
    const file = path.join(dataOf(world), `${i}.txt`);
    writeFileSync(file, lines.slice(i * BARS, (i + 1) * BARS).join(''));
    return file;
  });
  const run = broken === undefined ? importAsProcess : importHere(broken);
  const outcomes = await Promise.all(files.map((file) => run(world, file)));
  tally.points += IMPORTERS;
  tally.violations.push(...outcomes.filter((outcome) => outcome !== undefined).map((outcome) => `eight importers: ${outcome}`));
  tally.violations.push(...(await rowsMissing(path.join(dataOf(world), 'ES_1m.parquet'))).map((what) => `eight importers: ${what}`));
}

async function importAsProcess(world: string, file: string): Promise<string | undefined> {
  const { code, output } = await barkeepIn(world, ['import', file, 'ES', '1m', '--align', 'off', '--no-regenerate', '--wait']);
  return code === 0 ? undefined : `${path.basename(file)} ended with ${String(code)}: ${output}`;
}

const importHere = (broken: Break) => async (world: string, file: string): Promise<string | undefined> => {
  const disk = openDisk({ clock: Date, command: 'faults', files: without(broken, nodeFiles) });
  const request = { file, ticker: 'ES', timeframe: '1m', align: 'off', onConflict: 'keep', dryRun: false, regenerate: false } as const;
  return importFile({ ...contextOf(world, disk), wait: true }, request).then(() => undefined, (error: unknown) => `${path.basename(file)}: ${String(error)}`);
};

async function rowsMissing(master: string): Promise<string[]> {
  try {
    const [row] = await sql(`SELECT count(*) AS rows, count(DISTINCT datetime) AS times FROM read_parquet(${quote(master)})`);
    const [rows, times] = [Number(row?.['rows']), Number(row?.['times'])];
    return rows === IMPORTERS * BARS && times === rows ? [] : [`the master has ${rows} rows at ${times} times, not ${IMPORTERS * BARS}`];
  } catch (error) {
    return [`the master cannot be read: ${String(error)}`];
  }
}
