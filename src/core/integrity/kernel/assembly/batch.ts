// The rows that were read but not yet vouched for, in slots after the two rows before them. Of each is kept what a later
// decision may need: where it is, and what the next row is compared with.
import * as plan from './plan';
import * as row from './row';
import { blocksOf, hash, isDigest } from './sha256';

/** Rows whose checksums are computed together. */
export const BATCH: usize = 64;
/** Slots of the latest two rows vouched for; the batch begins after them. */
export const BEFORE: usize = 0;
export const LATEST: usize = 1;
export const FIRST: usize = 2;

const SIZE: usize = 64;
/** One row more than the batch, as the last may have to wait for the row after it. */
const ROWS = memory.data(4352, 16);

/** Where the row starts. */
// @ts-ignore: decorator
@inline export function start(slot: usize): usize { return load<u32>(ROWS + slot * SIZE); }
/** Where its checksum starts. */
// @ts-ignore: decorator
@inline function checksum(slot: usize): usize { return load<u32>(ROWS + slot * SIZE, 4); }
/** The text its checksum is of, padded, and how long it is without. */
// @ts-ignore: decorator
@inline function message(slot: usize): usize { return load<u32>(ROWS + slot * SIZE, 8); }
// @ts-ignore: decorator
@inline function length(slot: usize): i32 { return load<i32>(ROWS + slot * SIZE, 12); }
/** How many moves there were up to this row. */
// @ts-ignore: decorator
@inline export function moves(slot: usize): usize { return load<u32>(ROWS + slot * SIZE, 16); }
// @ts-ignore: decorator
@inline export function setMoves(slot: usize, count: usize): void { store<u32>(ROWS + slot * SIZE, <u32>count, 16); }
// @ts-ignore: decorator
@inline export function time(slot: usize): i64 { return load<i64>(ROWS + slot * SIZE, 24); }
// @ts-ignore: decorator
@inline export function sequence(slot: usize): i64 { return load<i64>(ROWS + slot * SIZE, 32); }
// @ts-ignore: decorator
@inline export function high(slot: usize): f64 { return load<f64>(ROWS + slot * SIZE, 40); }
// @ts-ignore: decorator
@inline export function low(slot: usize): f64 { return load<f64>(ROWS + slot * SIZE, 48); }
// @ts-ignore: decorator
@inline export function close(slot: usize): f64 { return load<f64>(ROWS + slot * SIZE, 56); }

/** Keeps the row last read. */
export function put(slot: usize, at: usize): void {
  const to = ROWS + slot * SIZE;
  store<u32>(to, <u32>at);
  store<i64>(to, row.time, 24);
  store<i64>(to, row.sequence, 32);
  store<f64>(to, row.high, 40);
  store<f64>(to, row.low, 48);
  store<f64>(to, row.close, 56);
}

/** The rows of two slots become those before the batch. */
export function settle(before: usize, latest: usize): void {
  memory.copy(ROWS, ROWS + before * SIZE, SIZE);
  memory.copy(ROWS + SIZE, ROWS + latest * SIZE, SIZE);
  end = MESSAGES;
}

/** The longest text of which a checksum is computed here. */
const LONGEST: usize = 1000;
const MESSAGES = memory.data(66688, 16);
let end: usize = MESSAGES;

/** Writes the text that the checksum of the row last read is of; false when it is too long. */
export function compose(slot: usize, from: usize): bool {
  if (row.end - from > LONGEST) return false;
  let to = end;
  const count = plan.hashed();
  for (let i: usize = 0; i < count; i++) {
    if (i > 0) store<u8>(to++, 124);
    const column = plan.hashedColumn(i);
    const stop = row.cellEnd(column);
    let at = row.cellStart(column);
    const after = to + (stop - at);
    // Sixteen bytes at a time, too many at the end: what comes next overwrites them.
    do {
      v128.store(to, v128.load(at));
      to += 16;
      at += 16;
    } while (at < stop);
    to = after;
  }
  const length = to - end;
  const padded = <usize>blocksOf(<i32>length) << 6;
  store<u8>(to, 128);
  for (let at = to + 1; at < end + padded; at += 16) v128.store(at, i8x16.splat(0));
  store<u32>(end + padded - 4, bswap<u32>(<u32>(length << 3)));
  const kept = ROWS + slot * SIZE;
  store<u32>(kept, <u32>row.checksum, 4);
  store<u32>(kept, <u32>end, 8);
  store<u32>(kept, <u32>length, 12);
  end += padded;
  return true;
}

/** The slots of a batch by the length of their texts. */
const ORDER = memory.data(128, 16);
/** How many of them have each length; then, how many come before. */
const COUNTS = memory.data(1008, 16);

/** How many of the first `count` rows of the batch have right checksums before the first that has not. */
export function verify(count: usize): usize {
  if (count == 0) return 0;
  sort(count);
  let wrong = FIRST + count;
  for (let i: usize = 0; i < count; i += 4) {
    const a = ordered(i);
    const b = ordered(min(i + 1, count - 1));
    const c = ordered(min(i + 2, count - 1));
    const d = ordered(min(i + 3, count - 1));
    hash(message(a), length(a), message(b), length(b), message(c), length(c), message(d), length(d));
    if (a < wrong && !isDigest(0, checksum(a))) wrong = a;
    if (b < wrong && !isDigest(1, checksum(b))) wrong = b;
    if (c < wrong && !isDigest(2, checksum(c))) wrong = c;
    if (d < wrong && !isDigest(3, checksum(d))) wrong = d;
  }
  return wrong - FIRST;
}

// @ts-ignore: decorator
@inline function ordered(i: usize): usize { return load<u8>(ORDER + i); }

/** By counting, so that most of any four together are of one length. */
function sort(count: usize): void {
  let shortest = LONGEST;
  let longest: usize = 0;
  for (let slot = FIRST; slot < FIRST + count; slot++) {
    const size = <usize>length(slot);
    shortest = min(shortest, size);
    longest = max(longest, size);
    store<u8>(COUNTS + size, load<u8>(COUNTS + size) + 1);
  }
  let before: u8 = 0;
  for (let size = shortest; size <= longest; size++) {
    const own = load<u8>(COUNTS + size);
    store<u8>(COUNTS + size, before);
    before += own;
  }
  for (let slot = FIRST; slot < FIRST + count; slot++) {
    const size = <usize>length(slot);
    const at = load<u8>(COUNTS + size);
    store<u8>(ORDER + at, <u8>slot);
    store<u8>(COUNTS + size, at + 1);
  }
  memory.fill(COUNTS + shortest, 0, longest + 1 - shortest);
}
