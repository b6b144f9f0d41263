import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import * as vscode from 'vscode';
import { messageInEditor } from '../../core/base/failure';
import { parseEvent } from '../../protocol/events';
import type { ExportStanding } from '../../protocol/exports';
import { launch, type Program, tailOf } from '../children/program';
import { settings } from '../settings';
import { isPending } from './texts';

/** Pause before a child that has ended is started again, ms; doubled each time. */
const FIRST_DELAY = 2_000;
const LONGEST_DELAY = 60_000;

/** The exports into the raw folder as a child sees them (`barkeep watch`), from the first time anybody asks. */
export class Following implements vscode.Disposable {
  readonly #program: Program;
  readonly #log: vscode.LogOutputChannel;
  readonly #known = new Map<string, ExportStanding>();
  readonly #changed = new vscode.EventEmitter<ExportStanding | undefined>();
  readonly #ended = new vscode.EventEmitter<readonly ExportStanding[]>();
  /** An export that changed; undefined: any of them. */
  readonly onDidChange = this.#changed.event;
  /** The last export that ran has ended: all that ended since the first of them was seen to run, but our own. */
  readonly onDidEnd = this.#ended.event;
  /** Instruments and CSVs of exports that a command here makes, which tells of their end itself. */
  readonly own = new Set<string>();
  readonly #run = new Set<string>();
  #child: ChildProcess | undefined;
  #again: NodeJS.Timeout | undefined;
  #delay = FIRST_DELAY;
  #why: string | undefined;
  #disposed = false;

  constructor(program: Program, log: vscode.LogOutputChannel) {
    this.#program = program;
    this.#log = log;
  }

  /** Those that run first, then the newest first. */
  get exports(): readonly ExportStanding[] {
    const rank = (each: ExportStanding): number => (isPending(each) ? 0 : 1);
    return [...this.#known.values()].sort((a, b) => rank(a) - rank(b) || (stampOf(a) < stampOf(b) ? 1 : -1));
  }

  get running(): readonly ExportStanding[] {
    return this.exports.filter(({ state }) => state === 'starting' || state === 'running');
  }

  /** Why nothing can be seen. */
  get failure(): string | undefined {
    return this.#why;
  }

  /** Begins to watch, if that has not been done; called again when a folder is changed in the settings. */
  watch(anew = false): void {
    if (this.#disposed || (this.#child !== undefined && !anew)) return;
    clearTimeout(this.#again);
    this.#stop();
    this.#known.clear();
    this.#run.clear();
    const folder = settings.dataFolder();
    if (folder !== undefined) this.#start(folder);
    this.#changed.fire(undefined);
  }

  dispose(): void {
    this.#disposed = true;
    clearTimeout(this.#again);
    this.#stop();
    this.#changed.dispose();
    this.#ended.dispose();
  }

  #start(folder: string): void {
    const raw = settings.exportsFolder();
    const child = launch(this.#program, ['watch', ...(raw === undefined ? [] : [raw]), '--data', folder, '--json'], false);
    this.#child = child;
    const errors = tailOf(child.stderr);
    this.#why = undefined;
    createInterface({ input: child.stdout! }).on('line', (line) => {
      const event = parseEvent(line);
      if (event === undefined || this.#child !== child) return;
      if (event.type === 'export') this.#take(event.export, event.gone === true);
      if (event.type === 'log') this.#log.info(event.message);
      if (event.type === 'failure') this.#why = messageInEditor(event);
    });
    child.once('error', (error) => { this.#why = error.message; });
    child.once('close', (code) => {
      if (this.#child !== child) return;
      this.#child = undefined;
      this.#log.warn(`barkeep watch: ${this.#why ?? `it ended with code ${code ?? '?'}. ${errors()}`}`);
      this.#again = setTimeout(() => { this.watch(); }, this.#delay);
      this.#delay = Math.min(this.#delay * 2, LONGEST_DELAY);
      this.#changed.fire(undefined);
    });
  }

  #stop(): void {
    const child = this.#child;
    this.#child = undefined;
    child?.kill();
  }

  #take(standing: ExportStanding, gone: boolean): void {
    this.#delay = FIRST_DELAY;
    if (gone) this.#known.delete(standing.key);
    else this.#known.set(standing.key, standing);
    // One that had no file yet goes on under the name of its file.
    if (gone && standing.state === 'starting') this.#run.delete(standing.key);
    else if (isPending(standing)) this.#run.add(standing.key);
    this.#changed.fire(gone ? undefined : standing);
    const over = [...this.#run].flatMap((key) => this.#known.get(key) ?? []);
    if (this.#run.size === 0 || over.some(isPending)) return;
    this.#run.clear();
    const others = over.filter((each) => !this.own.has(each.key) && !this.own.has(each.instrument ?? ''));
    if (others.length > 0) this.#ended.fire(others);
  }
}

const stampOf = ({ key }: ExportStanding): string => /\d{8}_\d{6}/.exec(key)?.[0] ?? key;
