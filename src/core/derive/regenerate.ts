import path from 'node:path';
import type { Regeneration, RegenerationStep } from '../../protocol/results';
import { Failure } from '../base/failure';
import type { Operation } from '../base/ports';
import { isoInstant } from '../base/time';
import { bytesOf } from '../disk/atomic';
import { sha256OfFile } from '../disk/digest';
import type { Disk } from '../disk/disk';
import { withLock } from '../disk/lock';
import { derivedFiles, isFile, lockPath, masterPath } from '../store/layout';
import { recordProvenance, type MadeFrom } from '../store/provenance';
import type { Judgement } from './judgement';
import { Minutes } from './minutes';
import { readPrints, recordPrints, type Prints } from './prints';
import { recipesFor } from './recipe';
import type { Anchor } from './resample';
import { anchorThere } from './resampling';
import type { Recipe, StepName, Work } from './work';

export interface RegenerateOptions {
  /** Make everything again, and replace files that are otherwise left alone. */
  readonly force?: boolean;
  /** Say what would be made; write nothing, not even a lock. */
  readonly dryRun?: boolean;
  /** Wait for the ticker's lock instead of failing. */
  readonly wait?: boolean;
  /** Only these steps; default: all. */
  readonly only?: readonly StepName[];
  /** Default: that of the bars resampled before, else `utc`. */
  readonly anchor?: Anchor;
}

/**
 * Brings everything derived from a ticker's 1-minute master up to date, under the ticker's lock (which the caller must
 * not hold). A file made from this very master by the same recipe is left alone. A file of ours that nobody changed is
 * replaced; any other is backed up first; an imported master, or one reaching beyond the minutes, is kept unless forced.
 * Where it is known what the master was when a file was made, only the days that changed, and those that look back at
 * them, are made again: the file is the same, byte for byte, as one made from the whole.
 * @throws Failure `refused` when the master's times do not rise; `locked`; `io`; `cancelled`, between two files
 */
export async function regenerate(disk: Disk, folder: string, ticker: string, options: RegenerateOptions, operation: Operation): Promise<Regeneration> {
  const work = (): Promise<Regeneration> => bringUpToDate(disk, folder, ticker, options, operation);
  if (options.dryRun === true) return work();
  return withLock(disk, lockPath(folder, ticker), { doing: `regenerate ${ticker}`, needs: await bytesThere(folder, ticker), wait: options.wait === true, signal: operation.signal }, work);
}

/** What all derived files take now: about what they will. */
async function bytesThere(folder: string, ticker: string): Promise<number> {
  const sizes = await Promise.all(derivedFiles(ticker).map((file) => bytesOf(path.join(folder, file))));
  return sizes.reduce((sum, bytes) => sum + bytes, 0);
}

async function bringUpToDate(disk: Disk, folder: string, ticker: string, options: RegenerateOptions, operation: Operation): Promise<Regeneration> {
  const master = masterPath(folder, ticker, '1m');
  const name = path.basename(master);
  const anchor = options.anchor ?? (await anchorThere(folder, ticker));
  const recipes = recipesFor(ticker, anchor, options.only);
  if (!(await isFile(master))) {
    const why = `there are no 1-minute bars (${name})`;
    return { ticker, master: null, masterDigest: null, steps: recipes.map(({ step, output }) => ({ step, output, outcome: 'skipped', why })) };
  }
  const masterDigest = await sha256OfFile(master, operation.signal);
  const before = await readPrints(folder, name);
  const bench: Bench = { disk, folder, operation, options: { ...options, anchor }, from: { master: name, masterSha256: masterDigest }, minutes: new Minutes(master, anchor, before, tellOnce(name, operation)), before };
  const steps = await bringAllUpToDate(bench, ticker, recipes);
  operation.progress({ step: name, done: recipes.length, total: recipes.length });
  if (options.dryRun !== true) await keepPrints(bench, ticker, steps);
  return { ticker, master: name, masterDigest, steps };
}

/** Nulls and NaN in a master of another tool's: what is made of them is not right, which nobody would see in it. */
function tellOnce(master: string, operation: Operation): (bars: number, first: number) => void {
  let isTold = false;
  return (bars, first) => {
    if (!isTold) operation.log(`${master}: ${bars} bars lack a price (empty, or no number), the first at ${isoInstant(first)}: what is derived from them is incomplete. Import them again from their source.`);
    isTold = true;
  };
}

