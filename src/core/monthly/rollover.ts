import { isoInstant } from '../base/time';
import type { Seconds } from './seconds';

/** A jump of the price that is no trade's doing: a gap in the closes, or a contract change we know of. */
export interface RolloverEvent {
  /** Start of the first bar after it, ISO 8601 UTC. */
  readonly timestamp: string;
  /** close[k] − close[k−1], points. */
  readonly price_gap: number;
  readonly bars_affected: number;
  readonly gap_direction: 'up' | 'down' | 'none';
  /** A known contract change is `contract` whatever its gap; `gap` was found in the prices alone. */
  readonly kind: 'gap' | 'contract';
}

export interface Rollovers {
  readonly events: RolloverEvent[];
  /** 1 where a bar must not be traded: from one before an event to five after. */
  readonly affected: Uint8Array;
  /** How many those are; overlaps count once. */
  readonly count: number;
}

/** Bars affected before and after the first bar k of an event: k−1 … k+5. Source: 7-monthly, labels. */
const BEFORE = 1;
const AFTER = 5;

/**
 * @param gap a change of the close above this many points is an event
 * @param exactRolls indexes k where the contract changed between k−1 and k
 */
export function findRollovers(seconds: Seconds, gap: number, exactRolls: readonly number[]): Rollovers {
  const { close, time } = seconds;
  const known = new Set(exactRolls);
  const affected = new Uint8Array(close.length);
  const events: RolloverEvent[] = [];
  for (let k = 1; k < close.length; k++) {
    const change = close[k]! - close[k - 1]!;
    if (Math.abs(change) <= gap && !known.has(k)) continue;
    const [first, end] = [k - BEFORE, Math.min(k + AFTER + 1, close.length)];
    affected.fill(1, first, end);
    events.push({
      timestamp: isoInstant(time[k]! * 1000),
      price_gap: change,
      bars_affected: end - first,
      gap_direction: change > 0 ? 'up' : change < 0 ? 'down' : 'none',
      kind: known.has(k) ? 'contract' : 'gap',
    });
  }
  return { events, affected, count: affected.reduce((sum, each) => sum + each, 0) };
}
