import path from 'node:path';
import { failureFrom } from '../base/failure';
import { isoInstant } from '../base/time';
import { durationOf, type Timeframe } from '../base/timeframe';
import { sha256OfFile } from '../disk/digest';
import { isFile, parseName } from '../store/layout';
import { sourcesIn } from '../store/lineage';
import { madeFromIn, readProvenance, type MadeFrom, type Provenance } from '../store/provenance';
import { describeParquet, type ParquetDescription } from '../table/parquet';

/** What is at a derived file's name now. */
export type Judgement =
  | { readonly kind: 'absent' }
  /** Made from this very master by this recipe, and unchanged since. */
  | { readonly kind: 'current' }
  /** Made by us from something else, and unchanged since. */
  | { readonly kind: 'outdated'; readonly why: string; readonly note: Provenance }
  /** Not, or not only, our work: to be backed up before it is replaced. */
  | { readonly kind: 'foreign'; readonly why: string }
  /** Holds what cannot be made from the master: left alone unless forced, then backed up. */
  | { readonly kind: 'kept'; readonly why: string };

/** @param output file name in the data folder */
export async function judgeOutput(folder: string, output: string, from: MadeFrom): Promise<Judgement> {
  const file = path.join(folder, output);
  if (!(await isFile(file))) return { kind: 'absent' };
  const note = await readProvenance(folder, output);
  if (note !== undefined && note.outputSha256 === (await sha256OfFile(file))) return judgeOwn(note, from);
  const { timeframe } = parseName(output);
  if (timeframe !== undefined) return judgeBars(file, timeframe, path.join(folder, from.master), note !== undefined);
  return note === undefined ? NOT_OURS : CHANGED;
}

/** @param note of an output that is as we made it */
export function judgeOwn(note: Provenance, from: MadeFrom): Judgement {
  if (note.recipe !== from.recipe) return { kind: 'outdated', why: `it was made by "${note.recipe}"`, note };
  return note.masterSha256 === from.masterSha256 ? { kind: 'current' } : { kind: 'outdated', why: `${from.master} has changed since`, note };
}

const NOT_OURS: Judgement = { kind: 'foreign', why: 'the file there was not made by Barkeep: it is backed up first' };
const CHANGED: Judgement = { kind: 'foreign', why: 'the file there was changed since Barkeep made it: it is backed up first' };
const UNNOTED: Judgement = { kind: 'foreign', why: 'the note about the file there is lost, so it may have been changed: it is backed up first' };

/** A Parquet file at the place of a resampled one may be a master of its own. */
async function judgeBars(file: string, timeframe: Timeframe, master: string, noted: boolean): Promise<Judgement> {
  const there = await describeIfSound(file);
  if (there === undefined) return { kind: 'foreign', why: 'the file there cannot be read: it is backed up first' };
  if (sourcesIn(there.metadata).length > 0) return { kind: 'kept', why: 'the file there is a master with imported bars; --force replaces it' };
  if (noted) return CHANGED;
  if (madeFromIn(there.metadata) !== undefined) return UNNOTED;
  return reachesBeyond(there, timeframe, await describeParquet(master)) ?? NOT_OURS;
}

function reachesBeyond(there: ParquetDescription, timeframe: Timeframe, minutes: ParquetDescription): Judgement | undefined {
  if (there.start === undefined || there.end === undefined || minutes.start === undefined || minutes.end === undefined) return undefined;
  if (there.start > minutes.start - durationOf(timeframe) && there.end <= minutes.end) return undefined;
  const why = `the file there was not made by Barkeep and holds bars from ${isoInstant(there.start)} to ${isoInstant(there.end)}, which the 1-minute bars do not cover; --force replaces it`;
  return { kind: 'kept', why };
}

/** Undefined for a torn file. */
async function describeIfSound(file: string): Promise<ParquetDescription | undefined> {
  try {
    return await describeParquet(file);
  } catch (error) {
    if (failureFrom(error, `read ${file}`, file).kind === 'io') return undefined;
    throw error;
  }
}
