import { ENERGY_AND_METALS } from './energy';
import { EQUITY_INDEX } from './equity';
import type { Market } from './market';

const CRYPTO: Market = { name: 'around the clock', aroundTheClock: true };

/** Names of calendars, as a user's exceptions file gives them. */
export const MARKETS: Readonly<Record<string, Market>> = {
  'equity-index': EQUITY_INDEX,
  'energy-metals': ENERGY_AND_METALS,
  crypto: CRYPTO,
};

const ROOTS: Readonly<Record<string, string>> = {
  ...roots('equity-index', 'ES NQ RTY YM MES MNQ M2K MYM EMD SP ND'),
  ...roots('energy-metals', 'CL QM MCL NG QG MNG RB HO BZ GC QO MGC SI QI SIL HG QC MHG PL PA'),
  ...roots('crypto', 'BTC ETH XBT SOL XRP LTC ADA DOGE'),
};

function roots(market: string, names: string): Record<string, string> {
  return Object.fromEntries(names.split(' ').map((name) => [name, market]));
}

/** What may follow a futures root: nothing, a continuous contract (`1`, `1!`, `=F`, `.c.0`, ` ##-##`) or one contract (`Z5`, `Z2025`, ` 12-25`). */
const CONTRACT = /^(|\d{1,2}!?|=F|\.[A-Z]\.\d+|[ _-]?##-##|[ _-]?\d\d-\d\d|[ _-]?[FGHJKMNQUVXZ](\d|\d\d|\d{4}))$/;
/** What may follow a coin: nothing or the currency it is quoted in. */
const QUOTED = /^(|[-_/]?(USD|USDT|USDC|EUR|GBP))$/;

/**
 * Name of the calendar an instrument trades by, from its ticker or contract: ES, ES1!, ESZ5, `ES 12-25`, ES=F, BTCUSDT.
 * @returns undefined when the instrument is not known
 */
export function marketOf(ticker: string): string | undefined {
  const name = ticker.trim().toUpperCase().replace(/^[@/$]/, '');
  const root = Object.keys(ROOTS)
    .filter((candidate) => name.startsWith(candidate))
    .find((candidate) => (ROOTS[candidate] === 'crypto' ? QUOTED : CONTRACT).test(name.slice(candidate.length)));
  return root === undefined ? undefined : ROOTS[root];
}

/** Root → smallest price step, points: CME, CBOT, NYMEX and COMEX contract specifications, minimum fluctuation of outright trades. */
export const TICKS: Readonly<Record<string, number>> = {
  ES: 0.25, NQ: 0.25, RTY: 0.1, YM: 1, MES: 0.25, MNQ: 0.25, M2K: 0.1, MYM: 1, CL: 0.01, NG: 0.001, RB: 0.0001, HO: 0.0001, GC: 0.1, SI: 0.005, HG: 0.0005, PL: 0.1, ZC: 0.25, ZS: 0.25, ZW: 0.25,
};

/** The smallest price step of an instrument, points, from its ticker or contract; undefined when it is not known. */
export function tickOf(ticker: string): number | undefined {
  const name = ticker.trim().toUpperCase().replace(/^[@/$]/, '');
  const root = Object.keys(TICKS).find((candidate) => name.startsWith(candidate) && CONTRACT.test(name.slice(candidate.length)));
  return root === undefined ? undefined : TICKS[root];
}
