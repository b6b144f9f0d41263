import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openDisk } from '../../src/core/disk/disk';
import { deadPid } from '../core/disk/children';
import { removeFolders } from '../core/disk/world';
import { barkeep, failureOf } from '../support/barkeep';
import { minuteBars } from '../support/bars';

/** Locks of others, as somebody at the command line meets them. */
describe('locks, from the command line', () => {
  const HOURS = 3_600_000;
  let folder: string;
  let lock: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'barkeep-locks-'));
    lock = path.join(folder, 'ES.lock');
    writeFileSync(path.join(folder, 'a.txt'), minuteBars(30));
  });
  afterEach(() => { rmSync(folder, { recursive: true, force: true }); });
  after(removeFolders);

  const args = (): string[] => ['import', path.join(folder, 'a.txt'), 'ES', '1m', '--no-regenerate', '--data', folder, '--json'];
  const importing = () => barkeep(args());
  const leave = (pid: number, about: object | undefined, age = 0): void => {
    writeFileSync(lock, about === undefined ? String(pid) : `${pid}\n${JSON.stringify(about)}\n`);
    utimesSync(lock, (Date.now() - age) / 1000, (Date.now() - age) / 1000);
  };
  const settings = (text: string): void => {
    mkdirSync(path.join(folder, '.barkeep'), { recursive: true });
    writeFileSync(path.join(folder, '.barkeep/settings.json'), text);
  };
  const { host, birth } = openDisk({ clock: Date, command: '' }).self;

  it('left by a dead process: taken over, nothing left behind', async () => {
    leave(await deadPid(), { host, command: 'barkeep import' });
    assert.equal((await importing()).code, 0);
    assert.equal(existsSync(lock), false);
  });

  it('its PID is used again by another process: taken over', async function () {
    if (birth === undefined) this.skip();
    leave(process.pid, { host, birth: `${birth}0` });
    assert.equal((await importing()).code, 0);
  });

  it('of another host: never judged by its PID; the age limit, off by default, is what ends it', async () => {
    leave(await deadPid(), { host: 'another-desk', doing: 'import NQ.csv' }, 30 * HOURS);
    const refused = await importing();
    assert.equal(refused.code, 4);
    assert.match(failureOf(refused).message, /another-desk.*import NQ\.csv/);
    settings('{"writing": {"lockTimeoutHours": 48}}');
    assert.equal((await importing()).code, 4);
    settings('{"writing": {"lockTimeoutHours": 24}}');
    assert.equal((await importing()).code, 0);
    assert.equal(existsSync(lock), false);
  });

  it('an age limit that is none is refused, naming file and setting', async () => {
    settings('{"writing": {"lockTimeoutHours": 0}}');
    const refused = await importing();
    assert.equal(refused.code, 2);
    assert.match(failureOf(refused).message, /settings\.json.*writing\.lockTimeoutHours/);
  });

  it('held: says by whom; with --wait it waits for the lock to be released', async () => {
    leave(process.pid, { host, birth, command: 'a test', doing: 'holding it' });
    const refused = await importing();
    assert.equal(refused.code, 4);
    assert.match(failureOf(refused).message, new RegExp(`PID ${process.pid} on .*a test.*since .*holding it`));
    const waiting = (child: ChildProcess): void => void child.stdout!.once('data', () => setTimeout(() => { rmSync(lock); }, 1000));
    assert.equal((await barkeep([...args(), '--wait'], { meanwhile: waiting })).code, 0);
    assert.ok(readFileSync(path.join(folder, 'ES_1m.parquet')).length > 0);
  });
});
