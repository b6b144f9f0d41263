import assert from 'node:assert/strict';
import fc from 'fast-check';
import { unattended } from '../../../src/core/base/ports';
import { verifyText } from '../../../src/core/integrity/verify';

/** Duplicates by the definition: every row against all earlier ones. */
function byDefinition(rows: readonly (readonly string[])[], timed: boolean): Record<string, [number, number][]> {
  const found: Record<string, [number, number][]> = { 'duplicate-row': [], 'duplicate-timestamp': [] };
  rows.forEach((row, at) => {
    const same = rows.findIndex((other) => other.length === row.length && other.every((cell, i) => cell === row[i]));
    if (same < at) found['duplicate-row']!.push([at + 1, same + 1]);
    const instant = rows.findIndex((other) => other[0] === row[0] && other.at(-1) === row.at(-1));
    if (timed && instant < at) found['duplicate-timestamp']!.push([at + 1, same < at ? same + 1 : instant + 1]);
  });
  return found;
}

async function found(text: string, chunk: number): Promise<Record<string, [number, number][]>> {
  const { findings, totals } = await verifyText('x.csv', text, { examples: 1000, chunk }, unattended);
  const all = (code: string): [number, number][] =>
    findings.filter((finding) => finding.code === code).flatMap(({ row, lastRow, related }) =>
      Array.from({ length: lastRow - row + 1 }, (_, i): [number, number] => [row + i, i === 0 ? related!.row : 0]));
  for (const code of ['duplicate-row', 'duplicate-timestamp']) assert.equal(all(code).length, totals[code] ?? 0);
  return { 'duplicate-row': all('duplicate-row'), 'duplicate-timestamp': all('duplicate-timestamp') };
}

/** The later rows of a run carry no place of their own. */
function withoutJoined(pairs: Record<string, [number, number][]>, like: Record<string, [number, number][]>): Record<string, [number, number][]> {
  return Object.fromEntries(Object.entries(pairs).map(([code, list]) => [code, list.map(([row, earlier], i) => [row, like[code]![i]?.[1] === 0 ? 0 : earlier])]));
}

const bars = fc.array(fc.tuple(fc.integer({ min: 0, max: 30 }), fc.constantFrom('1', '2'), fc.constantFrom('ES', 'NQ')), { maxLength: 60 });
const mostlySorted = bars.chain((list) => fc.boolean().map((sorted) => (sorted ? [...list].sort((a, b) => a[0] - b[0]) : list)));

describe('duplicates', () => {
  it('of bars are exactly those of the definition, however far apart and however the file is read', async () => {
    await fc.assert(
      fc.asyncProperty(mostlySorted, fc.integer({ min: 1, max: 300 }), async (list, chunk) => {
        const rows = list.map(([minute, volume, symbol]) => [`2025-01-06 10:${String(minute).padStart(2, '0')}`, '1', '1', '1', '1', volume, symbol]);
        const text = ['timestamp,open,high,low,close,volume,symbol', ...rows.map((row) => row.join(','))].join('\n');
        const actual = await found(text, chunk);
        assert.deepEqual(actual, withoutJoined(byDefinition(rows, true), actual));
      }),
      { numRuns: 300 },
    );
  });

  it('of tables are exactly those of the definition, with and without quotes', async () => {
    const table = fc.array(fc.tuple(fc.constantFrom('a', 'b', 'c,d', ''), fc.constantFrom('x', 'y', 'x\ny')), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(table, fc.array(fc.boolean(), { minLength: 1 }), fc.integer({ min: 1, max: 100 }), async (rows, quoting, chunk) => {
        const write = (cell: string, at: number): string => (/[,\n]/.test(cell) || quoting[at % quoting.length] === true ? `"${cell}"` : cell);
        const text = ['first,second', ...rows.map((row, at) => row.map((cell) => write(cell, at)).join(','))].join('\n');
        const actual = await found(text, chunk);
        assert.deepEqual(actual, withoutJoined(byDefinition(rows, false), actual));
      }),
      { numRuns: 300 },
    );
  });

  it('of tables with file_seq, and of rows without a valid key', async () => {
    const table = fc.array(fc.tuple(fc.constantFrom('1', '2', '3', '4', 'x', ''), fc.constantFrom('p', 'q')), { maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(table, async (rows) => {
        const text = ['file_seq,value', ...rows.map((row) => row.join(',')), ''].join('\n');
        const actual = await found(text, 50);
        assert.deepEqual(actual, withoutJoined(byDefinition(rows, false), actual));
      }),
      { numRuns: 300 },
    );
  });

  it('of trades are whole rows only, since instants repeat', async () => {
    const trades = ['150100 1230000;1;5', '150100 1230000;1;6', '150100 1230000;1;5', '150102;1;5', '150100 1230000;1;6'].map((row) => `20250727 ${row}`);
    const { totals } = await verifyText('ticks.txt', trades.join('\n'), {}, unattended);
    assert.deepEqual(totals, { 'duplicate-row': 2, 'non-monotonic-timestamp': 1 });
  });
});
