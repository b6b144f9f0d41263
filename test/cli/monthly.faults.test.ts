import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { PROCESS_DEFAULTS } from '../../src/core/monthly/process';
import type { MonthJob } from '../../src/core/monthly/work';
import { parseEvent } from '../../src/protocol/events';
import type { Stage } from '../../src/protocol/monthly';
import { barkeep, failureOf, result, scratch, type Outcome } from '../support/barkeep';
import { monthName, writeMonth } from '../support/month';
import { assertTidy, digest, digests, run, runArgs, weekday } from './monthly';

const STAGES: readonly Stage[] = ['clean', 'contract', 'hours', 'fill', 'label', 'features', 'write', 'verify', 'statistics'];

/** How fast the place of the fault moves on from one run to the next; BARKEEP_FAULT_STEP=1 tries every disk operation. */
const STEP = Number(process.env['BARKEEP_FAULT_STEP'] ?? 3);
const nextPlace = (n: number): number => Math.max(n + 1, Math.ceil(n * STEP));

describe('months under faults', () => {
  let folder: string;
  let source: string;
  let other: string;
  let expected: Record<string, string>;
  before(async () => {
    folder = scratch(after);
    [source, other] = [path.join(folder, 'source'), path.join(folder, 'other')];
    for (const month of [5, 6]) writeMonth(month === 5 ? source : other, { year: 2024, month, days: [weekday(month)], hours: [8, 10], badEvery: 100 });
    expected = digests(await run(source, path.join(folder, 'expected')));
    assert.deepEqual(Object.keys(expected), ['2024-05']);
    mkdirSync(path.join(other, 'raw'));
    copyFileSync(path.join(source, monthName(2024, 5)), path.join(other, 'raw', monthName(2024, 5)));
  });

  let dest: string;
  beforeEach(() => { dest = path.join(folder, 'dest'); });
  afterEach(() => { rmSync(dest, { recursive: true, force: true }); });

  const job = (): MonthJob => ({ month: '2024-05', source: path.join(source, monthName(2024, 5)), dest, work: dest, store: {}, stamp: Date.now(), attempt: 1, reference: '2024-05', leastBytes: 0, options: PROCESS_DEFAULTS });
  /** One month in its process, as `monthly run` starts it. */
  const monthWith = (fault: string): Promise<Outcome> => barkeep(['monthly', 'month', JSON.stringify(job()), '--json', '--data', dest], { env: { BARKEEP_FAULT: fault } });

  /** Whatever happened before, the next run finishes what is not finished and leaves nothing lying about. */
  async function assertRecovers(what: string): Promise<void> {
    const again = await run(source, dest, '--decay-reference', '2024-05');
    assert.deepEqual(again.failed, [], what);
    const status = await result('monthlyStatus', ['monthly', 'status', '--dest', dest]);
    const may = status.months.find(({ month }) => month === '2024-05');
    assert.ok(may?.state === 'finished' && may.done !== undefined, `${what}: ${JSON.stringify(may)}`);
    const files = readdirSync(path.dirname(may.output)).filter((name) => name.endsWith('.parquet'));
    assert.equal(files.length, 1, `${what}: ${files.join(' ')}`);
    assert.equal(digest(may.output), expected['2024-05'], what);
    assert.equal(may.done.sha256, expected['2024-05'], what);
    assertTidy(dest);
  }

  it('killed at any disk operation, the month is finished by the next run', async () => {
    for (let n = 1; ; n = nextPlace(n)) {
      const outcome = await monthWith(`kill:${n}`);
      if (outcome.signal === null) break;
      assert.equal(outcome.signal, 'SIGKILL');
      await assertRecovers(`killed at operation ${n}`);
      rmSync(dest, { recursive: true, force: true });
    }
  });

  for (const errno of ['ENOSPC', 'EIO']) {
    it(`${errno} from any disk operation on: told, nothing half-made, finished by the next run`, async () => {
      for (let n = 1; ; n = nextPlace(n)) {
        const outcome = await monthWith(`${errno}:${n}`);
        if (outcome.code === 0) break;
        const failure = failureOf(outcome);
        assert.equal(failure.errno, errno, `operation ${n}: ${failure.message}`);
        assert.equal(outcome.code, 5, `operation ${n}: ${failure.message}`);
        await assertRecovers(`${errno} from operation ${n} on`);
        rmSync(dest, { recursive: true, force: true });
      }
    });
  }

  for (const stage of STAGES) {
    it(`the whole run killed at the stage ${stage}: its child stops, the next run takes the month up`, async () => {
      const outcome = await barkeep([...runArgs(source, dest, '--workers', '1'), '--json'], { meanwhile: (child) => { atStage(child, `2024-05 ${stage}`, () => child.kill('SIGKILL')); } });
      assert.equal(outcome.signal, 'SIGKILL');
      await assertRecovers(`killed at ${stage}`);
    });
  }

  it('a month whose process is killed once is tried again with smaller chunks', async () => {
    let kills = 0;
    const outcome = await barkeep([...runArgs(other, dest, '--workers', '2', '--decay-reference', '2024-05'), '--json'], {
      meanwhile: (child) => { atStage(child, '2024-05 label', () => { if (kills++ === 0) killMonth(dest, '2024-05'); }); },
    });
    assert.equal(outcome.code, 0, outcome.stdout);
    assert.ok(outcome.events.some((event) => event.type === 'log' && /2024-05: .*killed.*Trying again with chunks of 50000/.test(event.message)), outcome.stdout);
    await assertRecovers('killed once');
  });

  it('a month whose process is killed every time fails with reason and remedy; the other is finished', async () => {
    const outcome = await barkeep([...runArgs(other, dest, '--workers', '2', '--decay-reference', '2024-05'), '--json'], {
      meanwhile: (child) => { atStage(child, '2024-05 label', () => { killMonth(dest, '2024-05'); }); },
    });
    const event = outcome.events.find((each) => each.type === 'result');
    assert.ok(event?.command === 'monthlyRun', outcome.stdout);
    assert.deepEqual(event.result.done.map(({ month }) => month), ['2024-06']);
    const [failed] = event.result.failed;
    assert.deepEqual([failed?.month, failed?.attempts], ['2024-05', 3]);
    assert.match(failed!.message, /its process was killed .* Use fewer --workers, or a smaller --chunk/);
    assert.ok(readFileSync(event.result.report.markdown, 'utf8').includes('**2024-05** at the stage'));
    await assertRecovers('killed every time');
  });

  it('stopped by the user, it ends at once and is taken up again', async () => {
    const outcome = await barkeep([...runArgs(source, dest, '--workers', '1'), '--json'], { meanwhile: (child) => { atStage(child, '2024-05 hours', () => child.kill('SIGINT')); } });
    assert.equal(outcome.code, 130, outcome.stdout);
    const status = await result('monthlyStatus', ['monthly', 'status', '--dest', dest]);
    assert.ok(status.months.every(({ state }) => state === 'interrupted' || state === 'finished'));
    await assertRecovers('stopped');
  });
});

/** Calls back each time a run tells that it begins a stage. */
function atStage(child: ChildProcess, step: string, then: () => void): void {
  let rest = '';
  child.stdout?.on('data', (data: Buffer) => {
    const lines = (rest + data.toString()).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) {
      const event = parseEvent(line);
      if (event?.type === 'progress' && event.step === step) then();
    }
  });
}

/** Ends the process that holds a month's lock, as the system does when memory runs out. */
function killMonth(dest: string, month: string): void {
  const lock = path.join(dest, '.barkeep/monthly', `${month}.lock`);
  if (existsSync(lock)) process.kill(parseInt(readFileSync(lock, 'utf8'), 10), 'SIGKILL');
}
