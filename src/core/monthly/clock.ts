import { chicagoSeconds } from './chicago';

/**
 * A clock on the wall in Chicago for many instants that mostly ascend: `chicagoSeconds`, looked up once an hour, since
 * offsets change on the hour only.
 */
export function wallClock(): (time: number) => number {
  let [hour, offset] = [NaN, 0];
  return (time) => {
    const now = Math.floor(time / 3600);
    if (now !== hour) {
      hour = now;
      offset = chicagoSeconds(now * 3600) - now * 3600;
    }
    return time + offset;
  };
}
