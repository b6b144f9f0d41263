import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { errnoOf, failureFrom } from '../../base/failure';
import { sha256OfFile } from '../../disk/digest';
import { moveInto } from '../../disk/move';
import { ARCHIVED } from '../../exports/evidence';
import { LOGS, parseSignalName } from '../../exports/names';
import { readSignal } from '../../exports/signals';
import type { Bench } from './bench';
import { ifInRaw, replaced } from './files';
import type { RunExport, RunState } from './state';

/** The last stage: what was taken in goes to `archived/`, with its signals and whatever lies beside it. */
export async function archive(bench: Bench, state: RunState): Promise<RunState> {
  let now = state;
  for (const one of state.exports) {
    if (one.archived !== undefined) continue;
    bench.operation.signal.throwIfAborted();
    const archived = await archiveOne(bench, state.order.raw, one);
    await bench.say('archive', `${one.csv}: ${archived}`);
    now = await bench.keep({ ...now, exports: now.exports.map((each) => (each.csv === one.csv ? { ...one, archived } : each)) });
  }
  return now;
}

/** The CSV goes last: while it is there, the rest can be found and moved again. */
async function archiveOne(bench: Bench, raw: string, one: RunExport): Promise<string> {
  const folder = path.join(raw, ARCHIVED);
  const there = await ifInRaw(raw, one.csv);
  if (there === undefined) return (await ifInRaw(folder, one.csv))?.file ?? folder;
  if (!(await isRead(there.file, one))) throw replaced(one.csv, 'since it was imported');
  for (const file of await companions(raw, one, there.file)) await moveInto(bench.disk, file, folder);
  if ((await ifInRaw(raw, one.csv))?.version !== there.version) throw replaced(one.csv, 'since it was imported');
  return moveInto(bench.disk, there.file, folder);
}

const isRead = async (file: string, { read }: RunExport): Promise<boolean> => read !== undefined && (await sha256OfFile(file)) === read;

/** Whether a file that was imported is still the one there, for every export that is to be archived. */
export async function areUnchanged({ order, exports }: RunState): Promise<boolean> {
  for (const one of exports) {
    const there = one.archived === undefined ? await ifInRaw(order.raw, one.csv) : undefined;
    if (there !== undefined && !(await isRead(there.file, one))) return false;
  }
  return true;
}

/** Signals and other files of an export, in the raw folder and its `logs/`. */
async function companions(raw: string, one: RunExport, csv: string): Promise<string[]> {
  const { mtimeMs: written } = await stat(csv);
  const found: string[] = [];
  for (const folder of [raw, path.join(raw, LOGS)]) {
    for (const name of await namesIn(folder)) {
      const file = path.join(folder, name);
      if ((name.startsWith(`${one.csv}.`) && !/^\.(gz\.)?DONE$|^\.gz$/i.test(name.slice(one.csv.length))) || (await isSignalOf(file, one, written))) found.push(file);
    }
  }
  return found;
}

/** A start signal names no file: those of the instrument that are older than the CSV are of this export or one before. */
async function isSignalOf(file: string, { csv, instrument }: RunExport, written: number): Promise<boolean> {
  const name = parseSignalName(path.basename(file));
  if (name === undefined) return false;
  if (name.kind !== 'start') return name.csv === csv;
  const found = await readSignal(file);
  const about = found === undefined || typeof found.signal === 'string' ? undefined : found.signal;
  return about?.kind === 'start' && about.instrument === instrument && found!.modified <= written;
}

async function namesIn(folder: string): Promise<string[]> {
  try {
    return (await readdir(folder)).sort();
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? '')) return [];
    throw failureFrom(error, `list ${folder}`, folder);
  }
}
