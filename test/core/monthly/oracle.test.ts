import assert from 'node:assert/strict';
import { seededRandom } from '../../../src/core/base/random';
import { clean } from '../../../src/core/monthly/clean';
import { primaryContracts } from '../../../src/core/monthly/contract';
import { FEATURES, features } from '../../../src/core/monthly/features';
import { contractChanges, fillGrid, regularRows } from '../../../src/core/monthly/fill';
import { LABEL_DEFAULTS, MODES, label, type LabelOptions } from '../../../src/core/monthly/label';
import type { Rows } from '../../../src/core/monthly/rows';
import type { SecondsTable } from '../../../src/core/monthly/seconds';
import { fiveDays, type Trade } from './days';
import { firstDifference } from './difference';
import { consult, type Expected } from './oracle';

function agree(expected: Expected, options: Partial<LabelOptions> = {}): void {
  const found = label(expected.seconds, { ...LABEL_DEFAULTS, exactRolls: expected.rolls, ...options });
  MODES.forEach((mode, at) => {
    assert.deepEqual(Float64Array.from(found.labels[at]!), expected.labels[at], `label_${mode}`);
    same(`weight_${mode}`, found.weights[at]!, expected.weights[at]!);
  });
  const columns = features(expected.seconds);
  FEATURES.forEach(({ name }, at) => {
    same(name, columns[at]!, expected.features[at]!);
  });
}

function same(name: string, found: Float64Array, expected: Float64Array): void {
  const row = firstDifference(found, expected);
  assert.equal(row, -1, `${name}, row ${row}: ${found[row]} instead of ${expected[row]}`);
}

describe('monthly: labels and features against a plain reading of the specification', () => {

  it('on five days with rolls, gaps, flat stretches, spreads, bad rows and the end of summer time', async () => {
    const trades = fiveDays(8);
    const expected = consult('raw', trades);
    assert.equal(expected.seconds.time.length, 5 * 27_000);
    assert.equal(expected.rolls.length, 1, 'the next contract takes over once');
    const grid = await gridOf(trades);
    for (const name of ['time', 'open', 'high', 'low', 'close', 'volume'] as const) {
      assert.deepEqual(grid.seconds[name], expected.seconds[name], name);
    }
    assert.deepEqual(contractChanges(grid), expected.rolls);
    for (const labels of expected.labels) {
      const share = labels.reduce((a, b) => a + b, 0) / labels.length;
      assert.ok(share > 0.05 && share < 0.5, `only a share of winners between tests anything: ${share}`);
    }
    agree(expected);
  });

  it('on bars off the grid of ticks, with uneven seconds, spreads between the contracts, and two months', () => {
    agree(consult('filled', offGrid(4000, 5), '2026-03'), { decayReference: { year: 2026, month: 3 } });
  });
});

/** What the stages before labelling make of the rows: cleaned, in one contract a day, in regular hours, every second of them. */
async function gridOf(trades: readonly Trade[]): Promise<SecondsTable> {
  const { table } = await clean(rowsOf(trades));
  const { rows } = primaryContracts(table);
  return { ...table, seconds: fillGrid(table.seconds, regularRows(table.seconds, rows)) };
}

/** The rows as a source gives them, in batches of a thousand. */
function rowsOf(trades: readonly Trade[]): Rows {
  const symbols = [...new Set(trades.map(({ symbol }) => symbol))];
  return {
    symbols,
    ids: symbols.map((_, at) => 100 + at),
    async *batches() {
      for (let from = 0; from < trades.length; from += 1000) {
        const batch = trades.slice(from, from + 1000);
        const column = (name: Exclude<keyof Trade, 'symbol'>): Float64Array => Float64Array.from(batch, (trade) => trade[name]);
        yield await Promise.resolve({
          count: batch.length,
          time: column('time'),
          open: column('open'),
          high: column('high'),
          low: column('low'),
          close: column('close'),
          volume: column('volume'),
          instrument: Int32Array.from(batch, ({ symbol }) => symbols.indexOf(symbol)),
        });
      }
    },
    warnings: () => [],
  };
}

/** Prices in twentieths of a point, which no double holds exactly, and few different ranges: averages of them tie. */
function offGrid(rows: number, seed: number): Trade[] {
  const random = seededRandom(seed);
  let time = Date.parse('2025-09-30T19:00:00Z') / 1000;
  let price = 6700;
  return Array.from({ length: rows }, () => {
    time += random() < 0.9 ? 1 : Math.floor(random() * 30);
    if (random() < 0.001) time += 16 * 3600;
    const spread = random() < 0.002;
    const open = spread ? 58.2 : price;
    if (!spread && random() < 0.4) price = Math.round((price + (random() - 0.5)) * 20) / 20;
    const close = spread ? 58.35 : price;
    return { time, symbol: spread ? 'ESZ5-ESH6' : 'ESZ5', open, high: Math.max(open, close), low: Math.min(open, close), close, volume: Math.floor(random() * 9) };
  });
}
