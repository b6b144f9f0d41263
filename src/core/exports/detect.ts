import type { ExportStanding, ExportStateName } from '../../protocol/exports';
import type { DataType } from './names';
import type { CompleteSignal, ProgressSignal, StartSignal } from './signal';
import { nextPace, paceOf, type Sample } from './pace';

/** A signal, and when its file was last changed, unix ms by the file system's clock. */
export interface Dated<T> {
  readonly modified: number;
  readonly signal: T;
}

/** All that the disk tells of one export at one moment. */
export interface Evidence {
  /** As `ExportStanding.key`. */
  readonly key: string;
  readonly instrument?: string;
  readonly dataType?: DataType;
  readonly start?: Dated<StartSignal>;
  readonly progress?: Dated<ProgressSignal>;
  readonly complete?: Dated<CompleteSignal>;
  /** `done`: it is called `.DONE`; `packed`: by gzip, so that its size tells nothing. */
  readonly file?: { readonly path: string; readonly bytes: number; readonly modified: number; readonly done: boolean; readonly packed: boolean };
  readonly lock?: { readonly pid: number; readonly holder: 'alive' | 'dead' | 'unknown' };
  /** A later export of the same kind has begun: its exporter has let go of this one. */
  readonly superseded?: true;
  /** Size of an earlier export of the same instrument. */
  readonly usualBytes?: number;
  /** Signals that cannot be understood, though they have been left alone. */
  readonly complaints: readonly string[];
}

/** What was made of the evidence so far: the next moment is judged with it. */
export interface Known {
  readonly standing: ExportStanding;
  /** Names the end it has come to, good or bad: another export under the same name has another one. Undefined while it may go on. */
  readonly end: string | undefined;
  readonly lookedAt: number;
  /** Time watched so far, and of it the time since the last sign of life, ms. */
  readonly watched: number;
  readonly quiet: number;
  /** It was seen being written, or somebody says that it is. */
  readonly active: boolean;
  readonly signs: string;
  readonly samples: readonly Sample[];
  /** The completion signal (its time) when it was first seen, and whether the file has changed since. */
  readonly called?: { readonly modified: number; readonly watched: number; readonly overtaken: boolean };
}

/** All ms. */
export const LIMITS = {
  /** A CSV changed within this time is being written, whoever says nothing. */
  recent: 120_000,
  /** Without a sign of life for this long an export has stalled. */
  stall: 300_000,
  /** …and after this it has failed. */
  timeout: 3_600_000,
  /** How long an exporter may take from its completion signal to the release of its lock. */
  settle: 10_000,
  /** Clocks of file systems count in steps of up to 2 s. */
  slack: 2_000,
} as const;

/** Time in which nobody looked counts no longer than this: a machine that slept has not watched an export stand still. */
const LONGEST_STEP = 60_000;

/**
 * Where an export stands. Pure: what was known, what is seen, and the time, unix ms. The clock may jump, also backwards:
 * times of files are compared with it at first sight only; from then on what counts is whether anything changed, and time
 * passes by short steps.
 *
 * In order: a completion that nothing contradicts; progress; a CSV that is being written; standing still.
 */
export function detect(before: Known | undefined, seen: Evidence, now: number): Known {
  const memory = remember(before, seen, now);
  const state = stateOf(seen, memory);
  return { ...memory, standing: describe(seen, memory, state), end: ENDED.includes(state) ? endOf(seen) : undefined };
}

const ENDED: readonly ExportStateName[] = ['complete', 'violations', 'empty', 'crashed', 'failed'];

type Memory = Omit<Known, 'standing' | 'end'>;

function remember(before: Known | undefined, seen: Evidence, now: number): Memory {
  const signs = signsOf(seen);
  if (before === undefined) {
    const quiet = Math.max(0, now - lastSign(seen, now));
    const memory = { lookedAt: now, watched: 0, quiet, active: isSaidToRun(seen) || quiet < LIMITS.recent, signs, samples: nextPace([], seen, 0) };
    return { ...memory, ...(seen.complete === undefined ? {} : { called: { modified: seen.complete.modified, watched: 0, overtaken: false } }) };
  }
  const step = Math.min(Math.max(0, now - before.lookedAt), LONGEST_STEP);
  const watched = before.watched + step;
  const changed = before.signs !== signs;
  return {
    lookedAt: now,
    watched,
    quiet: changed ? 0 : before.quiet + step,
    active: before.active || changed || isSaidToRun(seen),
    signs,
    samples: changed ? nextPace(before.samples, seen, watched) : before.samples,
    ...calledOf(before, seen, watched),
  };
}

const isSaidToRun = ({ progress, lock, start, complete }: Evidence): boolean => complete === undefined && (progress !== undefined || lock !== undefined || start !== undefined);

const signsOf = ({ file, start, progress, complete }: Evidence): string =>
  [file?.path, file?.bytes, file?.modified, start?.modified, progress?.modified, complete?.modified].join('|');

const lastSign = ({ file, start, progress, complete }: Evidence, now: number): number => {
  const times = [file, start, progress, complete].flatMap((each) => each?.modified ?? []);
  return times.length === 0 ? now : Math.max(...times);
};

