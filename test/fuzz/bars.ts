import { hash } from 'node:crypto';
import type { Random } from './random';

/** A file of bars, trades or anything with a seal, as programs write them; its name tells some of it. */
export interface Bars {
  readonly name: string;
  readonly bytes: Buffer;
}

const HEADERS = [
  ['Date', 'Time', 'Open', 'High', 'Low', 'Close', 'Volume'],
  ['Date', 'Time', 'Open', 'High', 'Low', 'Close', 'Volume', 'Instrument'],
  ['timestamp', 'open', 'high', 'low', 'close'],
  ['time', 'price', 'volume'],
  ['name', 'value'],
] as const;

/** In order and whole, but for a step, a bad price or an instrument of its own now and then. */
export function bars(random: Random): Bars {
  const header = random.of(HEADERS);
  const isSealed = header[0] === 'name' || random.chance(2);
  const delimiter = random.of([',', ',', ';', '\t', '|']);
  const line = random.of(['\n', '\r\n']);
  const names: readonly string[] = isSealed ? [...header, 'file_seq', 'checksum_sha256'] : header;
  const order = names.map((name, at) => ({ name, at })).filter(({ name }) => name !== 'checksum_sha256').sort((a, b) => (a.name < b.name ? -1 : 1));
  const count = random.chance(20) ? 90 + random.below(120) : random.below(40);
  let minute = 28_000_000 + random.below(1_000_000);
  const rows = random.times(count, (at) => {
    minute += random.chance(40) ? random.below(6) - 1 : 1;
    const cells = header.map((name) => valueOf(name, minute, random));
    if (!isSealed) return cells;
    const numbered = [...cells, String(at + 1)];
    return [...numbered, hash('sha256', order.map((column) => numbered[column.at]).join('|'))];
  });
  const text = [names, ...rows].map((cells) => cells.join(delimiter) + line).join('');
  return { name: random.of(['MinuteDataExport_ES_x_UTC.csv', 'bars.csv', 'TickDataExport_NQ_x_UTC.csv', 'ES 1m.csv']), bytes: Buffer.from(random.chance(10) ? `\uFEFF${text}` : text) };
}

function valueOf(name: string, minute: number, random: Random): string {
  const stamp = new Date(minute * 60_000).toISOString();
  const price = 5000 + (minute % 5) / 4;
  switch (name) {
    case 'Date': return stamp.slice(0, 10);
    case 'Time': return stamp.slice(11, 19);
    case 'timestamp':
    case 'time': return stamp;
    case 'Open': case 'open': case 'Close': case 'close': case 'price': return price.toFixed(2);
    case 'High': case 'high': return (price + (random.chance(200) ? 400 : 1)).toFixed(2);
    case 'Low': case 'low': return (price - 0.5).toFixed(2);
    case 'Volume': case 'volume': return String(random.below(1000));
    case 'Instrument': return random.chance(60) ? 'NQ' : 'ES';
    default: return random.of(['a', 'b 1', 'é', '']);
  }
}

const BITS = [',', ';', '\t', '|', '"', '""', '\n', '\r', '\r\n', '\0', '\uFEFF', '0', '-', '.', 'e9', ' ', 'Z'].map((text) => Buffer.from(text));
/** What a cell that does not end may hold. */
const LONG = ['x', '0', 'é', '""', 'a,b', '"\n', ' '].map((text) => Buffer.from(text));
const BROKEN = [[0xff], [0xc3], [0xe2, 0x82], [0xf0, 0x9f, 0x98], [0xed, 0xa0, 0x80], [0xc0, 0x80]].map((bytes) => Buffer.from(bytes));

/** A few bytes put in, taken out, repeated or altered, or the end cut off. */
export function mutated(bytes: Buffer, random: Random): Buffer {
  let changed = bytes;
  for (let left = 1 + random.below(4); left > 0; left--) {
    const at = random.below(changed.length + 1);
    const end = Math.min(changed.length, at + random.below(random.chance(8) ? 400 : 12));
    const [before, part, after] = [changed.subarray(0, at), changed.subarray(at, end), changed.subarray(end)];
    changed = Buffer.concat(random.of([
      () => [before, random.of(BITS), part, after],
      () => [before, random.of(BROKEN), part, after],
      () => [before, after],
      () => [before, part, part, after],
      () => [before, Buffer.from(part).map((byte) => byte ^ (1 << random.below(8))), after],
      () => (random.chance(6) ? [before] : [before, part, after]),
      () => (random.chance(300) ? [before, Buffer.alloc(40_000, random.of(BITS)), part, after] : [before, random.of(BITS), after]),
      () => [before, Buffer.alloc(random.below(random.chance(8) ? 5000 : 500), random.of(LONG)), part, after],
    ])());
  }
  return changed;
}
