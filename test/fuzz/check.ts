import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'csv-parse/sync';
import { Failure } from '../../src/core/base/failure';
import { unattended } from '../../src/core/base/ports';
import { verifyFile, verifyText, type VerifyOptions } from '../../src/core/integrity/verify';
import { recordText } from '../../src/core/table/csv/cells';
import { BOM_BYTES } from '../../src/core/table/csv/dialect';
import { CsvScanner } from '../../src/core/table/csv/scanner';
import { bars, mutated } from './bars';
import type { Random } from './random';
import { table, type Table } from './tables';

/** The scanner's records, read in pieces of any size. */
function scanned(bytes: Buffer, delimiter: string, random: Random): string[][] {
  const hasMark = bytes.subarray(0, BOM_BYTES).toString() === '\uFEFF';
  const scanner = new CsvScanner(delimiter.charCodeAt(0), hasMark ? BOM_BYTES : 0);
  const records: string[][] = [];
  // A cell may be very long, and is gone over anew with every piece.
  const most = Math.max(random.of([1, 2, 3, 7, 64, 100_000]), bytes.length >> 10);
  for (let at = 0; at <= bytes.length; ) {
    const part = bytes.subarray(at, at + 1 + random.below(most));
    at += Math.max(1, part.length);
    part.copy(scanner.room(part.length));
    scanner.grown(part.length);
    if (at >= bytes.length) scanner.finish();
    while (scanner.next()) records.push(recordText(scanner));
    if (part.length === 0) break;
  }
  return records;
}

/** A well-formed file is read as it was written, and as csv-parse reads it. Python is asked about many at a time. */
export function checkTable(random: Random): Table {
  const written = table(random);
  const { text, delimiter, records } = written;
  assert.deepEqual(scanned(Buffer.from(text), delimiter, random), records);
  assert.deepEqual(parse(text, { delimiter, bom: true, relax_column_count: true, record_delimiter: ['\r\n', '\n', '\r'] }), records);
  return written;
}

/** What verifying tells: a report, or why it is refused. */
async function outcome(verified: Promise<object>): Promise<object> {
  try {
    return await verified;
  } catch (error) {
    if (error instanceof Failure && error.kind === 'refused') return { refused: error.message };
    throw error;
  }
}

/** Whatever the bytes: the reference gives a report (or refuses), whole or in pieces, and with the kernel the same one. */
export async function checkBars(random: Random, folder: string): Promise<void> {
  const { name, bytes: whole } = bars(random);
  const bytes = random.chance(8) ? whole : mutated(whole, random);
  // Few rows are as long as what is too long in earnest.
  const longest = random.chance(4) ? { longest: random.of([1, 30, 70, 90, 150, 400, 3000]) } : {};
  const options: VerifyOptions = { outlierFactor: random.chance(3) ? 12 : 0, schema: 'none', ...longest };
  const chunk = (): number => 1 + random.below(random.of([40, 500, 100_000]));
  const range = 1 + random.below(random.of([64, 700, 5000]));
  const wanted = await outcome(verifyText(name, bytes, { ...options, ahead: 'nobody' }, unattended));
  const told = await outcome(verifyText(name, bytes, { ...options, chunk: chunk(), ahead: { range: Math.max(range, bytes.length >> 6), threads: 0 } }, unattended));
  assert.deepEqual(told, wanted);
  if (random.chance(3)) assert.deepEqual(await outcome(verifyText(name, bytes, { ...options, chunk: chunk(), ahead: 'nobody' }, unattended)), wanted);
  if (!random.chance(2000)) return;
  const file = path.join(folder, `${process.pid} ${name}`);
  writeFileSync(file, bytes);
  assert.deepEqual(await outcome(verifyFile(file, { ...options, name, ahead: { range: Math.max(range, bytes.length >> 6), threads: 2 } }, unattended)), wanted);
  rmSync(file);
}
