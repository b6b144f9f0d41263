import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, rmSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { Failure } from '../../../src/core/base/failure';
import { nodeFiles } from '../../../src/core/disk/files';
import { sight } from '../../../src/core/disk/holder';
import { readLock, releaseAllSync, withLock, type LockHow } from '../../../src/core/disk/lock';
import { isDead } from '../../../src/core/disk/life';
import { deadPid, start } from './children';
import { systemError } from './faulty';
import { diskWith, freshFolder, read, removeFolders, tree } from './world';
import { until } from '../../support/until';

const HOUR = 3_600_000;
const failureOf = async (promise: Promise<unknown>): Promise<Failure> => {
  const error: unknown = await promise.then(() => undefined, (caught: unknown) => caught);
  assert.ok(error instanceof Failure, `a Failure was expected, not ${String(error)}`);
  return error;
};
const age = (file: string, ms: number): void => {
  const seconds = (Date.now() - ms) / 1000;
  utimesSync(file, seconds, seconds);
};

describe('lock', () => {
  let folder: string;
  let lock: string;
  const disk = diskWith();
  const nothing = (): Promise<void> => Promise.resolve();
  const take = (how: Partial<LockHow> = {}): Promise<void> => withLock(disk, lock, { doing: 'testing', ...how }, nothing);
  const takeAfter = (lockTimeoutHours: number): Promise<void> => withLock({ ...disk, lockTimeoutHours }, lock, { doing: 'testing' }, nothing);

  beforeEach(() => {
    folder = freshFolder();
    lock = path.join(folder, 'ES.lock');
  });
  after(removeFolders);

  it('store format: line 1 the PID, line 2 host, process start, command; gone afterwards', async () => {
    await withLock(disk, lock, { doing: 'importing ES.csv' }, () => {
      const [pid, about = '', end] = read(lock).split('\n');
      assert.equal(pid, String(process.pid));
      const { host, started, command, doing } = JSON.parse(about) as Record<string, string>;
      assert.deepEqual({ host, command, doing }, { host: hostname(), command: 'a test', doing: 'importing ES.csv' });
      assert.ok(Math.abs(Date.parse(started!) - (Date.now() - process.uptime() * 1000)) < 2000);
      assert.equal(end, '');
      assert.deepEqual(tree(folder), ['ES.lock'], 'no other file beside it');
      return Promise.resolve();
    });
    assert.deepEqual(tree(folder), []);
  });

  it('export format: the PID as plain text and nothing else', async () => {
    await withLock(disk, lock, { doing: 'exporting', format: 'export' }, () => {
      assert.equal(read(lock), String(process.pid));
      return Promise.resolve();
    });
    assert.deepEqual(tree(folder), []);
  });

  it('gives back what runs under it, and is released when that throws', async () => {
    assert.equal(await withLock(disk, lock, { doing: 'counting' }, () => Promise.resolve(42)), 42);
    await assert.rejects(withLock(disk, lock, { doing: 'failing' }, () => Promise.reject(new Error('mine'))), { message: 'mine' });
    assert.deepEqual(tree(folder), []);
  });

  it('held: says who, since when and doing what; does not nest', async () => {
    const before = Date.now();
    await withLock(disk, lock, { doing: 'importing ES.csv' }, async () => {
      const holder = await readLock(lock);
      assert.equal(holder?.pid, process.pid);
      // Clocks of file systems count in steps of up to 2 s.
      assert.ok(holder.since > before - 2000 && holder.since <= Date.now(), `${holder.since} is not between ${before} and now`);
      const failure = await failureOf(take());
      assert.equal(failure.kind, 'locked');
      for (const part of [String(process.pid), hostname(), 'a test', 'importing ES.csv', new Date(holder.since).toISOString().slice(0, 16)]) {
        assert.ok(failure.message.includes(part), `${part} in: ${failure.message}`);
      }
    });
    assert.equal(await readLock(lock), undefined);
  });

  it('held by another process: refused; waiting gets it when that one is told to stop', async () => {
    const holder = start('hold', lock, 'store');
    await holder.started;
    assert.ok((await failureOf(take())).message.includes(String(holder.pid)));
    const waiting = take({ wait: true });
    holder.kill('SIGTERM');
    await waiting;
    assert.equal((await holder.ended).code, 143);
  });

  for (const format of ['store', 'export'] as const) {
    it(`a holder killed with -9 leaves a stale ${format} lock, and the next run takes it over`, async () => {
      const holder = start('hold', lock, format);
      await holder.started;
      holder.kill('SIGKILL');
      await holder.ended;
      assert.ok(existsSync(lock));
      await take({ format });
      assert.deepEqual(tree(folder), []);
    });
  }

  it('every lock held when the process exits is released from its exit handler', async () => {
    const child = start('quit', lock, path.join(folder, 'NQ.lock'));
    assert.deepEqual(await child.ended, { code: 0, signal: null, stderr: '' });
    assert.deepEqual(tree(folder), []);
  });

  it('waiting ends with the signal, as cancelled, and leaves the other its lock', async () => {
    await withLock(disk, lock, { doing: 'holding' }, async () => {
      const stop = new AbortController();
      const waiting = take({ wait: true, signal: stop.signal });
      setTimeout(() => { stop.abort(); }, 50);
      assert.equal((await failureOf(waiting)).kind, 'cancelled');
      assert.equal((await readLock(lock))?.doing, 'holding');
    });
  });

  it('a lock of another host is never judged by PID', async () => {
    writeFileSync(lock, `${await deadPid()}\n${JSON.stringify({ host: 'another-desk', command: 'x' })}\n`);
    age(lock, 1000 * HOUR);
    const failure = await failureOf(take());
    assert.equal(failure.kind, 'locked');
    assert.match(failure.message, /another-desk/);
    await takeAfter(999);
    assert.deepEqual(tree(folder), []);
  });

  it('a claim made on another host is respected, and named', async () => {
    writeFileSync(lock, String(await deadPid()));
    age(lock, HOUR);
    const claim = `${lock}.claim-${(await sight(nodeFiles, lock))!.identity}-0`;
    writeFileSync(claim, `${await deadPid()}\n${JSON.stringify({ host: 'another-desk' })}\n`);
    assert.equal((await failureOf(take())).facts.file, claim);
    assert.ok(existsSync(lock));
  });

  for (const [what, text] of [['an empty', ''], ['an unreadable', 'hello'], ['a torn', '4711\n{"host":"de'], ['a PID 0', '0']] as const) {
    it(`${what} lock: held while younger than 10 s, then refused with its name, cleared only by the age limit`, async () => {
      writeFileSync(lock, text);
      // The clock stands still at so many ms after it was written.
      const takeAt = (older: number, how: Partial<LockHow> = {}): Promise<void> =>
        withLock(diskWith(nodeFiles, () => statSync(lock).mtimeMs + older), lock, { doing: 'testing', ...how }, nothing);
      assert.match((await failureOf(takeAt(9000))).message, /just taking it/);
      const failure = await failureOf(takeAt(11_000, { wait: true }));
      assert.equal(failure.kind, 'locked');
      assert.equal(failure.facts.file, lock);
      assert.match(failure.message, /delete this file by hand/);
      age(lock, 3 * HOUR);
      await takeAfter(2);
      assert.deepEqual(tree(folder), []);
    });
  }

  it('the age limit leaves younger locks alone', async () => {
    writeFileSync(lock, `4711\n${JSON.stringify({ host: 'another-desk' })}\n`);
    age(lock, HOUR);
    assert.equal((await failureOf(takeAfter(2))).kind, 'locked');
  });

  it('a PID used again by a younger process is no holder', async function () {
    if (process.platform === 'win32') this.skip();
    const child = start('hold', path.join(folder, 'other.lock'), 'store');
    await child.started;
    writeFileSync(lock, String(child.pid));
    assert.equal((await failureOf(take())).kind, 'locked', 'the lock is younger than the process');
    age(lock, HOUR);
    await take();
    child.kill('SIGTERM');
    await child.ended;
  });

  it('a lock that was replaced by hand is not removed on release', async () => {
    await withLock(disk, lock, { doing: 'testing' }, () => {
      rmSync(lock);
      writeFileSync(lock, '1');
      return Promise.resolve();
    });
    assert.equal(read(lock), '1');
  });

  it('works where the file system has no hard links', async () => {
    const without = diskWith({ ...nodeFiles, link: () => Promise.reject(systemError('EPERM', 'link')) });
    for (const format of ['store', 'export'] as const) {
      await withLock(without, lock, { doing: 'testing', format }, async () => {
        assert.equal((await failureOf(withLock(without, lock, { doing: 'again', format }, nothing))).kind, 'locked');
        assert.deepEqual(tree(folder), ['ES.lock']);
      });
      writeFileSync(lock, String(await deadPid()));
      age(lock, HOUR);
      await withLock(without, lock, { doing: 'taking over', format }, nothing);
      assert.deepEqual(tree(folder), []);
    }
  });

  it('a lock name that is a dangling link ends in a refusal, not in a loop', async function () {
    if (process.platform === 'win32') this.skip();
    symlinkSync(path.join(folder, 'nowhere'), lock);
    assert.equal((await failureOf(take())).kind, 'locked');
  });

  it('a release that fails is told, and made up for at the end of the process', async () => {
    let broken = false;
    const failing = diskWith({ ...nodeFiles, unlink: (file) => (broken && file === lock ? Promise.reject(systemError('EIO', 'unlink')) : nodeFiles.unlink(file)) });
    const failure = await failureOf(withLock(failing, lock, { doing: 'testing' }, () => ((broken = true), Promise.resolve())));
    assert.equal(failure.facts.errno, 'EIO');
    assert.match(failure.message, /The work itself was finished/);
    releaseAllSync();
    assert.deepEqual(readdirSync(folder), []);
  });
});

