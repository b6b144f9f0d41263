import assert from 'node:assert/strict';
import { backupItem, restoreLines } from '../../src/extension/commands/texts';
import type { BackupEntry } from '../../src/protocol/keeping';

describe('restore, as the user sees it', () => {
  const holds = { rows: 34_500, start: Date.UTC(2025, 9, 5, 22), end: Date.UTC(2025, 10, 7, 20, 59) };
  const from: BackupEntry = { backup: 'ES_1m.parquet.20251109_120000.bak', file: 'ES_1m.parquet', made: Date.UTC(2025, 10, 9, 12), bytes: 347_000, sha256: 'x', why: 'import of b.txt' };

  it('a backup in the list tells its size, bars and reason', () => {
    assert.deepEqual(backupItem({ ...from, holds }, 'UTC'), {
      label: '2025-11-09 12:00 UTC',
      description: '347 KB · 34,500 bars, 2025-10-05 22:00 → 2025-11-07 20:59 UTC · import of b.txt',
      detail: from.backup,
    });
    assert.equal(backupItem(from, 'UTC').description, '347 KB · import of b.txt');
  });

  it('the plan tells the bars there are and those there will be', () => {
    const plan = { outcome: 'planned', file: 'ES_1m.parquet', from: { ...from, holds } } as const;
    const then = 'Then: 34,500 bars, 2025-10-05 22:00 → 2025-11-07 20:59 UTC';
    assert.deepEqual(restoreLines({ ...plan, now: { rows: 1 } }), ['Now: 1 bar', then]);
    assert.deepEqual(restoreLines(plan), ['Now: no bars that can be read', then]);
    assert.deepEqual(restoreLines({ ...plan, from }), []);
  });
});
