import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { seededRandom } from '../../src/core/base/random';
import { Failure } from '../../src/core/base/failure';
import { openDisk, type Disk } from '../../src/core/disk/disk';
import { systemError, watched } from '../../src/core/disk/faults';
import { nodeFiles, type Files } from '../../src/core/disk/files';
import { releaseAllSync } from '../../src/core/disk/lock';
import { without, type Break } from './breaks';
import { fingerprint, look, violations, type Reference } from './invariants';
import { PowerCut, everything, nothing, type Survivors } from './power';
import { NOBODY, cleanLater, perform, soundDisk, type Scenario } from './scenarios';

/** What was tried, and what did not hold. */
export interface Tally {
  points: number;
  readonly violations: string[];
}

/** Which moments are tried: every one, or so many spread over all. `phase`, from 0 up to 1, shifts them, so that parts of the matrix meet different ones. */
export type Which = 'every' | { readonly count: number; readonly phase: number };

export interface How {
  readonly which: Which;
  readonly broken?: Break;
}

/** A scenario with its world before, kept to be copied, and how the world looks before and after. */
export interface Stage {
  readonly scenario: Scenario;
  readonly reference: Reference;
  /** How many moments a good run has: operations; those that change the disk; contents put into temporary files. */
  readonly moments: Readonly<Record<'operations' | 'changes' | 'contents', number>>;
  /** A new folder for a world, not made yet. */
  place(): string;
  /** A copy of the world before. */
  fresh(): string;
}

/** Operations that a power cut knows nothing of. */
const LOOKS: ReadonlySet<string> = new Set(['readFile', 'readdir', 'stat', 'realpath', 'copyMode']);

/** @param scratch folder for worlds, empty */
export async function setUp(scenario: Scenario, scratch: string): Promise<Stage> {
  let worlds = 0;
  const place = (): string => path.join(scratch, `world-${++worlds}`);
  const template = place();
  await scenario.prepare(template);
  const fresh = (): string => {
    const world = place();
    cpSync(template, world, { recursive: true });
    return world;
  };
  const trial = fresh();
  const moments = { operations: 0, changes: 0, contents: 0 };
  const counted = watched(spoiling(nodeFiles, () => { moments.contents++; }), (_, name) => {
    moments.operations++;
    if (!LOOKS.has(name)) moments.changes++;
  });
  await perform(scenario, trial, { ...soundDisk(), files: counted });
  const reference = { before: look(template), after: look(trial) };
  rmSync(trial, { recursive: true });
  return { scenario, reference, moments, place, fresh };
}

/** A disk of a process that is no more when its world is examined. */
function diskOver(files: Files): Disk {
  const disk = openDisk({ clock: Date, command: 'faults', files });
  return { ...disk, self: { ...disk.self, pid: NOBODY, birth: undefined } };
}

/**
 * What a scenario's world must be like now, and once the command has been run again with nothing wrong.
 * @param counts as a fault point of its own
 */
export async function examine(stage: Stage, world: string, succeeded: boolean, point: string, tally: Tally, counts = true): Promise<void> {
  const { scenario, reference } = stage;
  const found = violations(world, scenario, reference, succeeded ? 'to success' : 'to nothing');
  const after = (await nextRun(stage, world)).map((each) => `after the next run, ${each}`);
  for (const what of new Set([...found, ...after])) tally.violations.push(`${scenario.name}, ${point}: ${what}`);
  if (counts) tally.points++;
  rmSync(world, { recursive: true, force: true });
}

/** What the next run came to, by the world it found: many faults leave the same one. */
const outcomes = new Map<string, readonly string[]>();

async function nextRun({ scenario, reference }: Stage, world: string): Promise<readonly string[]> {
  const found = `${scenario.name} ${fingerprint(world, scenario)}`;
  const known = outcomes.get(found);
  if (known !== undefined) return known;
  const failed = await perform(scenario, world, soundDisk()).then(() => undefined, String);
  if (scenario.needsClean === true) await cleanLater(world);
  const after = failed === undefined ? violations(world, scenario, reference, 'to success undisturbed') : [`the next run fails: ${failed}`];
  outcomes.set(found, after);
  return after;
}

/** The moments to be tried of so many, from 1. */
const chosen = (which: Exclude<Which, 'every'>, of: number): Set<number> =>
  new Set(Array.from({ length: which.count }, (_, i) => 1 + Math.floor(((i + which.phase) / which.count) * of)));

/**
 * Calls with each n that is to be tried; with every n, until there is nothing to fail any more.
 * @param of how many there are in a good run; the real process may have fewer, and is then tried earlier
 */
export async function eachN(which: Which, of: number, attempt: (n: number) => Promise<boolean>): Promise<void> {
  if (which === 'every') for (let n = 1; await attempt(n); ) n++;
  else if (of > 0) for (let n of chosen(which, of)) while (n > 0 && !(await attempt(n))) n >>= 1;
}

