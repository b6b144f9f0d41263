import path from 'node:path';
import type { Regeneration, RegenerationStep } from '../../protocol/results';
import type { Bars } from '../base/bar';
import { Failure } from '../base/failure';
import type { Operation } from '../base/ports';
import { writeAtomic } from '../disk/atomic';
import { replaceFile } from '../disk/backup';
import { sha256OfFile } from '../disk/digest';
import type { Disk } from '../disk/disk';
import { withLock } from '../disk/lock';
import { isFile, lockPath, masterPath } from '../store/layout';
import { recordProvenance, type MadeFrom } from '../store/provenance';
import { requireSound } from '../store/sound';
import { readBars } from '../table/parquet';
import { judgeOutput, type Judgement } from './judgement';
import { recipesFor, type Recipe } from './recipe';
import type { Anchor } from './resample';

export interface RegenerateOptions {
  /** Make everything again, and replace files that are otherwise left alone. */
  readonly force?: boolean;
  /** Say what would be made; write nothing, not even a lock. */
  readonly dryRun?: boolean;
  /** Wait for the ticker's lock instead of failing. */
  readonly wait?: boolean;
  /** Default `utc`. */
  readonly anchor?: Anchor;
}

/**
 * Brings everything derived from a ticker's 1-minute master up to date, under the ticker's lock (which the caller must
 * not hold). A file made from this very master by the same recipe is left alone. A file of ours that nobody changed is
 * replaced; any other is backed up first; an imported master, or one reaching beyond the minutes, is kept unless forced.
 * @throws Failure `refused` when the master's times do not rise; `locked`; `io`; `cancelled`, between two files
 */
export async function regenerate(disk: Disk, folder: string, ticker: string, options: RegenerateOptions, operation: Operation): Promise<Regeneration> {
  const work = (): Promise<Regeneration> => bringUpToDate(disk, folder, ticker, options, operation);
  if (options.dryRun === true) return work();
  return withLock(disk, lockPath(folder, ticker), { doing: `regenerate ${ticker}`, wait: options.wait === true, signal: operation.signal }, work);
}

async function bringUpToDate(disk: Disk, folder: string, ticker: string, options: RegenerateOptions, operation: Operation): Promise<Regeneration> {
  const master = masterPath(folder, ticker, '1m');
  const name = path.basename(master);
  const recipes = recipesFor(ticker, options.anchor ?? 'utc');
  if (!(await isFile(master))) {
    const why = `there are no 1-minute bars (${name})`;
    return { ticker, master: null, masterDigest: null, steps: recipes.map(({ output }) => ({ output, outcome: 'skipped', why })) };
  }
  const masterDigest = await sha256OfFile(master, operation.signal);
  const minutes = once(() => readSound(master));
  const steps: RegenerationStep[] = [];
  for (const [done, recipe] of recipes.entries()) {
    stopIfAsked(operation, ticker);
    operation.progress({ step: recipe.output, done, total: recipes.length });
    const from: MadeFrom = { master: name, masterSha256: masterDigest, recipe: recipe.name };
    steps.push(await step(disk, folder, recipe, from, minutes, options));
  }
  operation.progress({ step: name, done: recipes.length, total: recipes.length });
  return { ticker, master: name, masterDigest, steps };
}

async function step(disk: Disk, folder: string, recipe: Recipe, from: MadeFrom, minutes: () => Promise<Bars>, options: RegenerateOptions): Promise<RegenerationStep> {
  const { output } = recipe;
  const judgement = await judgeOutput(folder, output, from);
  if (judgement.kind === 'current' && options.force !== true) return { output, outcome: 'up-to-date' };
  if (judgement.kind === 'kept' && options.force !== true) return { output, outcome: 'skipped', why: judgement.why };
  const made = recipe.make(await minutes(), from, disk);
  const about = { output, rows: made.rows, ...('why' in judgement ? { why: judgement.why } : {}) };
  if (options.dryRun === true) return { ...about, outcome: 'would-make' };
  const target = path.join(folder, output);
  const outputSha256 = await put(disk, folder, target, made.writing(target), judgement);
  await recordProvenance(disk, folder, output, { ...from, outputSha256 });
  return { ...about, outcome: 'made' };
}

/** What is provably ours and unchanged can be made again at any time and needs no backup; anything else does. */
async function put(disk: Disk, folder: string, target: string, writing: Parameters<typeof writeAtomic>[2], judgement: Judgement): Promise<string> {
  const ours = judgement.kind === 'absent' || judgement.kind === 'current' || judgement.kind === 'outdated';
  const written = ours ? await writeAtomic(disk, target, writing) : await replaceFile(disk, folder, target, writing, `regenerate: ${judgement.why}`);
  return written.sha256;
}

async function readSound(master: string): Promise<Bars> {
  await requireSound(master);
  return readBars(master);
}

function stopIfAsked({ signal }: Operation, ticker: string): void {
  if (!signal.aborted) return;
  throw new Failure('cancelled', { attempted: `regenerate ${ticker}`, why: 'it was stopped.', remedy: 'Every file is either as it was or finished.' });
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}
