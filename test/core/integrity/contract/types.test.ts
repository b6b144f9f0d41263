import assert from 'node:assert/strict';
import { contractOf } from '../../../../src/core/integrity/contract/descriptor';
import { boundedMatching, ownMatching } from '../../../../src/core/integrity/contract/pattern';
import { slowness } from '../../../support/slowness';

const field = (descriptor: object): { fault: (text: string) => string | undefined } => {
  const contract = contractOf({ fields: [{ name: 'x', ...descriptor }] }, 'a schema', ownMatching);
  assert.ok(typeof contract !== 'string', JSON.stringify(contract));
  const [first] = contract.fields;
  return { fault: (text) => first!.fault(text) };
};

/** Descriptor → texts that fit it | texts that do not. */
const CASES: readonly (readonly [descriptor: object, good: readonly string[], bad: readonly string[]])[] = [
  [{}, ['anything', '1'], []],
  [{ type: 'string' }, ['a', ' '], []],
  [{ type: 'string', format: 'email' }, ['a@b.org'], ['a', 'a@b', 'a b@c.d']],
  [{ type: 'string', format: 'uri' }, ['http://a.b/c', 'urn:isbn:1'], ['a.b', 'http: //a']],
  [{ type: 'string', format: 'uuid' }, ['123e4567-e89b-12d3-a456-426614174000'], ['123e4567']],
  [{ type: 'string', format: 'binary' }, ['YQ==', 'YWJj'], ['YQ=', '~~~~']],
  [{ type: 'number' }, ['1', '-1.5', '+.5', '1e-3', '2.', 'NaN', 'INF', '-INF'], ['', ' 1', '1,5', 'nan', '0x10', '1e', 'Infinity']],
  [{ type: 'number', decimalChar: ',', groupChar: '.' }, ['1.234,5', '7'], ['1,2,3']],
  [{ type: 'number', decimalChar: ',' }, ['1,5'], ['1.5']],
  [{ type: 'number', bareNumber: false }, ['95%', '$ 12.5', '-3'], ['%', 'abc']],
  [{ type: 'integer' }, ['1', '-1', '+1', '007'], ['1.0', ' 11', '1e3', 'NaN', '']],
  [{ type: 'integer', bareNumber: false, groupChar: ' ' }, ['1 000 EUR'], ['EUR']],
  [{ type: 'boolean' }, ['true', 'False', '1', '0'], ['yes', 'tRUE', '2']],
  [{ type: 'boolean', trueValues: ['yes'], falseValues: ['no'] }, ['yes', 'no'], ['true', '1']],
  [{ type: 'date' }, ['2024-02-29'], ['2023-02-29', '2024-2-9', '2024-13-01', '20240229', '2024-02-29T00:00:00']],
  [{ type: 'date', format: '%d/%m/%Y' }, ['29/02/2024', '1/2/2024'], ['02/29/2024', '2024-02-29']],
  [{ type: 'date', format: '%d. %b %y' }, ['3. Dec 25'], ['3. Dez 25', '3. Dec 2025']],
  [{ type: 'date', format: 'fmt:%Y.%m.%d' }, ['2024.09.10'], ['2024x09x10']],
  [{ type: 'date', format: 'any' }, ['2024-09-10', '09/10/2024', '20240910'], ['soon']],
  [{ type: 'time' }, ['23:59:59', '00:00:00.123'], ['24:00:00', '9:00:00', '12:60:00', '12:00']],
  [{ type: 'time', format: '%I:%M %p' }, ['12:30 pm', '1:05 AM'], ['13:00 PM', '0:00 AM']],
  [{ type: 'datetime' }, ['2024-09-10T14:30:00Z', '2024-09-10T14:30:00', '2024-09-10T14:30:00.5+02:00'], ['2024-09-10 14:30:00', '2024-09-10', '2024-09-31T00:00:00Z', '2024-09-10T14:30:00+2']],
  [{ type: 'datetime', format: '%Y-%m-%d %H:%M:%S.%f%z' }, ['2024-09-10 14:30:00.250-0500'], ['2024-09-10 14:30:00']],
  [{ type: 'year' }, ['2024', '-0044'], ['24', '20245']],
  [{ type: 'yearmonth' }, ['2024-12'], ['2024-13', '2024-1']],
  [{ type: 'object' }, ['{"a":1}'], ['[1]', '{a}', 'null']],
  [{ type: 'array' }, ['[1]'], ['{}', '1']],
  [{ type: 'geojson' }, ['whatever'], []],
  [{ type: 'integer', constraints: { minimum: 0, maximum: 10 } }, ['0', '10'], ['-1', '11', 'x']],
  [{ type: 'number', constraints: { exclusiveMinimum: 0, exclusiveMaximum: 1 } }, ['0.5', '1e-9'], ['0', '1', 'NaN', '-1']],
  [{ type: 'number', constraints: { minimum: 1 } }, ['INF'], ['NaN', '-INF']],
  [{ type: 'date', constraints: { minimum: '2024-01-01', exclusiveMaximum: '2025-01-01' } }, ['2024-01-01', '2024-12-31'], ['2023-12-31', '2025-01-01']],
  [{ type: 'datetime', constraints: { minimum: '2024-09-10T14:30:00Z' } }, ['2024-09-10T10:30:00-04:00', '2024-09-10T16:30:00+02:00'], ['2024-09-10T14:30:00+00:01']],
  [{ type: 'string', constraints: { enum: ['BUY', 'SELL'] } }, ['BUY'], ['buy', 'BUY ']],
  [{ type: 'number', constraints: { enum: [1, '2.50'] } }, ['1.0', '2.5'], ['2']],
  [{ type: 'integer', constraints: { enum: ['1', '2'] } }, ['2', '+1'], ['3']],
  [{ type: 'string', constraints: { pattern: '[A-Z]{2}|x' } }, ['AB', 'x'], ['ABC', 'Ax', 'ab']],
  [{ type: 'string', constraints: { minLength: 2, maxLength: 3 } }, ['ab', '\u{1F4C8}\u{1F4C8}\u{1F4C8}'], ['a', 'abcd']],
];