/**
 * The Parquet files, which DuckDB writes on threads of its own, beside each other, the chunks and all other JSON, each of
 * these in order. When one fails, the others stop after the file they are at.
 */
async function bringAllUpToDate(bench: Bench, ticker: string, recipes: readonly Recipe[]): Promise<RegenerationStep[]> {
  const steps = new Map<Recipe, RegenerationStep>();
  const stop = new AbortController();
  const signal = AbortSignal.any([bench.operation.signal, stop.signal]);
  const lane = async (queue: readonly Recipe[]): Promise<void> => {
    for (const recipe of queue) {
      if (signal.aborted) throw cancelled(ticker);
      bench.operation.progress({ step: recipe.output, done: steps.size, total: recipes.length });
      steps.set(recipe, await bringOneUpToDate({ ...bench, operation: { ...bench.operation, signal } }, recipe));
    }
  };
  const of = (test: (step: StepName) => boolean): Recipe[] => recipes.filter(({ step }) => test(step));
  const lanes = [...of((step) => step === 'resample').map((recipe) => [recipe]), of((step) => step === 'chunks'), of((step) => step !== 'resample' && step !== 'chunks')];
  await Promise.allSettled(lanes.map((queue) => lane(queue).catch((error: unknown) => { stop.abort(error); })));
  // The first failure is the one that stopped the others.
  stop.signal.throwIfAborted();
  return recipes.map((recipe) => steps.get(recipe)!);
}

interface Bench {
  readonly disk: Disk;
  readonly folder: string;
  readonly operation: Operation;
  readonly options: RegenerateOptions & { readonly anchor: Anchor };
  readonly from: Omit<MadeFrom, 'recipe'>;
  readonly minutes: Minutes;
  /** Of the master that everything was last made from. */
  readonly before: Prints | undefined;
}

async function bringOneUpToDate(bench: Bench, recipe: Recipe): Promise<RegenerationStep> {
  const { step, output } = recipe;
  const { disk, folder, options, minutes } = bench;
  const from: MadeFrom = { ...bench.from, recipe: recipe.name };
  const judgement = await recipe.judge(folder, from);
  if (judgement.kind === 'current' && options.force !== true) return { step, output, outcome: 'up-to-date' };
  if (judgement.kind === 'kept' && options.force !== true) return { step, output, outcome: 'skipped', why: judgement.why };
  const why = 'why' in judgement ? { why: judgement.why } : {};
  if (options.dryRun === true) {
    await minutes.prints();
    return { step, output, outcome: 'would-make', ...why };
  }
  const { rows, sha256 } = await recipe.make(await workFor(bench, from, judgement), judgement);
  await recordProvenance(disk, folder, output, { ...from, outputSha256: sha256 });
  return { step, output, rows, outcome: 'made', ...why };
}

/** Only the part that changed, when the output is ours, of the same recipe and of the master whose fingerprints are known. */
async function workFor({ disk, folder, operation, minutes, before, options }: Bench, from: MadeFrom, judgement: Judgement): Promise<Work> {
  const work: Work = { disk, folder, from, operation, whole: () => minutes.whole(), series: (timeframe) => minutes.series(timeframe) };
  if (before === undefined || judgement.kind !== 'outdated' || options.force === true) return work;
  if (judgement.note.recipe !== from.recipe || judgement.note.masterSha256 !== before.masterSha256) return work;
  const change = await minutes.change();
  return change === undefined ? work : { ...work, part: () => minutes.around(change) };
}

/** The fingerprint goes with what everything was made from: it stays while anything is older, or missing. */
async function keepPrints({ disk, folder, from, minutes, before, options }: Bench, ticker: string, steps: readonly RegenerationStep[]): Promise<void> {
  if (before !== undefined && before.masterSha256 === from.masterSha256) return;
  const done = new Set(steps.map(({ output }) => output));
  const rest = recipesFor(ticker, options.anchor).filter(({ output }) => !done.has(output));
  for (const recipe of rest) if (['outdated', 'absent'].includes((await recipe.judge(folder, { ...from, recipe: recipe.name })).kind)) return;
  await recordPrints(disk, folder, from.master, { masterSha256: from.masterSha256, ...(await minutes.prints()) });
}

const cancelled = (ticker: string): Failure =>
  new Failure('cancelled', { attempted: `regenerate ${ticker}`, why: 'it was stopped.', remedy: 'Every file is either as it was or finished.' });
