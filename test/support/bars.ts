/** NinjaTrader minute text: `count` bars from Monday 2025-09-08 06:31 (close stamps, local), weekdays around the clock, a seeded walk. */
export function minuteBars(count: number, minutes = 1, seed = 1): string {
  let state = seed;
  const random = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
  const lines: string[] = [];
  let price = 26_000;
  for (let i = 0; i < count; i++) {
    const stamp = new Date(Date.UTC(2025, 8, 8, 6, 31) + i * minutes * 60_000).toISOString();
    const open = price;
    price += Math.round((random() - 0.5) * 8);
    const high = Math.max(open, price) + Math.round(random() * 3);
    const low = Math.min(open, price) - Math.round(random() * 3);
    const [o, h, l, c] = [open, high, low, price].map((ticks) => String(ticks / 4));
    lines.push(`${stamp.slice(0, 10).replaceAll('-', '')} ${stamp.slice(11, 19).replaceAll(':', '')};${o};${h};${l};${c};${1 + Math.floor(random() * 900)}\r\n`);
  }
  return lines.join('');
}
