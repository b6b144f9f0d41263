import type { Metadata } from './metadata';
import type { Dbn } from './read';
import type { BarRun } from './runs';

/** DBN as text, as Databento's own tool prints it: integers as they are, 64-bit ones quoted in JSON. */

const HEAD = ['ts_event', 'rtype', 'publisher_id', 'instrument_id'] as const;
const BODY = ['open', 'high', 'low', 'close', 'volume'] as const;

/** The header as one JSON object (`dbn --metadata --json`). */
export function metadataJson(metadata: Metadata): string {
  return JSON.stringify({
    version: metadata.version,
    dataset: metadata.dataset,
    schema: metadata.schema,
    start: String(metadata.start),
    end: metadata.end === null ? null : String(metadata.end),
    limit: metadata.limit === null ? null : String(metadata.limit),
    stype_in: metadata.stypeIn,
    stype_out: metadata.stypeOut,
    ts_out: metadata.tsOut,
    symbol_cstr_len: metadata.symbolBytes,
    symbols: metadata.symbols,
    partial: metadata.partial,
    not_found: metadata.notFound,
    mappings: metadata.mappings.map(({ rawSymbol, intervals }) => ({
      raw_symbol: rawSymbol,
      intervals: intervals.map(({ start, end, symbol }) => ({ start_date: start, end_date: end, symbol })),
    })),
  });
}

/** The bars in lines, a chunk of lines at a time; CSV begins with the names of the columns. */
export async function* barLines(dbn: Dbn, format: 'csv' | 'json'): AsyncGenerator<string> {
  const { tsOut } = dbn.metadata;
  if (format === 'csv') yield `${[...HEAD, ...BODY, ...(tsOut ? ['ts_out'] : [])].join(',')}\n`;
  for await (const run of dbn.runs()) {
    const lines = [];
    for (let i = 0; i < run.count; i++) lines.push(format === 'csv' ? csvLine(run, i, tsOut) : jsonLine(run, i, tsOut));
    yield lines.join('');
  }
}

/** The 64-bit number at a word: unsigned, or signed for prices. */
function wide({ words, stride }: BarRun, index: number, word: number, signed: boolean): bigint {
  const at = index * stride + word;
  const value = (BigInt(words[at + 1]!) << 32n) | BigInt(words[at]! >>> 0);
  return signed ? value : BigInt.asUintN(64, value);
}

function head({ words, stride }: BarRun, index: number): { rtype: number; publisher: number; instrument: number } {
  const first = words[index * stride]!;
  return { rtype: (first >> 8) & 0xff, publisher: first >>> 16, instrument: words[index * stride + 1]! >>> 0 };
}

const values = (run: BarRun, index: number): bigint[] => BODY.map((name, i) => wide(run, index, 4 + 2 * i, name !== 'volume'));

/** The sending time, where the header promises one: a record without it has none. */
const sentAt = (run: BarRun, index: number): bigint => (run.stride > 14 ? wide(run, index, 14, false) : 0xffff_ffff_ffff_ffffn);

function csvLine(run: BarRun, index: number, tsOut: boolean): string {
  const { rtype, publisher, instrument } = head(run, index);
  const cells = [wide(run, index, 2, false), rtype, publisher, instrument, ...values(run, index), ...(tsOut ? [sentAt(run, index)] : [])];
  return `${cells.join(',')}\n`;
}

function jsonLine(run: BarRun, index: number, tsOut: boolean): string {
  const { rtype, publisher, instrument } = head(run, index);
  const hd = { ts_event: String(wide(run, index, 2, false)), rtype, publisher_id: publisher, instrument_id: instrument };
  const body = Object.fromEntries(values(run, index).map((value, i) => [BODY[i]!, String(value)]));
  return `${JSON.stringify({ hd, ...body, ...(tsOut ? { ts_out: String(sentAt(run, index)) } : {}) })}\n`;
}
