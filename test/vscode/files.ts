import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';

/** Made-up files for the tests to open. Each is described where it is written. */
export function makeFiles(folder: string): void {
  const put = (name: string, text: string): void => { writeFileSync(path.join(folder, name), text); };
  const trades = sealedTrades(20);
  put('trades_valid.csv', trades.join(''));
  // Data row 7 (line 8) says another profit than the one it was sealed with.
  put('trades_tampered.csv', trades.map((line, at) => (at === 7 ? line.replace(/\.00\n$/, '.50\n') : line)).join(''));
  put('ES_1m.csv', bars(100_000, { 50_000: ([time, open, high, low, close, volume]) => [time, open, low - 1, high, close, volume] }));
  put('long_1m.csv', bars(220_000, {}));
  put('typed_1m.csv', bars(50_000, {}));
  put('large_1m.csv', bars(1_300_000, { 1_299_000: ([time, open, high, low, close, volume]) => [time, open, low - 1, high, close, volume] }));
  // A different check fails on each of several rows.
  put('many_1m.csv', bars(60, {
    10: ([time, , high, low, close, volume]) => [time, NaN, high, low, close, volume],
    20: ([time, open, high, low, close]) => [time, open, high, low, close, -5],
    30: ([time, open, high, low, close, volume]) => [time, open, low - 1, high, close, volume],
    40: ([time, , , , , volume]) => [time, -1, -1, -1, -1, volume],
    50: ([time, open, high, low, close]) => [time, open, high, low, close, 1.5],
  }));
  put('NQ export.txt', '20251203 063100;25000;25001;24999;25000.5;10\n20251203 063200;25000.5;24990;25002;25001;12\n');
  // A copy of row 5 after it, and a step back further on.
  const broken = bars(200, {}).split('\n');
  broken.splice(6, 0, broken[5]!);
  [broken[150], broken[151]] = [broken[151]!, broken[150]!];
  put('broken_1m.csv', broken.join('\n'));
  put('notes.txt', 'Nothing here is a bar.\n');
}

type Bar = readonly [time: number, open: number, high: number, low: number, close: number, volume: number];

/** One-minute bars from 2025-01-06 00:00 UTC; `faults` change the bar of a data row. */
export function bars(count: number, faults: Readonly<Record<number, (bar: Bar) => Bar>>): string {
  const start = Date.UTC(2025, 0, 6);
  const lines = ['timestamp,open,high,low,close,volume\n'];
  for (let row = 1; row <= count; row++) {
    const open = 6000 + ((row * 7) % 11) / 4;
    const close = 6000 + (((row + 1) * 7) % 11) / 4;
    const bar: Bar = [start + (row - 1) * 60_000, open, Math.max(open, close) + 0.25, Math.min(open, close) - 0.25, close, 1 + (row % 50)];
    const [time, ...values] = faults[row]?.(bar) ?? bar;
    lines.push(`${new Date(time).toISOString().slice(0, 19)}Z,${values.map((value) => (Number.isNaN(value) ? 'n/a' : value)).join(',')}\n`);
  }
  return lines.join('');
}

/** The header and `count` sealed rows, one line each: SHA-256 of all other values, ordered by column name, joined by `|`. */
export function sealedTrades(count: number): string[] {
  const rows = Array.from({ length: count }, (_, at) => {
    const seq = at + 1;
    const stamp = new Date(Date.UTC(2024, 8, 10, 14, 30) + at * 1000).toISOString().slice(0, 19);
    const row = { file_seq: String(seq), timestamp: `${stamp}Z`, trade_id: `T${seq}`, symbol: 'EURUSD', profit_loss: `${((seq * 37) % 101) - 50}.00` };
    const sealed = [row.file_seq, row.profit_loss, row.symbol, row.timestamp, row.trade_id].join('|');
    return `${row.file_seq},${createHash('sha256').update(sealed).digest('hex')},${row.timestamp},${row.trade_id},${row.symbol},${row.profit_loss}\n`;
  });
  return ['file_seq,checksum_sha256,timestamp,trade_id,symbol,profit_loss\n', ...rows];
}
