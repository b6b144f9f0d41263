import { countBars, type Bars } from '../base/bar';
import { advised } from '../store/advice';
import { requireSound } from '../store/sound';
import { digestGroups } from '../table/groups';
import { readBars } from '../table/parquet';
import { changeBetween, readAround, type Change, type Part } from './change';
import { tradingDays, type TradingDays } from './days';
import { digestDays, startOf, unchangedDays, type DayPrint, type Fingerprint } from './fingerprint';
import { resample, type Anchor, type Series } from './resample';

/** The bars of a 1-minute master: whole, resampled, or around what changed since it was last derived from. Each is read once, when it is first asked for. */
export class Minutes {
  readonly #master: string;
  readonly #anchor: Anchor;
  readonly #before: Fingerprint | undefined;
  readonly #unpriced: ((bars: number, first: number) => void) | undefined;
  readonly #series = new Map<Series, Promise<Bars>>();
  #days: Promise<TradingDays> | undefined;
  #prints: Promise<Fingerprint> | undefined;
  #part: Promise<Part> | undefined;

  /**
   * @param before fingerprint of what the master was when everything was last derived from it
   * @param unpriced told of bars without a price each time that some are read: how many, and the first's open (unix ms)
   */
  constructor(master: string, anchor: Anchor, before?: Fingerprint, unpriced?: (bars: number, first: number) => void) {
    this.#unpriced = unpriced;
    this.#master = master;
    this.#anchor = anchor;
    this.#before = before;
  }

  /** @throws Failure `refused` when the master's times do not rise */
  prints(): Promise<Fingerprint> {
    return (this.#prints ??= this.#readPrints());
  }

  /** Where the master is not what it was; undefined when that is not known. */
  async change(): Promise<Change | undefined> {
    const { days } = await this.prints();
    return this.#before === undefined ? undefined : changeBetween(this.#before.days, days);
  }

  series(timeframe: Series): Promise<Bars> {
    const known = this.#series.get(timeframe);
    if (known !== undefined) return known;
    const made = timeframe === '1m' ? this.#read() : this.series('1m').then((bars) => resample(bars, timeframe, this.#anchor));
    this.#series.set(timeframe, made);
    return made;
  }

  whole(): Promise<TradingDays> {
    return (this.#days ??= this.series('1m').then(tradingDays));
  }

  around(change: Change): Promise<Part> {
    return (this.#part ??= this.prints().then(({ days }) =>
      readAround(change, { first: days[0]?.day ?? 0, last: days.at(-1)?.day ?? 0 }, (from, to) => this.#read({ from, to }))));
  }

  async #read(range: { from?: number; to?: number } = {}): Promise<Bars> {
    const bars = await advised(this.#master, () => readBars(this.#master, range));
    if (!rises(bars.time)) await requireSound(this.#master);
    this.#tellUnpriced(bars);
    return bars;
  }

  #tellUnpriced({ time, open, high, low, close }: Bars): void {
    let [count, first] = [0, 0];
    for (let at = time.length - 1; at >= 0; at--) {
      if (Number.isFinite(open[at]! + high[at]! + low[at]! + close[at]!)) continue;
      count++;
      first = time[at]!;
    }
    if (count > 0) this.#unpriced?.(count, first);
  }

  /** Days in row groups that are as they were are not read again. */
  async #readPrints(): Promise<Fingerprint> {
    const groups = await advised(this.#master, () => digestGroups(this.#master));
    const known = this.#before === undefined ? [] : unchangedDays(this.#before, groups);
    const last = known.at(-1);
    const rest = last === undefined ? await this.series('1m') : await this.#read({ from: startOf(last.day + 1) });
    const sum = (counts: readonly number[]): number => counts.reduce((all, count) => all + count, 0);
    // Bars missing from the count lie before the days they follow.
    if (sum(known.map(({ bars }) => bars)) + countBars(rest) !== sum(groups.map(({ rows }) => rows))) await requireSound(this.#master);
    const days: readonly DayPrint[] = [...known, ...digestDays(rest)];
    return { days, groups };
  }
}

/** Whole milliseconds, each later than the one before. */
function rises(time: Float64Array): boolean {
  for (let at = 0; at < time.length; at++) if (!Number.isInteger(time[at]) || (at > 0 && !(time[at]! > time[at - 1]!))) return false;
  return true;
}
