import { Failure } from '../base/failure';
import type { Stage } from '../../protocol/monthly';
import { cut } from './builder';
import { chicagoSeconds, dayOf } from './chicago';
import { clean, PRICE_BOUNDS, type Cleaned, type PriceBounds } from './clean';
import { PRICES, type PriceRange } from './columns';
import { primaryContracts, type PrimaryDate } from './contract';
import { FEATURES, OVERLAP, features } from './features';
import { contractChanges, countRegular, fillGrid, regularRows, ROWS_A_DAY } from './fill';
import { label, LABEL_DEFAULTS, type LabelColumns } from './label';
import type { Rows } from './rows';
import type { Seconds, SecondsTable } from './seconds';
import type { RowCounts } from './statistics';
import type { Month } from './weight';

/** From raw rows to labelled, featured bars: the stages of one month, in memory. Source: 7-monthly, stages 2 to 7. */

export interface ProcessOptions {
  /** Prices outside are not this instrument's. */
  readonly bounds: PriceBounds;
  /** Where the features of price are expected. */
  readonly prices: PriceRange;
  /** Points. */
  readonly tick: number;
  /** Bars. */
  readonly lookahead: number;
  /** Points. */
  readonly rolloverGap: number;
  readonly sessionBounded: boolean;
  /** Rows whose features are computed at once; the result does not depend on it. */
  readonly chunk: number;
}

export const SMALLEST_CHUNK = 1000;

export const PROCESS_DEFAULTS: ProcessOptions = {
  bounds: PRICE_BOUNDS,
  prices: PRICES,
  tick: LABEL_DEFAULTS.tick,
  lookahead: LABEL_DEFAULTS.lookahead,
  rolloverGap: LABEL_DEFAULTS.rolloverGap,
  sessionBounded: LABEL_DEFAULTS.sessionBounded,
  chunk: 100_000,
};

/** Runs a stage: tells of it, measures it, and stops between stages when asked to. */
export type RunStage = <T>(stage: Stage, run: () => T | Promise<T>) => Promise<T>;

export interface Processed {
  readonly table: SecondsTable;
  readonly labels: LabelColumns;
  /** The columns of FEATURES. */
  readonly features: readonly Float64Array[];
  readonly rows: RowCounts;
  readonly issues: Readonly<Record<string, number>>;
  readonly dates: readonly PrimaryDate[];
  readonly warnings: readonly string[];
  /** Categories of features that failed. */
  readonly errors: readonly string[];
}

/**
 * @param rows read to their end
 * @param reference the month whose bars weigh 1; undefined: the newest month of the bars
 * @throws Failure `refused` when nothing remains to be labelled; what reading throws
 */
export async function processRows(rows: Rows, reference: Month | undefined, options: ProcessOptions, stage: RunStage): Promise<Processed> {
  const { table, ...counted } = await barsOf(rows, options, stage);
  const labels = await stage('label', () =>
    label(table.seconds, {
      tick: options.tick,
      lookahead: options.lookahead,
      rolloverGap: options.rolloverGap,
      sessionBounded: options.sessionBounded,
      exactRolls: contractChanges(table),
      ...(reference === undefined ? {} : { decayReference: reference }),
    }));
  const errors: string[] = [];
  const columns = await stage('features', () => featuresInChunks(table.seconds, options.chunk, (failure) => errors.push(failure.message)));
  return { table, labels, features: columns, errors: [...new Set(errors)], ...counted };
}

type Bars = Pick<Processed, 'table' | 'rows' | 'issues' | 'dates' | 'warnings'>;

/** A function of its own so that the raw rows are freed before labels and features need the room. */
async function barsOf(rows: Rows, options: ProcessOptions, stage: RunStage): Promise<Bars> {
  const cleaned = await stage('clean', () => clean(rows, options.bounds));
  requireRows(cleaned.table.seconds.time.length, describeIssues(cleaned));
  const primary = await stage('contract', () => primaryContracts(cleaned.table));
  requireRows(primary.rows.length, 'every row belongs to a spread.');
  const regular = await stage('hours', () => ({ rows: regularRows(cleaned.table.seconds, primary.rows), all: countRegular(cleaned.table.seconds) }));
  requireRows(regular.rows.length, 'no row lies in regular hours (07:30–15:00 Chicago).');
  const seconds = await stage('fill', () => fillGrid(cleaned.table.seconds, regular.rows));
  return {
    table: { ...cleaned.table, seconds },
    rows: { raw: cleaned.raw, cleaned: cleaned.table.seconds.time.length, rth: regular.all.rows, expected: regular.all.days * ROWS_A_DAY, final: seconds.time.length },
    issues: cleaned.issues,
    dates: datesIn(primary.dates, seconds),
    warnings: cleaned.warnings,
  };
}

function requireRows(rows: number, why: string): void {
  if (rows > 0) return;
  throw new Failure('refused', { attempted: 'process the month', why: `nothing remains of it: ${why}`, remedy: 'Check that the file is the right instrument and schema, or set its price bounds.' });
}

function describeIssues({ raw, issues }: Cleaned): string {
  if (raw === 0) return 'the file holds no rows.';
  const found = Object.entries(issues).filter(([, rows]) => rows > 0);
  return `all ${raw} rows were left out (${found.map(([rule, rows]) => `${rule.replaceAll('_', ' ')}: ${rows}`).join(', ')}).`;
}

/** Only the dates whose bars remain. */
function datesIn(dates: readonly PrimaryDate[], { time }: Seconds): PrimaryDate[] {
  const days = new Set<number>();
  for (let at = 0; at < time.length; at += ROWS_A_DAY) days.add(dayOf(chicagoSeconds(time[at]!)));
  return dates.filter(({ day }) => days.has(day));
}

/** Features a chunk at a time, each seeing so many bars before it that its values are those of the whole. */
function featuresInChunks(seconds: Seconds, chunk: number, report: (failure: Failure) => void): Float64Array[] {
  const rows = seconds.time.length;
  if (rows <= chunk) return features(seconds, report);
  const whole = FEATURES.map(() => new Float64Array(rows));
  for (let from = 0; from < rows; from += chunk) {
    const before = Math.min(from, OVERLAP);
    const columns = features(cut(seconds, from - before, Math.min(rows, from + chunk)), report);
    columns.forEach((column, at) => { whole[at]!.set(column.subarray(before), from); });
  }
  return whole;
}
