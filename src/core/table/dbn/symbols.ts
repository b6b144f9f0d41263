import type { Metadata } from './metadata';

/** Which symbol an instrument id stood for, by the header's dates (UTC, end exclusive). */
export class SymbolMap {
  readonly #spans = new Map<number, Span[]>();

  constructor({ mappings, stypeIn }: Pick<Metadata, 'mappings' | 'stypeIn'>) {
    for (const { rawSymbol, intervals } of mappings) {
      for (const { start, end, symbol } of intervals) {
        // Where ids were asked for, the ids are on the left and the symbols on the right.
        const [id, name] = stypeIn === 'instrument_id' ? [rawSymbol, symbol] : [symbol, rawSymbol];
        this.#add(Number(id), { from: secondOf(start), to: secondOf(end), symbol: name });
      }
    }
  }

  /** True when the header maps nothing. */
  get isEmpty(): boolean {
    return this.#spans.size === 0;
  }

  /** The symbol with the seconds it holds for, unix UTC, `to` exclusive; undefined when the header says nothing of that date. */
  at(id: number, second: number): Span | undefined {
    return this.#spans.get(id)?.find((span) => second >= span.from && second < span.to);
  }

  #add(id: number, span: Span): void {
    if (!Number.isInteger(id) || span.symbol === '') return;
    const spans = this.#spans.get(id);
    if (spans === undefined) this.#spans.set(id, [span]);
    else spans.push(span);
  }
}

export interface Span {
  readonly from: number;
  readonly to: number;
  readonly symbol: string;
}

/** Midnight UTC of a date written YYYYMMDD, unix seconds. */
const secondOf = (date: number): number => Date.UTC(Math.floor(date / 10_000), (Math.floor(date / 100) % 100) - 1, date % 100) / 1000;
