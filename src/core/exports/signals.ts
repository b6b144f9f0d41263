import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { errnoOf, failureFrom } from '../base/failure';
import { writeFleeting, writeText } from '../disk/atomic';
import type { Disk } from '../disk/disk';
import { createText } from '../disk/exclusive';
import { ifThere, nodeFiles } from '../disk/files';
import { LOGS, parseSignalName, signalNameOf, startNameOf, type SignalName } from './names';
import { completeText, parseSignal, progressText, startText, type Signal, type StartSignal, type WholeState } from './signal';

/** Signal files in a raw folder: read, whoever wrote them, and written. */

/** A signal file as it was at one moment. */
export interface SignalFile {
  /** Absolute. */
  readonly file: string;
  readonly name: SignalName;
  /** Last change, unix ms by the clock of the file system: the only time of a signal to compare with others. */
  readonly modified: number;
  /** What it says, or in words why it cannot be understood: then it may be being written, and is read again later. */
  readonly signal: Signal | string;
}

/** Reads one signal file; undefined when its name is no signal's or it is gone. @throws Failure `io` */
export async function readSignal(file: string): Promise<SignalFile | undefined> {
  const name = parseSignalName(path.basename(file));
  if (name === undefined) return undefined;
  try {
    const content = await ifThere(nodeFiles.readFile(file));
    return content === undefined ? undefined : { file, name, modified: content.modified, signal: parseSignal(name, content.bytes.toString('utf8')) };
  } catch (error) {
    throw failureFrom(error, `read the signal ${file}`, file);
  }
}

/** Paths of the signal files of a raw folder and of its `logs`. @throws Failure `usage` when there is no such folder; `io` */
export async function listSignals(rawFolder: string): Promise<string[]> {
  const inside = (folder: string, names: readonly string[]): string[] => names.filter((name) => parseSignalName(name) !== undefined).sort().map((name) => path.join(folder, name));
  const logs = path.join(rawFolder, LOGS);
  try {
    return [...inside(rawFolder, await readdir(rawFolder)), ...inside(logs, await readdir(logs).catch(noFolder))];
  } catch (error) {
    throw failureFrom(error, `look for signals in ${rawFolder}`, rawFolder);
  }
}

function noFolder(error: unknown): [] {
  if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return [];
  throw error;
}

/**
 * Says that an export begins: `export_start_{stamp}.json`, or with the instrument in its name where another export began in
 * the same second. The caller holds the instrument's lock. @returns the file @throws Failure `io`
 */
export async function writeStart(disk: Disk, folder: string, signal: Required<Omit<StartSignal, 'kind'>>): Promise<string> {
  const [plain, named] = [startNameOf(signal.startedAt), startNameOf(signal.startedAt, signal.instrument)].map((name) => path.join(folder, name)) as [string, string];
  const text = startText(signal);
  if (await createText(disk, plain, text, `${named}.tmp`)) return plain;
  await writeText(disk, named, text);
  return named;
}

/** Says how far an export is, in the place of what was said before. @returns the file @throws Failure `io` */
export async function writeProgress(disk: Disk, folder: string, state: WholeState): Promise<string> {
  const file = path.join(folder, signalNameOf('progress', state.csv));
  await writeFleeting(disk, file, progressText(state));
  return file;
}

/** Says that an export is finished. @param finished data rows and SHA-256 of the file @returns the file @throws Failure `io` */
export async function writeComplete(disk: Disk, folder: string, state: WholeState, finished: { rows: number; sha256: string }): Promise<string> {
  const file = path.join(folder, signalNameOf('complete', state.csv));
  await writeText(disk, file, completeText(state, finished));
  return file;
}
