import assert from 'node:assert/strict';
import { curableIn, itemFor, targetOfRemedy } from '../../src/extension/commands/curable';
import type { Complaint, InventoryEntry } from '../../src/protocol/inventory';

const complaint = (code: Complaint['code'], command?: readonly string[]): Complaint => ({ code, severity: 'warning', message: `${code}.`, ...(command === undefined ? {} : { remedy: { title: 'Back up now', command } }) });
const entry = (file: string, ...complaints: Complaint[]): InventoryEntry => ({ file, category: 'market', bytes: 1, updated: 0, health: 'warning', complaints });

describe('what can be mended by one click', () => {
  it('is every complaint with a remedy, shown with the command that does the same', () => {
    const found = curableIn([entry('ES_1m.parquet', complaint('no-backup', ['backup', 'ES_1m.parquet']), complaint('unreadable')), entry('b c.parquet', complaint('backup-older', ['backup', 'b c.parquet']))]);
    assert.deepEqual(found.map(itemFor), [
      { label: '$(warning) ES_1m.parquet: Back up now', description: 'barkeep backup ES_1m.parquet', detail: 'no-backup.' },
      { label: '$(warning) b c.parquet: Back up now', description: "barkeep backup 'b c.parquet'", detail: 'backup-older.' },
    ]);
  });

  it('names no file that only the user can name', () => {
    assert.deepEqual(curableIn([entry('ES_1h.parquet', complaint('stale-master', ['import', 'EXPORT.csv', 'ES', '1h']))]).map((each) => itemFor(each).description), ['ES 1h']);
  });

  it('starts the command on what the remedy names', () => {
    assert.deepEqual(targetOfRemedy(['backup', 'ES_1m.parquet']), { kept: 'ES_1m.parquet' });
    assert.deepEqual(targetOfRemedy(['restore', 'sub/ES_1m.parquet']), { kept: 'sub/ES_1m.parquet' });
    assert.deepEqual(targetOfRemedy(['regenerate', 'ES']), { ticker: 'ES' });
    assert.deepEqual(targetOfRemedy(['update', 'ES', '5m']), { ticker: 'ES', timeframe: '5m' });
    assert.deepEqual(targetOfRemedy(['continuity', 'ES', '1h']), { ticker: 'ES', timeframe: '1h' });
    assert.deepEqual(targetOfRemedy(['import', 'EXPORT.csv', 'ES', '1h']), { ticker: 'ES', timeframe: '1h' });
    assert.deepEqual(targetOfRemedy(['clean']), {});
  });
});
