import assert from 'node:assert/strict';
import fc from 'fast-check';
import { describeFormat, TIME_FORMATS, TimeReader, type TimeFormat } from '../../../src/core/integrity/timestamp';

const reader = (format: TimeFormat): ((text: string) => number) => {
  const times = new TimeReader(format);
  return (text) => times.read(Buffer.from(text), 0, Buffer.byteLength(text));
};
const text = (date: 'compact' | 'dashed' | 'slashed', clock: 'none' | 'compact' | 'colons', zoned = false): TimeFormat => ({ kind: 'text', date, clock, zoned });
const two = (value: number): string => String(value).padStart(2, '0');

/** Any second from 1900 to 2200, unix ms. */
const second = fc.integer({ min: Date.UTC(1900, 0, 1) / 1000, max: Date.UTC(2200, 11, 31) / 1000 }).map((s) => s * 1000);

describe('times from bytes', () => {
  it('are the instant that Date sees, in every date and clock format', () => {
    fc.assert(
      fc.property(second, (ms) => {
        const [date, clock] = new Date(ms).toISOString().slice(0, 19).split('T') as [string, string];
        const [year, month, day] = date.split('-') as [string, string, string];
        const us = ms * 1000;
        assert.equal(reader(text('dashed', 'colons'))(`${date} ${clock}`), us);
        assert.equal(reader(text('dashed', 'colons'))(`${date}T${clock}.000250`), us + 250);
        assert.equal(reader(text('compact', 'compact'))(`${year}${month}${day} ${clock.replaceAll(':', '')}`), us);
        assert.equal(reader(text('compact', 'compact'))(`${year}${month}${day} ${clock.replaceAll(':', '')} 1230000`), us + 123_000);
        assert.equal(reader(text('slashed', 'colons'))(`${Number(month)}/${Number(day)}/${year} ${clock}`), us);
        assert.equal(reader(text('dashed', 'none'))(date), Date.UTC(Number(year), Number(month) - 1, Number(day)) * 1000);
      }),
      { numRuns: 2000 },
    );
  });

  it('with an offset are what Date.parse makes of them', () => {
    const offset = fc.tuple(fc.constantFrom('+', '-'), fc.integer({ min: 0, max: 14 }), fc.constantFrom(0, 30, 45)).map(([sign, hours, minutes]) => `${sign}${two(hours)}:${two(minutes)}`);
    const read = reader(text('dashed', 'colons', true));
    fc.assert(
      fc.property(second, fc.oneof(offset, fc.constant('Z')), (ms, zone) => {
        const iso = `${new Date(ms).toISOString().slice(0, 23)}${zone}`;
        assert.equal(read(iso), Date.parse(iso) * 1000);
      }),
    );
  });

  it('in unix units are told apart by magnitude', () => {
    const s = Date.UTC(2025, 6, 27, 22) / 1000;
    const units = [['s', `${s}`], ['ms', `${s}000`], ['us', `${s}000000`], ['ns', `${s}000000000`]] as const;
    for (const [unit] of units) {
      const read = reader({ kind: 'unix', unit });
      assert.deepEqual(units.map(([, value]) => read(value)), units.map(([other]) => (other === unit ? s * 1e6 : NaN)), unit);
    }
  });

  it('that are none are refused', () => {
    const wrong: [TimeFormat, string[]][] = [
      [text('dashed', 'colons'), ['', '2025-13-01 10:00', '2025-02-29 10:00', '2025-01-01 24:00', '2025-01-01 10:60', '2025-01-01 10:00:60', '2025-01-01', '2025-01-01 10', '2025-01-01 10:00Z', '2025-01-01 10:00:00.', '2025-1-1 10:00', '2025-01-01  x']],
      [text('compact', 'compact'), ['20250101 1000', '20250101 246000', '2025010 100000', '20250101 100000 ', '20250101 100000 x', '20250101100000'].filter((value) => value.trim() === value)],
      [text('slashed', 'none'), ['13/01/2025', '1/32/2025', '1/1/25', '01-01-2025']],
      [text('dashed', 'colons', true), ['2025-01-01 10:00', '2025-01-01 10:00+25:00', '2025-01-01 10:00+', '2025-01-01 10:00ZZ']],
    ];
    for (const [format, values] of wrong) for (const value of values) assert.ok(Number.isNaN(reader(format)(value)), `${describeFormat(format)}: ${JSON.stringify(value)}`);
  });

  it('have no two formats for one text, except dates that are also small unix times', () => {
    for (const sample of ['20250727 150100', '2025-07-27T15:01:00Z', '11/13/2025 15:01', '1753653600', '1753653600000', '2025-07-27']) {
      const fitting = TIME_FORMATS.filter((format) => !Number.isNaN(reader(format)(sample)));
      assert.equal(fitting.length, 1, sample);
    }
  });

  it('in two cells are those of one cell', () => {
    const pairs = ['2025-01-06|10:00:00', '2025-01-06|10:00:01.5', '2025-01-06x|10:00:00', '2025-01-06x|10:00:01', '2025-01-07|10:00', '|10:00:00', '2025-01-07|', '2025-01-07|24:00:00', '2025-02-30|10:00:00', ' 2025-01-07 | 10:00:00 '];
    const both = new TimeReader(text('dashed', 'colons'));
    for (const pair of pairs) {
      const bytes = Buffer.from(pair);
      const split = pair.indexOf('|');
      const expected = reader(text('dashed', 'colons'))(pair.split('|').map((part) => part.trim()).join(' '));
      assert.equal(both.readPair(bytes, 0, split, split + 1, bytes.length), expected, pair);
    }
  });

  it('take a leading zero that a spreadsheet dropped', () => {
    assert.equal(reader(text('compact', 'compact'))('20250727 93000'), Date.UTC(2025, 6, 27, 9, 30) * 1000);
  });
});
