import assert from 'node:assert/strict';
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { CODES } from '../../src/core/integrity/catalogue';
import { barkeep, failureOf, result } from '../support/barkeep';

const HEADER = 'timestamp,open,high,low,close,volume\n';
const minute = (at: number): string => new Date(Date.UTC(2025, 0, 6) + at * 60_000).toISOString().slice(0, 16).replace('T', ' ');
const bars = (from: number, to: number, close = 100): string => Array.from({ length: to - from }, (_, i) => `${minute(from + i)},100,101,99,${close + (i % 2)},5\n`).join('');

describe('barkeep verify', () => {
  let folder: string;
  before(() => (folder = mkdtempSync(path.join(os.tmpdir(), 'barkeep-verify-'))));
  after(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  const file = (name: string, text: string): string => {
    writeFileSync(path.join(folder, name), text);
    return path.join(folder, name);
  };

  it('--examples: so many of each check are shown', async () => {
    const name = file('many.csv', HEADER + Array.from({ length: 60 }, (_, i) => `${minute(i)},100,101,99,${i % 2 === 0 ? 'x' : 100},5\n`).join(''));
    const shown = async (...options: string[]): Promise<number> => (await barkeep(['verify', name, ...options])).stdout.split('\n').filter((line) => line.includes('[number-invalid]') && line.startsWith(name)).length;
    assert.deepEqual([await shown(), await shown('--examples', '2'), await shown('--examples', '30')], [5, 2, 30]);
    assert.equal((await result('verify', ['verify', name, '--examples', '27'])).findings.length, 27);
    assert.match((await barkeep(['verify', name, '--examples', '2'])).stdout, /and 28 more/);
  });

  it('a folder stands for every export in it, and for nothing else', async () => {
    const inside = path.join(folder, 'desk');
    for (const below of ['archived', 'backups']) mkdirSync(path.join(inside, below), { recursive: true });
    const put = (name: string, text: string): void => { writeFileSync(path.join(inside, name), text); };
    for (const name of ['a.csv', 'archived/b.csv.DONE', 'backups/c.csv', 'a.csv.rejected.csv', 'growing.csv.tmp']) put(name, HEADER + bars(0, 5));
    put('ES.txt', '20250106 000000;1;1;1;1;5\n');
    put('notes.txt', 'nothing of the kind\n');
    const pack = (name: string, text: string): void => { writeFileSync(path.join(inside, name), gzipSync(text)); };
    pack('c.csv.gz', HEADER + bars(0, 5));
    pack('NQ.txt.gz.DONE', '20250106 000000;1;1;1;1;5\n'.repeat(200));
    pack('more notes.txt.gz', 'nothing of the kind\n');
    const { code, stdout } = await barkeep(['verify', inside, '--json']);
    const events = stdout.trim().split('\n').map((line) => JSON.parse(line) as { type: string; step?: string; result?: { file: string } });
    assert.deepEqual(events.flatMap(({ result: found }) => (found === undefined ? [] : [path.relative(inside, found.file)])), ['ES.txt', 'NQ.txt.gz.DONE', 'a.csv', 'archived/b.csv.DONE', 'c.csv.gz']);
    assert.equal(code, 1, 'the same row many times');
    assert.ok(events.some(({ step }) => step?.startsWith('2/5 ') === true));
    const none = await barkeep(['verify', path.join(inside, 'backups'), '--json']);
    assert.equal(none.code, 0, 'a folder that is named itself is looked into');
    mkdirSync(path.join(inside, 'empty'));
    assert.deepEqual([(await barkeep(['verify', path.join(inside, 'empty')])).code], [2]);
  });

  it('--outliers: how far is too far', async () => {
    const name = file('tick.csv', HEADER + bars(0, 40) + `${minute(40)},100,130,99,100,5\n` + bars(41, 50));
    assert.equal((await result('verify', ['verify', name])).totals['price-outlier'], 1);
    assert.deepEqual((await result('verify', ['verify', name, '--outliers', '0'])).totals, {});
    for (const wrong of ['-1', 'x', '']) assert.equal((await barkeep(['verify', name, '--outliers', wrong])).code, 2, wrong);
  });

  it('--tz: is used for an export whose name does not say UTC, and where it is not used, that is said', async () => {
    const text = 'Date,Time,Open,High,Low,Close,Volume,Instrument\n2025-03-09,02:30:00,1,1,1,1,1,ES\n';
    const local = file('es.csv', text);
    const given = await barkeep(['verify', local, '--tz', 'America/Chicago']);
    assert.match(given.stdout, /02:30.*timestamp-nonexistent/);
    assert.doesNotMatch(given.stderr, /not used/);
    assert.equal((await barkeep(['verify', local])).code, 0);
    const named = await barkeep(['verify', file('es_UTC.csv', text), '--tz', 'America/Chicago']);
    assert.deepEqual([named.code, /es_UTC\.csv: --tz America\/Chicago was not used: its times are UTC/.test(named.stderr)], [0, true]);
    assert.doesNotMatch((await barkeep(['verify', file('es_UTC.csv', text), '--tz', 'UTC'])).stderr, /not used/);
  });

  it('--schema: a file, a built-in contract or none', async () => {
    const name = file('trades.csv', 'id,side\n1,BUY\nx,SELL\n');
    const schema = file('s.json', '{"fields":[{"name":"id","type":"integer"},{"name":"side"}]}');
    const violations = async (...options: string[]): Promise<number | undefined> => (await result('verify', ['verify', name, ...options])).totals['schema-violation'];
    assert.equal(await violations(), undefined);
    assert.equal(await violations('--schema', schema), 1);
    assert.ok((await violations('--schema', 'trade_results'))! > 10);
    const missing = await barkeep(['verify', name, '--schema', 'trade_result', '--json']);
    assert.deepEqual([missing.code, failureOf(missing).kind], [2, 'usage']);
    assert.match(failureOf(missing).remedy!, /trade_results/);
  });

  it('--list-checks: every check of the catalogue', async () => {
    const { stdout } = await barkeep(['verify', '--list-checks']);
    assert.deepEqual(CODES.filter((code) => !stdout.includes(code)), []);
  });

  for (const [what, addition, code, said] of [
    ['good', bars(200, 220), 0, /^✔ 220 rows/m],
    ['bad', `${minute(200)},100,101,99,x,5\n`, 1, /^✘ 1 error/m],
  ] as const) {
    it(`--follow: Ctrl-C ends it with the report; rows that are ${what} exit ${code}`, async function () {
      if (process.platform === 'win32') this.skip();
      const name = file(`growing-${what}.csv`, HEADER + bars(0, 200));
      const outcome = await barkeep(['verify', name, '--follow'], {
        meanwhile: (child) => {
          let heard = '';
          child.stderr!.on('data', (data: Buffer) => {
            heard += data.toString();
            if (!heard.includes('0 errors, 0 warnings in 200 rows so far')) return;
            child.stderr!.removeAllListeners('data');
            appendFileSync(name, addition);
            child.kill('SIGINT');
          });
        },
      });
      assert.equal(outcome.code, code, outcome.stdout + outcome.stderr);
      assert.match(outcome.stdout, said);
    });
  }

  it('--follow: one file only', async () => {
    assert.equal((await barkeep(['verify', 'a.csv', 'b.csv', '--follow'])).code, 2);
  });
});
