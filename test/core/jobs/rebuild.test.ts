import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { unattended } from '../../../src/core/base/ports';
import { openDisk } from '../../../src/core/disk/disk';
import { readJournal } from '../../../src/core/disk/journal';
import type { JobContext } from '../../../src/core/jobs/context';
import { importFile, type ImportRequest } from '../../../src/core/jobs/import';
import { rebuildMaster, type RebuildRequest } from '../../../src/core/jobs/rebuild';
import { minuteBars } from '../../support/bars';
import { quote, sql } from '../../support/sql';

describe('rebuild', () => {
  let folder: string;
  let context: JobContext;
  let now = Date.UTC(2025, 11, 5, 12);
  const lines = minuteBars(300).match(/.*\r\n/g)!;
  const master = (): string => path.join(folder, 'ES_1m.parquet');
  const bytes = (): Buffer => readFileSync(master());
  const rebuilding = (more: Partial<RebuildRequest> = {}) => rebuildMaster(context, { ticker: 'ES', timeframe: '1m', exports: [], aside: false, dryRun: false, ...more });
  const importing = (name: string, text: string, more: Partial<ImportRequest> = {}) => {
    now += 60_000;
    writeFileSync(path.join(folder, name), text);
    return importFile(context, { file: path.join(folder, name), ticker: 'ES', timeframe: '1m', align: 'check', onConflict: 'keep', dryRun: false, regenerate: false, ...more });
  };
  const tear = (): void => { writeFileSync(master(), bytes().subarray(0, -64)); };
  const quarantine = (): string[] => (existsSync(path.join(folder, 'quarantine')) ? readdirSync(path.join(folder, 'quarantine')) : []);
  const snapshot = (): unknown[] => readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort().map((name) => {
    const stats = statSync(path.join(folder, name));
    return [name, stats.isFile() ? [stats.mtimeMs, readFileSync(path.join(folder, name)).toString('hex')] : 0];
  });
  /** Twice every row, the metadata as it was: written by DuckDB, not by us. */
  async function double(): Promise<void> {
    const other = `${master()}.other`;
    await sql(`COPY (SELECT * FROM ${quote(master())} UNION ALL SELECT * FROM ${quote(master())} ORDER BY datetime) TO ${quote(other)} (FORMAT parquet)`);
    renameSync(other, master());
  }

  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'barkeep-rebuild-'));
    const clock = { now: (): number => now };
    context = { disk: openDisk({ clock, command: 'rebuild test' }), clock, folder, operation: unattended };
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });

  it('gives a torn master of two exports, one of them of another zone, byte for byte; the torn file is in the quarantine', async () => {
    await importing('a.txt', lines.slice(0, 200).join(''));
    const later = lines.slice(150).map((line) => line.replace(/ (\d\d)(\d\d)/, (_, hour: string, minute: string) => ` ${String(Number(hour) + 2).padStart(2, '0')}${minute}`)).join('');
    await importing('b.txt', later, { zone: 'America/Chicago' });
    const whole = bytes();
    tear();
    const torn = bytes();
    const before = snapshot();
    const dry = await rebuilding({ dryRun: true });
    assert.deepEqual(snapshot(), before, 'a dry run writes nothing');
    assert.equal(dry.outcome, 'planned');
    const real = await rebuilding();
    assert.deepEqual(real.plan, dry.plan);
    assert.equal(real.outcome, 'rebuilt');
    assert.deepEqual(real.plan.sources.map(({ zone, recorded }) => [zone, recorded]), [['America/Los_Angeles', true], ['America/Chicago', true]]);
    assert.deepEqual(bytes(), whole);
    assert.equal(real.kept, 'quarantine/ES_1m.parquet');
    assert.deepEqual(readFileSync(path.join(folder, real.kept)), torn);
    assert.deepEqual((await readJournal(folder)).at(-1)?.sources?.length, 2);
    assert.equal((await rebuilding()).outcome, 'sound');
    tear();
    assert.equal((await rebuilding()).kept, 'quarantine/ES_1m.parquet', 'the same torn file has one place');
    assert.deepEqual(bytes(), whole, 'a rebuilt master is rebuilt from what the rebuild put on record');
  });

  it('keeps the values that a later export put in the place of others', async () => {
    await importing('a.txt', lines.join(''));
    await importing('b.txt', lines[100]!.replace(/;[\d.]+\r\n/, ';987654\r\n'), { onConflict: 'replace', align: 'off' });
    tear();
    const { plan } = await rebuilding();
    assert.equal(plan.conflictingRows, 1);
    assert.deepEqual(await sql(`SELECT count(*) FILTER (volume = 987654)::INT AS took, count(*)::INT AS rows FROM ${quote(master())}`), [{ took: 1, rows: 300 }]);
  });

  it('reads dates and single trades as they were read then, and says what it needs of imports recorded without that', async () => {
    const day = (at: number): string => `0${1 + Math.floor(at / 100)}/07/2025`;
    const slashed = lines.map((line, at) => `${day(at)} ${line.slice(9, 11)}:${line.slice(11, 13)},${line.slice(16).trim().split(';').join(',')}`);
    await importing('slashed.csv', ['time,open,high,low,close,volume', ...slashed].join('\n'), { dates: 'day-first' });
    const trades = Array.from({ length: 300 }, (_, at) => `20250610 07${String(Math.floor(at / 10)).padStart(2, '0')}${String((at % 10) * 5).padStart(2, '0')};6000.${at % 2 === 0 ? '25' : '50'};3`);
    await importing('trades.txt', `${trades.join('\r\n')}\r\n`, { aggregate: '1m' });
    const whole = bytes();
    const rows = await sql(`SELECT count(*)::INT AS rows, min(datetime)::VARCHAR AS first, max(datetime)::VARCHAR AS last FROM ${quote(master())}`);
    assert.match(JSON.stringify(rows), /"rows":330,.*"last":"2025-07-03/);
    tear();
    await rebuilding();
    assert.deepEqual(bytes(), whole);
    tear();
    const journal = path.join(folder, 'backups', 'journal.jsonl');
    writeFileSync(journal, readFileSync(journal, 'utf8').replaceAll(/,"(dates|aggregate)":"[^"]*"/g, ''));
    await assert.rejects(rebuilding(), /slashed\.csv.*Say .* --dates/);
    assert.equal((await rebuilding({ dates: 'day-first' })).outcome, 'rebuilt');
    assert.deepEqual(bytes(), whole, 'and puts on record how it read them');
  });

  it('is what a torn master is refused with, and one whose times stand twice, where exports of it are on record', async () => {
    await importing('a.txt', lines.join(''));
    tear();
    await assert.rejects(importing('b.txt', lines.slice(1).join('')), /torn .* Make it anew from the exports it was imported from \(barkeep rebuild ES 1m\)\./);
    await rebuilding();
    await double();
    await assert.rejects(importing('b.txt', lines.slice(1).join('')), /first in row 2 at 2025-[-\d]+ \d\d:\d\d UTC\. Make it anew .*barkeep rebuild ES 1m/);
    rmSync(path.join(folder, 'backups'), { recursive: true });
    writeFileSync(master(), 'torn');
    await assert.rejects(importing('b.txt', lines.slice(1).join('')), /or anew from exports of it: barkeep rebuild ES 1m EXPORT\.txt\./);
  });

  it('mends times that stand twice', async () => {
    await importing('a.txt', lines.join(''));
    const whole = bytes();
    await double();
    const { plan } = await rebuilding();
    assert.match(plan.why, /300 bars have the time of the bar before/);
    assert.equal(plan.before?.rows, 600);
    assert.deepEqual(bytes(), whole);
  });

  it('names what is gone, and makes the master of the rest; an export found again under the name that archiving gave it', async () => {
    await importing('a.csv', lines.slice(0, 200).join(''));
    await importing('b.csv', lines.slice(150).join(''));
    mkdirSync(path.join(folder, 'raw/archived'), { recursive: true });
    renameSync(path.join(folder, 'a.csv'), path.join(folder, 'raw/archived/a.csv.DONE'));
    writeFileSync(path.join(folder, 'b.csv'), 'something else');
    tear();
    const { plan } = await rebuilding();
    assert.equal(plan.after?.rows, 200);
    assert.deepEqual(plan.missing.map(({ name, why }) => [name, /another content/.test(why)]), [['b.csv', true]]);
    assert.match(plan.missing[0]!.remedy, /barkeep rebuild ES 1m FOLDER/);
  });

  it('without a record takes what is named, and sets aside when told; else refuses and moves nothing', async () => {
    writeFileSync(master(), 'torn');
    await assert.rejects(rebuilding(), /nothing is on record .*Nothing was moved/);
    writeFileSync(path.join(folder, 'a.txt'), lines.slice(0, 200).join(''));
    writeFileSync(path.join(folder, 'b.txt'), lines.slice(190).join('').replaceAll(/;[\d.]+\r\n/g, ';777\r\n'));
    await assert.rejects(rebuilding({ exports: ['a.txt', 'b.txt'].map((name) => path.join(folder, name)) }), /a\.txt, b\.txt was read is not on record, and 10 bars/);
    assert.deepEqual([bytes().toString(), quarantine()], ['torn', []]);
    const { plan, outcome } = await rebuilding({ exports: [path.join(folder, 'a.txt')] });
    assert.deepEqual([outcome, plan.after?.rows, plan.sources[0]?.recorded], ['rebuilt', 200, false]);
    writeFileSync(master(), 'torn again');
    assert.deepEqual(await rebuilding({ aside: true }).then((set) => [set.outcome, set.kept]), ['set-aside', 'quarantine/ES_1m.parquet.2']);
    assert.ok(!existsSync(master()));
    await assert.rejects(rebuilding(), /there is no such master/);
  });
});
