import assert from 'node:assert/strict';
import { isUtf8 } from 'node:buffer';
import fc from 'fast-check';
import { invalidByte } from '../../../src/core/integrity/structure';

describe('the first byte that is not UTF-8', () => {
  it('is there exactly when the runtime says so, and everything before it is valid', () => {
    const byte = fc.oneof(fc.constantFrom(0x41, 0x80, 0x8f, 0x90, 0x9f, 0xa0, 0xbf, 0xc1, 0xc2, 0xe0, 0xe2, 0xed, 0xef, 0xf0, 0xf1, 0xf4, 0xf5), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.array(byte, { maxLength: 8 }), (list) => {
        const bytes = Buffer.from(list);
        const at = invalidByte(bytes, 0, bytes.length);
        assert.equal(at < 0, isUtf8(bytes));
        if (at >= 0) assert.ok(isUtf8(bytes.subarray(0, at)));
      }),
      { numRuns: 20_000 },
    );
  });
});
