import type { BarBatch } from '../table/dbn/batch';
import type { Metadata } from '../table/dbn/metadata';
import { contractsIn, eachContractBar } from '../table/contracts';
import { openDbn } from '../table/dbn/read';
import { SymbolMap, type Span } from '../table/dbn/symbols';
import { minuteUtc } from '../base/time';

/** Raw rows as any source gives them, a batch at a time. Index i below `count` of every array is one row; the next batch overwrites them. */
export interface RowBatch {
  readonly count: number;
  /** Start of the interval, unix seconds UTC; NaN or a fraction where the source has no such. */
  readonly time: Float64Array;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
  readonly volume: Float64Array;
  /** Index into the dictionary of the rows' source. */
  readonly instrument: Int32Array;
}

/** A source of rows being read. */
export interface Rows {
  /** The dictionary of instruments, growing while the rows are read; one without a name is `''`. */
  readonly symbols: string[];
  readonly ids: number[];
  batches(): AsyncGenerator<RowBatch>;
  /** What is odd about the source, once it was read: one sentence each. */
  warnings(): string[];
}

/** A stream that ends this long before its header's end, seconds, may have been cut off: longer than a weekend with a holiday. */
const WELL_BEFORE = 4 * 86_400;

/** @throws Failure as `openDbn` */
export async function dbnRows(file: string, signal?: AbortSignal): Promise<Rows> {
  const dbn = await openDbn(file, signal === undefined ? {} : { signal });
  const dictionary = new Dictionary(dbn.metadata);
  let last = -Infinity;
  return {
    symbols: dictionary.symbols,
    ids: dictionary.ids,
    async *batches() {
      let codes = new Int32Array(0);
      for await (const bars of dbn.bars()) {
        if (codes.length < bars.count) codes = new Int32Array(bars.time.length);
        last = Math.max(last, translate(bars, dictionary, codes));
        yield { ...bars, instrument: codes };
      }
    },
    warnings: () => [
      ...endsEarly(dbn.metadata, last),
      ...[...dbn.skipped].map(([rtype, count]) => `${count} records of type 0x${rtype.toString(16)} are no one-second bars and were passed over.`),
      ...dictionary.warnings(),
    ],
  };
}

/** Bars of one second out of a Parquet file. @throws Failure as `contractsIn` */
export async function parquetRows(file: string): Promise<Rows> {
  const contracts = await contractsIn(file);
  return {
    symbols: contracts.map(({ symbol, id }) => (symbol === '' && id !== 0 ? String(id) : symbol)),
    ids: contracts.map(({ id }) => id),
    batches: () => eachContractBar(file, contracts),
    warnings: () => [],
  };
}

/** Gives each bar its dictionary index, and a fraction to a stamp that is no whole second. @returns the latest time */
function translate(bars: BarBatch, dictionary: Dictionary, codes: Int32Array): number {
  let latest = -Infinity;
  for (let i = 0; i < bars.count; i++) {
    codes[i] = dictionary.codeOf(bars.instrument[i]!, bars.time[i]!);
    if (bars.time[i]! > latest) latest = bars.time[i]!;
    if (bars.nanos[i] !== 0) bars.time[i]! += bars.nanos[i]! / 1e9;
  }
  return latest;
}

function endsEarly({ end, limit }: Metadata, last: number): string[] {
  const until = end === null || limit !== null ? NaN : Number(end / 1_000_000_000n);
  if (!(until - last > WELL_BEFORE) || last === -Infinity) return [];
  return [`The last bar is of ${minuteUtc(last * 1000)}, the file promises data until ${minuteUtc(until * 1000)}: it may have been cut off.`];
}

/** Instruments numbered as they come; an id that stood for two symbols is two of them. */
class Dictionary {
  readonly symbols: string[] = [];
  readonly ids: number[] = [];
  readonly #map: SymbolMap;
  readonly #codes = new Map<string, number>();
  readonly #unnamed = new Set<number>();
  /** The last answer per id, with the seconds it holds for. */
  readonly #recent = new Map<number, Span & { readonly code: number }>();

  constructor(metadata: Metadata) {
    this.#map = new SymbolMap(metadata);
  }

  codeOf(id: number, time: number): number {
    const recent = this.#recent.get(id);
    if (recent !== undefined && time >= recent.from && time < recent.to) return recent.code;
    const span = this.#map.at(id, time) ?? this.#withoutName(id, time);
    const code = this.#codeOfName(span.symbol, id);
    this.#recent.set(id, { ...span, code });
    return code;
  }

  warnings(): string[] {
    if (this.#unnamed.size === 0) return [];
    return [`The file does not say what the instruments ${[...this.#unnamed].slice(0, 5).join(', ')} are called; their numbers are used.`];
  }

  /** For this one second only: the next may be mapped. */
  #withoutName(id: number, time: number): Span {
    this.#unnamed.add(id);
    return this.#map.isEmpty ? { from: -Infinity, to: Infinity, symbol: String(id) } : { from: time, to: time + 1, symbol: String(id) };
  }

  #codeOfName(symbol: string, id: number): number {
    const key = `${id} ${symbol}`;
    const known = this.#codes.get(key);
    if (known !== undefined) return known;
    this.#codes.set(key, this.symbols.length);
    this.ids.push(id);
    return this.symbols.push(symbol) - 1;
  }
}