/** A file that changes after its completion was called is another export, whatever the clocks say. */
function calledOf(before: Known, { complete, file, progress }: Evidence, watched: number): Pick<Known, 'called'> {
  if (complete === undefined) return {};
  if (before.called?.modified !== complete.modified) return { called: { modified: complete.modified, watched, overtaken: false } };
  const late = watched - before.called.watched > LIMITS.settle;
  const grown = file !== undefined && !file.done && file.bytes !== before.standing.bytes && file.bytes !== complete.signal.bytes;
  const goesOn = progress !== undefined && !before.signs.split('|').includes(String(progress.modified));
  return { called: { ...before.called, overtaken: before.called.overtaken || (late && (grown || goesOn)) } };
}

function stateOf(seen: Evidence, memory: Memory): ExportStateName {
  if (isFinished(seen, memory)) {
    const finishing = seen.file?.done !== true && seen.lock?.holder === 'alive' && memory.quiet < LIMITS.settle;
    return finishing ? 'running' : outcomeOf(seen);
  }
  if (!memory.active || isSilent(seen)) return 'idle';
  if (seen.superseded === true && memory.quiet >= LIMITS.recent) return 'crashed';
  if (memory.quiet >= LIMITS.stall) {
    if (seen.lock?.holder === 'dead') return 'crashed';
    return memory.quiet >= LIMITS.timeout ? 'failed' : 'stalled';
  }
  return seen.file === undefined && seen.progress === undefined ? 'starting' : 'running';
}

/** There is nothing but signals that cannot be understood. */
const isSilent = ({ file, start, progress, complete, lock }: Evidence): boolean => [file, start, progress, complete, lock].every((each) => each === undefined);

/** `.DONE`, or a completion signal that is not about an earlier file of the same name. */
function isFinished({ file, complete, progress }: Evidence, { called }: Memory): boolean {
  if (file?.done === true) return true;
  if (complete === undefined || called?.overtaken === true) return false;
  const since = complete.modified + LIMITS.slack;
  const rewritten = file !== undefined && file.modified > since && file.bytes !== complete.signal.bytes;
  return !rewritten && !(progress !== undefined && progress.modified > since);
}

const endOf = ({ file, complete, progress }: Evidence): string => `${complete?.modified ?? progress?.modified ?? ''}|${file === undefined ? '' : `${file.bytes}|${file.modified}`}`;

/** A file with fewer bytes has no row below its header. */
const LEAST_BYTES = 80;

function outcomeOf(seen: Evidence): ExportStateName {
  const { complete, file } = seen;
  const holdsRows = file === undefined ? undefined : file.packed || file.bytes >= LEAST_BYTES;
  if (holdsRows === false || (barsOf(complete) === 0 && holdsRows !== true)) return 'empty';
  return contradictions(seen).length > 0 || violated(complete?.signal) ? 'violations' : 'complete';
}

const barsOf = (complete: Evidence['complete']): number | undefined => complete?.signal.rows ?? complete?.signal.bars;

/** Steps over a session boundary are to be expected, and are none. */
function violated(signal: CompleteSignal | undefined): boolean {
  const { duplicateTimestamps = 0, nonMonotonicTimestamps = 0, negativeDurations = 0 } = signal?.counters ?? {};
  return duplicateTimestamps + nonMonotonicTimestamps + negativeDurations + (signal?.invalid ?? 0) > 0;
}

/** Where a finished export's signal and its file disagree. */
function contradictions({ complete, file }: Evidence): string[] {
  if (complete === undefined || file === undefined || file.packed) return [];
  const { bytes } = complete.signal;
  const bars = barsOf(complete);
  if (bars === 0 && file.bytes >= LEAST_BYTES) return [`Its completion signal says 0 bars, but the file holds ${file.bytes} bytes.`];
  if (bars !== undefined && bars > 0 && file.bytes < LEAST_BYTES) return [`Its completion signal says ${bars} bars, but the file holds ${file.bytes} bytes.`];
  return bytes === undefined || bytes === file.bytes ? [] : [`Its completion signal says ${bytes} bytes, but the file holds ${file.bytes}.`];
}

function describe(seen: Evidence, memory: Memory, state: ExportStateName): ExportStanding {
  const over = state === 'complete' || state === 'violations' || state === 'empty';
  const said = over ? (seen.complete?.signal ?? seen.progress?.signal) : seen.progress?.signal;
  const bars = over ? barsOf(seen.complete) : said?.bars;
  const bytes = seen.file?.bytes ?? said?.bytes;
  const gone = over && seen.file === undefined ? ['Its file is not there.'] : [];
  const left = state === 'crashed' && seen.superseded === true ? ['A later export has begun in its place.'] : [];
  return {
    key: seen.key,
    state,
    ...(seen.instrument === undefined ? {} : { instrument: seen.instrument }),
    ...(seen.dataType === undefined ? {} : { dataType: seen.dataType }),
    ...(seen.file === undefined ? {} : { file: seen.file.path }),
    ...(bytes === undefined ? {} : { bytes }),
    ...(bars === undefined ? {} : { bars }),
    ...(state === 'running' ? paceOf(memory.samples, seen) : {}),
    quietSeconds: Math.floor(memory.quiet / 1000),
    counters: said?.counters ?? {},
    ...(said?.invalid === undefined ? {} : { invalidBars: said.invalid }),
    ...(over && seen.complete?.signal.sha256 !== undefined ? { sha256: seen.complete.signal.sha256 } : {}),
    ...(seen.lock === undefined ? {} : { pid: seen.lock.pid }),
    complaints: [...seen.complaints, ...(over ? contradictions(seen) : []), ...gone, ...left],
  };
}
