import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { ImportResult } from '../../src/protocol/results';
import { barkeep, failureOf } from '../support/barkeep';
import { minuteBars } from '../support/bars';

describe('an import whose derived files find no room', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'barkeep-unfinished-'));
    for (const [name, bars] of [['a.txt', 30], ['b.txt', 40]] as const) writeFileSync(path.join(folder, name), minuteBars(bars));
  });
  afterEach(() => { rmSync(folder, { recursive: true, force: true }); });

  const importing = (name: string, env: NodeJS.ProcessEnv, ...options: string[]) => barkeep(['import', path.join(folder, name), 'ES', '1m', '--data', folder, ...options], { env });
  const FULL = { BARKEEP_FAULT: 'ENOSPC@ES_5m' };

  it('tells what it did itself – rows and backup – and then what failed, with the exit of a disk that is full', async () => {
    assert.equal((await importing('a.txt', {}, '--no-regenerate')).code, 0);
    const outcome = await importing('b.txt', FULL, '--json');
    assert.equal(outcome.code, 5);
    const result = outcome.events.flatMap((event) => (event.type === 'result' ? [event.result as ImportResult] : []))[0]!;
    assert.deepEqual([result.outcome, result.plan.newRows, result.derived], ['imported', 10, undefined]);
    assert.ok(existsSync(path.join(folder, 'backups', result.backup!)));
    const failure = failureOf(outcome);
    assert.deepEqual([failure.kind, failure.errno], ['io', 'ENOSPC']);
    assert.match(failure.message, /The bars are in ES_1m\.parquet; free some space, then run barkeep regenerate ES\.$/);
    assert.deepEqual(outcome.events.map(({ type }) => type).slice(-3), ['result', 'failure', 'end']);
  });

  it('a person reads the same', async () => {
    const { code, stdout, stderr } = await importing('a.txt', FULL);
    assert.deepEqual([code, /Imported 30 new bars into ES_1m\.parquet; read back and verified\./.test(stdout)], [5, true]);
    assert.match(stderr, /^error: .*free some space/m);
  });
});
