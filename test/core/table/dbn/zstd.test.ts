import assert from 'node:assert/strict';
import { execFileSync, spawnSync } from 'node:child_process';
import { Failure } from '../../../../src/core/base/failure';
import { seededRandom } from '../../../../src/core/base/random';
import { Xxh64 } from '../../../../src/core/table/dbn/xxhash';
import { storeZstd } from '../../../../src/core/table/dbn/write';
import { unzstd } from '../../../../src/core/table/dbn/zstd';
import { failureIn } from './failure';
import { dbnOf, header, pieces, someBars } from './files';

const hasTool = spawnSync('zstd', ['--version']).status === 0;
const toolOr = (title: string): string => (hasTool ? title : `${title} (skipped: there is no zstd tool here)`);

/** By the zstd tool itself. */
const compress = (bytes: Uint8Array, ...options: string[]): Buffer => execFileSync('zstd', ['-q', '-c', '--check', ...options], { input: bytes, maxBuffer: 1 << 28 });

async function decompressed(bytes: Uint8Array, size?: number): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of unzstd(pieces(bytes, size), 'test.zst')) chunks.push(Uint8Array.from(chunk));
  return Buffer.concat(chunks);
}

const random = seededRandom(7);
const noise = (length: number): Buffer => Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)));

describe('XXH64', () => {
  // From the reference implementation's own vectors.
  for (const [text, low] of [['', 0x51d8e999], ['a', 0xa98c6e5b], ['abc', 0xad770999]] as const) {
    it(`of "${text}"`, () => {
      const hash = new Xxh64();
      hash.update(Buffer.from(text));
      assert.equal(hash.low(), low);
    });
  }
  it('does not depend on how the bytes are cut', () => {
    const bytes = noise(1000);
    const whole = new Xxh64();
    whole.update(bytes);
    for (const size of [1, 3, 31, 32, 33, 100]) {
      const parts = new Xxh64();
      for (let at = 0; at < bytes.length; at += size) parts.update(bytes.subarray(at, at + size));
      assert.equal(parts.low(), whole.low(), `pieces of ${size}`);
    }
  });
});

describe('zstd', () => {
  const content = Buffer.from(dbnOf(header(2), someBars(4000)));

  it('stored frames are valid to the zstd tool', function () {
    if (!hasTool) this.skip();
    for (const length of [0, 1, 131_071, 131_072, 131_073, 400_000]) {
      const bytes = noise(length);
      assert.ok(execFileSync('zstd', ['-q', '-d', '-c'], { input: storeZstd(bytes), maxBuffer: 1 << 28 }).equals(bytes), `${length} bytes`);
    }
  });
  it('stored frames are read back', async () => {
    for (const length of [0, 1, 131_072, 131_073]) {
      const bytes = noise(length);
      assert.ok((await decompressed(storeZstd(bytes), 1000)).equals(bytes), `${length} bytes`);
    }
  });
  it(toolOr('frames of the tool, at any level, of any length, in pieces'), async function () {
    if (!hasTool) this.skip();
    for (const level of ['-1', '-3', '-19', '--fast=5']) {
      for (const bytes of [content, Buffer.alloc(0), Buffer.alloc(300_000, 1), noise(200_000), content.subarray(0, 31)]) {
        const packed = compress(bytes, level);
        for (const size of [11, 4096, 1 << 20]) assert.ok((await decompressed(packed, size)).equals(bytes), `${level}, ${bytes.length} bytes, pieces of ${size}`);
      }
    }
  });
  it(toolOr('several frames, with others to skip between them'), async function () {
    if (!hasTool) this.skip();
    const skippable = Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
    const joined = Buffer.concat([compress(content), skippable, storeZstd(noise(0)), compress(content)]);
    assert.ok((await decompressed(joined, 100)).equals(Buffer.concat([content, content])));
  });
  it(toolOr('cut anywhere, it is an error naming a byte'), async function () {
    if (!hasTool) this.skip();
    const packed = compress(content);
    for (let length = 1; length < packed.length; length += length < 50 ? 1 : 97) {
      const failure = await failureIn(decompressed(packed.subarray(0, length)));
      assert.equal(failure.kind, 'io');
      assert.match(failure.message, /cut off .* at byte \d+/, `cut at ${length}`);
    }
  });
  it(toolOr('any bit flipped, it is an error or makes no difference'), async function () {
    if (!hasTool) this.skip();
    const packed = compress(content.subarray(0, 20_000));
    let told = 0;
    for (let bit = 0; bit < packed.length * 8; bit += bit < 200 ? 1 : 13) {
      const broken = Buffer.from(packed);
      broken[bit >> 3]! ^= 1 << (bit & 7);
      const result = await decompressed(broken).catch((error: unknown) => error);
      if (result instanceof Buffer) assert.ok(result.equals(content.subarray(0, 20_000)), `bit ${bit} changed the content unseen`);
      else {
        assert.ok(result instanceof Failure && result.kind === 'io', `bit ${bit}: ${String(result)}`);
        assert.match(result.message, /byte \d+/);
        told++;
      }
    }
    assert.ok(told > 300);
  });
});
