// SHA-256 (FIPS 180-4) of four messages at a time: lane i of every vector belongs to message i.

/** The round constants. */
// prettier-ignore
const K = memory.data<u32>([
  0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
  0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
  0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
  0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
  0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
  0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
  0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
  0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
]);

/** The message schedule of a block, 64 vectors. */
const SCHEDULE: usize = 1024;
const W = memory.data(1024, 16);
/** Schedules of last blocks that are only padding, which messages of one length have in common: of 56 to 64 bytes, and of 120 to 128. */
const PADDINGS = memory.data(18432, 16);
/** The length that each is of; 0 until it is needed. */
const PADDED = memory.data(18 * 4, 16);
/** Such a block. */
const BLOCK = memory.data(64, 16);
/** The state, eight vectors. */
const STATE = memory.data(128, 16);

// @ts-ignore: decorator
@inline function rotate(x: v128, by: i32): v128 {
  return v128.or(i32x4.shr_u(x, by), i32x4.shl(x, 32 - by));
}

/** Computes the word sixteen after the one at `w`. */
// @ts-ignore: decorator
@inline function extend(w: usize): void {
  const a = v128.load(w, 16);
  const b = v128.load(w, 224);
  const s0 = v128.xor(v128.xor(rotate(a, 7), rotate(a, 18)), i32x4.shr_u(a, 3));
  const s1 = v128.xor(v128.xor(rotate(b, 17), rotate(b, 19)), i32x4.shr_u(b, 10));
  v128.store(w, i32x4.add(i32x4.add(i32x4.add(v128.load(w), v128.load(w, 144)), s0), s1), 256);
}

/** Four 16-byte pieces, one of each message, become four vectors of the schedule. */
// @ts-ignore: decorator
@inline function transpose(p0: usize, p1: usize, p2: usize, p3: usize, at: usize, to: usize): void {
  const a = swapped(v128.load(p0 + at));
  const b = swapped(v128.load(p1 + at));
  const c = swapped(v128.load(p2 + at));
  const d = swapped(v128.load(p3 + at));
  const ab0 = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
  const ab1 = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  const cd0 = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
  const cd1 = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  v128.store(to, v128.shuffle<i64>(ab0, cd0, 0, 2));
  v128.store(to, v128.shuffle<i64>(ab0, cd0, 1, 3), 16);
  v128.store(to, v128.shuffle<i64>(ab1, cd1, 0, 2), 32);
  v128.store(to, v128.shuffle<i64>(ab1, cd1, 1, 3), 48);
}

/** Each word with its bytes the other way round. */
// @ts-ignore: decorator
@inline function swapped(x: v128): v128 {
  return v128.shuffle<i8>(x, x, 3, 2, 1, 0, 7, 6, 5, 4, 11, 10, 9, 8, 15, 14, 13, 12);
}

function start(): void {
  v128.store(STATE, i32x4.splat(0x6a09e667));
  v128.store(STATE, i32x4.splat(<i32>0xbb67ae85), 16);
  v128.store(STATE, i32x4.splat(0x3c6ef372), 32);
  v128.store(STATE, i32x4.splat(<i32>0xa54ff53a), 48);
  v128.store(STATE, i32x4.splat(0x510e527f), 64);
  v128.store(STATE, i32x4.splat(<i32>0x9b05688c), 80);
  v128.store(STATE, i32x4.splat(0x1f83d9ab), 96);
  v128.store(STATE, i32x4.splat(0x5be0cd19), 112);
}

/** One block of each message goes into the schedule. */
function schedule(p0: usize, p1: usize, p2: usize, p3: usize, to: usize): void {
  for (let at: usize = 0; at < 64; at += 16) transpose(p0, p1, p2, p3, at, to + (at << 2));
  for (let w = to; w < to + 768; w += 16) extend(w);
}

// @ts-ignore: decorator
@inline function turned(x: v128, i: i32, j: i32, k: i32): v128 {
  return v128.xor(v128.xor(rotate(x, i), rotate(x, j)), rotate(x, k));
}

/** What goes into the new e and the new a, but for the turned ones. */
// @ts-ignore: decorator
@inline function rest(e: v128, f: v128, g: v128, h: v128, w: usize, k: usize): v128 {
  const choice = v128.xor(g, v128.and(e, v128.xor(f, g)));
  return i32x4.add(i32x4.add(h, i32x4.add(v128.load(w), v128.load32_splat(k))), choice);
}

// @ts-ignore: decorator
@inline function majority(a: v128, b: v128, c: v128): v128 {
  return v128.xor(b, v128.and(v128.xor(a, b), v128.xor(b, c)));
}

