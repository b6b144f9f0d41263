import assert from 'node:assert/strict';
import { parse } from 'csv-parse/sync';
import fc from 'fast-check';
import { contentOf, hashOf, recordText } from '../../../../src/core/table/csv/cells';
import { sniffDialect } from '../../../../src/core/table/csv/dialect';
import { placeOfCells } from '../../../../src/core/table/csv/place';
import { CsvScanner } from '../../../../src/core/table/csv/scanner';

/** Feeds the bytes `chunk` at a time and applies `take` to every record. */
function scan<T>(bytes: Buffer, chunk: number, take: (scanner: CsvScanner) => T, delimiter = ',', longest?: number): T[] {
  const scanner = new CsvScanner(delimiter.charCodeAt(0), 0, longest);
  const taken: T[] = [];
  for (let at = 0; at < bytes.length; at += chunk) {
    const part = bytes.subarray(at, at + chunk);
    part.copy(scanner.room(part.length));
    scanner.grown(part.length);
    if (at + chunk >= bytes.length) scanner.finish();
    while (scanner.next()) taken.push(take(scanner));
  }
  return taken;
}

const cellsOf = (text: string, chunk = 1 << 20, delimiter = ','): string[][] => scan(Buffer.from(text), chunk, recordText, delimiter);

const DELIMITERS = [',', ';', '\t', '|'];
const BREAKS = ['\n', '\r\n', '\r'];
const cell = fc.oneof(
  fc.constantFrom('', '1', '25.0', 'a b', 'größe', '数据', '📈', 'say "so"', 'x,y', 'x;y|z\tw', 'two\nlines', 'two\r\nlines', 'old\rmac', '"'),
  fc.string({ maxLength: 6 }),
);
const table = fc.record({
  delimiter: fc.constantFrom(...DELIMITERS),
  lineBreak: fc.constantFrom(...BREAKS),
  last: fc.boolean(),
  quoteAll: fc.boolean(),
  rows: fc.array(fc.array(cell, { minLength: 2, maxLength: 5 }), { minLength: 1, maxLength: 8 }),
});

