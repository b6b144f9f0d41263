import { FEATURES } from '../../../src/core/monthly/features';
import { MODES } from '../../../src/core/monthly/label';
import { statistics, type Measured, type MonthStatistics } from '../../../src/core/monthly/statistics';

/** What the stages of a sound month would hand over, in small; with changes. */
export function measured(changes: Partial<Measured> = {}): Measured {
  return {
    month: { year: 2025, month: 10 },
    decayReference: { year: 2025, month: 10 },
    now: Date.parse('2025-11-02T12:00:00Z'),
    stageSeconds: { read: 1, label: 3 },
    rows: { raw: 3000, cleaned: 3000, rth: 1000, expected: 1000, final: 1000 },
    issues: {},
    labels: {
      labels: MODES.map(() => Int8Array.of(1, 0, 0, 0)),
      weights: MODES.map(() => Float64Array.of(4, 1, 1, 1)),
      events: [],
      affected: 7,
    },
    features: columnsOf({}),
    memory: { peak: 1e9, final: 5e8 },
    errors: [],
    warnings: [],
    ...changes,
  };
}

/** A column for each feature, all of them unremarkable but for those given. */
export function columnsOf(change: Readonly<Record<string, readonly number[]>>): Float64Array[] {
  const rows = Object.values(change)[0]?.length ?? 4;
  return FEATURES.map(({ name, range }) => {
    const usual = range === undefined ? 0 : range === 'price' ? 6000 : Math.max(0, range[0]);
    return Float64Array.from(change[name] ?? Array.from({ length: rows }, () => usual));
  });
}

/** The statistics of a sound month; with changes. */
export const sound = (changes: Partial<MonthStatistics> = {}): MonthStatistics => ({ ...statistics(measured()), ...changes });