describe('life', () => {
  it('ESRCH is dead, ourselves and PID 1 (EPERM for most users) are alive', async () => {
    assert.equal(await isDead({ pid: await deadPid() }, Date.now()), true);
    assert.equal(await isDead({ pid: process.pid }, Date.now()), false);
    if (process.platform !== 'win32') assert.equal(await isDead({ pid: 1 }, Date.now()), false);
  });

  it('EPERM is alive: a process of another user, asked about without rights', async function () {
    if (process.platform !== 'linux' || process.getuid?.() !== 0) this.skip(); // Needs root to become somebody else.
    const other = spawn('sleep', ['600'], { uid: 1234, stdio: 'ignore' });
    process.seteuid!(65534);
    try {
      assert.throws(() => process.kill(other.pid!, 0), { code: 'EPERM' });
      assert.equal(await isDead({ pid: other.pid! }, Date.now()), false);
    } finally {
      process.seteuid!(0);
      other.kill();
    }
  });

  it('a zombie is dead: it keeps its PID but can never act', async function () {
    if (process.platform !== 'linux') this.skip();
    // It ends, told by us, after the shell has become a program that waits for no child.
    const parent = spawn('sh', ['-c', 'exec 3<&0; cat <&3 & echo $!; exec sleep 600'], { stdio: ['pipe', 'pipe', 'ignore'] });
    const [line] = (await once(parent.stdout, 'data')) as [Buffer];
    const zombie = Number(line.toString());
    await until('the shell to become another program', () => read(`/proc/${parent.pid!}/comm`).trim() === 'sleep', () => read(`/proc/${parent.pid!}/comm`));
    parent.stdin.end();
    await until('its child to end', () => read(`/proc/${zombie}/stat`).includes(') Z '), () => read(`/proc/${zombie}/stat`));
    process.kill(zombie, 0);
    assert.equal(await isDead({ pid: zombie }, Date.now()), true);
    assert.equal(await isDead({ pid: parent.pid! }, Date.now()), false);
    parent.kill();
    await once(parent, 'close');
  });

  it('the start of a process agrees with ps', async function () {
    if (process.platform === 'win32') this.skip();
    const ps = spawn('ps', ['-o', 'lstart=', '-p', String(process.pid)], { env: { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' }, stdio: ['ignore', 'pipe', 'ignore'] });
    const [text] = (await once(ps.stdout, 'data')) as [Buffer];
    const started = Date.parse(`${text.toString().trim()} UTC`);
    assert.ok(Math.abs(diskWith().self.started - started) < 3000);
    assert.equal(await isDead({ pid: process.pid }, started - 10_000), true, 'it started after a file of that time');
    assert.equal(await isDead({ pid: process.pid }, started + 10_000), false);
  });

  it('a birth on record decides alone, whatever the clock said', async function () {
    const { birth } = diskWith().self;
    if (birth === undefined) this.skip(); // Only Linux tells it.
    assert.equal(await isDead({ pid: process.pid, birth }, 0), false);
    assert.equal(await isDead({ pid: process.pid, birth: `${birth}1` }, Date.now()), true);
  });
});
