import { Failure } from '../base/failure';
import { formatInstant } from '../base/time';
import { chicagoSeconds, isRegularHours } from './chicago';
import type { Seconds } from './seconds';

/** What is wrong with bars that are to be labelled: one sentence each. */
export interface InputReport {
  readonly errors: readonly string[];
  readonly warnings: readonly string[];
}

/** How far high and low may lie inside open and close, points: what cleaning lets pass. */
export const OHLC_TOLERANCE = 0.01;

/** Bars outside regular hours are only warned about up to this many, or up to this share. */
const FEW_OUTSIDE = 5000;
const SMALL_SHARE_OUTSIDE = 0.1;

const FAULTS: readonly { readonly what: string; readonly has: (seconds: Seconds, at: number) => boolean }[] = [
  { what: 'a missing value', has: ({ time, open, high, low, close, volume }, at) => Number.isNaN(time[at]! + open[at]! + high[at]! + low[at]! + close[at]! + volume[at]!) },
  { what: 'a negative volume', has: ({ volume }, at) => volume[at]! < 0 },
  { what: 'a price of zero or less', has: ({ open, high, low, close }, at) => Math.min(open[at]!, high[at]!, low[at]!, close[at]!) <= 0 },
  {
    what: 'a high below, or a low above, another of its prices',
    has: ({ open, high, low, close }, at) =>
      high[at]! < Math.max(open[at]!, low[at]!, close[at]!) - OHLC_TOLERANCE || low[at]! > Math.min(open[at]!, high[at]!, close[at]!) + OHLC_TOLERANCE,
  },
];

/** Source: 7-monthly, "Input errors". Columns of different length count as missing. */
export function inspectInput(seconds: Seconds): InputReport {
  const { time, open, high, low, close, volume, instrument } = seconds;
  const rows = time.length;
  if (rows === 0) return { errors: ['there are no bars.'], warnings: [] };
  if ([open, high, low, close, volume, instrument].some((column) => column.length !== rows)) {
    return { errors: ['a column is missing or shorter than the others.'], warnings: [] };
  }
  const errors = FAULTS.flatMap((fault) => describe(fault.what, seconds, fault.has));
  if (errors.length > 0) return { errors, warnings: [] };
  const isOutside = ({ time: at }: Seconds, row: number): boolean => !isRegularHours(chicagoSeconds(at[row]!));
  const outside = countRows(seconds, isOutside).count;
  const told = describe('a time outside regular hours (07:30–15:00 Chicago)', seconds, isOutside);
  return outside <= FEW_OUTSIDE || outside <= SMALL_SHARE_OUTSIDE * rows ? { errors, warnings: told } : { errors: told, warnings: [] };
}

/** @throws Failure `refused` with every error, when there is one */
export function requireInput(seconds: Seconds): void {
  const { errors } = inspectInput(seconds);
  if (errors.length === 0) return;
  throw new Failure('refused', {
    attempted: 'label the bars',
    why: errors.join(' '),
    remedy: 'Clean the bars, keep regular hours and fill the gaps first.',
  });
}

type Fault = (seconds: Seconds, at: number) => boolean;

function countRows(seconds: Seconds, has: Fault): { count: number; first: number } {
  let [count, first] = [0, -1];
  for (let at = 0; at < seconds.time.length; at++) {
    if (!has(seconds, at)) continue;
    if (count++ === 0) first = at;
  }
  return { count, first };
}

function describe(what: string, seconds: Seconds, has: Fault): string[] {
  const { count, first } = countRows(seconds, has);
  if (count === 0) return [];
  const time = seconds.time[first]!;
  const when = Number.isNaN(time) ? '' : `, ${formatInstant(time * 1000, 'UTC', 'yyyy-MM-dd HH:mm:ss ZZZZ')}`;
  return [`${count} of ${seconds.time.length} rows have ${what}; the first is row ${first + 1}${when}.`];
}
