import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { unattended } from '../../../src/core/base/ports';
import { verifyText, type VerifyOptions } from '../../../src/core/integrity/verify';
import type { Finding } from '../../../src/core/base/finding';

const HEADER = 'timestamp,symbol,open,high,low,close,volume\n';
const minute = (at: number): string => new Date(Date.UTC(2025, 0, 6) + at * 60_000).toISOString().slice(0, 16).replace('T', ' ');

/** Closes that go up and down by 1: the usual move is 1. */
const calm = (count: number): number[] => Array.from({ length: count }, (_, i) => 100 + (i % 2));
const flat = (closes: readonly number[]): string => HEADER + closes.map((close, i) => `${minute(i)},ES,${close},${close},${close},${close},5\n`).join('');

async function outliers(text: string, options: VerifyOptions = {}): Promise<Finding[]> {
  const { findings } = await verifyText('x.csv', text, options, unattended);
  return findings.filter(({ code }) => code === 'price-outlier');
}
const rowsOf = (findings: readonly Finding[]): number[] => findings.flatMap(({ row, lastRow }) => Array.from({ length: lastRow - row + 1 }, (_, i) => row + i));

describe('price outliers', () => {
  it('are prices that leave by more than 12 usual moves and come back', async () => {
    for (const [last, found] of [[[120, 100], true], [[112.5, 100], false], [[113.5, 100], true], [[89.5, 101], false], [[87.5, 101], true], [[120, 120], false], [[120, 109], false], [[120], false]] as const) {
      assert.deepEqual(rowsOf(await outliers(flat([...calm(40), ...last]))), found ? [41] : [], String(last));
    }
  });

  it('say by how much, and where', async () => {
    const [finding] = await outliers(flat([...calm(40), 150, 101]));
    assert.equal(finding?.message, '150 is 49 above both neighbours, where a move of 1 is usual.');
    assert.deepEqual([finding.place, finding.column, finding.text], [{ line: 42, column: 24, endLine: 42, endColumn: 27 }, 'high', '150']);
  });

  it('are found in a high or low alone', async () => {
    const bars = calm(30).map((close, i) => [close, close, close, close, i] as const);
    const spiked = [...bars, [101, 101, 60, 101, 30], [100, 100, 100, 100, 31]];
    const text = HEADER + spiked.map(([open, high, low, close, at]) => `${minute(at)},ES,${open},${high},${low},${close},5\n`).join('');
    assert.deepEqual((await outliers(text)).map(({ row, column }) => [row, column]), [[31, 'low']]);
  });

  it('need 16 moves before them', async () => {
    assert.deepEqual(rowsOf(await outliers(flat([...calm(16), 150, 101]))), []);
    assert.deepEqual(rowsOf(await outliers(flat([...calm(17), 150, 101]))), [18]);
    assert.deepEqual(rowsOf(await outliers(flat([...calm(16), ...Array.from({ length: 50 }, () => 100), 150, 101]))), [67], 'the step to the row of 50 equal closes is the 16th');
  });

  it('are measured by the latest 64 moves', async () => {
    const wild = Array.from({ length: 65 }, (_, i) => 100 + 10 * (i % 2));
    assert.deepEqual(rowsOf(await outliers(flat([...wild, ...calm(30), 150, 101]))), []);
    assert.deepEqual(rowsOf(await outliers(flat([...wild, ...calm(40), 150, 101]))), [106]);
  });

  it('are looked for in the rows of each instrument', async () => {
    const rows = [...calm(40), 120, 101].flatMap((close, i) => [`${minute(i)},ES,${close},${close},${close},${close},5\n`, `${minute(i)},NQ,120,120,120,120,5\n`]);
    assert.deepEqual(rowsOf(await outliers(HEADER + rows.join(''))), [81]);
  });

  it('leave rows aside that are no bars', async () => {
    const lines = flat([...calm(40), 150, 150, 101]).split('\n');
    lines[42] = lines[42]!.replace(/,150,5$/, ',x,5');
    assert.deepEqual(rowsOf(await outliers(lines.join('\n'))), [41]);
    const copied = flat([...calm(40), 150, 101]).split('\n');
    copied.splice(42, 0, copied[41]!);
    assert.deepEqual(rowsOf(await outliers(copied.join('\n'))), [41], 'a copy of the outlier is no neighbour');
  });

  it('are found among trades, too', async () => {
    const trades = [...Array.from({ length: 60 }, (_, i) => 100 + ((i >> 1) % 3) * 0.25), 96, 100.25, 100];
    const text = trades.map((price, i) => `20250701 1000${String(i % 60).padStart(2, '0')} ${String(i).padStart(3, '0')}0000;${price};${price};${price};1\n`).join('');
    const report = await verifyText('x.txt', text, {}, unattended);
    assert.equal(report.intervalSeconds, 0);
    assert.deepEqual(report.findings.filter(({ code }) => code === 'price-outlier').map(({ row, column }) => [row, column]), [[61, 'Price']]);
  });

  it('depend on the factor asked for', async () => {
    const text = flat([...calm(40), 106, 101]);
    assert.deepEqual(rowsOf(await outliers(text, { outlierFactor: 4 })), [41]);
    assert.deepEqual(rowsOf(await outliers(text, { outlierFactor: 0 })), []);
  });

  it('are those that Python\'s statistics finds', async () => {
    let total = 0;
    for (let seed = 1; seed <= 8; seed++) {
      const text = generated(seed);
      for (const factor of [3, 12]) {
        const expected = JSON.parse(execFileSync('python3', ['-c', ORACLE, String(factor)], { input: text, encoding: 'utf8' })) as number[];
        total += expected.length;
        assert.deepEqual(rowsOf(await outliers(text, { outlierFactor: factor, examples: 10_000 })).sort((a, b) => a - b), expected);
      }
    }
    assert.ok(total > 100, `${total} outliers in all`);
  });
});

