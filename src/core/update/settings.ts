import * as z from 'zod';
import { TICKS } from '../calendar/instruments';
import { readSettings } from '../store/settings';

/** How updates are made: the part `update` of `.barkeep/settings.json` in the data folder. */
export interface UpdateSettings {
  /** Off unless the owner says otherwise: bad ticks came in through this source in December 2025. */
  readonly enabled: boolean;
  /** Base address of the source. */
  readonly address: string;
  /** Ticker of a master → symbol at the source. */
  readonly symbols: Readonly<Record<string, string>>;
  /** Ticker → smallest price step, points. */
  readonly ticks: Readonly<Record<string, number>>;
  /** Of one request, ms. */
  readonly timeout: number;
  /** First pause before a request is made again, ms; doubled each time. */
  readonly pause: number;
}

const FUTURES = ['ES', 'NQ', 'RTY', 'YM', 'MES', 'MNQ', 'M2K', 'MYM', 'CL', 'NG', 'RB', 'HO', 'GC', 'SI', 'HG', 'PL', 'ZB', 'ZN', 'ZF', 'ZT', '6E', '6B', '6J', '6A', '6C', 'ZC', 'ZS', 'ZW'];

const DEFAULTS: UpdateSettings = {
  enabled: false,
  address: 'https://query1.finance.yahoo.com',
  symbols: Object.fromEntries(FUTURES.map((ticker) => [ticker, `${ticker}=F`])),
  ticks: TICKS,
  timeout: 20_000,
  pause: 1_000,
};

const ACCEPTED = z
  .strictObject({
    enabled: z.boolean(),
    address: z.url(),
    symbols: z.record(z.string(), z.string().min(1)),
    ticks: z.record(z.string(), z.number().positive()),
    timeout: z.number().positive(),
    pause: z.number().nonnegative(),
  })
  .partial();

/** What the folder's settings say, over the defaults. @throws Failure `usage` naming what is wrong in the file; `io` */
export async function readUpdateSettings(folder: string): Promise<UpdateSettings> {
  const { symbols, ticks, ...given } = await readSettings(folder, 'update', ACCEPTED);
  const said = Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
  return { ...DEFAULTS, ...said, symbols: { ...DEFAULTS.symbols, ...symbols }, ticks: { ...DEFAULTS.ticks, ...ticks } };
}