/** The n-th operation fails with an errno: once, or from there on. */
export const failEvery = (stage: Stage, { which, broken }: How, errno: string, lasting: boolean, tally: Tally): Promise<void> =>
  eachN(which, stage.moments.operations, async (n) => {
    const state: { first?: string; broken: boolean } = { broken: true };
    const world = stage.fresh();
    const files = watched(without(broken, nodeFiles), (at, name) => {
      if (!state.broken || (lasting ? at < n : at !== n)) return;
      state.first ??= name;
      throw systemError(errno, name);
    });
    const point = `${errno} ${lasting ? 'from' : 'at'} operation ${n}`;
    const error: unknown = await perform(stage.scenario, world, diskOver(files)).then(() => undefined, (caught: unknown) => caught);
    state.broken = false;
    releaseAllSync(); // As at the end of a process.
    const complaint = error === undefined ? undefined : misnamed(error, errno, state.first !== undefined && LOOKS.has(state.first));
    if (complaint !== undefined) tally.violations.push(`${stage.scenario.name}, ${point}: ${complaint}`);
    await examine(stage, world, error === undefined, point, tally, state.first !== undefined);
    return state.first !== undefined;
  });

/** A failure says what the disk said; a full one says how much is needed, unless what it refused was a look. */
function misnamed(error: unknown, errno: string, looking: boolean): string | undefined {
  if (!(error instanceof Failure) || (error.kind !== 'io' && error.kind !== 'locked')) return `it fails with ${String(error)}`;
  if (errno !== 'ENOSPC' || error.kind === 'locked') return undefined;
  return (looking || error.facts.attempted.startsWith('read ') ? /the disk is full/ : /the disk is full.*\d+ bytes are needed, \d+ are free/).test(error.message) ? undefined : `a full disk is told as "${error.message}"`;
}

/** The n-th content put into a temporary file is silently spoiled on its way to the disk: one bit, or half of it. */
export const spoilEvery = (stage: Stage, { which, broken }: How, tally: Tally): Promise<void> =>
  eachN(which, stage.moments.contents, async (n) => {
    const state = { reached: false, seen: 0 };
    const world = stage.fresh();
    const spoil = (file: string): void => {
      if (++state.seen !== n) return;
      state.reached = true;
      const content = readFileSync(file);
      if (content.length === 0) return;
      if (n % 2 === 0) content.fill(0, content.length >> 1);
      else content[content.length >> 3]! ^= 1;
      writeFileSync(file, content);
    };
    const error: unknown = await perform(stage.scenario, world, diskOver(without(broken, spoiling(nodeFiles, spoil)))).then(() => undefined, (caught: unknown) => caught);
    releaseAllSync();
    await examine(stage, world, error === undefined, `content ${n} spoiled`, tally, state.reached);
    return state.reached;
  });

/** @param spoil gets each temporary file when it is filled */
const spoiling = (files: Files, spoil: (file: string) => void): Files => ({
  ...files,
  async copyFile(from, to) {
    await files.copyFile(from, to);
    if (to.endsWith('.tmp')) spoil(to);
  },
  async outside(step, file, run) {
    await files.outside(step, file, run);
    // Copies are spoiled as such.
    if (step === 'produce' && file.endsWith('.tmp') && !file.endsWith('.bak.tmp')) spoil(file);
  },
});

/** The process is gone and the power with it before the n-th operation: every state the disk may then be in. */
export async function cutEvery(stage: Stage, { which, broken }: How, lots: number, tally: Tally): Promise<void> {
  const world = stage.fresh();
  const power = new PowerCut(world);
  const random = seededRandom(1);
  const tried = which === 'every' ? undefined : chosen(which, stage.moments.changes);
  const states = new Map<string, { left: Survivors; point: string; finished: boolean }>();
  let n = 0;
  const cut = (finished: boolean): void => {
    for (const choose of [everything, nothing, ...Array.from({ length: lots }, () => random)]) {
      const left = power.survivors(choose);
      tally.points++;
      const key = `${finished}${keyOf(left)}`;
      if (!states.has(key)) states.set(key, { left, finished, point: `power cut before operation ${n}` });
    }
  };
  const files = power.files(() => {
    n++;
    if (tried === undefined || tried.has(n)) cut(false);
  });
  await perform(stage.scenario, world, diskOver(without(broken, files)));
  cut(true);
  rmSync(world, { recursive: true });
  for (const { left, point, finished } of states.values()) {
    const after = stage.place();
    materialise(left, after);
    await examine(stage, after, finished, finished ? 'power cut after success' : point, tally, false);
  }
}

const digests = new WeakMap<Buffer, string>();
function keyOf(left: Survivors): string {
  const hash = createHash('sha1');
  for (const [file, content] of [...left].sort(([a], [b]) => (a < b ? -1 : 1))) {
    let digest = digests.get(content);
    if (digest === undefined) digests.set(content, (digest = createHash('sha1').update(content).digest('hex')));
    hash.update(`${file}\n${digest}\n`);
  }
  return hash.digest('hex');
}

function materialise(left: Survivors, world: string): void {
  mkdirSync(path.join(world, 'cloud'), { recursive: true });
  for (const [file, content] of left) {
    const whole = path.join(world, file);
    mkdirSync(file.endsWith('/') ? whole : path.dirname(whole), { recursive: true });
    if (!file.endsWith('/')) writeFileSync(whole, content);
  }
}