/** A schedule goes into the state of those lanes that are all ones in `active`; only its first `given` words are there. */
function compress(schedule: usize, given: usize, active: v128): void {
  const a0 = v128.load(STATE);
  const b0 = v128.load(STATE, 16);
  const c0 = v128.load(STATE, 32);
  const d0 = v128.load(STATE, 48);
  const e0 = v128.load(STATE, 64);
  const f0 = v128.load(STATE, 80);
  const g0 = v128.load(STATE, 96);
  const h0 = v128.load(STATE, 112);
  let a = a0, b = b0, c = c0, d = d0, e = e0, f = f0, g = g0, h = h0;
  // One round each time: with more, the registers do not suffice, and what is in them goes to memory and back. Sums are in
  // the order in which a round waits least for the one before; words are computed while it waits.
  let w = schedule;
  let k: usize = K;
  for (const end = schedule + (64 - given << 4); w < end; w += 16, k += 4) {
    const s = turned(e, 6, 11, 25);
    const r = rest(e, f, g, h, w, k);
    extend(w);
    const u = i32x4.add(i32x4.add(i32x4.add(r, s), majority(a, b, c)), turned(a, 2, 13, 22));
    h = g;
    g = f;
    f = e;
    e = i32x4.add(i32x4.add(d, r), s);
    d = c;
    c = b;
    b = a;
    a = u;
  }
  for (; w < schedule + SCHEDULE; w += 16, k += 4) {
    const s = turned(e, 6, 11, 25);
    const r = rest(e, f, g, h, w, k);
    const u = i32x4.add(i32x4.add(i32x4.add(r, s), majority(a, b, c)), turned(a, 2, 13, 22));
    h = g;
    g = f;
    f = e;
    e = i32x4.add(i32x4.add(d, r), s);
    d = c;
    c = b;
    b = a;
    a = u;
  }
  v128.store(STATE, i32x4.add(a0, v128.and(a, active)));
  v128.store(STATE, i32x4.add(b0, v128.and(b, active)), 16);
  v128.store(STATE, i32x4.add(c0, v128.and(c, active)), 32);
  v128.store(STATE, i32x4.add(d0, v128.and(d, active)), 48);
  v128.store(STATE, i32x4.add(e0, v128.and(e, active)), 64);
  v128.store(STATE, i32x4.add(f0, v128.and(f, active)), 80);
  v128.store(STATE, i32x4.add(g0, v128.and(g, active)), 96);
  v128.store(STATE, i32x4.add(h0, v128.and(h, active)), 112);
}

/** Hashes four messages of so many bytes, each padded to whole blocks. The state then holds the digests. */
export function hash(p0: usize, n0: i32, p1: usize, n1: i32, p2: usize, n2: i32, p3: usize, n3: i32): void {
  start();
  const counts = i32x4.shr_u(i32x4.add(i32x4(n0, n1, n2, n3), i32x4.splat(72)), 6);
  const most = blocksOf(max(max(n0, n1), max(n2, n3)));
  const known = n0 == n1 && n0 == n2 && n0 == n3 ? paddingOf(n0) : 0;
  for (let block = 0; block < most; block++) {
    if (known != 0 && block == most - 1) return compress(known, 64, i32x4.splat(-1));
    const at = <usize>block << 6;
    for (let part: usize = 0; part < 64; part += 16) transpose(p0 + at, p1 + at, p2 + at, p3 + at, part, W + (part << 2));
    compress(W, 16, i32x4.gt_s(counts, i32x4.splat(block)));
  }
}

/** How many blocks a message of so many bytes has with its padding. */
// @ts-ignore: decorator
@inline export function blocksOf(length: i32): i32 { return (length + 72) >> 6; }

/** The schedule of the last block of messages of that length; 0 when it is not only padding, or too seldom needed. */
function paddingOf(length: i32): usize {
  const rest = (length - 56) & 63;
  if (length < 56 || length > 128 || rest > 8) return 0;
  const which = <usize>rest + (length < 65 ? 0 : 9);
  const padding = PADDINGS + which * SCHEDULE;
  const made = PADDED + (which << 2);
  if (load<i32>(made) == 0) {
    memory.fill(BLOCK, 0, 64);
    if (rest == 8) store<u8>(BLOCK, 128);
    store<u32>(BLOCK + 60, bswap<u32>(<u32>length << 3));
    schedule(BLOCK, BLOCK, BLOCK, BLOCK, padding);
    store<i32>(made, length);
  }
  return padding;
}

/** True when the 64 bytes at `text` are the digest of message `lane` in lower-case hexadecimal digits. */
export function isDigest(lane: usize, text: usize): bool {
  return isHalf(STATE + (lane << 2), text) && isHalf(STATE + 64 + (lane << 2), text + 32);
}

/** Four words of a digest, one in each vector, against 32 digits. */
// @ts-ignore: decorator
@inline function isHalf(word: usize, text: usize): bool {
  let bytes = v128.load32_zero(word);
  bytes = v128.load_lane<i32>(word + 16, bytes, 1);
  bytes = v128.load_lane<i32>(word + 32, bytes, 2);
  bytes = v128.load_lane<i32>(word + 48, bytes, 3);
  bytes = swapped(bytes);
  const digits = i8x16(48, 49, 50, 51, 52, 53, 54, 55, 56, 57, 97, 98, 99, 100, 101, 102);
  const high = i8x16.swizzle(digits, i8x16.shr_u(bytes, 4));
  const low = i8x16.swizzle(digits, v128.and(bytes, i8x16.splat(15)));
  const left = v128.shuffle<i8>(high, low, 0, 16, 1, 17, 2, 18, 3, 19, 4, 20, 5, 21, 6, 22, 7, 23);
  const right = v128.shuffle<i8>(high, low, 8, 24, 9, 25, 10, 26, 11, 27, 12, 28, 13, 29, 14, 30, 15, 31);
  const unlike = v128.or(v128.xor(left, v128.load(text)), v128.xor(right, v128.load(text, 16)));
  return !v128.any_true(unlike);
}
