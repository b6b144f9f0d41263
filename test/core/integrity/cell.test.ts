import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { zoneNamed } from '../../../src/core/base/time';
import { cellAt } from '../../../src/core/integrity/cell';
import type { Cell } from '../../../src/protocol/cell';

const CORPUS = path.join(__dirname, '..', '..', 'corpus');

/** The cell at a place (line 1-based) of a text. */
function at(text: string, line: number, character: number, name = 'x.csv', tz?: string): Cell | undefined {
  const lines = text.split(/\r?\n/);
  return cellAt({ head: text, whole: true, text: lines[line - 1]!, line, character }, { name, ...(tz === undefined ? {} : { zone: zoneNamed(tz) }) });
}
const inFile = (file: string, line: number, character: number, tz?: string): Cell | undefined => at(readFileSync(path.join(CORPUS, file), 'utf8'), line, character, file, tz);

const BARS = 'timestamp,open,high,low,close,volume,note\n2025-01-06T14:30:00.250Z,1,2,0.5,1.25,7,"a,b"\n2025-07-06T14:30:00Z,1,2,0.5,x,7,\n2025-07-06T14:31:00Z,1,2,0.5,1,7,n,9\n';

describe('the cell at a place', () => {
  it('is a time in UTC and in New York, as daylight saving has it', () => {
    const cell = at(BARS, 2, 4)!;
    assert.deepEqual([cell.name, cell.column, cell.columns, cell.from, cell.to], ['timestamp', 1, 7, 0, 24]);
    assert.deepEqual(cell.value, { kind: 'instant', utc: '2025-01-06 14:30:00.250 UTC', eastern: '2025-01-06 09:30:00.250 EST' });
    assert.deepEqual(at(BARS, 3, 0)!.value, { kind: 'instant', utc: '2025-07-06 14:30:00 UTC', eastern: '2025-07-06 10:30:00 EDT' });
  });

  it('is a number with its role, or none', () => {
    const line = BARS.split('\n')[1]!;
    assert.deepEqual(at(BARS, 2, line.indexOf('1.25'))!.value, { kind: 'number', role: 'close', value: 1.25 });
    assert.deepEqual(at(BARS, 2, line.indexOf('1.25'))!.name, 'close');
    assert.deepEqual(at(BARS, 3, BARS.split('\n')[2]!.indexOf('x'))!.value, { kind: 'invalid', wanted: 'number' });
  });

  it('holds a delimiter within quotes, and may have no column', () => {
    const line = BARS.split('\n')[1]!;
    const cell = at(BARS, 2, line.indexOf('b"'))!;
    assert.deepEqual([cell.name, line.slice(cell.from, cell.to), cell.value.kind], ['note', '"a,b"', 'text']);
    assert.equal(at(BARS, 4, BARS.split('\n')[3]!.length)!.value.kind, 'extra');
    assert.equal(at(BARS, 1, 3)!.value.kind, 'header');
    assert.equal(at(BARS, 5, 0), undefined);
    assert.equal(at('a,b\n1,"x\ny"\n', 2, 3), undefined, 'a cell that goes on in the next line');
  });

  it('is a wall clock of a zone, once, twice, never or nobody knows when', () => {
    const rows = ['20251102 003000', '20251102 013000', '20250309 023000'].map((time) => `${time};1;2;0.5;1;7\n`).join('');
    const value = (line: number, tz?: string): unknown => at(rows, line, 3, 'ES.txt', tz)!.value;
    assert.deepEqual(value(1), { kind: 'local', clock: '2025-11-02 00:30:00' });
    assert.deepEqual(value(1, 'America/Chicago'), { kind: 'instant', utc: '2025-11-02 05:30:00 UTC', eastern: '2025-11-02 01:30:00 EDT', own: '2025-11-02 00:30:00 CDT' });
    assert.deepEqual(value(2, 'America/Chicago'), { kind: 'twice', clock: '2025-11-02 01:30:00', earlier: '2025-11-02 06:30:00 UTC', later: '2025-11-02 07:30:00 UTC' });
    assert.deepEqual(value(3, 'America/Chicago'), { kind: 'never', clock: '2025-03-09 02:30:00' });
  });

  it('is of a date and a time in two columns, taken together', () => {
    const cell = inFile('clean-export-minute_UTC.csv', 2, 14)!;
    assert.equal(cell.value.kind, 'instant');
    assert.deepEqual([cell.name, cell.from], ['Time', 0]);
  });

  it('is a checksum that holds or does not', () => {
    const sealed = readFileSync(path.join(CORPUS, 'checksum-mismatch.csv'), 'utf8').split('\n');
    const column = sealed[0]!.split(',').indexOf('checksum_sha256');
    const holds = sealed.slice(1).filter((line) => line !== '').map((line, row) => {
      const before = line.split(',').slice(0, column).join(',').length + 2;
      const { value } = at(sealed.join('\n'), row + 2, before)!;
      return value.kind === 'checksum' && value.holds;
    });
    assert.ok(holds.includes(true) && holds.includes(false), holds.join());
  });

  it('of Databento is a price in points', () => {
    const [, row] = readFileSync(path.join(CORPUS, 'clean-databento-fixed.csv'), 'utf8').split('\n');
    const [header] = readFileSync(path.join(CORPUS, 'clean-databento-fixed.csv'), 'utf8').split('\n');
    const open = header!.split(',').indexOf('open');
    const { value } = inFile('clean-databento-fixed.csv', 2, row!.split(',').slice(0, open).join(',').length + 1)!;
    assert.deepEqual(value, { kind: 'number', role: 'open', value: Number(row!.split(',')[open]) / 1e9 });
  });
});
