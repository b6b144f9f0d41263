import assert from 'node:assert/strict';
import { showInventory } from '../../src/cli/show/store';
import type { Category, InventoryEntry } from '../../src/protocol/inventory';

const entry = (file: string, category: Category, health: InventoryEntry['health'] = 'good'): InventoryEntry => ({ file, category, bytes: 1, updated: 0, health, complaints: [] });
const shown = (...entries: InventoryEntry[]): string[] => showInventory({ folder: '/data', zone: 'UTC', depth: 'footers', entries }, (_, text) => text);

describe('the inventory on the command line', () => {
  it('calls a master good, and says of a raw file that it was not read', () => {
    const lines = shown(entry('ES_1m.parquet', 'market'), entry('tampered.csv', 'raw'), entry('left.csv', 'raw', 'warning'));
    assert.ok(lines.some((line) => /✔ +ES_1m\.parquet/.test(line)));
    assert.ok(lines.some((line) => /· +tampered\.csv/.test(line)), lines.join('\n'));
    assert.ok(lines.some((line) => /▲ +left\.csv/.test(line)));
    assert.ok(lines.some((line) => /Raw exports +listed, not read/.test(line)));
  });
});
