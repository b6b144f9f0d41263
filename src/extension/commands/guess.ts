import { type Timeframe, timeframeFrom, TIMEFRAMES, durationOf } from '../../core/base/timeframe';

const EXCHANGE = /^(?:CME(?:_MINI)?|CBOT(?:_MINI)?|NYMEX|COMEX|ICEUS|EUREX)_/;

/**
 * The ticker a vendor's file name begins with: `ES history.txt`, `ES_1m.csv`, `ES 03-26.Last.txt`, `DataExport_ES_….csv`
 * and TradingView's `CME_MINI_ES1!, 1.csv` are all ES. Undefined when the name does not begin with capitals.
 */
export function guessTicker(fileName: string): string | undefined {
  const name = fileName.replace(/^(?:Minute|Tick)?DataExport_/, '').replace(EXCHANGE, '');
  return /^[A-Z]?\d?[A-Z]{1,5}(?=$|[ _,.-]|\d*!)/.exec(name)?.[0];
}

/** The timeframe written in a file name (`ES_5m.csv`, `ES 1 Minute.txt`), else that of a known interval in seconds. */
export function guessTimeframe(fileName: string, intervalSeconds = 0): Timeframe | undefined {
  const words = fileName.replace(/(\d+) ?(?:minutes?|mins?)\b/gi, '$1m').replace(/(\d+) ?(?:hours?|hrs?)\b/gi, '$1h').split(/[ _,.]+/);
  const named = words.map(timeframeFrom).find((timeframe) => timeframe !== undefined);
  return named ?? TIMEFRAMES.find((timeframe) => durationOf(timeframe) === intervalSeconds * 1000);
}
