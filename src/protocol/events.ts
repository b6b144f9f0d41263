import type { FailureFacts, FailureKind } from '../core/base/failure';
import type { ExportTold } from './exports';
import type { JobName, Results } from './results';

/** With `--json` the command line prints one event per line. The version grows when a reader would have to change. */
export const EVENTS_VERSION = 1;

interface Versioned {
  readonly version: typeof EVENTS_VERSION;
}

export interface StartEvent extends Versioned {
  readonly type: 'start';
  readonly command: string;
}
export interface ProgressEvent extends Versioned {
  readonly type: 'progress';
  readonly step: string;
  readonly done: number;
  readonly total: number;
}
export interface LogEvent extends Versioned {
  readonly type: 'log';
  readonly message: string;
}
/** Of `watch`: an export that stands otherwise than before. */
export interface ExportEvent extends Versioned, ExportTold {
  readonly type: 'export';
}
export type ResultEvent = {
  [Name in JobName]: Versioned & { readonly type: 'result'; readonly command: Name; readonly result: Results[Name] };
}[JobName];
export interface FailureEvent extends Versioned {
  readonly type: 'failure';
  readonly kind: FailureKind;
  readonly message: string;
  readonly attempted: string;
  readonly why: string;
  readonly file?: string;
  readonly line?: number;
  readonly remedy?: string;
  /** What of this is said otherwise where there are commands and buttons in place of options. */
  readonly inEditor?: NonNullable<FailureFacts['inEditor']>;
  /** Options, by their names without dashes, with which the same command would do: `{ "tz": "America/Chicago" }`. */
  readonly options?: Readonly<Record<string, string>>;
  /** The master that bars were compared with, and do not match. */
  readonly unlike?: string;
  readonly errno?: string;
}
/** Always the last event. */
export interface EndEvent extends Versioned {
  readonly type: 'end';
  readonly exitCode: number;
  readonly elapsedMs: number;
}

export type Event = StartEvent | ProgressEvent | LogEvent | ExportEvent | ResultEvent | FailureEvent | EndEvent;

/** The event for a failure, without its cause (a stack means nothing to another process). */
export function failureEvent(kind: FailureKind, message: string, facts: FailureFacts): FailureEvent {
  const shown: Partial<FailureFacts> = { ...facts };
  delete (shown as { cause?: unknown }).cause;
  return { version: EVENTS_VERSION, type: 'failure', kind, message, attempted: facts.attempted, why: facts.why, ...shown };
}

/** Reads one line of the command line's output; undefined when it is not an event. */
export function parseEvent(line: string): Event | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(line);
    return isEvent(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const TYPES: readonly unknown[] = ['start', 'progress', 'log', 'export', 'result', 'failure', 'end'];

const isEvent = (value: unknown): value is Event =>
  typeof value === 'object' && value !== null && 'type' in value && 'version' in value && TYPES.includes(value.type);
