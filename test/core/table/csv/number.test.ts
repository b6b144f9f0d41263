import assert from 'node:assert/strict';
import fc from 'fast-check';
import { cellNumber, parseDigits, parseNumber } from '../../../../src/core/table/csv/number';
import { scannerOver } from '../../../../src/core/table/csv/dialect';

const read = (text: string): number => parseNumber(Buffer.from(`x${text}x`), 1, 1 + Buffer.byteLength(text));

describe('numbers from bytes', () => {
  it('are rounded as Number rounds them', () => {
    const decimal = fc.tuple(fc.bigInt({ min: 0n, max: 10n ** 25n }), fc.integer({ min: 0, max: 25 })).map(([mantissa, decimals]) => {
      const digits = mantissa.toString().padStart(decimals + 1, '0');
      return decimals === 0 ? digits : `${digits.slice(0, -decimals)}.${digits.slice(-decimals)}`;
    });
    const text = fc.oneof(decimal, decimal.map((value) => `-${value}`), fc.double({ noNaN: true, noDefaultInfinity: true }).map(String));
    fc.assert(fc.property(text, (value) => { assert.equal(read(value), Number(value)); }), { numRuns: 5000 });
  });

  it('are the same when the scanner reads them along the way', () => {
    const numeral = fc.tuple(fc.stringMatching(/^[0-9]{0,12}$/), fc.constantFrom('', '.', '..', '-', ' '), fc.stringMatching(/^[0-9]{0,12}$/)).map((parts) => parts.join(''));
    fc.assert(fc.property(fc.array(numeral, { minLength: 1, maxLength: 9 }), fc.boolean(), (cells, quoted) => {
      const text = Buffer.from(`${cells.map((cell) => (quoted ? `"${cell}"` : cell)).join(';')};\n`);
      const scanner = scannerOver(text, true, ';', false);
      assert.ok(scanner.next());
      assert.deepEqual(cells.map((_, at) => cellNumber(scanner, at)), cells.map(read));
    }), { numRuns: 2000 });
  });

  it('are not what no exporter means by a number', () => {
    for (const text of ['', ' ', 'NaN', 'Infinity', '-Infinity', '1e999', '0x10', '1_000', '1,5', '--1', '+', '.', '-.', '1e', 'null', '1 2', '１']) {
      assert.ok(Number.isNaN(read(text)), JSON.stringify(text));
    }
  });

  it('may have spaces around them, a sign and an open end', () => {
    assert.deepEqual([' 5 ', '+5', '5.', '.5', '-0.25', '1E3'].map(read), [5, 5, 5, 0.5, -0.25, 1000]);
  });

  it('are digits only where that is asked for', () => {
    const digits = (text: string): number => parseDigits(Buffer.from(text), 0, text.length);
    assert.deepEqual(['1', '0012', '9007199254740991'].map(digits), [1, 12, 9007199254740991]);
    for (const text of ['', '11.0', ' 11', '+11', '-1', '1e3', '9007199254740993']) assert.ok(Number.isNaN(digits(text)), text);
  });
});
