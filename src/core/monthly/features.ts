import type { Failure} from '../base/failure';
import { failureFrom } from '../base/failure';
import { clockFeatures } from './features/clock';
import { consolidationFeatures } from './features/consolidation';
import { microstructureFeatures } from './features/microstructure';
import { priceFeatures } from './features/price';
import { returnFeatures } from './features/returns';
import { volatilityFeatures } from './features/volatility';
import { volumeFeatures } from './features/volume';
import type { Seconds } from './seconds';

/** The 43 features of a bar, from it and the bars before it. Source: 7-monthly, features. */

export type Category = 'volume' | 'price' | 'consolidation' | 'returns' | 'volatility' | 'microstructure' | 'time';

export interface Feature {
  readonly name: string;
  readonly category: Category;
  /** How many bars at the start of a contiguous series have no value. */
  readonly leading: number;
  /** The share of NaN above which the column is not to be relied on. */
  readonly nanLimit: number;
  /** Where values belong; `price`: near the instrument's own prices. Absent: any value. */
  readonly range?: readonly [low: number, high: number] | 'price';
}

const ROLLING_LIMIT = 0.35;
const FLAG_LIMIT = 0.01;
const OTHER_LIMIT = 0.1;

function feature(category: Category, name: string, leading: number, range?: Feature['range']): Feature {
  const nanLimit = name.startsWith('is_') ? FLAG_LIMIT : leading > 0 ? ROLLING_LIMIT : OTHER_LIMIT;
  return { name, category, leading, nanLimit, ...(range === undefined ? {} : { range }) };
}

/** In the order of the columns. */
export const FEATURES: readonly Feature[] = [
  feature('volume', 'volume_ratio_30s', 29, [0.001, 30]),
  feature('volume', 'volume_slope_30s', 33, [-300, 300]),
  feature('volume', 'volume_slope_5s', 4, [-6000, 4000]),
  feature('volume', 'volume_exhaustion', 29, [-5000, 35_000]),
  feature('price', 'vwap', 0, 'price'),
  feature('price', 'distance_from_vwap_pct', 0, [-5, 5]),
  feature('price', 'vwap_slope', 29, [-12, 12]),
  feature('price', 'distance_from_rth_high', 1799, [-200, 0.1]),
  feature('price', 'distance_from_rth_low', 1799, [-0.1, 200]),
  feature('consolidation', 'short_range_high', 299, 'price'),
  feature('consolidation', 'short_range_low', 299, 'price'),
  feature('consolidation', 'short_range_size', 299, [0.5, 200]),
  feature('consolidation', 'position_in_short_range', 299),
  feature('consolidation', 'medium_range_high', 899, 'price'),
  feature('consolidation', 'medium_range_low', 899, 'price'),
  feature('consolidation', 'medium_range_size', 899, [1, 200]),
  feature('consolidation', 'range_compression_ratio', 899),
  feature('consolidation', 'short_range_retouches', 0),
  feature('consolidation', 'medium_range_retouches', 0),
  feature('returns', 'return_30s', 30, [-0.1, 0.1]),
  feature('returns', 'return_60s', 60, [-0.1, 0.1]),
  feature('returns', 'return_300s', 300, [-0.2, 0.2]),
  feature('returns', 'momentum_acceleration', 60, [-0.2, 0.2]),
  feature('returns', 'momentum_consistency', 30, [0, 0.05]),
  feature('volatility', 'atr_30s', 29, [0.01, 50]),
  feature('volatility', 'atr_300s', 299, [0.07, 50]),
  feature('volatility', 'volatility_regime', 299, [0, 5]),
  feature('volatility', 'volatility_acceleration', 59, [-1, 1]),
  feature('volatility', 'volatility_breakout', 328, [-5, 5]),
  feature('volatility', 'atr_percentile', 328, [0, 100]),
  feature('microstructure', 'bar_range', 0, [0, 25]),
  feature('microstructure', 'relative_bar_size', 29, [0, 10]),
  feature('microstructure', 'uptick_pct_30s', 29, [0, 100]),
  feature('microstructure', 'uptick_pct_60s', 59, [0, 100]),
  feature('microstructure', 'bar_flow_consistency', 59, [0, 100]),
  feature('microstructure', 'directional_strength', 29, [0, 100]),
  feature('time', 'is_eth', 0),
  feature('time', 'is_pre_open', 0),
  feature('time', 'is_rth_open', 0),
  feature('time', 'is_morning', 0),
  feature('time', 'is_lunch', 0),
  feature('time', 'is_afternoon', 0),
  feature('time', 'is_rth_close', 0),
];

/** How many bars a chunk must see before its own for its features to be those of the whole series. */
export const OVERLAP = Math.max(...FEATURES.map(({ leading }) => leading));

/** `fewest`: with fewer bars all its columns are NaN. */
const CATEGORIES: Readonly<Record<Category, { readonly fewest: number; readonly compute: (seconds: Seconds) => Float64Array[] }>> = {
  volume: { fewest: 30, compute: volumeFeatures },
  price: { fewest: 30, compute: priceFeatures },
  consolidation: { fewest: 900, compute: consolidationFeatures },
  returns: { fewest: 300, compute: returnFeatures },
  volatility: { fewest: 300, compute: volatilityFeatures },
  microstructure: { fewest: 60, compute: microstructureFeatures },
  time: { fewest: 0, compute: clockFeatures },
};

/**
 * The columns of FEATURES. Windows count bars, whatever time lies between them.
 * @param report told of a category that failed: its columns are NaN and the others go on. Without it the failure is thrown.
 */
export function features(seconds: Seconds, report: (failure: Failure) => void = rethrow): Float64Array[] {
  const rows = seconds.time.length;
  return Object.entries(CATEGORIES).flatMap(([category, { fewest, compute }]) => {
    const missing = (): Float64Array[] => FEATURES.filter((each) => each.category === category).map(() => new Float64Array(rows).fill(NaN));
    if (rows < fewest) return missing();
    try {
      return compute(seconds);
    } catch (error) {
      report(failureFrom(error, `compute the ${category} features`));
      return missing();
    }
  });
}

function rethrow(failure: Failure): never {
  throw failure;
}
