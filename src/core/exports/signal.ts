import * as z from 'zod';
import { isoInstant } from '../base/time';
import { dataTypeFrom, parseCsvName, type DataType, type SignalKind, type SignalName } from './names';

/**
 * What signal files say. Ours are whole; those of other exporters lack fields, and what is missing is unknown (absent), never 0.
 * All times are unix ms.
 */

/** Counted by the exporter; a missing one is unknown. */
export interface IntegrityCounters {
  readonly duplicateTimestamps: number;
  readonly nonMonotonicTimestamps: number;
  readonly negativeDurations: number;
  readonly sessionBoundaryViolations: number;
}

export interface StartSignal {
  readonly kind: 'start';
  readonly instrument?: string;
  readonly dataType?: DataType;
  /** Absent when its text does not say its zone. */
  readonly startedAt?: number;
}

/** How far an export is. */
export interface ExportState {
  /** Name of the exported file, ending in `.csv`. */
  readonly csv: string;
  /** As the exporter wrote it: of its own machine, and of before `.DONE`. */
  readonly filePath?: string;
  readonly instrument?: string;
  readonly dataType?: DataType;
  readonly bars?: number;
  readonly gaps?: number;
  readonly invalid?: number;
  readonly bytes?: number;
  /** When this was written, by the exporter's clock. Absent when its text does not say its zone. */
  readonly at?: number;
  readonly lastBar?: number;
  readonly counters: Partial<IntegrityCounters>;
}

export interface ProgressSignal extends ExportState {
  readonly kind: 'progress';
}

export interface CompleteSignal extends ExportState {
  readonly kind: 'complete';
  /** Data rows of the finished file, and its SHA-256 (64 lower-case hex). */
  readonly rows?: number;
  readonly sha256?: string;
}

export type Signal = StartSignal | ProgressSignal | CompleteSignal;

const STATUS: Readonly<Record<SignalKind, RegExp>> = { start: /^start/i, progress: /progress/i, complete: /^complete/i };

/** A field of another kind than expected is as good as a missing one. */
const text = z.string().trim().min(1).optional().catch(undefined);
const count = z.union([z.number(), z.string().regex(/^\s*\d+\s*$/).transform(Number)]).pipe(z.number().int().nonnegative()).optional().catch(undefined);
const zoned = z.string().regex(/(?:Z|[+-]\d\d:?\d\d)\s*$/i).transform((at) => Date.parse(at)).pipe(z.number().int()).optional().catch(undefined);
/** Of a bar: UTC, even when it does not say so. */
const barTime = z.string().transform((at) => Date.parse(/Z|[+-]\d\d:?\d\d\s*$/i.test(at) ? at : `${at.trim().replace(' ', 'T')}Z`)).pipe(z.number().int()).optional().catch(undefined);
const dataType = z.string().transform(dataTypeFrom).optional().catch(undefined);

const COUNTERS = { duplicateTimestamps: count, nonMonotonicTimestamps: count, negativeDurations: count, sessionBoundaryViolations: count };

const START = z.object({ instrument: text, dataType, startedAt: zoned });
const STATE = z.object({
  filePath: text,
  fileName: text,
  instrument: text,
  dataType,
  totalBarsProcessed: count,
  gapsDetected: count,
  invalidDataSkipped: count,
  fileSizeBytes: count,
  lastUpdateTime: zoned,
  completedAt: zoned,
  lastBarTime: barTime,
  rows: count,
  sha256: z.string().toLowerCase().regex(/^[0-9a-f]{64}$/).optional().catch(undefined),
  ...COUNTERS,
});
const ANY = z.looseObject({ status: z.string().optional() });

/**
 * What a signal file says, whatever it lacks.
 * @param name of the file, which tells the kind and, where the content does not, the CSV
 * @returns the signal, or in words why it cannot be understood (torn JSON, no object, another status than its name's)
 */
