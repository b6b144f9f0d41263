/**
 * Days on which CME Globex did not keep its ordinary hours, 2008–2027, year by year. Each date was compared with at least two
 * published calendars (docs/calendar.md lists where they disagree); the times of day are in equity.ts and energy.ts.
 * Observed days are the exchange's: a Saturday's Independence Day is kept on Friday, a Saturday's New Year's Day not at all.
 */

export const FIRST_YEAR = 2008;
export const LAST_YEAR = 2027;

const COLUMNS = [
  "New Year's Day",
  'Martin Luther King Jr. Day',
  "Presidents' Day",
  'Good Friday',
  'Memorial Day',
  'Juneteenth',
  'day before Independence Day',
  'Independence Day',
  'Labor Day',
  'Thanksgiving Day',
  'day after Thanksgiving',
  'Christmas Eve',
  'Christmas Day',
] as const;
export type HolidayName = (typeof COLUMNS)[number];

// Under Independence Day's eve and Christmas Eve stand only those that are business days of their own.
//    New Y. King   Presid GoodFr Memor. Junet. Jul 3  Jul 4  Labor  Thanks after  Dec 24 Dec 25
const TABLE = `
2008  01-01  01-21  02-18  03-21  05-26  -      07-03  07-04  09-01  11-27  11-28  12-24  12-25
2009  01-01  01-19  02-16  04-10  05-25  -      -      07-03  09-07  11-26  11-27  12-24  12-25
2010  01-01  01-18  02-15  04-02  05-31  -      -      07-05  09-06  11-25  11-26  -      12-24
2011  -      01-17  02-21  04-22  05-30  -      -      07-04  09-05  11-24  11-25  -      12-26
2012  01-02  01-16  02-20  04-06  05-28  -      07-03  07-04  09-03  11-22  11-23  12-24  12-25
2013  01-01  01-21  02-18  03-29  05-27  -      07-03  07-04  09-02  11-28  11-29  12-24  12-25
2014  01-01  01-20  02-17  04-18  05-26  -      07-03  07-04  09-01  11-27  11-28  12-24  12-25
2015  01-01  01-19  02-16  04-03  05-25  -      -      07-03  09-07  11-26  11-27  12-24  12-25
2016  01-01  01-18  02-15  03-25  05-30  -      -      07-04  09-05  11-24  11-25  -      12-26
2017  01-02  01-16  02-20  04-14  05-29  -      07-03  07-04  09-04  11-23  11-24  -      12-25
2018  01-01  01-15  02-19  03-30  05-28  -      07-03  07-04  09-03  11-22  11-23  12-24  12-25
2019  01-01  01-21  02-18  04-19  05-27  -      07-03  07-04  09-02  11-28  11-29  12-24  12-25
2020  01-01  01-20  02-17  04-10  05-25  -      -      07-03  09-07  11-26  11-27  12-24  12-25
2021  01-01  01-18  02-15  04-02  05-31  -      -      07-05  09-06  11-25  11-26  -      12-24
2022  -      01-17  02-21  04-15  05-30  06-20  -      07-04  09-05  11-24  11-25  -      12-26
2023  01-02  01-16  02-20  04-07  05-29  06-19  07-03  07-04  09-04  11-23  11-24  -      12-25
2024  01-01  01-15  02-19  03-29  05-27  06-19  07-03  07-04  09-02  11-28  11-29  12-24  12-25
2025  01-01  01-20  02-17  04-18  05-26  06-19  07-03  07-04  09-01  11-27  11-28  12-24  12-25
2026  01-01  01-19  02-16  04-03  05-25  06-19  -      07-03  09-07  11-26  11-27  12-24  12-25
2027  01-01  01-18  02-15  03-26  05-31  06-18  -      07-05  09-06  11-25  11-26  -      12-24`;

/** `2025-11-27` → `Thanksgiving Day` */
export const HOLIDAYS: ReadonlyMap<string, HolidayName> = new Map(
  TABLE.trim().split('\n').flatMap((line) => {
    const [year, ...days] = line.split(/\s+/);
    return days.flatMap((day, column): [string, HolidayName][] => (day === '-' ? [] : [[`${year!}-${day}`, COLUMNS[column]!]]));
  }),
);
