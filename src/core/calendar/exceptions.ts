import { readFile } from 'node:fs/promises';
import { Failure, errnoOf, failureFrom } from '../base/failure';
import { MARKETS } from './instruments';
import type { Patch } from './types';
import { instantOf } from './week';

/**
 * A user's own knowledge, `.barkeep/calendar.json`, laid over the calendars:
 * `{ "instruments": { "SPX500": "equity-index" },
 *    "closed": [{ "date": "2025-03-04", "why": "…" }, { "from": "2025-03-05 10:00", "to": "2025-03-05 11:30", "market": "energy-metals", "why": "…" }],
 *    "open": [{ "date": "2026-04-03", "why": "…" }] }`
 * Clock times are Chicago's. A `date` is the session that ends on it, from 17:00 of the evening before: until 17:00 when
 * closed, until 16:00 when open. Without `market` an entry holds for all.
 */
export interface Exceptions {
  /** Ticker as in the file name → name of a calendar. */
  readonly instruments: Readonly<Record<string, string>>;
  readonly patches: readonly (Patch & { readonly markets?: readonly string[] })[];
}

const MINUTE = 60_000;
const KEYS = ['instruments', 'closed', 'open'];
const ENTRY_KEYS = ['date', 'from', 'to', 'market', 'why'];

/** @returns undefined when there is no such file @throws Failure `usage` when it is not as described above; `io` */
export async function readExceptions(file: string): Promise<Exceptions | undefined> {
  try {
    return parseExceptions(await readFile(file, 'utf8'), file);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENOTDIR') return undefined;
    throw failureFrom(error, `read ${file}`, file);
  }
}

/** @param file for messages @throws Failure `usage` naming the entry that is wrong */
export function parseExceptions(text: string, file: string): Exceptions {
  const refuse = (why: string): never => {
    throw new Failure('usage', { attempted: `read the calendar exceptions in ${file}`, file, why, remedy: 'Correct the file or remove it; docs/calendar.md shows an example.' });
  };
  const root = objectIn(parseJson(text, refuse), 'the file', KEYS, refuse);
  const instruments = objectIn(root['instruments'] ?? {}, 'instruments', undefined, refuse);
  return {
    instruments: Object.fromEntries(Object.entries(instruments).map(([ticker, market]) => [ticker, marketIn(market, `instruments.${ticker}`, refuse)])),
    patches: [...entriesIn(root['closed'], 'closed', refuse), ...entriesIn(root['open'], 'open', refuse)],
  };
}

type Refuse = (why: string) => never;

function parseJson(text: string, refuse: Refuse): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    return refuse(`it is not JSON: ${error instanceof Error ? error.message : String(error)}.`);
  }
}

function objectIn(value: unknown, where: string, keys: readonly string[] | undefined, refuse: Refuse): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return refuse(`${where} is not an object.`);
  const stranger = Object.keys(value).find((key) => keys?.includes(key) === false);
  if (stranger !== undefined) refuse(`${where} has an unknown key "${stranger}"; known are ${keys!.join(', ')}.`);
  return value as Readonly<Record<string, unknown>>;
}

function marketIn(value: unknown, where: string, refuse: Refuse): string {
  if (typeof value === 'string' && Object.hasOwn(MARKETS, value)) return value;
  return refuse(`${where} names no calendar; there are ${Object.keys(MARKETS).join(', ')}.`);
}

function entriesIn(value: unknown, name: 'closed' | 'open', refuse: Refuse): Exceptions['patches'] {
  if (value === undefined) return [];
  if (!Array.isArray(value)) return refuse(`${name} is not a list.`);
  return value.map((entry: unknown, i) => entryIn(entry, `${name}[${i}]`, name === 'open', refuse));
}

function entryIn(value: unknown, where: string, opens: boolean, refuse: Refuse): Exceptions['patches'][number] {
  const { date, from, to, market, why } = objectIn(value, where, ENTRY_KEYS, refuse);
  if (typeof why !== 'string' || why.trim() === '') return refuse(`${where} does not say why.`);
  if ((date === undefined) === (from === undefined) || (from === undefined) !== (to === undefined)) return refuse(`${where} needs either date, or from and to.`);
  const midnight = date === undefined ? 0 : localIn(date, '', `${where}.date`, refuse);
  const span =
    date === undefined
      ? { from: instantIn(from, `${where}.from`, refuse), to: instantIn(to, `${where}.to`, refuse) }
      : { from: instantOf(midnight - 7 * 60 * MINUTE)!, to: instantOf(midnight + (opens ? 16 : 17) * 60 * MINUTE)! };
  if (span.from >= span.to) return refuse(`${where} ends before it begins.`);
  return { ...span, hours: opens ? 'open' : 'exception', reason: why, ...(market === undefined ? {} : { markets: [marketIn(market, `${where}.market`, refuse)] }) };
}

function instantIn(value: unknown, where: string, refuse: Refuse): number {
  return instantOf(localIn(value, ' HH:mm', where, refuse)) ?? refuse(`${where} never was in Chicago: clocks were turned forward over it.`);
}

/** Wall clock as ms read as if UTC. */
function localIn(value: unknown, clock: '' | ' HH:mm', where: string, refuse: Refuse): number {
  const form = clock === '' ? /^\d{4}-\d\d-\d\d$/ : /^\d{4}-\d\d-\d\d \d\d:\d\d$/;
  const local = typeof value === 'string' && form.test(value) ? Date.parse(`${value.replace(' ', 'T')}${clock === '' ? 'T00:00' : ''}Z`) : NaN;
  // Date.parse turns 30 February into 1 March.
  const isReal = !Number.isNaN(local) && new Date(local).toISOString().startsWith((value as string).slice(0, 10));
  return isReal ? local : refuse(`${where} is not a date${clock === '' ? '' : ' and time'} such as 2025-03-04${clock === '' ? '' : ' 10:00'}.`);
}
