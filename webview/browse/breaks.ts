import type { Candle } from '../../src/protocol/browse';

/** Between two candles more time passes than nearly always. */
export interface Break {
  /** Place of the candle after it. */
  readonly before: number;
  /** Open times of the candles on either side, unix ms UTC. */
  readonly from: number;
  readonly to: number;
}

/** Of this share of the steps, none is a break: weekends between daily bars, seconds without a trade. */
const USUAL = 0.9;
/** So many times a usual step. */
const FACTOR = 1.5;

/** Where nothing is for longer than candles usually are apart, in order. */
export function breaksIn(candles: readonly Candle[]): Break[] {
  const steps = candles.slice(1).map(([time], at) => time - candles[at]![0]);
  const usual = [...steps].sort((a, b) => a - b)[Math.floor(USUAL * (steps.length - 1))] ?? Infinity;
  return steps.flatMap((step, at) => (step >= FACTOR * usual ? [{ before: at + 1, from: candles[at]![0], to: candles[at + 1]![0] }] : []));
}

/** Widest and most of the width that breaks may take, px and share. */
const [WIDEST, SHARE] = [14, 0.3];

/** Where candles stand in a width: one beside the other, with room where there is a break. */
export class Places {
  readonly slot: number;
  readonly room: number;
  readonly #breaks: readonly Break[];
  readonly #count: number;

  constructor(count: number, breaks: readonly Break[], width: number) {
    this.room = breaks.length === 0 ? 0 : Math.min(WIDEST, (SHARE * width) / breaks.length);
    this.slot = (width - this.room * breaks.length) / Math.max(1, count);
    this.#breaks = breaks;
    this.#count = count;
  }

  /** Left edge of a candle's slot, px. */
  left(at: number): number {
    const passed = this.#breaks.filter(({ before }) => before <= at).length;
    return at * this.slot + passed * this.room;
  }

  /** What is at a place, px: a candle's number, a break, or neither. */
  at(x: number): number | Break | undefined {
    const broken = this.#breaks.find(({ before }) => x < this.left(before) && x >= this.left(before) - this.room);
    if (broken !== undefined) return broken;
    const passed = this.#breaks.filter(({ before }) => x >= this.left(before)).length;
    const at = Math.floor((x - passed * this.room) / this.slot);
    return at >= 0 && at < this.#count ? at : undefined;
  }
}
