import type { Published } from './published';

/**
 * Single days from the exchange's own notices and brokers' reprints of them:
 * CME releases of 2012-10-28 and -29 (Hurricane Sandy), 2018-12-02 and 2024-12-30 (mourning); Lind-Waldock for 2009-07-02 and -03;
 * TransAct for 2013-07-03 to -05; TradingMarkets for 2010-12-31; RanSquawk for 2013-12-24; Day Trade To Win for 2022-06-20 and -07-04; ForexLive for 2024-06-19; DTN for 2024-07-03 and -04; CME's holiday table for 2026 as
 * reprinted by trade.xyz; Lean pull request 9807 (from CME's schedules) for 2023-07-03, 2024-11-29 and 2025-12-25.
 */
export const notices: Published = {
  name: 'notices',
  only: true,
  days: `
    2009 07-02 regular, 07-03 10:30
    2010 12-31 regular
    2012 10-29 08:15, 10-30 08:15
    2013 07-03 12:15, 07-04 10:30, 07-05 regular, 12-24 12:15
    2018 12-05 08:30
    2022 06-20 12:00, 07-04 12:00
    2023 07-03 12:15
    2024 06-19 12:00, 07-03 12:15, 07-04 12:00, 11-29 12:15
    2025 01-09 08:30, 01-20 12:00, 12-25 closed
    2026 01-01 closed, 01-19 12:00, 02-16 12:00, 04-03 08:15, 05-25 12:00, 06-19 12:00, 07-03 12:00, 09-07 12:00, 11-26 12:00, 11-27 12:15, 12-24 12:15, 12-25 closed, 12-31 regular
  `,
};
