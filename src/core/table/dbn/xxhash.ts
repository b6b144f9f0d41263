/**
 * XXH64 with seed 0, as the content checksum of zstd frames (RFC 8878 §3.1.1; https://github.com/Cyan4973/xxHash).
 * Sixty-four-bit numbers are pairs of 32-bit words, since BigInt would take minutes for what takes a second here.
 */
const STRIPE = 32;

const PRIME = [0n, 0x9e3779b185ebca87n, 0xc2b2ae3d27d4eb4fn, 0x165667b19e3779f9n, 0x85ebca77c2b2ae63n, 0x27d4eb2f165667c5n] as const;
const u64 = (value: bigint): bigint => BigInt.asUintN(64, value);
const rotate = (value: bigint, bits: bigint): bigint => u64(value << bits) | (value >> (64n - bits));
const round = (lane: bigint, word: bigint): bigint => u64(rotate(u64(lane + word * PRIME[2]), 31n) * PRIME[1]);

const P1_HIGH = 0x9e3779b1 | 0;
const P1_LOW = 0x85ebca87 | 0;
const P2_HIGH = 0xc2b2ae3d | 0;
const P2_LOW = 0x27d4eb4f | 0;

/** High word of the 64-bit product of two unsigned words. */
function highOfProduct(a: number, b: number): number {
  const [a0, a1, b0, b1] = [a & 0xffff, a >>> 16, b & 0xffff, b >>> 16];
  const low = Math.imul(a0, b0) >>> 0;
  const middle = (Math.imul(a1, b0) >>> 0) + (low >>> 16);
  const other = (middle & 0xffff) + (Math.imul(a0, b1) >>> 0);
  return (Math.imul(a1, b1) + (middle >>> 16) + (other >>> 16)) | 0;
}

export class Xxh64 {
  /** The four lanes, low word before high word. */
  readonly #lanes = new Int32Array(8);
  readonly #tail = new Uint8Array(STRIPE);
  #tailLength = 0;
  #bytes = 0;

  constructor() {
    const lanes = [PRIME[1] + PRIME[2], PRIME[2], 0n, -PRIME[1]].map(u64);
    new BigUint64Array(this.#lanes.buffer).set(lanes);
  }

  update(bytes: Uint8Array): void {
    this.#bytes += bytes.length;
    let at = 0;
    if (this.#tailLength > 0) {
      at = Math.min(STRIPE - this.#tailLength, bytes.length);
      this.#tail.set(bytes.subarray(0, at), this.#tailLength);
      this.#tailLength += at;
      if (this.#tailLength < STRIPE) return;
      this.#stripes(this.#tail, 0, STRIPE);
      this.#tailLength = 0;
    }
    const end = at + Math.floor((bytes.length - at) / STRIPE) * STRIPE;
    this.#stripes(bytes, at, end);
    this.#tail.set(bytes.subarray(end));
    this.#tailLength = bytes.length - end;
  }

  /** The low 32 bits of the hash of all bytes so far, unsigned. */
  low(): number {
    return Number(this.#finish() & 0xffff_ffffn);
  }

  #stripes(bytes: Uint8Array, from: number, to: number): void {
    if (to <= from) return;
    const aligned = ((bytes.byteOffset + from) & 3) === 0 ? bytes.subarray(from, to) : new Uint8Array(bytes.subarray(from, to));
    const words = new Int32Array(aligned.buffer, aligned.byteOffset, aligned.length >> 2);
    for (let lane = 0; lane < 4; lane++) this.#run(lane, words);
  }

  /** One lane over its quarter of every stripe: lane = rotl(lane + word · P2, 31) · P1. */
  #run(lane: number, words: Int32Array): void {
    let low = this.#lanes[lane * 2]!;
    let high = this.#lanes[lane * 2 + 1]!;
    for (let at = lane * 2; at < words.length; at += 8) {
      const wordLow = words[at]!;
      const wordHigh = words[at + 1]!;
      const productLow = Math.imul(wordLow, P2_LOW);
      const productHigh = (highOfProduct(wordLow, P2_LOW) + Math.imul(wordHigh, P2_LOW) + Math.imul(wordLow, P2_HIGH)) | 0;
      const sumLow = (low + productLow) | 0;
      const carry = sumLow >>> 0 < low >>> 0 ? 1 : 0;
      const sumHigh = (high + productHigh + carry) | 0;
      const turnedLow = (sumLow << 31) | (sumHigh >>> 1);
      const turnedHigh = (sumHigh << 31) | (sumLow >>> 1);
      low = Math.imul(turnedLow, P1_LOW);
      high = (highOfProduct(turnedLow, P1_LOW) + Math.imul(turnedHigh, P1_LOW) + Math.imul(turnedLow, P1_HIGH)) | 0;
    }
    this.#lanes[lane * 2] = low;
    this.#lanes[lane * 2 + 1] = high;
  }

  #finish(): bigint {
    let hash: bigint = PRIME[5];
    if (this.#bytes >= STRIPE) {
      const [a, b, c, d] = Array.from(new BigUint64Array(this.#lanes.buffer)) as [bigint, bigint, bigint, bigint];
      hash = u64(rotate(a, 1n) + rotate(b, 7n) + rotate(c, 12n) + rotate(d, 18n));
      for (const lane of [a, b, c, d]) hash = u64((hash ^ round(0n, lane)) * PRIME[1] + PRIME[4]);
    }
    return avalanche(this.#withTail(u64(hash + BigInt(this.#bytes))));
  }

  #withTail(start: bigint): bigint {
    const view = new DataView(this.#tail.buffer);
    let hash = start;
    let at = 0;
    for (; at + 8 <= this.#tailLength; at += 8) hash = u64(rotate(hash ^ round(0n, view.getBigUint64(at, true)), 27n) * PRIME[1] + PRIME[4]);
    if (at + 4 <= this.#tailLength) {
      hash = u64(rotate(hash ^ u64(BigInt(view.getUint32(at, true)) * PRIME[1]), 23n) * PRIME[2] + PRIME[3]);
      at += 4;
    }
    for (; at < this.#tailLength; at++) hash = u64(rotate(hash ^ u64(BigInt(this.#tail[at]!) * PRIME[5]), 11n) * PRIME[1]);
    return hash;
  }
}

function avalanche(start: bigint): bigint {
  let hash = u64((start ^ (start >> 33n)) * PRIME[2]);
  hash = u64((hash ^ (hash >> 29n)) * PRIME[3]);
  return hash ^ (hash >> 32n);
}
