import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { existsSync, readFileSync, utimesSync, writeFileSync } from 'node:fs';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import type { Disk } from '../../../src/core/disk/disk';
import { nodeFiles } from '../../../src/core/disk/files';
import { sight } from '../../../src/core/disk/holder';
import { withLock } from '../../../src/core/disk/lock';
import { Failure } from '../../../src/core/base/failure';
import type { Round } from './child';
import { deadPid, startContender } from './children';
import { watched } from './faulty';
import { memoryFiles, type Memory } from './memory';
import { Stage } from './stage';
import { diskWith, freshFolder, read, removeFolders, tree } from './world';
import { PATIENCE } from '../../support/until';

const CONTENDERS = 16;
/** The whole proof is 1,000 rounds (BARKEEP_LOCK_ROUNDS=1000); the suite runs as many as fit its time. */
const ROUNDS = Number(process.env['BARKEEP_LOCK_ROUNDS'] ?? 40);

/** Orders of steps that fast-check tries of each kind. */
const ORDERS = Number(process.env['BARKEEP_LOCK_ORDERS'] ?? 600);

/** Nobody entered before the other left, except after one that was killed and never wrote again. */
function assertAlone(log: string, killed: ReadonlySet<number> = new Set()): number {
  const lines = readFileSync(log, 'utf8').trim().split('\n').map((line) => line.split(' ') as [string, string]);
  let inside: number | undefined;
  let entered = 0;
  for (const [what, who] of lines) {
    const pid = Number(who);
    if (what === 'enter') {
      assert.ok(inside === undefined || killed.has(inside), `${pid} entered while ${inside} was inside`);
      inside = pid;
      entered++;
    } else {
      assert.equal(pid, inside, `${pid} left, but ${inside} was inside`);
      inside = undefined;
    }
  }
  return entered;
}

describe('lock: contention', function () {
  this.timeout(Math.max(60_000, ROUNDS * 2000));
  let contenders: ChildProcess[] = [];
  let dead: number;

  before(async () => {
    contenders = await Promise.all(Array.from({ length: CONTENDERS }, startContender));
    dead = await deadPid();
  });
  after(async () => {
    await Promise.all(contenders.map((child) => (child.kill('SIGKILL'), once(child, 'exit'))));
    removeFolders();
  });

  /** A lock left by a dead process, of one of the ways in which it can be seen to be dead. */
  async function leaveStaleLock(lock: string, round: number): Promise<Round['format']> {
    const about = { host: diskWith().self.host, command: 'a dead one', token: String(Math.random()) };
    const own = diskWith().self.birth;
    const kinds: readonly [string, Round['format']][] = [
      [`${dead}\n${JSON.stringify(about)}\n`, 'store'],
      [String(dead), 'export'],
      [`${process.pid}\n${JSON.stringify({ ...about, birth: own === undefined ? undefined : `${own}0` })}\n`, 'store'], // PID used again
    ];
    const [text, format] = kinds[own === undefined ? round % 2 : round % 3]!;
    writeFileSync(lock, text);
    const longAgo = Date.now() / 1000 - 100_000 - round * 10;
    utimesSync(lock, longAgo, longAgo);
    const seen = await sight(nodeFiles, lock);
    if (round % 4 === 3) writeFileSync(`${lock}.claim-${seen!.identity}-0`, `${dead}\n${JSON.stringify(about)}\n`); // killed while taking over
    return format;
  }

  it(`${CONTENDERS} processes on one stale lock, ${ROUNDS} rounds: exactly one takes it over while it is held`, async () => {
    const folder = freshFolder();
    for (let round = 0; round < ROUNDS; round++) {
      const [lock, log] = [path.join(folder, 'ES.lock'), path.join(folder, `${round}.log`)];
      const format = await leaveStaleLock(lock, round);
      const answers = contenders.map(async (child) => String((await once(child, 'message'))[0]));
      const message: Round = { lock, log, wait: false, format, jitter: round % 2 === 0 ? 0 : 3 };
      for (const child of contenders) child.send(message);
      const said = await Promise.all(answers);
      assert.deepEqual([...said].sort(), ['held', ...Array<string>(CONTENDERS - 1).fill('lost')], `round ${round}`);
      const winner = contenders[said.indexOf('held')]!;
      const done = once(winner, 'message');
      winner.send('release');
      assert.deepEqual((await done)[0], 'done');
      assert.equal(assertAlone(log), 1);
      assert.deepEqual(tree(folder).filter((file) => file.startsWith('ES.lock')), [], 'nothing is left beside the lock');
    }
  });

  it(`${CONTENDERS} processes waiting for one stale lock: all get it, one after the other`, async () => {
    const folder = freshFolder();
    for (let round = 0; round < Math.ceil(ROUNDS / 40); round++) {
      const [lock, log] = [path.join(folder, 'ES.lock'), path.join(folder, `${round}.log`)];
      const format = await leaveStaleLock(lock, round);
      const finished = contenders.map(async (child) => {
        for (;;) {
          const [said] = (await once(child, 'message')) as [string];
          if (said !== 'held') return said;
        }
      });
      for (const child of contenders) child.send({ lock, log, wait: true, format, jitter: 1 } satisfies Round);
      assert.deepEqual(new Set(await Promise.all(finished)), new Set(['done']));
      assert.equal(assertAlone(log), CONTENDERS);
      assert.equal(existsSync(lock), false);
    }
  });

  it('processes killed at any moment: never two inside, and the rest go on', async function () {
    if (process.platform === 'win32') this.skip();
    const [folder, killed] = [freshFolder(), new Set<number>()];
    const [lock, log] = [path.join(folder, 'ES.lock'), path.join(folder, 'log')];
    writeFileSync(log, '');
    let over = false;
    const again = (child: ChildProcess): void => {
      const round: Round = { lock, log, wait: true, format: 'store', jitter: 2 };
      child.on('message', (said: string) => {
        assert.ok(said === 'held' || said === 'done', said);
        if (said === 'done' && !over) child.send(round);
      });
      child.send(round);
    };
    const some = await Promise.all(Array.from({ length: 6 }, startContender));
    const enough = Date.now() + Math.min(ROUNDS * 60, 60_000);
    const entered = (): number => read(log).split('\n').filter((line) => line.startsWith('enter')).length;
    some.forEach(again);
    while (Date.now() < enough || (entered() <= 10 && Date.now() < enough + PATIENCE)) {
      await sleep(20 + Math.random() * 60);
      const at = Math.floor(Math.random() * some.length);
      const victim = some[at]!;
      killed.add(victim.pid!);
      victim.kill('SIGKILL');
      const [next] = await Promise.all([startContender(), once(victim, 'exit')]);
      some[at] = next;
      again(next);
    }
    over = true;
    await Promise.all(some.map((child) => (killed.add(child.pid!), child.kill('SIGKILL'), once(child, 'exit'))));
    assert.ok(assertAlone(log, killed) > 10, 'they did work');
    const later = diskWith(nodeFiles, () => Date.now() + 11_000); // An empty file may be one just being written, for 10 s.
    await withLock(later, lock, { doing: 'coming after them' }, () => Promise.resolve());
    assert.deepEqual(tree(folder), ['log'], 'the next one clears what they left');
  });
});

