import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { Failure } from '../../../../src/core/base/failure';
import { Blocks } from '../../../../src/core/table/csv/blocks';
import type { Source } from '../../../../src/core/table/csv/source';

/** Reads at most `most` bytes at a time, each time a turn later; fails at a place. */
function sourceOf(bytes: Buffer, most: number, failing = Infinity): Source {
  return {
    bytes: bytes.length,
    read: async (into, position) => {
      await new Promise((resolve) => setImmediate(resolve));
      if (position >= failing) throw new Failure('io', { attempted: 'read', why: 'the disk is broken.' });
      return bytes.copy(into, 0, position, position + Math.min(most, into.length));
    },
    close: () => Promise.resolve(),
  };
}

describe('blocks', () => {
  const bytes = randomBytes(10_000);

  it('are the bytes in order, whatever comes at a time; each stays as it is while the next is read', async () => {
    for (const [size, most] of [[64, 64], [64, 17], [1000, 4096], [20_000, 20_000]] as const) {
      const blocks = new Blocks(sourceOf(bytes, most), size);
      const read: Buffer[] = [];
      for (let block = await blocks.next(); block.length > 0; block = await blocks.next()) {
        await new Promise((resolve) => setTimeout(resolve, 0));
        read.push(Buffer.from(block));
      }
      assert.ok(Buffer.concat(read).equals(bytes), `${size} by ${most}`);
    }
  });

  it('a failure is told to who asks for that block, and to nobody when nobody asks', async () => {
    const blocks = new Blocks(sourceOf(bytes, 1000, 2000), 1000);
    assert.deepEqual([await blocks.next(), await blocks.next()].map(({ length }) => length), [1000, 1000]);
    await assert.rejects(blocks.next(), { message: /the disk is broken/ });
    await new Blocks(sourceOf(bytes, 1000, 1000), 1000).next();
    await new Promise((resolve) => setImmediate(resolve));
  });
});
