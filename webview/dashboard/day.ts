import type { Coverage, DayCoverage } from '../../src/protocol/coverage';
import { button, element, marked, table } from '../parts/element';
import { momentIn } from '../parts/words';
import { counted, type Context } from './context';
import { dayOf } from './days';

/** What can be fetched. */
const FETCHED = /_(1m|5m|1D|1W)\.parquet$/;

/** One day: its bars by hours, what is missing and when the market was closed. */
export function dayPart(day: DayCoverage, coverage: Coverage, { say, tell, zone }: Context): HTMLElement {
  const { file } = day;
  const midnight = Date.parse(day.day);
  const { missing } = dayOf(coverage, day.day);
  const unexplained = day.missing.filter(({ cause }) => cause !== 'thin');
  const thin = day.missing.length - unexplained.length;
  const first = unexplained[0];
  const at = first === undefined ? midnight : Math.max(midnight, Date.parse(first.from) - 3_600_000);
  const facts = [counted(say, day.bars, '1 bar', '{0} bars'), ...(missing === 0 ? [] : [counted(say, missing, '1 bar missing', '{0} bars missing')])].join(' · ');
  const actions = [
    button('secondary', () => { tell({ type: 'open', file, at }); }, say('Open the Bars')),
    ...(unexplained.length === 0 ? [] : [
      ...(FETCHED.test(file) ? [button('secondary', () => { tell({ type: 'fill', file, by: 'update' }); }, say('Update from Yahoo…'))] : []),
      button('secondary', () => { tell({ type: 'fill', file, by: 'import' }); }, say('Import an Export…')),
    ]),
  ];
  const time = (iso: string): string => iso.slice(11, 16);
  const here = (iso: string): string => momentIn(zone, Date.parse(iso));
  const rows = unexplained.map(({ from, to, bars, reason }) => element('tr', '',
    element('td', '', `${time(from)} – ${time(to)}`), element('td', '', `${here(from)} – ${here(to).slice(11)}`), marked('td', { class: 'number' }, bars.toLocaleString('en-US')), element('td', '', reason)));
  const closed = day.closed.map(({ from, to, reason }) => `${time(from)} – ${to.slice(0, 10) === day.day ? time(to) : '24:00'} ${reason}`);
  return element('section', 'day',
    element('div', 'bar', element('h3', '', `${day.day} · ${facts}`), element('div', 'actions', ...actions)),
    hours(day, say),
    ...(rows.length === 0 ? [element('p', 'calm', say('Nothing is missing on this day.'))] : [element('h3', '', say('Bars that are missing')), table(['UTC', zone, say('Bars'), say('Why')], rows, [2])]),
    ...(thin === 0 ? [] : [element('p', 'calm', counted(say, thin, 'Perhaps no trade: 1 short stretch.', 'Perhaps no trade: {0} short stretches.'))]),
    ...(closed.length === 0 ? [] : [element('p', 'calm', `${say('When the market was closed')}: ${closed.join(', ')}`)]),
  );
}

/** A column an hour, as high as the share of its bars. */
function hours({ hours: all }: DayCoverage, say: Context['say']): HTMLElement {
  const most = Math.max(1, ...all.map(({ bars, expected }) => Math.max(bars, expected)));
  const columns = all.map(({ bars, expected }, hour) => {
    const text = `${String(hour).padStart(2, '0')}:00 · ${expected === 0 ? counted(say, bars, '1 bar', '{0} bars') : say('{0} of {1} bars', bars, expected)}`;
    const [room, there] = [element('div', expected > bars ? 'room short' : 'room'), element('div', 'there')];
    room.style.height = `${(Math.max(bars, expected) / most) * 100}%`;
    there.style.height = `${(bars / Math.max(1, bars, expected)) * 100}%`;
    room.append(there);
    return marked('li', { title: text }, element('span', 'hidden', text), room, marked('span', { class: 'hour', 'aria-hidden': true }, hour % 3 === 0 ? String(hour).padStart(2, '0') : ''));
  });
  return element('figure', 'hours', marked('ol', { 'aria-label': say('Bars by hour (UTC)') }, ...columns), element('figcaption', 'calm', say('Bars by hour (UTC)')));
}
