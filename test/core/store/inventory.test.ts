import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Complaint, InventoryEntry } from '../../../src/protocol/inventory';
import { Failure } from '../../../src/core/base/failure';
import { unattended } from '../../../src/core/base/ports';
import { regenerate } from '../../../src/core/derive/regenerate';
import { backUp } from '../../../src/core/disk/backup';
import { lockPath, masterPath } from '../../../src/core/store/layout';
import { takeInventory } from '../../../src/core/store/inventory';
import { quote, sql } from '../../support/sql';
import { MINUTE, minutes, scene, START, writeForeign, type Scene } from './folder';

const HOUR = 60 * MINUTE;

describe('store: inventory', () => {
  let at: Scene;
  const cleanUps: (() => void)[] = [];
  beforeEach(() => {
    at = scene((remove) => cleanUps.push(remove));
    mkdirSync(at.folder);
  });
  after(() => {
    for (const cleanUp of cleanUps) cleanUp();
  });

  const file = (name: string): string => path.join(at.folder, name);
  const list = async (now = START + 5 * 24 * HOUR): Promise<Map<string, InventoryEntry>> => {
    const { entries } = await takeInventory(at.folder, 'America/New_York', unattended, { now: () => now });
    return new Map(entries.map((entry) => [entry.file, entry]));
  };
  const codes = (entry: InventoryEntry | undefined): string[] => (entry?.complaints ?? [{ code: 'not listed' } as unknown as Complaint]).map((complaint) => complaint.code);

  it('tells of a master what its footer says', async () => {
    await writeForeign(file('ES_1m.parquet'), minutes(500));
    const entry = (await list()).get('ES_1m.parquet');
    const { mtimeMs, size } = statSync(file('ES_1m.parquet'));
    assert.deepEqual(entry, {
      file: 'ES_1m.parquet',
      category: 'market',
      ticker: 'ES',
      timeframe: '1m',
      bytes: size,
      updated: Math.round(mtimeMs),
      rows: 500,
      columns: ['datetime', 'open', 'high', 'low', 'close', 'volume', 'time'],
      start: START,
      end: START + 499 * MINUTE,
      gaps: { count: 0, largestHours: 0, thresholdHours: 4, calendar: 'CME equity index' },
      health: 'info',
      complaints: [
        { code: 'missing-derived', severity: 'info', message: 'Nothing has been derived from it yet.', remedy: { title: 'Regenerate', command: ['regenerate', 'ES'] } },
        { code: 'no-backup', severity: 'info', message: 'There is no backup of this file.', remedy: { title: 'Back up now', command: ['backup', 'ES_1m.parquet'] } },
      ],
    });
  });

  it('sorts files into their categories and leaves out what is not data', async () => {
    for (const folder of ['sub', 'node_modules/x', '.git', '.barkeep/derived']) mkdirSync(file(folder), { recursive: true });
    const names = ['a.csv', 'sub/ES history.txt', 'NQ_profiler.json', 'x.dbn.zst', 'notes.md', 'package.json', 'NQ.lock', 'node_modules/x/b.csv', '.git/c.csv', '.barkeep/derived/d.csv', '.hidden.csv'];
    for (const name of names) writeFileSync(file(name), '{}');
    symlinkSync(at.folder, file('loop'));
    symlinkSync(file('nowhere'), file('dangling.csv'));
    const entries = [...(await list()).values()];
    assert.deepEqual(
      entries.map((entry) => [entry.file, entry.category, entry.health]),
      [['NQ_profiler.json', 'derived', 'good'], ['a.csv', 'raw', 'good'], ['sub/ES history.txt', 'raw', 'good'], ['x.dbn.zst', 'other', 'good']],
    );
  });

  it('one unreadable file never breaks the list', async () => {
    await writeForeign(file('ES_1m.parquet'), minutes(10));
    await writeForeign(file('NQ_1m.parquet'), minutes(10));
    await backUp(at.disk, at.folder, 'NQ_1m.parquet', 'test');
    writeFileSync(file('NQ_1m.parquet'), 'PAR1');
    writeFileSync(file('CL_1m.parquet'), '');
    const entries = await list();
    assert.deepEqual(codes(entries.get('NQ_1m.parquet')), ['unreadable']);
    assert.deepEqual(entries.get('NQ_1m.parquet')?.complaints[0]?.remedy?.command, ['restore', 'NQ_1m.parquet']);
    assert.deepEqual([codes(entries.get('CL_1m.parquet')), entries.get('CL_1m.parquet')?.health], [['unreadable'], 'error']);
    assert.deepEqual(entries.get('CL_1m.parquet')?.complaints[0]?.remedy?.command, ['rebuild', 'CL', '1m']);
    assert.equal(entries.get('ES_1m.parquet')?.rows, 10);
    writeFileSync(file('ES_15m.parquet'), 'PAR1');
    assert.deepEqual((await list()).get('ES_15m.parquet')?.complaints[0]?.remedy?.command, ['regenerate', 'ES'], 'what is made from minutes is made again');
    writeFileSync(file('ES_1m.parquet'), 'PAR1');
    writeFileSync(file('ES_profiler.json'), 'hello');
    const torn = await list();
    for (const name of ['ES_15m.parquet', 'ES_profiler.json']) assert.notEqual(torn.get(name)?.complaints[0]?.remedy?.command[0], 'regenerate', 'not from a torn master');
  });

  it('lists masters that are no files, say why, and misses nothing else for them', async () => {
    symlinkSync('/nowhere/MES_1m.parquet', file('MES_1m.parquet'));
    symlinkSync('NQ_1m.parquet', file('NQ_1m.parquet'));
    mkdirSync(file('RTY_1m.parquet'));
    mkdirSync(file('parts.parquet'));
    await writeForeign(file('RTY_1m.parquet/part.parquet'), minutes(5));
    await writeForeign(file('ES_1m.parquet'), minutes(5));
    const entries = await list();
    assert.deepEqual([...entries.keys()], ['ES_1m.parquet', 'MES_1m.parquet', 'NQ_1m.parquet', 'RTY_1m.parquet', 'RTY_1m.parquet/part.parquet']);
    const says = (name: string): string => entries.get(name)!.complaints.map(({ code, severity, message }) => `${code} ${severity} ${message}`).join();
    assert.match(says('MES_1m.parquet'), /^unreadable error .*a link to \/nowhere\/MES_1m\.parquet, which is not there\. Mount the drive/);
    assert.match(says('NQ_1m.parquet'), /^unreadable error .*a link to NQ_1m\.parquet/);
    assert.match(says('RTY_1m.parquet'), /^unreadable error .*it is a folder\. Rename it/);
  });

  it('masters without bars that can be read, and JSON that is none, are not called well', async () => {
    await writeForeign(file('ES_1m.parquet'), minutes(5));
    const source = `read_parquet(${quote(file('ES_1m.parquet'))})`;
    await sql(`COPY (SELECT * EXCLUDE (close) FROM ${source}) TO ${quote(file('GC_1m.parquet'))} (FORMAT parquet)`);
    await sql(`COPY (SELECT strftime(datetime, '%c') AS datetime, open, high, low, close FROM ${source}) TO ${quote(file('HG_1m.parquet'))} (FORMAT parquet)`);
    await sql(`COPY (SELECT * REPLACE (close::VARCHAR AS close) FROM ${source}) TO ${quote(file('SI_1m.parquet'))} (FORMAT parquet)`);
    const texts = { 'ES_profiler.json': 'hello', 'CL_profiler.json': ' \n', 'NQ_profiler.json': '\uFEFF \n[1]' };
    for (const [name, text] of Object.entries(texts)) writeFileSync(file(name), text);
    const entries = await list();
    const first = (name: string): Complaint => entries.get(name)!.complaints[0]!;
    assert.match(first('GC_1m.parquet').message, /no column close;.*Write it again/);
    assert.deepEqual([first('SI_1m.parquet').code, entries.get('SI_1m.parquet')!.health], ['unreadable', 'error']);
    assert.match(first('SI_1m.parquet').message, /does not hold numbers in close \(VARCHAR\)\. Write it again/);
    assert.match(first('HG_1m.parquet').message, /no time column: datetime does not hold times\. Write it again/);
    for (const name of ['GC_1m.parquet', 'HG_1m.parquet']) assert.deepEqual(codes(entries.get(name)), ['unreadable', 'no-backup']);
    assert.deepEqual([first('ES_profiler.json').message, first('ES_profiler.json').remedy?.command], ['Cannot be read: it is no JSON.', ['regenerate', 'ES']]);
    assert.match(first('CL_profiler.json').message, /^Cannot be read: it is empty\. Remove it; regenerating CL /);
    assert.equal(entries.get('NQ_profiler.json')?.health, 'good');
  });

  it('offers to rebuild every damaged master without a backup', async () => {
    await writeForeign(file('sound.parquet'), minutes(9));
    const source = `SELECT * FROM read_parquet(${quote(file('sound.parquet'))})`;
    await sql(`COPY (${source} ORDER BY datetime DESC) TO ${quote(file('CL_1h.parquet'))} (FORMAT parquet)`);
    await sql(`COPY (${source} UNION ALL ${source} ORDER BY datetime) TO ${quote(file('ZN_1m.parquet'))} (FORMAT parquet)`);
    await sql(`COPY (SELECT * REPLACE (CASE WHEN minute(datetime) > 3 THEN datetime END AS datetime) FROM (${source})) TO ${quote(file('ZB_1m.parquet'))} (FORMAT parquet)`);
    writeFileSync(file('NQ_1D.parquet'), 'PAR1');
    const entries = await list();
    for (const [name, ticker, timeframe] of [['CL_1h.parquet', 'CL', '1h'], ['ZN_1m.parquet', 'ZN', '1m'], ['ZB_1m.parquet', 'ZB', '1m'], ['NQ_1D.parquet', 'NQ', '1D']] as const) {
      const errors = entries.get(name)!.complaints.filter(({ severity }) => severity === 'error');
      assert.ok(errors.length > 0, name);
      for (const { remedy } of errors) assert.deepEqual(remedy, { title: 'Rebuild from its exports', command: ['rebuild', ticker, timeframe] });
      assert.ok(!codes(entries.get(name)).includes('gaps'), 'continuity would refuse it');
    }
  });

  it('sees rows out of order and duplicates, also in Parquet files of other names', async () => {
    await writeForeign(file('sound.parquet'), minutes(5));
    const source = `SELECT * FROM read_parquet(${quote(file('sound.parquet'))})`;
    await sql(`COPY (${source} ORDER BY datetime DESC) TO ${quote(file('ES_1h.parquet'))} (FORMAT parquet)`);
    await sql(`COPY (${source} UNION ALL ${source} ORDER BY datetime) TO ${quote(file('other.parquet'))} (FORMAT parquet)`);
    const entries = await list();
    assert.deepEqual(codes(entries.get('ES_1h.parquet')), ['unsorted', 'no-backup']);
    assert.match(entries.get('ES_1h.parquet')?.complaints[0]?.message ?? '', /4 steps back \(first in row 2, 2025-09-08 00:03 UTC\)/);
    assert.deepEqual(codes(entries.get('other.parquet')), ['duplicate-times', 'no-backup']);
    assert.deepEqual(codes(entries.get('sound.parquet')), ['no-backup']);
  });

  it('offers one command for what is wrong: restore, update, import, back up, clean', async () => {
    await writeForeign(file('ES_1m.parquet'), minutes(5));
    await backUp(at.disk, at.folder, 'ES_1m.parquet', 'test');
    const source = `SELECT * FROM read_parquet(${quote(file('ES_1m.parquet'))}) ORDER BY datetime DESC`;
    await sql(`CREATE TABLE t AS ${source}; COPY t TO ${quote(file('ES_1m.parquet'))} (FORMAT parquet)`);
    writeFileSync(file('ES_1m.parquet.tmp'), '');
    await writeForeign(file('NQ_1h.parquet'), minutes(5));
    const entries = await list(START + 30 * 24 * HOUR);
    const remedies = (name: string): unknown => entries.get(name)?.complaints.map(({ code, remedy }) => [code, remedy?.command.join(' ')]);
    // Not to update or regenerate, which would refuse it: first it must be sound.
    assert.deepEqual((remedies('ES_1m.parquet') as unknown[]).slice(0, 1), [['unsorted', 'restore ES_1m.parquet']]);
    assert.doesNotMatch(JSON.stringify(remedies('ES_1m.parquet')), /update|regenerate/);
    assert.deepEqual(remedies('NQ_1h.parquet'), [['stale-master', 'import EXPORT.csv NQ 1h'], ['no-backup', 'backup NQ_1h.parquet']]);
    assert.deepEqual(remedies('ES_1m.parquet.tmp'), [['leftover-temporary', 'clean']]);
  });

  it('says at once what footers tell, and of order and gaps only what is known already', async () => {
    await writeForeign(file('ES_1m.parquet'), [...minutes(60), ...minutes(60, START + 240 * HOUR)]);
    const now = { now: (): number => START + 241 * HOUR };
    const quick = async (): Promise<InventoryEntry> => (await takeInventory(at.folder, 'UTC', unattended, now, 'footers')).entries[0]!;
    const first = await quick();
    assert.deepEqual([first.rows, first.end, first.gaps, codes(first)], [120, START + 240 * HOUR + 59 * MINUTE, undefined, ['missing-derived', 'no-backup']]);
    await takeInventory(at.folder, 'UTC', unattended, now);
    assert.deepEqual(codes(await quick()), ['gaps', 'missing-derived', 'no-backup']);
  });

  it('without a calendar counts gaps over 48 h and warns of one longer than a holiday weekend', async () => {
    const weekend = START + 60 * MINUTE + 49 * HOUR;
    await writeForeign(file('AA_1m.parquet'), [...minutes(60), ...minutes(60, weekend)]);
    await writeForeign(file('BB_5m.parquet'), [...minutes(60), ...minutes(60, weekend), ...minutes(5, weekend + 10 * 24 * HOUR)]);
    await writeForeign(file('CL_1D.parquet'), [...minutes(1), ...minutes(1, START + 240 * HOUR)]);
    const entries = await list(START + 14 * 24 * HOUR);
    assert.deepEqual([entries.get('AA_1m.parquet')?.gaps?.count, entries.get('AA_1m.parquet')?.health], [1, 'info']);
    const bb = entries.get('BB_5m.parquet');
    assert.deepEqual([bb?.gaps?.count, bb?.health, bb?.complaints[0]?.code, bb?.complaints[0]?.remedy?.command], [2, 'warning', 'gaps', ['continuity', 'BB', '5m']]);
    assert.equal(entries.get('CL_1D.parquet')?.gaps, undefined);
  });

  it('with a calendar counts only steps in which the market was open, and heeds the user\'s exceptions', async () => {
    const [friday, sunday, wednesday] = [Date.UTC(2025, 8, 12, 20), Date.UTC(2025, 8, 14, 22), Date.UTC(2025, 8, 17, 12)];
    await writeForeign(file('ES_1m.parquet'), [...minutes(60, friday), ...minutes(60, sunday)]);
    await writeForeign(file('NQ_1m.parquet'), [...minutes(60, sunday), ...minutes(60, wednesday)]);
    const gapsOf = async (name: string): Promise<unknown[]> => {
      const entry = (await list(wednesday + HOUR)).get(name);
      return [entry?.gaps?.count, entry?.complaints.find(({ code }) => code === 'gaps')?.message];
    };
    assert.deepEqual(await gapsOf('ES_1m.parquet'), [0, undefined], 'a weekend');
    assert.deepEqual(await gapsOf('NQ_1m.parquet'), [1, 'There are no bars from 2025-09-14 22:59 UTC to 2025-09-17 12:00 UTC, 3 days, though the market was open (CME equity index).']);
    mkdirSync(file('.barkeep'), { recursive: true });
    writeFileSync(file('.barkeep/calendar.json'), '{"closed":[{"from":"2025-09-14 17:00","to":"2025-09-17 08:00","why":"vendor"}]}');
    assert.deepEqual(await gapsOf('NQ_1m.parquet'), [0, undefined]);
    writeFileSync(file('.barkeep/calendar.json'), '{"closed":[{}]}');
    assert.equal((await gapsOf('NQ_1m.parquet'))[0], 1, 'a broken file is no exception');
    const broken = (await list()).get('.barkeep/calendar.json');
    assert.deepEqual([broken?.health, broken?.complaints[0]?.code], ['error', 'unreadable']);
    assert.match(broken?.complaints[0]?.message ?? '', /closed\[0\] does not say why/);
  });

  it('says when a master has fallen behind, and when its backup has', async () => {
    await writeForeign(file('ES_5m.parquet'), minutes(10));
    const end = START + 9 * MINUTE;
    assert.ok(!codes((await list(end + 7 * 24 * HOUR)).get('ES_5m.parquet')).includes('stale-master'));
    assert.ok(codes((await list(end + 7 * 24 * HOUR + 1)).get('ES_5m.parquet')).includes('stale-master'));
    const { made } = await backUp(at.disk, at.folder, 'ES_5m.parquet', 'test');
    utimesSync(file('ES_5m.parquet'), made / 1000, made / 1000);
    const entry = (await list()).get('ES_5m.parquet');
    assert.deepEqual([codes(entry), entry?.lastBackup, entry?.health], [[], made, 'good']);
    utimesSync(file('ES_5m.parquet'), made / 1000 + 60, made / 1000 + 60);
    assert.deepEqual(codes((await list()).get('ES_5m.parquet')), ['backup-older']);
  });

  it('knows a derived file by its master\'s content, not by times of files', async () => {
    const master = masterPath(at.folder, 'ES', '1m');
    await writeForeign(master, minutes(300));
    await regenerate(at.disk, at.folder, 'ES', {}, unattended);
    const now = Date.now() / 1000;
    utimesSync(master, now + 100, now + 100);
    const fresh = await list();
    for (const name of ['ES_5m.parquet', 'ES_4h.parquet', 'ES_daily_hod_lod.json']) {
      const entry = fresh.get(name);
      assert.deepEqual([entry?.category, entry?.madeFrom, entry?.health], ['derived', { master: 'ES_1m.parquet', current: true }, 'good'], name);
    }
    await writeForeign(master, minutes(301));
    utimesSync(master, now - 1e6, now - 1e6);
    const stale = await list();
    for (const name of ['ES_5m.parquet', 'ES_daily_hod_lod.json']) {
      assert.deepEqual([codes(stale.get(name)), stale.get(name)?.madeFrom?.current], [['stale-derived'], false], name);
      assert.deepEqual(stale.get(name)?.complaints[0]?.remedy?.command, ['regenerate', 'ES']);
    }
    const sound = readFileSync(master);
    await sql(`COPY (SELECT * FROM read_parquet(${quote(master)}) ORDER BY datetime DESC) TO ${quote(`${master}.other`)} (FORMAT parquet)`);
    renameSync(`${master}.other`, master);
    const unsound = (await list()).get('ES_daily_hod_lod.json')?.complaints[0];
    assert.deepEqual([unsound?.code, unsound?.remedy?.command], ['stale-derived', ['rebuild', 'ES', '1m']], 'the master comes first');
    writeFileSync(master, sound);
    await backUp(at.disk, at.folder, 'ES_1m.parquet', 'test');
    rmSync(master);
    const orphan = async (): Promise<Complaint | undefined> => (await list()).get('ES_5m.parquet')?.complaints[0];
    const restorable = await orphan();
    assert.match(restorable?.message ?? '', /its master ES_1m.parquet is gone/);
    assert.deepEqual(restorable?.remedy?.command, ['restore', 'ES_1m.parquet']);
    rmSync(file('backups'), { recursive: true });
    assert.deepEqual((await orphan())?.remedy?.command, ['import', 'EXPORT.csv', 'ES', '1m']);
  });

  it('tells of bars that lack a price, alone and among many, and what fills them', async () => {
    for (const ticker of ['ES', 'NQ', 'YM', 'RTY', 'CL']) {
      const master = file(`${ticker}_1m.parquet`);
      await writeForeign(master, minutes(300));
      if (ticker === 'CL') continue;
      await sql(`COPY (SELECT * REPLACE (CASE minute(datetime) WHEN 7 THEN NULL WHEN 9 THEN 'nan'::DOUBLE ELSE low END AS low) FROM read_parquet(${quote(master)})) TO ${quote(`${master}.other`)} (FORMAT parquet)`);
      renameSync(`${master}.other`, master);
    }
    const entries = await list();
    assert.deepEqual(codes(entries.get('CL_1m.parquet')).includes('unpriced'), false);
    for (const ticker of ['ES', 'NQ', 'YM', 'RTY']) {
      const found = entries.get(`${ticker}_1m.parquet`)?.complaints.find(({ code }) => code === 'unpriced');
      assert.match(found?.message ?? '', /^10 bars lack a price .* the first at 2025-09-08 00:07 UTC/);
      assert.deepEqual(found?.remedy?.command, ['import', 'EXPORT.csv', ticker, '1m', '--on-conflict', 'replace']);
    }
  });

  it('lists what was set aside, and complains of nothing in it', async () => {
    mkdirSync(file('quarantine'), { recursive: true });
    for (const name of ['ES_1m.parquet', 'ES_1m.parquet.2', 'NQ_20250908_000000.csv']) writeFileSync(file(`quarantine/${name}`), 'torn');
    const entries = await list();
    assert.deepEqual([...entries.values()].map(({ file: name, category, health, complaints }) => [name, category, health, complaints.length]).sort(), [
      ['quarantine/ES_1m.parquet', 'other', 'good', 0], ['quarantine/ES_1m.parquet.2', 'other', 'good', 0], ['quarantine/NQ_20250908_000000.csv', 'other', 'good', 0],
    ]);
  });

  it('says of a master without bars that it holds none, and offers nothing to be made from it', async () => {
    await writeForeign(masterPath(at.folder, 'ES', '1m'), minutes(300));
    await regenerate(at.disk, at.folder, 'ES', {}, unattended);
    const master = file('ES_1m.parquet');
    await sql(`COPY (SELECT * FROM read_parquet(${quote(master)}) LIMIT 0) TO ${quote(`${master}.other`)} (FORMAT parquet)`);
    renameSync(`${master}.other`, master);
    const entries = await list();
    assert.deepEqual(codes(entries.get('ES_1m.parquet')), ['empty', 'no-backup']);
    const importing = ['import', 'EXPORT.csv', 'ES', '1m'];
    const derived = entries.get('ES_5m.parquet')?.complaints[0];
    assert.deepEqual([entries.get('ES_1m.parquet')?.complaints[0]?.remedy?.command, derived?.remedy?.command], [importing, importing]);
    assert.match(derived?.message ?? '', /The master holds no bars; it comes first\./);
  });

  it('names the derived files that a ticker with minutes lacks', async () => {
    await writeForeign(masterPath(at.folder, 'ES', '1m'), minutes(300));
    await regenerate(at.disk, at.folder, 'ES', {}, unattended);
    const missing = async (): Promise<Complaint | undefined> => (await list()).get('ES_1m.parquet')?.complaints.find(({ code }) => code === 'missing-derived');
    assert.equal(await missing(), undefined);
    rmSync(file('ES_profiler.json'));
    rmSync(file('chunks/ES_5m/meta.json'));
    assert.deepEqual(await missing(), {
      code: 'missing-derived', severity: 'warning', message: 'Not everything derived from it is there; missing: ES_profiler.json, chunks/ES_5m/meta.json.', remedy: { title: 'Regenerate', command: ['regenerate', 'ES'] },
    });
    await regenerate(at.disk, at.folder, 'ES', {}, unattended);
    assert.equal(await missing(), undefined);
  });

  it('a derived file of unknown origin is judged by its age', async () => {
    await writeForeign(file('ES_1m.parquet'), minutes(3));
    writeFileSync(file('ES_profiler.json'), '[]');
    const { mtimeMs } = statSync(file('ES_1m.parquet'));
    utimesSync(file('ES_profiler.json'), mtimeMs / 1000 + 5, mtimeMs / 1000 + 5);
    assert.deepEqual(codes((await list()).get('ES_profiler.json')), []);
    utimesSync(file('ES_profiler.json'), mtimeMs / 1000 - 5, mtimeMs / 1000 - 5);
    assert.deepEqual(codes((await list()).get('ES_profiler.json')), ['stale-derived']);
  });

  it('tells a temporary file left behind from one being written', async () => {
    await writeForeign(file('ES_1m.parquet'), minutes(3));
    copyFileSync(file('ES_1m.parquet'), file('ES_1m.parquet.tmp'));
    writeFileSync(file('export.csv.tmp'), 'x');
    const { mtimeMs } = statSync(file('export.csv.tmp'));
    assert.deepEqual(codes((await list(mtimeMs)).get('ES_1m.parquet.tmp')), ['leftover-temporary']);
    writeFileSync(lockPath(at.folder, 'ES'), String(process.pid));
    assert.deepEqual(codes((await list(mtimeMs)).get('ES_1m.parquet.tmp')), []);
    assert.deepEqual(codes((await list(mtimeMs + 1000)).get('export.csv.tmp')), []);
    assert.deepEqual(codes((await list(mtimeMs + HOUR)).get('export.csv.tmp')), ['leftover-temporary']);
  });

  it('many files surveyed together are judged as each by itself, also beside one that cannot be read', async () => {
    const week = 7 * 24 * HOUR;
    for (let i = 0; i < 12; i++) await writeForeign(file(`A${i}_1m.parquet`), [...minutes(50 + i), ...minutes(40, START + week + i * HOUR)]);
    const source = `SELECT * FROM read_parquet(${quote(file('A3_1m.parquet'))})`;
    await sql(`COPY (${source} ORDER BY datetime DESC) TO ${quote(file('A4_1m.parquet'))} (FORMAT parquet)`);
    await sql(`COPY (${source} UNION ALL ${source} ORDER BY datetime) TO ${quote(file('A5_1m.parquet'))} (FORMAT parquet)`);
    const together = await list();
    writeFileSync(file('A7_1m.parquet'), 'PAR1 and no more');
    for (let i = 0; i < 12; i++) utimesSync(file(`A${i}_1m.parquet`), 1e9 + i, 1e9 + i);
    const beside = await list();
    for (let i = 0; i < 12; i++) {
      const name = `A${i}_1m.parquet`;
      if (i === 7) {
        assert.deepEqual(codes(beside.get(name)), ['unreadable']);
        continue;
      }
      const facts = (entry: InventoryEntry | undefined): unknown => [entry?.gaps, entry?.complaints.filter(({ code }) => !code.includes('backup'))];
      assert.deepEqual(facts(beside.get(name)), facts(together.get(name)), name);
      const expected = [...(i === 4 ? ['unsorted'] : i === 5 ? ['duplicate-times'] : ['gaps', 'missing-derived'])];
      assert.deepEqual(codes(together.get(name)).filter((code) => code !== 'no-backup'), expected, name);
    }
    assert.deepEqual(codes(together.get('A5_1m.parquet')).filter((code) => code !== 'no-backup'), ['duplicate-times']);
  });

  it('sees a file that changed between two looks', async () => {
    await writeForeign(file('ES_1m.parquet'), minutes(3));
    assert.equal((await list()).get('ES_1m.parquet')?.rows, 3);
    await writeForeign(file('ES_1m.parquet'), minutes(4));
    assert.equal((await list()).get('ES_1m.parquet')?.rows, 4);
  });

  it('can be stopped, and needs a folder', async () => {
    writeFileSync(file('a.csv'), '');
    const stopped = { ...unattended, signal: AbortSignal.abort() };
    await assert.rejects(takeInventory(at.folder, 'UTC', stopped, at.disk.clock), (error: unknown) => error instanceof Failure && error.kind === 'cancelled');
    await assert.rejects(takeInventory(file('none'), 'UTC', unattended, at.disk.clock), (error: unknown) => error instanceof Failure && error.kind === 'usage');
  });
});
