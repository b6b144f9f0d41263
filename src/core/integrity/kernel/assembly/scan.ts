// Goes over the rows of a range and vouches for those that are plain and in order: nothing could be said against them
// by the reference (pass.ts), but for steps longer than the interval, which are listed.
import * as batch from './batch';
import * as plan from './plan';
import * as row from './row';
import * as stretch from './stretch';
import { resetTime } from './time';

export { PLAN } from './plan';
export { stretches, gapTable, gapCount, count, isFull } from './stretch';


/** Rows to hold after a fault. */
const FEW: usize = 4;

/** Rows in the batch. */
let held: usize = 0;
/** Rows to hold before checksums are computed: few after a fault, as another may follow. */
let size: usize = batch.BATCH;
/** In the middle of a row that is not looked at. */
let skipping: bool = false;
/** The address at which a byte of place 0 would be. */
let origin: usize = 0;
/** Line breaks of the stretch are CRLF. */
let isCrlf: bool = false;
/** Some checksum was wrong. */
let isWrong: bool = false;
/** The row before is an outlier. */
let isOutlier: bool = false;
/** The row before stands out from the one before it: by how much, and how much is allowed. */
let isSuspect: bool = false;
let rise: f64 = 0;
let fall: f64 = 0;
let allowed: f64 = 0;
/** The instrument of the stretch. */
const INSTRUMENT = memory.data(80, 16);
const LONGEST_INSTRUMENT: usize = 64;
let instrumentLength: usize = 0;

/** The address from which on memory is free for the bytes of a file. */
export function input(): usize {
  return (__heap_base + 63) & ~63;
}

/** Begins a range; `cut`: its first bytes belong to a row that starts before it. */
export function begin(cut: bool): void {
  stretch.reset();
  row.reset();
  resetTime();
  held = 0;
  size = batch.BATCH;
  skipping = cut;
  isSuspect = false;
}

/**
 * Goes over the rows that start in [from, to) of the bytes [from, limit); addresses. `place`: where the byte at `from`
 * is, counted from the start of the range. `last`: there are no more bytes. Returns where to go on once there are more.
 */
export function scan(from: usize, to: usize, limit: usize, place: i32, last: bool): usize {
  origin = from - place;
  memory.fill(limit, 0, 16);
  let at = from;
  do {
    at = walk(at, to, limit);
    isWrong = false;
    at = settle(isSuspect && !last && at < to ? held - 1 : held, at);
  } while (isWrong);
  if (last || at >= to || stretch.isFull) stretch.closeStretch();
  return at;
}

/** Reads rows into the batch, and the batch into the stretch; returns where that ended. */
function walk(from: usize, to: usize, limit: usize): usize {
  let at = from;
  if (skipping) at = afterBreak(at, limit);
  while (at < to && !stretch.isFull) {
    if (!row.readRow(at, limit)) {
      if (row.stop >= limit) break;
      at = skip(at, limit);
    } else if (!isFirst() && (!followsOn() || confirmsSuspect())) {
      at = leave(at);
    } else if (!take(at)) {
      at = skip(at, limit);
    } else {
      at = row.end;
      if (held >= size && !isSuspect) {
        size = min(size << 1, batch.BATCH);
        at = settle(held, at);
      }
    }
  }
  return at;
}

// @ts-ignore: decorator
@inline function isFirst(): bool {
  return stretch.rows + <u32>held == 0;
}

/** The row before: the last of the batch, or the latest vouched for. */
// @ts-ignore: decorator
@inline function previous(): usize {
  return batch.LATEST + held;
}

/** Whether the row continues the stretch, as far as it can be told without the row after it. */
function followsOn(): bool {
  if (row.isCrlf != isCrlf || !isSameInstrument()) return false;
  if (plan.isSequenced() && row.sequence != batch.sequence(previous()) + 1) return false;
  if (!plan.isTimed()) return true;
  const step = row.time - batch.time(previous());
  return step > 0 && step << 1 >= plan.interval();
}

function isSameInstrument(): bool {
  if (row.instrumentLength != instrumentLength) return false;
  for (let i: usize = 0; i < instrumentLength; i++) if (load<u8>(INSTRUMENT + i) != load<u8>(row.instrument + i)) return false;
  return true;
}

/** The row came back from where the row before it stood out: that one is an outlier. */
function confirmsSuspect(): bool {
  if (!isSuspect) return false;
  isSuspect = false;
  const up = min(rise, batch.high(previous()) - row.high);
  const down = min(fall, row.low - batch.low(previous()));
  if (max(up, down) <= allowed) return false;
  isOutlier = true;
  return true;
}

/** Puts the row into the batch; false when it is too long to be looked at here. */
function take(at: usize): bool {
  const slot = batch.FIRST + held;
  if (plan.hashed() > 0 && !batch.compose(slot, at)) return false;
  if (isFirst()) {
    if (row.instrumentLength > LONGEST_INSTRUMENT) return false;
    instrumentLength = row.instrumentLength;
    memory.copy(INSTRUMENT, row.instrument, instrumentLength);
    isCrlf = row.isCrlf;
    stretch.noteMove(slot, 0, 0);
  } else {
    const interval = plan.interval();
    const before = batch.time(previous());
    if (interval > 0 && (row.time - before) << 1 > 3 * interval) stretch.noteGap(<u32>held + 1, <i32>(at - origin), before, row.time);
    if (plan.weighs()) weigh(slot);
  }
  batch.put(slot, at);
  held++;
  return true;
}

/** Whether the row stands out from the row before it, and how prices moved. */
function weigh(slot: usize): void {
  const known = batch.moves(slot - 1);
  rise = row.high - batch.high(slot - 1);
  fall = batch.low(slot - 1) - row.low;
  if (max(rise, fall) > stretch.quiet && known >= stretch.WINDOW) {
    allowed = stretch.limitAfter(known);
    isSuspect = max(rise, fall) > allowed;
  }
  stretch.noteMove(slot, Math.abs(row.close - batch.close(slot - 1)), known);
}

/** Vouches for the first `wanted` rows of the batch that are right; returns where to go on: after them, or at `at`. */
function settle(wanted: usize, at: usize): usize {
  const right = plan.hashed() > 0 ? batch.verify(wanted) : wanted;
  const isAllRight = right == wanted;
  const next = isAllRight ? right : right + 1;
  if (next < held) at = batch.start(batch.FIRST + next);
  stretch.extend(right, origin);
  held = 0;
  isSuspect = false;
  if (isAllRight) return at;
  stretch.closeStretch();
  size = FEW;
  isWrong = true;
  return at;
}

/** Ends the stretch before the row at `at`, or before an outlier that came before it. */
function leave(at: usize): usize {
  const wanted = isOutlier ? held - 1 : held;
  isOutlier = false;
  at = settle(wanted, at);
  stretch.closeStretch();
  return at;
}

/** Ends the stretch, and goes on after the row at `at`. */
function skip(at: usize, limit: usize): usize {
  const left = settle(held, at);
  if (left != at) return left;
  stretch.closeStretch();
  size = FEW;
  return afterBreak(at, limit);
}

/** The address after the next line break; `limit` when it is yet to come. */
function afterBreak(at: usize, limit: usize): usize {
  skipping = true;
  while (at < limit && skipping) if (load<u8>(at++) == 10) skipping = false;
  return at;
}