function write({ delimiter, lineBreak, last, quoteAll, rows }: (typeof table extends fc.Arbitrary<infer T> ? T : never)): string {
  const quoted = (value: string): string =>
    quoteAll || /["\r\n]/.test(value) || value.includes(delimiter) ? `"${value.replaceAll('"', '""')}"` : value;
  return rows.map((row) => row.map(quoted).join(delimiter)).join(lineBreak) + (last ? lineBreak : '');
}

describe('the CSV scanner', () => {
  it('reads what csv-parse reads, in every dialect and in chunks of every size', () => {
    fc.assert(
      fc.property(table, fc.integer({ min: 1, max: 40 }), (made, chunk) => {
        const text = write(made);
        const expected = parse(text, { delimiter: made.delimiter, record_delimiter: [made.lineBreak], relax_column_count: true, skip_empty_lines: false });
        assert.deepEqual(expected, made.rows);
        assert.deepEqual(cellsOf(text, chunk, made.delimiter), made.rows);
      }),
      { numRuns: 500 },
    );
  });

  it('splits any bytes at all the same way whatever the chunks', () => {
    const bytes = fc.array(fc.constantFrom(...Buffer.from('a,";\r\n0\0\xff')), { maxLength: 60 }).map((list) => Buffer.from(list));
    const facts = (scanner: CsvScanner): unknown => [
      scanner.line, scanner.offsetOf(scanner.start), scanner.offsetOf(scanner.end), scanner.ending, scanner.quoted,
      scanner.stray < 0 ? -1 : scanner.offsetOf(scanner.stray), scanner.unclosed < 0 ? -1 : scanner.offsetOf(scanner.unclosed), recordText(scanner),
    ];
    fc.assert(
      fc.property(bytes, fc.integer({ min: 1, max: 20 }), (input, chunk) => {
        assert.deepEqual(scan(input, chunk, facts), scan(input, input.length + 1, facts));
      }),
      { numRuns: 2000 },
    );
  });

  it('loses one line, not the rest, to a quote that is never closed', () => {
    assert.deepEqual(cellsOf('a,b\n1,"x\n2,y\n3,z\n'), [['a', 'b'], ['1', '"x'], ['2', 'y'], ['3', 'z']]);
  });

  it('counts physical lines through quoted line breaks', () => {
    assert.deepEqual(scan(Buffer.from('a\n"1\n2\r\n3\r4"\nb\r\nc\rd'), 3, (scanner) => scanner.line), [1, 2, 6, 7, 8]);
  });

  it('takes a record of many cells', () => {
    const row = Array.from({ length: 1000 }, (_, i) => String(i));
    assert.deepEqual(cellsOf(`${row.join(',')}\n`, 7), [row]);
  });

  it('passes over a line of more than 1 MB, and gives up a quote after as much', () => {
    const wide = Buffer.concat([Buffer.from('a\n'), Buffer.alloc(40 * 1024 * 1024, 'x'), Buffer.from('\r\nb,c\n')]);
    const held: number[] = [];
    const seen = scan(wide, 1 << 20, (scanner) => {
      held.push(scanner.bytes.length);
      return { cells: scanner.cells, line: scanner.line, tooLong: scanner.tooLong, from: scanner.from, length: scanner.length, ending: scanner.ending };
    });
    const mega = 40 * 1024 * 1024;
    assert.deepEqual(seen, [
      { cells: 1, line: 1, tooLong: false, from: 0, length: 1, ending: 'lf' },
      { cells: 1, line: 2, tooLong: true, from: 2, length: mega, ending: 'crlf' },
      { cells: 2, line: 3, tooLong: false, from: mega + 4, length: 3, ending: 'lf' },
    ]);
    assert.ok(Math.max(...held) < 4 * 1024 * 1024);
    const lines = Buffer.concat([Buffer.from('"'), Buffer.alloc(2 * 1024 * 1024, 'abcdefg\n')]);
    assert.equal(scan(lines, 1 << 20, (scanner) => scanner.cells).length, (2 * 1024 * 1024) / 8);
  });

  it('passes over the same rows however the bytes come, and finds the next record where it is', () => {
    const texts = ['aaaaaaaaaa\nb\n', 'aaaaaaaaaaa\r\nb', 'a\r"bb\nbbbbbbbbbbbbb\nc\n', '"a\nb",cccccccc\rd\n', '"aaaaaaaaaaaaaaaa\nb', 'é€📈é€📈é€📈é\n\r"d"', '"a\nb\nc\nd\ne\nf\ng","x"\ny', 'aaaaaaaaaaaa', 'aaaa,"bbbbbb\n",c\nd'];
    for (const text of texts) {
      const seen = (chunk: number): unknown[] => scan(Buffer.from(text), chunk, (scanner) => {
        const { line, tooLong, from, length, ending, place, stray, start, unclosed } = scanner;
        const breaks = { none: 0, lf: 1, cr: 1, crlf: 2 }[ending];
        assert.equal(place, from + length + breaks, text);
        return [recordText(scanner), line, tooLong, from, length, ending, stray < 0 ? stray : stray - start, unclosed < 0 ? unclosed : unclosed - start];
      }, ',', 10);
      const whole = seen(1000);
      assert.deepEqual(whole.map((record) => (record as unknown[])[4]).some((length) => (length as number) > 10), whole.some((record) => (record as unknown[])[2]), text);
      for (let chunk = 1; chunk < 30; chunk++) assert.deepEqual(seen(chunk), whole, `${text} in pieces of ${chunk}`);
    }
  });

  it('marks only stretches that hold invalid bytes, also when a character lies on a seam', () => {
    for (let chunk = 1; chunk < 12; chunk++) {
      assert.ok(scan(Buffer.from('größe,📈\n数据,1\n'), chunk, (scanner) => scanner.suspect).every((suspect) => !suspect), `chunk ${chunk}`);
      assert.ok(scan(Buffer.from([0x61, 0xf0, 0x9f, 0x0a, 0x62, 0x0a]), chunk, (scanner) => scanner.suspect)[0], `chunk ${chunk}`);
    }
  });

  it('places cells in UTF-16 columns, also after a quoted line break', () => {
    const places = scan(Buffer.from('📈é,"x\n数""","y"\n'), 100, (scanner) => [0, 1, 2].map((at) => placeOfCells(scanner, at)));
    assert.deepEqual(places, [[
      { line: 1, column: 0, endLine: 1, endColumn: 3 },
      { line: 1, column: 4, endLine: 2, endColumn: 4 },
      { line: 2, column: 5, endLine: 2, endColumn: 8 },
    ]]);
  });
});

describe('places', () => {
  it('count every kind of line break once', () => {
    const places = scan(Buffer.from('"a\r\nb\rc\nd",é\n'), 100, (scanner) => placeOfCells(scanner, 1));
    assert.deepEqual(places, [{ line: 4, column: 3, endLine: 4, endColumn: 4 }]);
  });
});

describe('the content of a record', () => {
  const two = (first: string, second: string): [string, string] => scan(Buffer.from(`${first}\n${second}\n`), 1 << 10, contentOf) as [string, string];

  it('is the same however cells are quoted', () => {
    const [plain, quoted] = two('a,b c,1', '"a","b c",1');
    assert.equal(plain, quoted);
    const [first, second] = scan(Buffer.from('a,b c,1\n"a","b c",1\n'), 1 << 10, (scanner) => hashOf(scanner, 0));
    assert.equal(first, second);
  });

  it('differs when cells differ', () => {
    const [cells, oneCell] = two('a,b', '"a,b"');
    assert.notEqual(cells, oneCell);
  });
});

describe('the delimiter', () => {
  it('is found again in what was written with it', () => {
    fc.assert(
      fc.property(fc.constantFrom(...DELIMITERS), fc.array(fc.tuple(fc.integer(), fc.double({ noNaN: true }), fc.constantFrom('ES 12-25', 'NQ 12-25')), { minLength: 2 }), (delimiter, rows) => {
        const text = rows.map((row) => row.join(delimiter)).join('\n');
        assert.equal(sniffDialect(Buffer.from(text), true).delimiter, delimiter);
      }),
    );
  });

  it('is not a comma inside the numbers', () => {
    assert.equal(sniffDialect(Buffer.from('20250727 150100;6507,5;6512,5;6502,75;6506,75;50\n20250727 150200;6506,75;6510,5;6505,5;6505,5;22\n'), true).delimiter, ';');
  });
});
