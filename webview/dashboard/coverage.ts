import type { DashboardWord } from '../../src/protocol/dashboard';
import { type Cell, cellGrid } from '../parts/cells';
import { button, element, marked } from '../parts/element';
import { emptiness } from '../parts/list';
import { counted, type Context, type Covering } from './context';
import { dayPart } from './day';
import { dayName, dayOf, daysIn, monthOf, shareOf, type Stretch, yearsOf } from './days';

const MONTHS = Array.from({ length: 12 }, (_, at) => at + 1);
const DAYS = Array.from({ length: 31 }, (_, at) => at + 1);

const STATES: Readonly<Record<Stretch['state'], DashboardWord>> = { present: 'complete', degraded: 'incomplete', missing: 'missing', closed: 'closed', unknown: 'no bars', outside: 'not in the file' };

/** Which bars a file has: its years by months, one year by days, one day by hours and ranges. */
export class CoverageView {
  readonly #shown = element('div', '');
  /** What a screen reader says when it has come: the grids themselves are too much to be read out. */
  readonly #told = marked('p', { class: 'hidden', role: 'status' });
  readonly node = element('section', 'coverage', this.#told, this.#shown);
  readonly #context: Context;
  #covering: Covering | undefined;
  #waiting: string | undefined;
  #failure: string | undefined;

  constructor(context: Context) {
    this.#context = context;
    this.#show();
  }

  /** The file has been chosen and is being read. */
  wait(file: string): void {
    if (this.#covering?.coverage.file !== file) this.#covering = undefined;
    this.#waiting = file;
    this.#failure = undefined;
    this.#told.textContent = '';
    this.#show();
  }

  take(covering: Covering): void {
    this.#covering = covering;
    this.#waiting = undefined;
    this.#failure = undefined;
    this.#show();
    this.#told.textContent = this.#spoken(covering.coverage);
  }

  takeDay(day: NonNullable<Covering['day']>): void {
    if (this.#covering?.coverage.file !== day.file) return;
    this.#covering = { coverage: this.#covering.coverage, day };
    this.#show();
    const missing = sum(day.missing.map(({ bars, cause }) => (cause === 'unexpected' ? bars : 0)));
    this.#told.textContent = [day.day, ...amounts(this.#context.say, day.bars, missing)].join(', ');
  }

  fail(file: string, text: string): void {
    if (this.#context.remembered().file !== file) return;
    this.#waiting = undefined;
    this.#failure = text;
    this.#show();
  }

  get file(): string | undefined {
    return this.#covering?.coverage.file;
  }

  #show(): void {
    const { say } = this.#context;
    const focus = this.#focused();
    this.node.toggleAttribute('aria-busy', this.#waiting !== undefined);
    const failure = this.#failure === undefined ? [] : [alert(this.#failure)];
    if (this.#covering !== undefined) this.#shown.replaceChildren(...failure, ...this.#parts(this.#covering));
    else if (this.#waiting !== undefined) this.#shown.replaceChildren(element('h2', '', say('Coverage of {0}', this.#waiting)), element('p', 'calm', say('Reading every bar time of {0}…', this.#waiting)));
    else this.#shown.replaceChildren(element('h2', '', say('Coverage')), ...failure, ...(failure.length > 0 ? [] : [emptiness(say('Choose a master to see which bars it has.'))]));
    if (focus !== undefined) this.node.querySelector<HTMLElement>(`.${focus} [tabindex="0"]`)?.focus();
  }

  #spoken({ file, bars, missing, calendar }: Covering['coverage']): string {
    const { say } = this.#context;
    const lacking = calendar === undefined ? 0 : sum(missing);
    return [say('Coverage of {0}', file), ...(bars.length === 0 ? [say('no bars')] : amounts(say, sum(bars), lacking))].join(', ');
  }

  /** The grid that has the keyboard, which goes on to have it when the page is drawn anew. */
  #focused(): string | undefined {
    const holder = this.node.contains(document.activeElement) ? document.activeElement?.closest('.years, .months') : undefined;
    return holder?.classList.contains('years') === true ? 'years' : holder?.classList.contains('months') === true ? 'months' : undefined;
  }

  #parts({ coverage, day }: Covering): HTMLElement[] {
    const { say, tell, remembered } = this.#context;
    const years = yearsOf(coverage);
    const year = years.find((each) => each === remembered().year) ?? years[0];
    const head = element('div', 'bar', element('h2', '', say('Coverage of {0}', coverage.file)), button('secondary', () => { tell({ type: 'open', file: coverage.file }); }, say('Open the Bars')));
    const judged = element('p', 'calm', coverage.calendar === undefined ? say('There is no calendar for this instrument, so nothing can be called missing; days are UTC.') : say('Judged by {0}; days are UTC.', coverage.calendar));
    if (year === undefined) return [head, judged, emptiness(say('no bars'))];
    return [
      head, element('div', 'judged', judged, this.#legend(coverage.calendar !== undefined)),
      element('div', 'heat', element('div', 'years', this.#years(coverage, years, year)), element('div', 'months', this.#months(coverage, year))),
      ...(day === undefined ? [] : [dayPart(day, coverage, this.#context)]),
    ];
  }

  #legend(hasCalendar: boolean): HTMLElement {
    const { say } = this.#context;
    const states: readonly Stretch['state'][] = hasCalendar ? ['present', 'degraded', 'missing', 'closed'] : ['present', 'unknown'];
    return element('ul', 'legend', ...states.map((state) => {
      const swatch = element('span', `swatch ${looksOf(state, 0.5)}`, SIGNS[state]);
      swatch.setAttribute('aria-hidden', 'true');
      return element('li', '', swatch, say(STATES[state]));
    }));
  }

  #years(coverage: Covering['coverage'], years: readonly number[], shown: number): HTMLElement {
    const { say } = this.#context;
    const rows = years.map((year) => ({
      heading: String(year),
      current: year === shown,
      cells: MONTHS.map((month) => this.#cell(`${year}-${String(month).padStart(2, '0')}`, monthOf(coverage, year, month), false, () => { this.#turnTo(year); })),
    }));
    return cellGrid(say('Years'), MONTHS.map(String), rows);
  }

  #months(coverage: Covering['coverage'], year: number): HTMLElement {
    const { remembered } = this.#context;
    const rows = MONTHS.filter((month) => monthOf(coverage, year, month).state !== 'outside').map((month) => ({
      heading: `${year}-${String(month).padStart(2, '0')}`,
      cells: DAYS.map((day) => {
        if (day > daysIn(year, month)) return null;
        const name = dayName(year, month, day);
        return this.#cell(name, dayOf(coverage, name), name === remembered().day, () => { this.#goInto(coverage.file, name); });
      }),
    }));
    return cellGrid(String(year), DAYS.map(String), rows);
  }

  /** @param name of the month or day */
  #cell(name: string, stretch: Stretch, chosen: boolean, choose: () => void): Cell {
    const { say } = this.#context;
    const { state, bars, missing } = stretch;
    const share = shareOf(stretch);
    const percent = state === 'degraded' && name.length === 7 ? String(Math.min(99, Math.floor(share * 100))) : SIGNS[state];
    const label = [name, say(STATES[state]), ...(percent.length === 0 || state !== 'degraded' ? [] : [`${percent} %`]), ...(bars === 0 ? [] : [counted(say, bars, '1 bar', '{0} bars')]), ...(missing === 0 ? [] : [counted(say, missing, '1 bar missing', '{0} bars missing')])].join(' · ');
    return { look: looksOf(state, share), sign: percent, label, chosen, ...(state === 'outside' ? {} : { choose }) };
  }

  #turnTo(year: number): void {
    this.#context.remember({ year, day: undefined });
    if (this.#covering !== undefined) this.#covering = { coverage: this.#covering.coverage };
    this.#show();
  }

  #goInto(file: string, day: string): void {
    this.#context.remember({ day, year: Number(day.slice(0, 4)) });
    this.#show();
    this.#context.tell({ type: 'day', file, day });
  }
}

const sum = (numbers: readonly number[]): number => numbers.reduce((total, each) => total + each, 0);

const amounts = (say: Context['say'], bars: number, missing: number): string[] =>
  [counted(say, bars, '1 bar', '{0} bars'), ...(missing === 0 ? [] : [counted(say, missing, '1 bar missing', '{0} bars missing')])];

const SIGNS: Readonly<Record<Stretch['state'], string>> = { present: '', degraded: '', missing: '✕', closed: '·', unknown: '?', outside: '' };

/** The more is missing, the fainter. */
const looksOf = (state: Stretch['state'], share: number): string => (state === 'degraded' ? `degraded ${share >= 0.99 ? 'slightly' : share >= 0.9 ? 'partly' : 'badly'}` : state);

function alert(text: string): HTMLElement {
  const made = element('p', 'failure', text);
  made.setAttribute('role', 'alert');
  return made;
}
