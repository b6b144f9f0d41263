import { execFileSync } from 'node:child_process';
import { closeSync, mkdirSync, openSync, readFileSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import path from 'node:path';
import { seededRandom } from '../../src/core/base/random';
import { zoneNamed } from '../../src/core/base/time';
import type { Metadata } from '../../src/core/table/dbn/metadata';
import { encodeBars, encodeMetadata, storeZstd, type BarRecord } from '../../src/core/table/dbn/write';

/** Generated months of one-second bars: two outrights with a roll between them, their spread, seconds without trades, and bad rows. */
export interface MonthShape {
  readonly year: number;
  readonly month: number;
  /** Which days of the month, 1-based; default all. */
  readonly days?: readonly number[];
  /** Chicago hours of the day, [from, to); default the session, 17:00 to 16:00 the next day. */
  readonly hours?: readonly [from: number, to: number];
  readonly seed?: number;
  /** One bad row about every so many; 0 = none. Default 20,000. */
  readonly badEvery?: number;
  /** Day of the month from which the second contract trades more. Default 12. */
  readonly rollDay?: number;
  readonly version?: 1 | 2 | 3;
}

export interface Instrument {
  readonly symbol: string;
  readonly id: number;
}

export const FRONT: Instrument = { symbol: 'ESZ4', id: 118 };
export const NEXT: Instrument = { symbol: 'ESH5', id: 183748 };
export const SPREAD: Instrument = { symbol: 'ESZ4-ESH5', id: 42000001 };

const TICK = 250_000_000n;
const BASIS_TICKS = 245; // 61.25 points between the contracts.

/** Databento's name for the file of a month. */
export function monthName(year: number, month: number, suffix = '.dbn.zst'): string {
  const day = (date: number): string => new Date(date).toISOString().slice(0, 10).replaceAll('-', '');
  return `glbx-mdp3-${day(Date.UTC(year, month - 1, 1))}-${day(Date.UTC(year, month, 0))}.ohlcv-1s${suffix}`;
}

export function monthMetadata({ year, month, version = 1 }: MonthShape, records?: number): Metadata {
  const nanos = (ms: number): bigint => BigInt(ms) * 1_000_000n;
  const date = (ms: number): number => Number(new Date(ms).toISOString().slice(0, 10).replaceAll('-', ''));
  const [start, end] = [Date.UTC(year, month - 1, 1), Date.UTC(year, month, 1)];
  return {
    version,
    dataset: 'GLBX.MDP3',
    schema: 'ohlcv-1s',
    start: nanos(start),
    end: nanos(end),
    limit: null,
    recordCount: version === 1 && records !== undefined ? BigInt(records) : null,
    stypeIn: 'parent',
    stypeOut: 'instrument_id',
    tsOut: false,
    symbolBytes: version === 1 ? 22 : 71,
    symbols: ['ES.FUT'],
    partial: [],
    notFound: [],
    mappings: [FRONT, NEXT, SPREAD].map(({ symbol, id }) => ({ rawSymbol: symbol, intervals: [{ start: date(start), end: date(end), symbol: String(id) }] })),
  };
}

/** The records of a month in order of time. */
export function* monthBars(shape: MonthShape): Generator<BarRecord> {
  const random = seededRandom(shape.seed ?? 1);
  const bad = shape.badEvery ?? 20_000;
  let ticks = 5000 * 4;
  let sinceBad = 0;
  for (const second of tradingSeconds(shape)) {
    ticks += Math.round((random() - 0.5) * 4);
    if (ticks < 3000 * 4 || ticks > 7000 * 4) ticks = 5000 * 4;
    const rolled = dayOf(second.local) >= (shape.rollDay ?? 12);
    for (const record of barsAt(second.utc, ticks, rolled, random)) yield bad > 0 && ++sinceBad % bad === 0 ? spoil(record, sinceBad / bad) : record;
  }
}

function* barsAt(second: number, ticks: number, rolled: boolean, random: () => number): Generator<BarRecord> {
  const busy = random() < 0.78;
  const quiet = random() < 0.16;
  if (rolled ? quiet : busy) yield bar(FRONT, second, ticks, random, rolled ? 3 : 60);
  if (rolled ? busy : quiet) yield bar(NEXT, second, ticks + BASIS_TICKS, random, rolled ? 60 : 3);
  if (random() < 0.02) yield { ...bar(SPREAD, second, BASIS_TICKS, random, 5) };
}

function bar({ id }: Instrument, second: number, ticks: number, random: () => number, busy: number): BarRecord {
  const open = ticks + Math.round((random() - 0.5) * 4);
  const high = Math.max(open, ticks) + Math.floor(random() * 3);
  const low = Math.min(open, ticks) - Math.floor(random() * 3);
  const price = (value: number): bigint => BigInt(value) * TICK;
  return { publisher: 1, instrument: id, time: BigInt(second) * 1_000_000_000n, open: price(open), high: price(high), low: price(low), close: price(ticks), volume: BigInt(1 + Math.floor(random() * random() * busy)) };
}

/** The faults a vendor's file may hold, one kind after the other. */
export const FAULTS: readonly ((record: BarRecord) => BarRecord)[] = [
  (record) => ({ ...record, low: 0n }),
  (record) => ({ ...record, open: -record.open }),
  (record) => ({ ...record, close: 0x7fff_ffff_ffff_ffffn }),
  (record) => ({ ...record, high: 20_000n * 4n * TICK }),
  (record) => ({ ...record, high: record.low - TICK }),
  (record) => ({ ...record, high: record.low, open: record.low + TICK / 50n, close: record.low }),
  (record) => ({ ...record, volume: 0xffff_ffff_ffff_ffffn }),
];
const spoil = (record: BarRecord, n: number): BarRecord => FAULTS[n % FAULTS.length]!(record);

const dayOf = (local: number): number => new Date(local * 1000).getUTCDate();

/** Seconds of the month at which there is a market: Sunday 17:00 to Friday 16:00 Chicago, closed 16:00 to 17:00. */
function* tradingSeconds({ year, month, days, hours }: MonthShape): Generator<{ utc: number; local: number }> {
  const zone = zoneNamed('America/Chicago');
  const last = new Date(Date.UTC(year, month, 0)).getUTCDate();
  for (let utc = Date.UTC(year, month - 1, 1) / 1000; utc < Date.UTC(year, month, 1) / 1000; utc += 3600) {
    const local = zone.localOf(utc * 1000) / 1000;
    const [day, hour, weekday] = [dayOf(local), Math.floor(local / 3600) % 24, new Date(local * 1000).getUTCDay()];
    const open = hour !== 16 && weekday !== 6 && !(weekday === 0 && hour < 17) && !(weekday === 5 && hour > 16);
    const wanted = (days === undefined || days.includes(day)) && (hours === undefined || (hour >= hours[0] && hour < hours[1]));
    if (!open || !wanted || day > last) continue;
    for (let second = 0; second < 3600; second++) yield { utc: utc + second, local: local + second };
  }
}

/** Writes a month under Databento's name, compressed by the zstd tool where there is one. @returns path and number of records */
export function writeMonth(folder: string, shape: MonthShape): { file: string; records: number } {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, monthName(shape.year, shape.month));
  const plain = `${file}.plain`;
  const records = writePlain(plain, shape);
  compress(plain, file);
  rmSync(plain, { force: true });
  return { file, records };
}

const AT_ONCE = 50_000;

/** As `writeMonth`, not compressed. */
export function writePlain(file: string, shape: MonthShape): number {
  const handle = openSync(file, 'w');
  writeSync(handle, encodeMetadata(monthMetadata(shape)));
  let records = 0;
  let bars: BarRecord[] = [];
  const flush = (): void => {
    if (bars.length > 0) writeSync(handle, encodeBars(bars, 'ohlcv-1s'));
    records += bars.length;
    bars = [];
  };
  for (const record of monthBars(shape)) if (bars.push(record) === AT_ONCE) flush();
  flush();
  closeSync(handle);
  return records;
}

function compress(plain: string, file: string): void {
  try {
    execFileSync('zstd', ['-q', '-f', '--check', plain, '-o', file]);
  } catch {
    // No such tool here: stored, which is as valid.
    writeFileSync(file, storeZstd(readFileSync(plain)));
  }
}
