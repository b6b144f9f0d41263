import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { errnoOf, failureFrom } from '../base/failure';
import { writeText } from '../disk/atomic';
import type { Disk } from '../disk/disk';
import { NOTES } from './layout';
import { KEYS, parseJson, type Metadata } from './lineage';

/** What a derived file was made from. */
export interface MadeFrom {
  /** The master's file name, and the SHA-256 of its bytes then. */
  readonly master: string;
  readonly masterSha256: string;
  /** What was made and how, with every option: another recipe means the file is out of date. */
  readonly recipe: string;
}

/** Kept beside the file, in `.barkeep/derived/{file}.json`: it also knows the file's own digest, so it tells whether someone changed it. */
export interface Provenance extends MadeFrom {
  readonly outputSha256: string;
}

/** @param output file name in the data folder */
const noteOf = (folder: string, output: string): string => path.join(folder, NOTES, 'derived', `${output}.json`);

/** Undefined when there is no note, or it is torn: then nothing is known about the file. */
export async function readProvenance(folder: string, output: string): Promise<Provenance | undefined> {
  const note = noteOf(folder, output);
  try {
    const value = parseJson(await readFile(note, 'utf8'));
    return isMadeFrom(value) && 'outputSha256' in value && typeof value.outputSha256 === 'string' ? (value as Provenance) : undefined;
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw failureFrom(error, `read ${note}`, note);
  }
}

/** Written after the file itself: a crash between the two leaves a note that does not fit, and the file is made again. */
export async function recordProvenance(disk: Disk, folder: string, output: string, provenance: Provenance): Promise<void> {
  const { master, masterSha256, recipe, outputSha256 } = provenance;
  await writeText(disk, noteOf(folder, output), `${JSON.stringify({ master, masterSha256, recipe, outputSha256 }, null, 2)}\n`);
}

/** The same, without the digest of itself, in a Parquet file's metadata. */
export const madeMetadata = ({ master, masterSha256, recipe }: MadeFrom): Metadata => ({ [KEYS.made]: JSON.stringify({ master, masterSha256, recipe }) });

/** Undefined for a Parquet file that is not derived. */
export function madeFromIn(metadata: Metadata): MadeFrom | undefined {
  const value = parseJson(metadata[KEYS.made]);
  return isMadeFrom(value) ? value : undefined;
}

function isMadeFrom(value: unknown): value is MadeFrom {
  const { master, masterSha256, recipe } = (value ?? {}) as Partial<Record<keyof MadeFrom, unknown>>;
  return [master, masterSha256, recipe].every((text) => typeof text === 'string');
}
