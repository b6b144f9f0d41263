import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { calendarFor } from '../../../src/core/calendar/calendar';
import { daysOf, type Published } from './published';
import { exchangeCalendars } from './published-exchange-calendars';
import { lean } from './published-lean';
import { notices } from './published-notices';
import { pandasMarketCalendars } from './published-pandas-market-calendars';

const SOURCES = [pandasMarketCalendars, exchangeCalendars, lean, notices];
const DOCS = path.join(import.meta.dirname, '..', '..', '..', 'docs', 'calendar.md');
const es = calendarFor('ES')!;

/** An oracle of its own for wall clocks: Intl, not core/base/time. */
const chicago = new Intl.DateTimeFormat('sv-SE', { timeZone: 'America/Chicago', dateStyle: 'short', timeStyle: 'short' });

/** Ordinary closes of the spec's table; before 2012-11-19 the last hour may be missing on a holiday's eve. */
function ordinary(date: string): string[] {
  if (date < '2012-11-19') return ['16:30', '15:15'];
  if (date < '2015-09-21') return ['16:15'];
  return ['16:00'];
}

const closes = new Map(es.sessions(Date.UTC(2008, 0, 1), Date.UTC(2028, 0, 1)).map(({ close }) => chicago.format(close).split(' ') as [string, string]));

function here(date: string): string {
  const close = closes.get(date);
  if (close === undefined) return 'closed';
  return ordinary(date).includes(close) ? 'regular' : close;
}

/** `Lean | 2012-04-06 | closed | 08:15` */
function disagreements(source: Published): string[] {
  return [...daysOf(source)].filter(([date, says]) => says !== here(date)).map(([date, says]) => `${source.name} | ${date} | ${says} | ${here(date)}`);
}

/** The table of docs/calendar.md, a line per date. */
function documented(): string[] {
  const rows = readFileSync(DOCS, 'utf8').split('\n').filter((line) => SOURCES.some(({ name }) => line.startsWith(`| ${name} |`)));
  return rows.flatMap((row) => {
    const [, source, says, ours, dates, why] = row.split('|').map((cell) => cell.trim());
    assert.ok((why ?? '').length > 10, `no reason in: ${row}`);
    return dates!.split(', ').map((date) => `${source!} | ${date} | ${says!} | ${ours!}`);
  });
}

describe('calendar against what others publish', () => {
  it('closes every weekday of 2008–2027 as they say, but for the documented disagreements', () => {
    const found = SOURCES.flatMap(disagreements).sort();
    assert.deepEqual(found, documented().sort());
  });

  it('never disagrees with the exchange\'s own notices', () => {
    assert.deepEqual(disagreements(notices), []);
  });

  it('has at least two sources for every special day, or says so', () => {
    const counted = [pandasMarketCalendars, exchangeCalendars, lean, notices].map(daysOf);
    const special = [...daysOf(pandasMarketCalendars).keys()].filter((date) => here(date) !== 'regular');
    // A source supports a day when it is special there too, whatever the time of day.
    const lonely = special.filter((date) => counted.filter((days) => (days.get(date) ?? 'regular') !== 'regular').length < 2);
    assert.deepEqual(lonely, ['2008-07-03', '2012-10-29', '2012-10-30', '2025-07-03']);
  });
});
