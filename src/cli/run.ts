import path from 'node:path';
import { Failure, Unfinished, failureFrom } from '../core/base/failure';
import type { Operation } from '../core/base/ports';
import { openDisk } from '../core/disk/disk';
import { faultyFiles, parseFault } from '../core/disk/faults';
import { nodeFiles, type Files } from '../core/disk/files';
import { releaseAllSync } from '../core/disk/lock';
import type { JobContext } from '../core/jobs/context';
import { recorded } from '../core/jobs/record';
import { readLockTimeout } from '../core/jobs/settings';
import { findDataFolder } from '../core/store/layout';
import { EVENTS_VERSION, failureEvent, type Event } from '../protocol/events';
import { EXIT, exitCodeOf, type ExitName } from '../protocol/exit';
import type { ExportTold } from '../protocol/exports';
import type { JobName, Results } from '../protocol/results';
import { ProgressBar, paintFor, type Paint } from './terminal';
import { WRITES, readOnly } from './writes';

/** The options every command takes. */
export interface SharedOptions {
  readonly data?: string;
  readonly json?: boolean;
  /** Commands that write only: wait for locks that others hold. */
  readonly wait?: boolean;
}

/** One command: what it does, how a person reads its result, and the exit it deserves. */
export interface Command<Name extends JobName> {
  readonly name: Name;
  /** The data folder of a command that names its own; it then takes no `--data`. */
  readonly folder?: string;
  /** @param tell for what a command tells while it runs, besides its log */
  run(context: JobContext, tell: (told: ExportTold) => void): Promise<Results[Name]>;
  /** How what is told reads; of commands that tell. */
  told?(told: ExportTold, paint: Paint): string;
  show(result: Results[Name], paint: Paint): readonly string[];
  exit(result: Results[Name]): ExitName;
}

const PROGRESS_EVENTS_MS = 100;

/** Runs one command to its exit code, speaking to a person or, with `--json`, in events. Never throws. */
export const runCommand = <Name extends JobName>(command: Command<Name>, options: SharedOptions): Promise<number> => runCommands([command], options);

/** As `runCommand`, one after the other with one start and one end; the exit code is the worst, a failure does not stop the rest. */
export async function runCommands<Name extends JobName>(commands: readonly Command<Name>[], options: SharedOptions): Promise<number> {
  const started = Date.now();
  const speaker = options.json === true ? new EventSpeaker() : new PersonSpeaker();
  const cancel = cancelOnSignals();
  if (commands[0] !== undefined) speaker.start(commands[0].name);
  let exitCode: number = EXIT.ok.code;
  for (const command of commands) {
    exitCode = Math.max(exitCode, await runOne(command, options, speaker, cancel.signal));
    if (cancel.signal.aborted) break;
  }
  releaseAllSync();
  cancel.stop();
  speaker.end(exitCode, Date.now() - started);
  return exitCode;
}

async function runOne<Name extends JobName>(command: Command<Name>, options: SharedOptions, speaker: Speaker, signal: AbortSignal): Promise<number> {
  try {
    const context = await contextFor(command, options, speaker.operation(signal));
    const tell = (told: ExportTold): void => { speaker.tell(command, told); };
    const result = await (WRITES[command.name] ? recorded(context, (watched) => command.run(watched, tell)) : command.run(context, tell));
    speaker.result(command, result);
    return EXIT[command.exit(result)].code;
  } catch (error) {
    const failure = signal.aborted ? cancelled(command.name, error) : failureFrom(error, command.name);
    // What is done stays done, and is told; the type of a command's own result.
    if (error instanceof Unfinished) speaker.result(command, error.done as Results[Name]);
    speaker.failure(failure);
    return exitCodeOf(failure.kind);
  }
}

async function contextFor({ name, folder: own }: Command<JobName>, options: SharedOptions, operation: Operation): Promise<JobContext> {
  const clock = { now: Date.now };
  const folder = own ?? (options.data === undefined ? await findDataFolder(process.cwd()) : path.resolve(options.data));
  const lockTimeoutHours = WRITES[name] ? await readLockTimeout(folder) : undefined;
  const disk = { ...openDisk({ clock, command: `barkeep ${name}`, files: filesFor(name) }), ...(lockTimeoutHours === undefined ? {} : { lockTimeoutHours }) };
  return { disk, clock, folder, operation, wait: options.wait === true };
}

