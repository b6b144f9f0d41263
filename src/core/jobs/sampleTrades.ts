import { createHash } from 'node:crypto';
import { seededRandom } from '../base/random';
import type { SealManifest } from '../integrity/manifest';
import { rowChecksum } from '../integrity/seal';
import { quoteCell } from '../table/csv/cells';

const COLUMNS = ['file_seq', 'checksum_sha256', 'timestamp', 'trade_id', 'symbol', 'direction', 'lot_size', 'open_price', 'close_price', 'profit_loss', 'comment'];
const ROWS = 240;
const START = Date.UTC(2025, 10, 3, 14, 30);
const COMMENTS = ['', 'breakout', 'opening range, first half', 'scaled out', 'said "too late"'];
const POINT_VALUE = 50;

/** A sealed CSV of made-up trades: rising sequence numbers, and in every row the checksum over its values. */
export function sealedTrades(seed: number): string {
  const random = seededRandom(seed);
  let time = START;
  const rows = Array.from({ length: ROWS }, (_, i) => {
    time += 1000 * (20 + Math.floor(random() * 400));
    return sealRow(i + 1, makeTrade(i + 1, time, random));
  });
  return [COLUMNS, ...rows].map((cells) => `${cells.map(quoteCell).join(',')}\n`).join('');
}

/** Values of a trade in the order of the columns after the first two. */
function makeTrade(number: number, time: number, random: () => number): string[] {
  const lots = 1 + Math.floor(random() * 4);
  const open = 6800 + Math.floor(random() * 400) * 0.25;
  const points = Math.round((random() - 0.48) * 60) * 0.25;
  const isLong = random() < 0.5;
  const close = isLong ? open + points : open - points;
  const comment = COMMENTS[Math.floor(random() * COMMENTS.length)]!;
  const id = `TRADE_20251103_${String(number).padStart(3, '0')}`;
  const stamp = `${new Date(time).toISOString().slice(0, 19)}Z`;
  return [stamp, id, 'ES', isLong ? 'BUY' : 'SELL', String(lots), open.toFixed(2), close.toFixed(2), (points * POINT_VALUE * lots).toFixed(2), comment];
}

function sealRow(sequence: number, values: readonly string[]): string[] {
  const unsealed = [String(sequence), '', ...values];
  return unsealed.with(1, rowChecksum(COLUMNS, unsealed));
}

/** The manifest of `sealedTrades`, dated by the file's own name: nothing here depends on the clock. */
export function sealManifest(file: string, text: string): string {
  const bytes = Buffer.from(text);
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const manifest: SealManifest = { file, rows: ROWS, firstSeq: 1, lastSeq: ROWS, bytes: bytes.length, sha256, sealedAt: new Date(START).toISOString() };
  return `${JSON.stringify(manifest, null, 2)}\n`;
}

/** The same text with one digit of one trade's size altered. */
export function tamper(text: string): string {
  return text.replace(/(TRADE_20251103_137,ES,[A-Z]+,)(\d)/, (_, before: string, lots: string) => `${before}${Number(lots) + 1}`);
}
