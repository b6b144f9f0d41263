import { HOLIDAYS, type HolidayName } from './holidays';
import { at, OUTAGES, type Exchange, type SpecialDay } from './market';

/** E-mini S&P 500, Nasdaq-100, Russell 2000, Dow and their micros on CME Globex. */
export const EQUITY_INDEX: Exchange = {
  name: 'CME equity index',
  hours: [
    // CME, "New expanded Globex hours" (2003-09-29): halt at 15:15, again 15:30–16:30; Friday ends at 15:15.
    { since: '2003-09-29', close: at('16:30'), fridayClose: at('15:15'), pause: [at('15:15'), at('15:30')] },
    // CME, "Equity index later close" (trade date 2012-11-19): until 16:15, Friday too.
    { since: '2012-11-19', close: at('16:15'), pause: [at('15:15'), at('15:30')] },
    // CME, Globex maintenance 15 minutes earlier (2015-09-21); NinjaTrader advisory 25 names the markets.
    { since: '2015-09-21', close: at('16:00'), pause: [at('15:15'), at('15:30')] },
    // CME Globex notice 20210621: no pause from trade date 2021-06-28.
    { since: '2021-06-28', close: at('16:00') },
  ],
  special: (date) => ONCE[date] ?? holiday(date),
  doubts: (date) => [
    // The evening open was once 17:30. CME's releases say 17:00 by March 2005; when it moved is not published.
    ...(date < '2012-01-01' ? [{ from: -at('07:00'), to: -at('06:30'), reason: 'the open may still have been at 17:30' }] : []),
    // 15:30–16:30 was the first hour of the next trade date: before a holiday there may be none (broker's notice for 2009-07-02).
    ...(date < '2012-11-19' && isHoliday(dayAfter(date)) ? [{ from: at('15:30'), to: at('16:30'), reason: 'the last hour may be closed before a holiday' }] : []),
  ],
  halts: [
    ...OUTAGES,
    // A fall of 7 % halts stocks for 15 minutes, and equity index futures with them (CME, "S&P 500 price limits FAQ").
    { from: '2020-03-09 08:30', to: '2020-03-09 09:00', reason: 'market-wide circuit breaker', perhaps: true },
    { from: '2020-03-12 08:30', to: '2020-03-12 09:00', reason: 'market-wide circuit breaker', perhaps: true },
    { from: '2020-03-16 08:30', to: '2020-03-16 09:00', reason: 'market-wide circuit breaker', perhaps: true },
    { from: '2020-03-18 11:55', to: '2020-03-18 12:15', reason: 'market-wide circuit breaker', perhaps: true },
  ],
};

/** Closes decided for one day. */
const ONCE: Readonly<Record<string, SpecialDay>> = {
  // CME press releases of 2012-10-28 and 2012-10-29.
  '2012-10-29': { name: 'Hurricane Sandy', close: at('08:15'), stocksClosed: true },
  '2012-10-30': { name: 'Hurricane Sandy', close: at('08:15'), stocksClosed: true },
  // CME press release of 2018-12-02.
  '2018-12-05': { name: 'National Day of Mourning', close: at('08:30'), stocksClosed: true },
  // CME press release of 2024-12-30.
  '2025-01-09': { name: 'National Day of Mourning', close: at('08:30'), stocksClosed: true },
};

/** Good Fridays on which the Employment Situation was published: open until 08:15 (CME holiday calendar of each year). */
const OPEN_GOOD_FRIDAYS = new Set(['2010-04-02', '2012-04-06', '2015-04-03', '2021-04-02', '2023-04-07', '2026-04-03']);

/** US holidays halt at 10:30 until Presidents' Day 2014, at 12:00 from Memorial Day 2014 (CME holiday calendars). */
const NOON_SINCE = '2014-05-26';

function holiday(date: string): SpecialDay | undefined {
  const name = HOLIDAYS.get(date);
  return name === undefined ? undefined : { name, ...termsOf(name, date) };
}

function termsOf(name: HolidayName, date: string): Omit<SpecialDay, 'name'> {
  switch (name) {
    case "New Year's Day":
    case 'Christmas Day':
      return { close: 'closed', stocksClosed: true };
    case 'Good Friday':
      return { close: OPEN_GOOD_FRIDAYS.has(date) ? at('08:15') : 'closed', stocksClosed: true };
    case 'day before Independence Day':
      // Regular in 2006, 12:15 from 2012 on; no notice was found for 2008.
      return date === '2008-07-03' ? { close: 'usual', perhapsFrom: at('12:15'), stocksClosed: false } : { close: at('12:15'), stocksClosed: false };
    case 'day after Thanksgiving':
    case 'Christmas Eve':
      return { close: at('12:15'), stocksClosed: false };
    case 'Martin Luther King Jr. Day':
    case "Presidents' Day":
    case 'Memorial Day':
    case 'Juneteenth':
    case 'Independence Day':
    case 'Labor Day':
    case 'Thanksgiving Day':
      return { close: at(date < NOON_SINCE ? '10:30' : '12:00'), stocksClosed: true };
  }
}

/** Days after which trading starts anew for another trade date. */
function isHoliday(date: string): boolean {
  const special = holiday(date);
  return special?.stocksClosed === true;
}

const dayAfter = (date: string): string => new Date(Date.parse(date) + 86_400_000).toISOString().slice(0, 10);
