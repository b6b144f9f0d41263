import assert from 'node:assert/strict';
import { isImportable, urisIn } from '../../src/extension/inventory/dropped';
import { descriptionOf, factsOf, type FileNode, growTree, healthOf, labelOf, type Node, problemsIn, sift, spokenOf } from '../../src/extension/inventory/tree-model';
import type { Inventory, InventoryEntry } from '../../src/protocol/inventory';

const ZONE = 'America/New_York';
const entry = (file: string, changes: Partial<InventoryEntry> = {}): InventoryEntry => ({ file, category: 'market', bytes: 1000, updated: 0, health: 'good', complaints: [], ...changes });
const master = (ticker: string, timeframe: string, changes: Partial<InventoryEntry> = {}): InventoryEntry => entry(`${ticker}_${timeframe}.parquet`, { ticker, timeframe, ...changes });
const inventory = (...entries: InventoryEntry[]): Inventory => ({ folder: '/data', zone: ZONE, depth: 'rows', entries });

/** The tree as indented lines. */
const outline = (nodes: readonly Node[], indent = ''): string[] =>
  nodes.flatMap((node) => [`${indent}${labelOf(node)}`, ...(node.kind === 'file' ? [] : outline(node.children, `${indent}  `))]);

describe('the inventory tree', () => {
  it('goes from category to ticker to timeframe, shortest first', () => {
    const tree = growTree(inventory(
      master('NQ', '1m'), master('ES', '1D'), master('ES', '1m'), master('ES', '15m'), entry('odd.parquet'),
      entry('ES_daily_hod_lod.json', { category: 'derived', ticker: 'ES' }), entry('b.csv', { category: 'raw', ticker: 'ES' }), entry('a.csv', { category: 'raw' }),
    ));
    assert.deepEqual(outline(tree), [
      'Market Data', '  ES', '    1m', '    15m', '    1D', '  NQ', '    1m', '  odd.parquet',
      'Derived Assets', '  ES', '    ES_daily_hod_lod.json',
      'Raw exports', '  a.csv', '  b.csv',
    ]);
  });

  it('describes a file by its days, rows and size, and a folder by its files', () => {
    const file = master('ES', '1m', { start: Date.UTC(2025, 6, 27, 22), end: Date.UTC(2025, 11, 3, 14, 53), rows: 105_825, bytes: 1_900_000 });
    const [category] = growTree(inventory(file, master('NQ', '1m')));
    assert.equal(descriptionOf({ kind: 'file', category: 'market', entry: file }, ZONE), '105,825 rows · 1.9 MB · 2025-07-27 → 2025-12-03');
    assert.equal(descriptionOf(category!, ZONE), '2 files');
    assert.equal(descriptionOf({ kind: 'file', category: 'raw', entry: entry('a.csv') }, ZONE), '1.0 KB');
  });

  it('shows only the files that every word of a filter is true of', () => {
    const all = inventory(master('ES', '1m', { health: 'error' }), master('ES', '5m'), master('NQ', '1m'), entry('ES recent.txt', { category: 'raw', ticker: 'ES' }));
    const left = (text: string): string[] => sift(all, text).entries.map(({ file }) => file);
    assert.deepEqual(left('  '), all.entries.map(({ file }) => file));
    assert.deepEqual(left('es 1M'), ['ES_1m.parquet']);
    assert.deepEqual(left('error'), ['ES_1m.parquet']);
    assert.deepEqual(left('recent'), ['ES recent.txt']);
    assert.deepEqual(left('raw es'), ['ES recent.txt']);
    assert.deepEqual(left('CL'), []);
  });

  it('tells a screen reader how a file is, and never calls one good that was not looked into', () => {
    const raw: FileNode = { kind: 'file', category: 'raw', entry: entry('a.csv', { category: 'raw' }) };
    assert.equal(spokenOf(raw, ZONE), 'a.csv, not verified, 1.0 KB');
    assert.equal(spokenOf(raw, ZONE, '1 error · 240 rows'), 'a.csv, 1 error · 240 rows, 1.0 KB');
    assert.equal(spokenOf({ kind: 'category', category: 'raw', children: [raw] }, ZONE), 'Raw exports, 1 file');
    const stale = master('ES', '1m', { health: 'warning', complaints: [{ severity: 'warning', message: 'The last bar is 352 days old.' }] as unknown as InventoryEntry['complaints'] });
    assert.equal(spokenOf({ kind: 'file', category: 'market', entry: stale }, ZONE), '1m, warning, 1.0 KB, The last bar is 352 days old.');
  });

  it('says of a derived file what it was made from, or that it is out of date, under its ticker', () => {
    const made = (current: boolean): string => descriptionOf({ kind: 'file', category: 'derived', entry: entry('ES_profiler.json', { ticker: 'ES', category: 'derived', madeFrom: { master: 'ES_1m.parquet', current } }) }, ZONE);
    assert.deepEqual([made(true), made(false)], ['from ES_1m.parquet · 1.0 KB', 'out of date · 1.0 KB']);
    const [derived] = growTree(inventory(entry('chunks/ES_1h/meta.json', { ticker: 'ES', category: 'derived' }), entry('ES_profiler.json', { ticker: 'ES', category: 'derived' })));
    assert.ok(derived?.kind === 'category' && derived.children[0]?.kind === 'ticker');
    assert.deepEqual([derived.children[0].ticker, derived.children[0].children.length], ['ES', 2]);
  });

  it('shows a folder as healthy as its worst file', () => {
    const tree = growTree(inventory(master('ES', '1m'), master('ES', '5m', { health: 'error' }), master('NQ', '1m', { health: 'info' })));
    assert.equal(healthOf(tree[0]!), 'error');
    const [first, second] = tree.flatMap((node) => (node.kind === 'category' ? node.children : []));
    assert.deepEqual([healthOf(first!), healthOf(second!)], ['error', 'info']);
  });

  it('counts errors and warnings as problems, remarks not', () => {
    const complaints = (['error', 'warning', 'info'] as const).map((severity) => ({ code: 'gaps', severity, message: severity }) as const);
    assert.deepEqual(problemsIn(inventory(master('ES', '1m', { complaints }))).map(({ message }) => message), ['error', 'warning']);
  });

  it('lists every fact with a time in the zone shown', () => {
    const facts = Object.fromEntries(factsOf(master('ES', '1m', {
      start: Date.UTC(2025, 6, 27, 22), end: Date.UTC(2025, 11, 3, 14, 53), rows: 5, updated: Date.UTC(2025, 11, 4),
      gaps: { count: 2, largestHours: 551.97, thresholdHours: 48 }, madeFrom: { master: 'ES_1m.parquet', current: false },
    }), ZONE));
    assert.deepEqual(facts, {
      'First bar': '2025-07-27 18:00 EDT', 'Last bar': '2025-12-03 09:53 EST', Rows: '5 rows', Size: '1.0 KB', Updated: '2025-12-03 19:00 EST',
      Gaps: '2 over 48 h, the largest 552 h', 'Last backup': 'none', 'Made from': 'ES_1m.parquet, which has changed since',
    });
  });
});

describe('files dropped on the inventory', () => {
  it('are found in a list of addresses, remarks passed over', () => {
    assert.deepEqual(urisIn('# copied\r\nfile:///a/ES%20history.txt\r\n\r\nfile:///b.csv\n'), ['file:///a/ES%20history.txt', 'file:///b.csv']);
    assert.deepEqual(urisIn(''), []);
  });

  it('are imported when an import reads them', () => {
    const names = ['ES.csv', 'ES history.TXT', 'ES.csv.DONE', 'ES.csv.gz', 'ES.csv.gz.DONE', 'a.dbn', 'a.dbn.zst', 'a.gz', 'ES_1m.parquet', 'notes.md', 'csv'];
    assert.deepEqual(names.filter(isImportable), ['ES.csv', 'ES history.TXT', 'ES.csv.DONE', 'ES.csv.gz', 'ES.csv.gz.DONE', 'a.dbn', 'a.dbn.zst']);
  });
});
