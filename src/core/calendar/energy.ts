import { HOLIDAYS, type HolidayName } from './holidays';
import { at, OUTAGES, type Exchange, type SpecialDay } from './market';

/** Crude oil, natural gas, products and metals of NYMEX and COMEX on CME Globex. */
export const ENERGY_AND_METALS: Exchange = {
  name: 'NYMEX and COMEX',
  hours: [
    { since: '2008-01-01', close: at('16:15') },
    // As equity.ts: Globex maintenance 15 minutes earlier.
    { since: '2015-09-21', close: at('16:00') },
  ],
  special: (date) => ONCE[date] ?? holiday(date),
  doubts: (date) =>
    // The Lean database closes some Fridays of these years at 15:15.
    date < '2012-01-01' && isFriday(date) ? [{ from: at('15:15'), to: at('16:15'), reason: 'some Fridays closed at 15:15' }] : [],
  halts: OUTAGES,
};

const ONCE: Readonly<Record<string, SpecialDay>> = {
  // 12:30 in a broker's notice; the Lean database has no session.
  '2009-07-03': { name: 'Independence Day', close: at('12:30'), perhapsFrom: -at('07:00'), stocksClosed: true },
};

function holiday(date: string): SpecialDay | undefined {
  const name = HOLIDAYS.get(date);
  const terms = name === undefined ? undefined : termsOf(name, date);
  return name === undefined || terms === undefined ? undefined : { name, ...terms };
}

function termsOf(name: HolidayName, date: string): Omit<SpecialDay, 'name'> | undefined {
  switch (name) {
    case "New Year's Day":
    case 'Good Friday':
    case 'Christmas Day':
      return { close: 'closed', stocksClosed: true };
    case 'day before Independence Day':
      return undefined;
    case 'day after Thanksgiving':
    case 'Christmas Eve':
      return { close: at('12:45'), stocksClosed: false };
    case 'Martin Luther King Jr. Day':
    case "Presidents' Day":
    case 'Memorial Day':
    case 'Juneteenth':
    case 'Independence Day':
    case 'Labor Day':
    case 'Thanksgiving Day':
      return { ...holidayHalt(name, date), stocksClosed: true };
  }
}

/** Halts of US holidays with trading, from the Lean database (until 2019) and pandas_market_calendars (12:00, from 2022 13:30). */
function holidayHalt(name: HolidayName, date: string): Pick<SpecialDay, 'close' | 'perhapsFrom'> {
  if (date < '2009-05-25') return { close: 'usual', perhapsFrom: at('12:15') };
  if (date < '2014-05-26') return { close: at('12:15') };
  if (date < '2022-01-01' || isFriday(date)) return { close: at('12:00') };
  return name === 'Labor Day' ? { close: at('13:30'), perhapsFrom: at('12:00') } : { close: at('13:30') };
}

const isFriday = (date: string): boolean => new Date(date).getUTCDay() === 5;