/** Three interleaved random walks with bad ticks, calm and wild stretches, equal closes and rows that are no bars. */
function generated(seed: number): string {
  const random = (below: number): number => (seed = (seed * 48271) % 2147483647) % below;
  const closes = [400, 80_000, 1_000];
  let wildness = 3;
  let text = HEADER;
  for (let i = 0; i < 2_000; i++) {
    if (random(150) === 0) wildness = 1 + random(40);
    const lane = random(3);
    const open = closes[lane]!;
    const close = (closes[lane] = Math.max(300, open + random(2 * wildness + 1) - wildness));
    const spike = random(60) === 0 ? random(wildness * 30) : 0;
    const [up, down] = random(2) === 0 ? [spike, 0] : [0, spike];
    const prices = [open, Math.max(open, close) + random(3) + up, Math.max(4, Math.min(open, close) - random(3) - down), close].map((ticks) => (ticks / (lane === 1 ? 10 : 4)).toFixed(2));
    if (random(100) === 0) prices[random(4)] = 'n/a';
    text += `${minute(i)},${'ABC'[lane]},${prices.join(',')},5\n`;
  }
  return text;
}

/** The rule anew from its words: usual = statistics.median_low of the latest 64 moves that are not 0. */
const ORACLE = `
import csv, json, statistics, sys
factor = float(sys.argv[1])
lanes, found = {}, []
for number, row in enumerate(csv.DictReader(sys.stdin), 1):
    try:
        bar = tuple(float(row[name]) for name in ('high', 'low', 'close')) + (number,)
        float(row['open'])
    except ValueError:
        continue
    lanes.setdefault(row['symbol'], []).append(bar)
for bars in lanes.values():
    for at in range(1, len(bars) - 1):
        before, bar, after = bars[at - 1:at + 2]
        moves = [abs(b[2] - a[2]) for a, b in zip(bars[:at - 1], bars[1:at])]
        moves = [move for move in moves if move > 0][-64:]
        if len(moves) < 16:
            continue
        up = min(bar[0] - before[0], bar[0] - after[0])
        down = min(before[1] - bar[1], after[1] - bar[1])
        if max(up, down) > factor * statistics.median_low(moves):
            found.append(bar[3])
print(json.dumps(sorted(found)))
`;
