// What is vouched for: stretches of rows, written to tables that ../machine.ts reads.
import * as batch from './batch';
import * as plan from './plan';

/** Latest moves that tell what is usual (see outlier.ts). */
export const WINDOW: usize = 64;
/** Fewer rows than this are not worth a stretch. */
const FEWEST: u32 = 16;

/** A stretch: five ints (start, rows, warm, last, gaps), then time, sequence, high, low, close and the latest moves. */
const STRETCH: usize = 584;
const STRETCHES = memory.data(149504, 16);
const MOST: usize = 256;
/** A gap: two ints (row, start), then the times before and after. */
const GAP: usize = 24;
const GAPS = memory.data(196608, 16);
const MOST_GAPS: usize = 8192;

/** The price moves of the stretch: the latest 64, and those of the batch. */
const MOVES = memory.data(2048, 16);

export let count: usize = 0;
/** Rows vouched for in the open stretch. */
export let rows: u32 = 0;
/** True when no more can be written. */
export let isFull: bool = false;
let start: i32 = 0;
let warm: u32 = 0;
let gaps: usize = 0;
let firstGap: usize = 0;
/** What is known of moves: those that cannot be beyond `factor` times the usual one. */
export let quiet: f64 = Infinity;

export function stretches(): usize { return STRETCHES; }
export function gapTable(): usize { return GAPS; }
export function gapCount(): usize { return gaps; }

export function reset(): void {
  count = 0;
  gaps = 0;
  isFull = false;
  open();
}

function open(): void {
  rows = 0;
  warm = 0;
  firstGap = gaps;
  quiet = Infinity;
  batch.setMoves(batch.LATEST, 0);
}

/** Notes a step longer than the interval, before the `ahead`-th row after those vouched for. */
export function noteGap(ahead: u32, at: i32, before: i64, after: i64): void {
  const to = GAPS + gaps * GAP;
  store<i32>(to, <i32>(rows + ahead));
  store<i32>(to, at, 4);
  store<f64>(to, <f64>before, 8);
  store<f64>(to, <f64>after, 16);
  if (++gaps == MOST_GAPS) isFull = true;
}

/** Notes the move of a row to its close; 0 is none. */
export function noteMove(slot: usize, move: f64, known: usize): void {
  batch.setMoves(slot, known);
  if (!(move > 0)) return;
  store<f64>(MOVES + (known << 3), move);
  batch.setMoves(slot, known + 1);
  quiet = min(quiet, move * plan.factor());
}

/** `factor` times the usual move before a row, of which the moves are known. */
export function limitAfter(known: usize): f64 {
  const from = MOVES + ((known - WINDOW) << 3);
  for (let i: usize = 0; i < WINDOW; i++) {
    const move = load<f64>(from + (i << 3));
    let below: usize = 0;
    let equal: usize = 0;
    for (let j: usize = 0; j < WINDOW; j++) {
      const other = load<f64>(from + (j << 3));
      below += other < move ? 1 : 0;
      equal += other == move ? 1 : 0;
    }
    const middle = (WINDOW - 1) >> 1;
    if (below <= middle && below + equal > middle) return move * plan.factor();
  }
  return Infinity;
}

/** Vouches for the first `more` rows of the batch and forgets the rest; `origin`: the address to count places from. */
export function extend(more: usize, origin: usize): void {
  if (more > 0) {
    if (rows == 0) start = <i32>(batch.start(batch.FIRST) - origin);
    for (let i: usize = 0; warm == 0 && i < more; i++) {
      if (!plan.weighs() || batch.moves(batch.FIRST + i) >= WINDOW) warm = rows + <u32>i + 1;
    }
    rows += <u32>more;
    batch.settle(more, more + 1);
    last = <i32>(batch.start(batch.LATEST) - origin);
    forgetMoves();
  }
  while (gaps > firstGap && load<u32>(GAPS + (gaps - 1) * GAP) > rows) gaps--;
}

/** Place of the last row vouched for: its address may be another by the time the stretch is closed. */
let last: i32 = 0;

/** Keeps the moves that the latest two rows need. */
function forgetMoves(): void {
  const before = batch.moves(batch.BEFORE);
  if (before <= WINDOW) return;
  const gone = before - WINDOW;
  const after = batch.moves(batch.LATEST);
  memory.copy(MOVES, MOVES + (gone << 3), (after - gone) << 3);
  batch.setMoves(batch.BEFORE, WINDOW);
  batch.setMoves(batch.LATEST, after - gone);
}

/** Ends the stretch; it counts only when it is long enough. */
export function closeStretch(): void {
  if (warm > 0 && rows >= warm + FEWEST) write();
  else gaps = firstGap;
  open();
}

function write(): void {
  const to = STRETCHES + count * STRETCH;
  store<i32>(to, start);
  store<u32>(to, rows, 4);
  store<u32>(to, warm, 8);
  store<i32>(to, last, 12);
  store<u32>(to, <u32>(gaps - firstGap), 16);
  store<f64>(to, <f64>batch.time(batch.BEFORE), 24);
  store<f64>(to, <f64>batch.sequence(batch.BEFORE), 32);
  store<f64>(to, batch.high(batch.BEFORE), 40);
  store<f64>(to, batch.low(batch.BEFORE), 48);
  store<f64>(to, batch.close(batch.BEFORE), 56);
  if (plan.weighs()) memory.copy(to + 64, MOVES + ((batch.moves(batch.BEFORE) - WINDOW) << 3), WINDOW << 3);
  if (++count == MOST) isFull = true;
}