describe('a field of a Table Schema', () => {
  for (const [descriptor, good, bad] of CASES) {
    it(JSON.stringify(descriptor), () => {
      const { fault } = field(descriptor);
      assert.deepEqual(good.filter((text) => fault(text) !== undefined), []);
      assert.deepEqual(bad.filter((text) => fault(text) === undefined), []);
    });
  }

  it('says what it expects', () => {
    assert.equal(field({ type: 'integer', constraints: { minimum: 1 } }).fault('0'), 'a whole number, at least 1');
    assert.equal(field({ type: 'integer', constraints: { minimum: 1 } }).fault('x'), 'a whole number');
    assert.equal(field({ constraints: { enum: ['A', 'B'] } }).fault('C'), 'one of A, B');
    assert.equal(field({ type: 'date', format: '%d/%m/%Y' }).fault('?'), 'a date of the form %d/%m/%Y');
    assert.equal(field({ constraints: { minLength: 2 } }).fault('a'), 'at least 2 characters');
  });
});

describe('a Table Schema that cannot be used', () => {
  const why = (descriptor: unknown): string => {
    const contract = contractOf(descriptor, 'a schema', ownMatching);
    assert.equal(typeof contract, 'string', JSON.stringify(descriptor));
    return contract as string;
  };

  for (const [descriptor, reason] of [
    [{}, /fields/],
    [[], /object/],
    [null, /object/],
    [{ fields: [] }, /fields/],
    [{ fields: [{ type: 'string' }] }, /fields\.0\.name/],
    [{ fields: [{ name: 'a', type: 'strng' }] }, /fields\.0\.type/],
    [{ fields: [{ name: 'a' }, { name: 'a' }] }, /two fields have the same name/],
    [{ fields: [{ name: 'a', constraints: { minLength: -1 } }] }, /minLength/],
    [{ fields: [{ name: 'a', constraints: { pattern: '(' } }] }, /a: pattern/],
    [{ fields: [{ name: 'a', type: 'integer', constraints: { minimum: 'low' } }] }, /a: minimum "low" is not a whole number/],
    [{ fields: [{ name: 'a', type: 'integer', constraints: { enum: ['1', 'two'] } }] }, /"two" in enum/],
    [{ fields: [{ name: 'a', type: 'date', format: '%Q' }] }, /a: %Q in the format "%Q" is not known/],
    [{ fields: [{ name: 'a', type: 'date', format: 'DD/MM/YYYY' }] }, /neither default, any nor a pattern/],
    [{ fields: [{ name: 'a', type: 'string', format: 'phone' }] }, /the format "phone"/],
    [{ fields: [{ name: 'a' }], primaryKey: 'b' }, /"b", which is no field/],
    [{ fields: [{ name: 'a' }], fieldsMatch: 'loosely' }, /fieldsMatch/],
  ] as const) {
    it(JSON.stringify(descriptor), () => { assert.match(why(descriptor), reason); });
  }

  it('says what it asks for and nobody checks', () => {
    const contract = contractOf({ fields: [{ name: 'a', type: 'geopoint' }, { name: 'b', type: 'string', constraints: { minimum: 3, requird: true } }], foreignKeys: [{}] }, 'a schema', ownMatching);
    assert.ok(typeof contract !== 'string');
    assert.equal(contract.unsupported.length, 4);
    assert.match(contract.unsupported.join('\n'), /foreignKeys[^]*geopoint[^]*minimum[^]*requird/);
  });
});

describe('patterns of others', () => {
  it('mean what they mean in JavaScript', async () => {
    const matching = await boundedMatching();
    const patterns = ['[A-Z]{2}-\\d{3}', 'a|bc', 'a*', '\\p{Lu}\\w+', '[^,]+', '\\u00e9+', '\\\\u00e9', '(?:x|y)+z', '.{2,}', '\\S+\\s\\S+', 'CAL[85]_.*|NONE'];
    const texts = ['AB-123', 'AB-1234', 'a', 'bc', 'abc', '', 'Zx', 'éé', '\\u00e9', 'xyxz', 'a b', 'a\nb', '😀', 'NONE', 'CAL8_', 'NONEX'];
    for (const pattern of patterns) for (const text of texts) assert.equal(matching(pattern)?.(text), ownMatching(pattern)?.(text), `${pattern} on ${text}`);
  });

  it('cannot take forever', async () => {
    const matching = await boundedMatching();
    const began = performance.now();
    for (const pattern of ['(a+)+b', '(a|a)*b', '(.*)*b', '(a?){40}a{40}b']) assert.equal(matching(pattern)?.('a'.repeat(20_000)), false);
    assert.ok(performance.now() - began < 5000 * slowness());
    assert.equal(matching('(?=a)b'), undefined);
    assert.equal(matching('(a)\\1'), undefined);
    assert.throws(() => matching('('), SyntaxError);
  });
});