export function parseSignal(name: SignalName, content: string): Signal | string {
  let value: unknown;
  try {
    value = JSON.parse(content.replace(/^\uFEFF/, ''));
  } catch {
    return content.trim() === '' ? 'it is empty.' : 'it is no whole JSON text.';
  }
  const any = ANY.safeParse(value);
  if (!any.success) return 'it is no JSON object with a status.';
  const { status } = any.data;
  if (status !== undefined && !STATUS[name.kind].test(status)) return `its name says ${name.kind}, its status ${JSON.stringify(status)}.`;
  return name.kind === 'start' ? startOf(name, START.parse(value)) : stateOf(name, STATE.parse(value));
}

function startOf(name: SignalName & { kind: 'start' }, { instrument = name.instrument, ...rest }: z.infer<typeof START>): StartSignal {
  return { kind: 'start', ...known({ instrument, ...rest }) };
}

function stateOf({ kind, csv }: Exclude<SignalName, { kind: 'start' }>, said: z.infer<typeof STATE>): ProgressSignal | CompleteSignal {
  const named = parseCsvName(csv);
  const state = {
    csv,
    counters: known({
      duplicateTimestamps: said.duplicateTimestamps,
      nonMonotonicTimestamps: said.nonMonotonicTimestamps,
      negativeDurations: said.negativeDurations,
      sessionBoundaryViolations: said.sessionBoundaryViolations,
    }),
    ...known({
      filePath: said.filePath,
      instrument: said.instrument ?? named?.instrument,
      dataType: said.dataType ?? named?.dataType,
      bars: said.totalBarsProcessed,
      gaps: said.gapsDetected,
      invalid: said.invalidDataSkipped,
      bytes: said.fileSizeBytes,
      at: kind === 'complete' ? said.completedAt : said.lastUpdateTime,
      lastBar: said.lastBarTime,
    }),
  };
  return kind === 'progress' ? { kind, ...state } : { kind, ...state, ...known({ rows: said.rows, sha256: said.sha256 }) };
}

/** The same object without what is undefined. */
function known<T extends object>(object: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

/** All that a signal of ours says. */
export type WholeState = Required<Omit<ExportState, 'lastBar'>> & { readonly lastBar: number | undefined; readonly counters: IntegrityCounters };

/** The text of a start signal. */
export const startText = (signal: Required<Omit<StartSignal, 'kind'>>): string =>
  jsonOf({ status: 'started', instrument: signal.instrument, dataType: signal.dataType, startedAt: isoInstant(signal.startedAt) });

/** The text of a progress signal. */
export const progressText = (state: WholeState): string => jsonOf({ status: 'in_progress', ...fieldsOf(state), lastUpdateTime: isoInstant(state.at), ...endOf(state) });

/** The text of a completion signal. @param finished data rows and SHA-256 of the file */
export const completeText = (state: WholeState, finished: { rows: number; sha256: string }): string =>
  jsonOf({ status: 'complete', ...fieldsOf(state), completedAt: isoInstant(state.at), ...endOf(state), rows: finished.rows, sha256: finished.sha256 });

const fieldsOf = (state: WholeState) => ({
  filePath: state.filePath,
  fileName: state.csv,
  dataType: state.dataType,
  instrument: state.instrument,
  totalBarsProcessed: state.bars,
  gapsDetected: state.gaps,
  invalidDataSkipped: state.invalid,
  fileSizeBytes: state.bytes,
  fileSizeMB: Math.round((state.bytes / 2 ** 20) * 100) / 100,
});

const endOf = ({ lastBar, counters }: WholeState) => ({
  lastBarTime: lastBar === undefined ? null : isoInstant(lastBar),
  duplicateTimestamps: counters.duplicateTimestamps,
  nonMonotonicTimestamps: counters.nonMonotonicTimestamps,
  negativeDurations: counters.negativeDurations,
  sessionBoundaryViolations: counters.sessionBoundaryViolations,
});

const jsonOf = (fields: object): string => `${JSON.stringify(fields, undefined, 2)}\n`;