describe('lock: chosen orders of steps', function () {
  this.timeout(Math.max(60_000, ORDERS * 100));
  const LOCK = path.resolve('/folder/ES.lock');
  const ACTORS = 3;
  let dead: number;
  before(async () => {
    dead = await deadPid();
  });

  /** Orders of steps: who comes first, when somebody falls behind, and how late each starts. */
  const orders = fc.record({
    priorities: fc.shuffledSubarray([1, 2, 3, 4], { minLength: ACTORS + 1 }),
    changes: fc.array(fc.integer({ min: 1, max: 70 }), { maxLength: 5 }),
    starts: fc.array(fc.nat(20), { minLength: ACTORS, maxLength: ACTORS }),
  });
  type Order = typeof orders extends fc.Arbitrary<infer T> ? T : never;

  /** Actors contending for a lock in memory, each of whose steps on the disk waits for its turn. */
  function staged({ priorities, changes }: Order) {
    const memory = memoryFiles();
    const stage = new Stage(priorities, changes);
    const seen = { inside: 0, entered: 0 };
    const diskOf = (actor: number) => diskWith(watched(memory, () => stage.step(actor)));
    const steps = async (actor: number, count: number): Promise<void> => {
      for (let i = 0; i < count; i++) await stage.step(actor);
    };
    const contend = async (actor: number, limit: Pick<Disk, 'lockTimeoutHours'>, delay: number): Promise<void> => {
      await steps(actor, delay);
      await withLock({ ...diskOf(actor), ...limit }, LOCK, { doing: 'contending' }, async () => {
        assert.equal(++seen.inside, 1, 'two inside');
        seen.entered++;
        await steps(actor, 8);
        seen.inside--;
      }).catch((error: unknown) => {
        if (!(error instanceof Failure && error.kind === 'locked')) throw error;
      });
    };
    return { memory, stage, seen, diskOf, steps, contend };
  }

  const put = (memory: Memory, file: string, text: string): void => void memory.names.set(file, { bytes: Buffer.from(text), modified: 1_000_000 });

  for (const claimed of [false, true]) {
    it(`one stale lock${claimed ? ', left by a process that was killed while taking it over' : ''}`, () =>
      fc.assert(
        fc.asyncProperty(orders, async (order) => {
          const { memory, stage, seen, contend } = staged(order);
          put(memory, LOCK, String(dead));
          if (claimed) put(memory, `${LOCK}.claim-${(await sight(memory, LOCK))!.identity}-0`, String(dead));
          await stage.play(Promise.all(order.starts.map((start, actor) => contend(actor, {}, start))));
          assert.ok(seen.entered >= 1, 'nobody got it');
          assert.deepEqual([...memory.names.keys()], [], 'left over');
        }),
        { numRuns: ORDERS },
      ));
  }

  it('an age limit: the late holder gives up its lock without disturbing those who take it over', () =>
    fc.assert(
      fc.asyncProperty(orders, fc.nat(3), async (order, late) => {
        const { memory, stage, diskOf, steps, contend } = staged(order);
        let others: Promise<unknown> = Promise.resolve();
        const holder = withLock(diskOf(ACTORS), LOCK, { doing: 'being late' }, () => {
          memory.names.get(LOCK)!.modified = 1_000_000;
          others = Promise.all(order.starts.map((start, actor) => contend(actor, { lockTimeoutHours: 1 }, start)));
          return steps(ACTORS, late);
        });
        await stage.play(holder.then(() => others));
        assert.deepEqual([...memory.names.keys()], [], 'left over');
      }),
      { numRuns: ORDERS },
    ));
});
