/** One measured figure and what it must reach. */
export interface Figure {
  readonly name: string;
  readonly value: number;
  readonly unit: string;
  /** Absent: only told, such as a peer's own figure. */
  readonly bound?: { readonly least: number } | { readonly most: number };
}

/** Gives figures as they are measured. */
export type Bench = () => AsyncIterable<Figure>;

const shown = (value: number): string => (value >= 1000 ? Math.round(value).toLocaleString('en-US') : String(Number(value.toPrecision(3))));

/** Prints `bench figure value (bound …) ok|short`; false when short. */
export function print(bench: string, { name, value, unit, bound }: Figure): boolean {
  const measured = `${bench} ${name} ${shown(value)} ${unit}`;
  if (bound === undefined) {
    console.log(measured);
    return true;
  }
  const ok = 'least' in bound ? value >= bound.least : value <= bound.most;
  console.log(`${measured} (bound ${'least' in bound ? `≥ ${bound.least}` : `≤ ${bound.most}`}) ${ok ? 'ok' : 'short'}`);
  return ok;
}
