import path from 'node:path';
import * as vscode from 'vscode';
import { messageInEditor } from '../core/base/failure';
import type { Event, FailureEvent, ProgressEvent } from '../protocol/events';
import type { JobName } from '../protocol/results';
import { type Outcome, runJob } from './children/job';
import { commandLine, type Program } from './children/program';
import { t } from './words';

/** Work that takes longer than this gets a notification, with its progress and a button to cancel it, ms. */
const PATIENCE = 1000;

export interface Job<Name extends JobName> {
  /** The result to expect. */
  readonly name: Name;
  /** The command line, without `--json`. */
  readonly args: readonly string[];
  /** What the user sees while it runs: `Import into ES 1m`. */
  readonly title: string;
  /** The view that shows that it is at work; the inventory when not given. */
  readonly view?: string;
  /** Hears what it tells on the way, results of several files for one. */
  readonly onEvent?: (event: Event) => void;
}

/** A job at work. */
export interface Run {
  readonly id: number;
  readonly job: Job<JobName>;
  /** What it said last. */
  said: string;
}

/** Runs jobs in children of their own, with progress, cancellation and a line in the log for each. */
export class Jobs implements vscode.Disposable {
  readonly #program: Program;
  readonly #log: vscode.LogOutputChannel;
  readonly #running = new Map<AbortController, Run>();
  readonly #changed = new vscode.EventEmitter<void>();
  readonly #said = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  /** A job that runs has said something. */
  readonly onDidSay = this.#said.event;
  #last = 0;

  constructor(program: Program, log: vscode.LogOutputChannel) {
    this.#program = program;
    this.#log = log;
  }

  /** What runs, in the order it was started. */
  get runs(): readonly Run[] {
    return [...this.#running.values()];
  }

  /** @param id of a run; one that is over is passed by */
  cancel(id: number): void {
    for (const [controller, run] of this.#running) if (run.id === id) controller.abort();
  }

  isRunning(name: JobName): boolean {
    return [...this.#running.values()].some(({ job }) => job.name === name);
  }

  /** Runs a job; when another process holds the lock, says who, and waits for it or tries again as the user chooses. */
  async run<Name extends JobName>(job: Job<Name>): Promise<Outcome<Name>> {
    const outcome = await this.#once(job);
    if (outcome.kind !== 'failed' || outcome.failure.kind !== 'locked') return outcome;
    const [wait, again] = [t('Wait'), t('Try Again')];
    const chosen = await vscode.window.showWarningMessage(t('{0}: {1}', job.title, outcome.failure.why), wait, again);
    if (chosen === wait) return this.run({ ...job, args: [...job.args.filter((arg) => arg !== '--wait'), '--wait'] });
    return chosen === again ? this.run(job) : { kind: 'cancelled' };
  }

  async #once<Name extends JobName>(job: Job<Name>): Promise<Outcome<Name>> {
    const controller = new AbortController();
    const said = new vscode.EventEmitter<string>();
    const run: Run = { id: ++this.#last, job, said: '' };
    const working = this.#work(job, controller.signal, (message) => {
      run.said = message;
      said.fire(message);
      this.#said.fire();
    });
    this.#mark(() => this.#running.set(controller, run));
    void vscode.window.withProgress({ location: { viewId: job.view ?? 'barkeep.inventory' } }, () => working);
    const patience = setTimeout(() => { notify({ title: job.title, working, last: run.said, said: said.event, cancel: () => { controller.abort(); } }); }, PATIENCE);
    try {
      const outcome = await working;
      if (outcome.kind === 'cancelled') void vscode.window.setStatusBarMessage(t('{0}: cancelled.', job.title), 8000);
      return outcome;
    } finally {
      clearTimeout(patience);
      said.dispose();
      this.#mark(() => this.#running.delete(controller));
    }
  }

  /** Says what went wrong and what to do; returns the button that was chosen. */
  async report(failure: FailureEvent, ...buttons: string[]): Promise<string | undefined> {
    const showLog = t('Show Log');
    const chosen = await this.tell(failure, [...buttons, showLog]);
    if (chosen === showLog) this.#log.show();
    return chosen;
  }

  /** The same with these buttons alone. */
  tell(failure: FailureEvent, buttons: readonly string[]): Thenable<string | undefined> {
    return vscode.window.showErrorMessage(inShort(failure), ...buttons);
  }

  /** Cancels whatever runs: the editor is closing. */
  dispose(): void {
    for (const controller of this.#running.keys()) controller.abort();
    this.#changed.dispose();
    this.#said.dispose();
  }

  async #work<Name extends JobName>(job: Job<Name>, signal: AbortSignal, say: (message: string) => void): Promise<Outcome<Name>> {
    const started = Date.now();
    this.#log.info(commandLine(job.args));
    const outcome = await runJob(this.#program, job.name, job.args, {
      signal,
      onEvent: (event) => {
        job.onEvent?.(event);
        if (event.type === 'log') this.#log.info(event.message);
        if (event.type === 'log') say(event.message);
        if (event.type === 'progress') say(progressText(event));
      },
    });
    const seconds = ((Date.now() - started) / 1000).toFixed(1);
    if (outcome.kind === 'failed') this.#log.error(outcome.failure.message);
    else this.#log.info(outcome.kind === 'cancelled' ? `cancelled after ${seconds} s` : `exit code ${outcome.exitCode} after ${seconds} s`);
    return outcome;
  }

  #mark(change: () => void): void {
    change();
    this.#changed.fire();
  }
}

/** The log has the whole path; a notification has room for the file's name. */
function inShort(failure: FailureEvent): string {
  const [message, { file }] = [messageInEditor(failure), failure];
  return file === undefined ? message : message.replaceAll(file, path.basename(file));
}

interface Notice {
  readonly title: string;
  readonly working: Promise<unknown>;
  /** What was said before the notice appeared. */
  readonly last: string;
  readonly said: vscode.Event<string>;
  readonly cancel: () => void;
}

function notify({ title, working, last, said, cancel }: Notice): void {
  void vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title, cancellable: true }, async (progress, token) => {
    if (last !== '') progress.report({ message: last });
    const listeners = vscode.Disposable.from(token.onCancellationRequested(cancel), said((message) => { progress.report({ message }); }));
    await working.finally(() => { listeners.dispose(); });
  });
}

/** Steps follow one another with totals of their own, so each is shown by its own share. Files go by their names. */
function progressText({ step, done, total }: ProgressEvent): string {
  const short = step.replace(/(?:[A-Za-z]:\\|\/).*[\\/]/, '');
  return total > 0 ? `${short} ${Math.floor(Math.min(1, done / total) * 100)} %` : short;
}
