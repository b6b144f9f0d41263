import type { Seconds } from '../seconds';
import { columnOf, ratio, rollingMean, rollingSlope } from './windows';

/** volume_ratio_30s, volume_slope_30s, volume_slope_5s, volume_exhaustion */
export function volumeFeatures({ volume }: Seconds): Float64Array[] {
  const mean = rollingMean(volume, 30);
  const relative = columnOf(volume.length, (at) => ratio(volume[at]!, mean[at]!));
  const slope5 = rollingSlope(volume, 5);
  const exhaustion = columnOf(volume.length, (at) => relative[at]! * slope5[at]!);
  return [relative, rollingSlope(rollingMean(volume, 5), 30), slope5, exhaustion];
}
