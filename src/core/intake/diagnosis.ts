import type { AlignmentCause, RepairOptions } from '../../protocol/results';
import type { Timeframe } from '../base/timeframe';
import { isoInstant } from '../base/time';
import type { Agreement } from './agreement';
import type { Combined } from './combined';
import type { Explanation } from './explain';
import type { Likeness, PriceCause } from './prices';
import type { Reading } from './reading';
import { isFixedOffset, isLabelled } from './reading';

/** What the alignment doctor found, in words: the cause, the evidence, and the option that repairs it. */
export interface Diagnosis {
  readonly cause?: AlignmentCause;
  readonly summary: string;
  /** The summary without the option that repairs it, where there is one. */
  readonly matter?: string;
  /** The summary in a sentence, where it has the evidence as well. */
  readonly short?: string;
  /** Options of `import` and `align`, and the same as they are typed. */
  readonly options?: RepairOptions;
  readonly remedy?: string;
}

const typed = (options: RepairOptions): string => Object.entries(options).map(([name, value]) => `--${name} ${String(value)}`).join(' ');

/** Enough digits to tell: 0.1, 0.0000250. */
const brief = (points: number): string => String(Number(points.toPrecision(3)));
const plain = (value: number): string => String(Number(value.toPrecision(10)));
const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
const count = (n: number): string => n.toLocaleString('en-US');
/** Rounded down, so that only 100 reads as 100. */
const percent = (part: number, whole: number): string => `${(Math.floor((1000 * part) / whole) / 10).toFixed(1)} %`;
const share = ({ matched, compared }: Agreement): string => `${percent(matched, compared)} of ${count(compared)} bars match`;

export function describeSuccess({ matched, compared }: Agreement, tolerance: number): string {
  return `SUCCESS: Data is aligned. ${count(matched)} of ${count(compared)} overlapping bars match (close within ${brief(tolerance)}).`;
}

/** The times are to be read otherwise. */
export function describeReading(explanation: Explanation, given: Reading & { timeframe: Timeframe }): Diagnosis {
  const { agreement, shift, reading, alsoFits } = explanation;
  const measured = `${share(agreement)} after ${describeShift(shift)}`;
  if (reading === undefined) {
    const why = isLabelled(given.timeframe) ? 'its dates are off' : 'no time zone or stamp convention explains that';
    return { cause: 'shift', summary: `${measured}: ${why}. Correct the times where the file is made.` };
  }
  const [otherZone, otherStamp] = [reading.zone !== given.zone, reading.stamp !== given.stamp];
  const zone = isFixedOffset(reading.zone) ? `this file's clock is ${reading.zone} all year, without summer time` : `this file is in ${reading.zone}`;
  const causes = [otherZone ? zone : [], otherStamp ? `its times are when bars ${reading.stamp}` : []].flat();
  const also = alsoFits.length === 0 ? '' : ` (${alsoFits.join(', ')} would fit as well)`;
  const options = { ...(otherZone ? { tz: reading.zone } : {}), ...(otherStamp ? { stamp: reading.stamp } : {}) };
  return { cause: causeOf(reading, otherZone, otherStamp), ...repaired(`${measured}: ${causes.join(' and ')}${also}.`, options) };
}

function repaired(matter: string, options: RepairOptions, effect = ''): Required<Omit<Diagnosis, 'cause' | 'short'>> {
  const remedy = typed(options);
  return { matter, summary: `${matter} Import with ${remedy}${effect}`, remedy, options };
}

function causeOf(reading: Reading, otherZone: boolean, otherStamp: boolean): AlignmentCause {
  if (!otherZone) return 'stamp';
  if (otherStamp) return 'zone-and-stamp';
  return isFixedOffset(reading.zone) ? 'dst' : 'zone';
}

/** The prices are to be changed. */
export function describePrices(cause: PriceCause): Diagnosis {
  if (cause.kind === 'scale') {
    const options = { scale: plain(cause.factor) };
    const much = plain(cause.factor < 1 ? 1 / cause.factor : cause.factor);
    const done = cause.factor < 1 ? `dividing its prices by ${much}` : `multiplying its prices by ${much}`;
    return { cause: 'scale', ...repaired(`${share(cause.agreement)} after ${done}: its prices are in another unit.`, options) };
  }
  const options = { align: 'adjust' } as const;
  const added = `${cause.points < 0 ? '−' : '+'}${plain(Math.abs(cause.points))} points`;
  const matter = `${share(cause.agreement)} after ${added} on every price: another contract month, or another back-adjustment.`;
  return { cause: 'offset', ...repaired(matter, options, `, which adds ${added} to every price of the file`) };
}

/** Both; neither alone makes it match. */
export function describeCombined({ explanation, prices }: Combined, given: Reading & { timeframe: Timeframe }): Diagnosis {
  const [times, change] = [describeReading(explanation, given), describePrices(prices)];
  const also = (change.matter ?? '').slice(`${share(prices.agreement)} `.length);
  return { ...times, ...repaired(`${times.matter ?? times.summary} Its prices differ too, and match only ${also}`, { ...times.options, ...change.options }) };
}

/** Enough changes to judge by, and the shares of them that speak for and against the same instrument. */
const ENOUGH_CHANGES = 30;
const SAME = 0.8;
const OTHER = 0.4;

/** Nothing makes it match: another instrument, or the same with another history of rolls. */
export function describeMismatch({ matched, compared, weakStretch }: Agreement, tolerance: number, { changes, changesMatched, difference, ratio }: Likeness): Diagnosis {
  const where = weakStretch === undefined || 2 * matched < compared ? '' : ` They differ from ${isoInstant(weakStretch.from)} to ${isoInstant(weakStretch.to)}.`;
  const few = `only ${percent(matched, compared)} of ${count(compared)} overlapping bars match`;
  const found = `${capital(few)} (close within ${brief(tolerance)}), and no time shift or change of prices explains it.${where}`;
  const unknown = 'Is it the right ticker, contract and price adjustment?';
  if (changes < ENOUGH_CHANGES) return { summary: `${found} ${unknown}`, short: `${few}. ${unknown}` };
  const steps = `${percent(changesMatched, changes)} of ${count(changes)} price changes are the same`;
  if (changesMatched >= SAME * changes) {
    const level = `the last closes differ by ${brief(difference)} points`;
    const rolled = 'it is the same market, rolled or back-adjusted at other times. Export it with the master\'s adjustment.';
    return { cause: 'adjustment', summary: `${found} Yet ${steps}, and ${level}: ${rolled}`, short: `${few}: ${rolled}` };
  }
  if (changesMatched > OTHER * changes) return { summary: `${found} ${steps}. ${unknown}`, short: `${few}. ${unknown}` };
  const other = 'it looks like another instrument. Is it the right ticker?';
  return { cause: 'instrument', summary: `${found} Only ${steps}, and the master's prices are ${brief(ratio)} times the file's: ${other}`, short: `${few}: ${other}` };
}

function describeShift(shift: number): string {
  const sign = shift < 0 ? '−' : '+';
  const seconds = Math.abs(shift) / 1000;
  return seconds % 60 === 0 ? `${sign}${seconds / 60} min` : `${sign}${seconds} s`;
}