/** BARKEEP_FAULT (core/disk/faults.ts) lets a test kill this process, or fail its disk, at a chosen operation. */
function filesFor(command: JobName): Files {
  if (!WRITES[command]) return readOnly(nodeFiles, command);
  const fault = process.env['BARKEEP_FAULT'];
  return fault === undefined ? nodeFiles : faultyFiles(parseFault(fault));
}

/** A failure that tells what was finished before the cancelling keeps its words. */
function cancelled(command: string, error: unknown): Failure {
  const told = error instanceof Failure ? error.facts.remedy : undefined;
  const remedy = told ?? 'Nothing was left half-done; run it again when you like.';
  return new Failure('cancelled', { attempted: `finish ${command}`, why: 'it was cancelled.', remedy });
}

/** The first signal asks the work to stop; a second one releases the locks and ends at once. */
function cancelOnSignals(): { signal: AbortSignal; stop: () => void } {
  const controller = new AbortController();
  const onSignal = (): void => {
    if (controller.signal.aborted) {
      releaseAllSync();
      process.exit(EXIT.cancelled.code);
    }
    controller.abort();
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const name of signals) process.on(name, onSignal);
  return {
    signal: controller.signal,
    stop: () => {
      for (const name of signals) process.off(name, onSignal);
    },
  };
}

interface Speaker {
  start(command: string): void;
  operation(signal: AbortSignal): Operation;
  tell<Name extends JobName>(command: Command<Name>, told: ExportTold): void;
  result<Name extends JobName>(command: Command<Name>, result: Results[Name]): void;
  failure(failure: Failure): void;
  end(exitCode: number, elapsedMs: number): void;
}

class EventSpeaker implements Speaker {
  #lastProgress = 0;
  #lastStep = '';

  start(command: string): void {
    this.#say({ version: EVENTS_VERSION, type: 'start', command });
  }

  operation(signal: AbortSignal): Operation {
    return {
      signal,
      log: (message) => {
        this.#say({ version: EVENTS_VERSION, type: 'log', message });
      },
      progress: (update) => {
        const now = Date.now();
        if (update.step === this.#lastStep && update.done < update.total && now - this.#lastProgress < PROGRESS_EVENTS_MS) return;
        this.#lastProgress = now;
        this.#lastStep = update.step;
        this.#say({ version: EVENTS_VERSION, type: 'progress', ...update });
      },
    };
  }

  tell<Name extends JobName>(_command: Command<Name>, told: ExportTold): void {
    this.#say({ version: EVENTS_VERSION, type: 'export', ...told });
  }

  result<Name extends JobName>(command: Command<Name>, result: Results[Name]): void {
    this.#say({ version: EVENTS_VERSION, type: 'result', command: command.name, result } as Event);
  }

  failure(failure: Failure): void {
    this.#say(failureEvent(failure.kind, failure.message, failure.facts));
  }

  end(exitCode: number, elapsedMs: number): void {
    this.#say({ version: EVENTS_VERSION, type: 'end', exitCode, elapsedMs });
  }

  #say(event: Event): void {
    process.stdout.write(`${JSON.stringify(event)}\n`);
  }
}

class PersonSpeaker implements Speaker {
  readonly #bar = new ProgressBar(process.stderr, process.env);

  start(): void {
    // A person sees the result; a line saying that it began would be noise.
  }

  operation(signal: AbortSignal): Operation {
    return {
      signal,
      progress: (update) => {
        this.#bar.update(update);
      },
      log: (line) => {
        this.#bar.clear();
        process.stderr.write(`${line}\n`);
      },
    };
  }

  tell<Name extends JobName>(command: Command<Name>, told: ExportTold): void {
    this.#bar.clear();
    const line = command.told?.(told, paintFor(process.stdout, process.env));
    if (line !== undefined) process.stdout.write(`${line}\n`);
  }

  result<Name extends JobName>(command: Command<Name>, result: Results[Name]): void {
    this.#bar.clear();
    process.stdout.write(command.show(result, paintFor(process.stdout, process.env)).map((line) => `${line}\n`).join(''));
  }

  failure(failure: Failure): void {
    this.#bar.clear();
    const paint = paintFor(process.stderr, process.env);
    process.stderr.write(`${paint('red', 'error:')} ${failure.message}\n`);
    if (failure.kind === 'internal' && failure.stack !== undefined) process.stderr.write(`${failure.stack}\n`);
  }

  end(): void {
    this.#bar.clear();
  }
}
