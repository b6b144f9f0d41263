import type { FromDashboard, RunningJob, ToDashboard } from '../src/protocol/dashboard';
import type { Status } from '../src/protocol/keeping';
import { Cares } from './dashboard/cares';
import { BEGINNING, type Context, type Remembered, speaker } from './dashboard/context';
import { CoverageView } from './dashboard/coverage';
import { Files, summaryOf } from './dashboard/files';
import { monthsPart, runningPart, writingPart } from './dashboard/side';
import { button, element, renew } from './parts/element';
import { emptiness } from './parts/list';
import './dashboard.css';

/** The dashboard. Everything from outside enters as text, never as markup. */

declare function acquireVsCodeApi(): { postMessage(message: FromDashboard): void; getState(): Remembered | undefined; setState(state: Remembered): void };
const editor = acquireVsCodeApi();

let remembered: Remembered = { ...BEGINNING, ...editor.getState() };
const tell = (message: FromDashboard): void => { editor.postMessage(message); };

/** All parts of the page, made once its words are known. */
class Page {
  readonly context: Context;
  readonly files: Files;
  readonly cares: Cares;
  readonly coverage: CoverageView;
  readonly #summary = element('p', 'summary');
  readonly #running = element('section', 'running');
  readonly #writing = element('section', 'writing');
  readonly #months = element('section', 'monthly');
  readonly #body = element('div', 'body');
  #jobs: readonly RunningJob[] = [];
  #status: Status | undefined;
  /** When the file that is covered was last changed, as the inventory says. */
  #version: number | undefined;

  constructor({ words, zone }: Extract<ToDashboard, { type: 'words' }>) {
    this.context = {
      zone, tell, say: speaker(words), remembered: () => remembered,
      remember: (change) => {
        remembered = { ...remembered, ...change };
        editor.setState(remembered);
      },
    };
    const { say } = this.context;
    this.files = new Files(this.context, ({ file }) => { this.#cover(file); });
    this.cares = new Cares(this.context);
    this.coverage = new CoverageView(this.context);
    this.#showRunning();
    const refresh = button('secondary', () => { tell({ type: 'run', command: 'barkeep.refresh' }); }, say('Refresh'));
    const head = element('header', 'bar', element('div', '', element('h1', '', say('Dashboard')), this.#summary), refresh);
    document.getElementById('page')?.replaceChildren(head, this.#body);
  }

  take(message: Exclude<ToDashboard, { type: 'words' }>): void {
    switch (message.type) {
      case 'inventory':
        this.#inventory(message);
        break;
      case 'checked':
        this.files.showChecked(message.files);
        break;
      case 'running':
        this.#jobs = message.jobs;
        this.#showRunning();
        break;
      case 'status':
        this.#status = message.status;
        this.#showRunning();
        renew(this.#writing, ...writingPart(message.status, this.context));
        break;
      case 'months':
        renew(this.#months, ...monthsPart(message.months, message.failure, this.context));
        break;
      case 'coverage':
        this.coverage.take({ coverage: message.coverage });
        if (remembered.day !== undefined) tell({ type: 'day', file: message.coverage.file, day: remembered.day });
        break;
      case 'day':
        this.coverage.takeDay(message.day);
        break;
      case 'failure':
        this.coverage.fail(message.file, message.text);
    }
  }

  #inventory({ state, folder, entries, cares }: Extract<ToDashboard, { type: 'inventory' }>): void {
    const { say } = this.context;
    const act = (word: 'Choose Data Folder' | 'Create Sample Data' | 'Import…' | 'Show Log' | 'Try Again', command: Extract<FromDashboard, { type: 'run' }>['command'], primary = false): HTMLElement =>
      button(primary ? 'primary' : 'secondary', () => { tell({ type: 'run', command }); }, say(word));
    this.#summary.textContent = [folder, ...(entries.length === 0 ? [] : [summaryOf(entries, this.context)])].filter((part) => part !== '').join(' · ');
    if (state === 'failed') this.#body.replaceChildren(emptiness(say('The data folder could not be read. The log says why.'), act('Try Again', 'barkeep.refresh', true), act('Show Log', 'barkeep.showLog'), act('Choose Data Folder', 'barkeep.chooseFolder')));
    else if (state === 'empty') this.#body.replaceChildren(emptiness(say('There are no bars here yet.'), act('Choose Data Folder', 'barkeep.chooseFolder', true), act('Import…', 'barkeep.import'), act('Create Sample Data', 'barkeep.sample')), this.#side());
    else if (entries.length === 0) this.#body.replaceChildren(emptiness(say('Reading the data folder…')));
    else this.#ready(entries, cares);
  }

  #ready(entries: Extract<ToDashboard, { type: 'inventory' }>['entries'], cares: Extract<ToDashboard, { type: 'inventory' }>['cares']): void {
    if (!this.files.node.isConnected) this.#body.replaceChildren(element('div', 'main', this.files.node, this.coverage.node), this.#side());
    const covered = entries.find(({ file }) => file === remembered.file) ?? entries.find(({ category, timeframe, start }) => category === 'market' && timeframe === '1m' && start !== undefined);
    if (covered !== undefined && (covered.file !== this.coverage.file || covered.updated !== this.#version)) {
      this.#version = covered.updated;
      this.#ask(covered.file);
    }
    this.files.show(entries);
    this.cares.show(cares);
  }

  #side(): HTMLElement {
    return element('div', 'side', this.cares.node, this.#running, this.#writing, this.#months);
  }

  #showRunning(): void {
    renew(this.#running, ...runningPart(this.#jobs, this.#status, this.context));
  }

  /** The user chose a file. */
  #cover(file: string): void {
    if (file !== remembered.file) this.context.remember({ year: undefined, day: undefined });
    this.#ask(file);
    this.files.chosen();
  }

  #ask(file: string): void {
    this.context.remember({ file });
    this.coverage.wait(file);
    tell({ type: 'coverage', file });
  }
}

let page: Page | undefined;

addEventListener('message', ({ data }: MessageEvent<ToDashboard>) => {
  if (data.type === 'words') page = new Page(data);
  else page?.take(data);
});
tell({ type: 'ready' });
