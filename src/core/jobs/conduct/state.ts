import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { ConductRun, ConductStage, ExportStateName, TakenIn } from '../../../protocol/exports';
import { errnoOf } from '../../base/failure';
import { isoInstant } from '../../base/time';
import { writeText } from '../../disk/atomic';
import type { Disk } from '../../disk/disk';
import { diskFailure } from '../../disk/failures';
import { ifThere } from '../../disk/files';
import { parseObject } from '../../disk/holder';
import { NOTES } from '../../disk/operations';

/** How far each run is, kept on the disk so that one that was killed can be taken up again. */

/** What a run was asked to do; a run taken up again does the same. */
export interface RunOrder {
  /** Absolute. */
  readonly raw: string;
  readonly launch?: string;
  /** Instruments to wait for; empty: for every export that begins. */
  readonly expect: readonly string[];
  readonly timeoutMinutes: number;
  readonly settleSeconds: number;
  /** Take in what is finished already, and wait for nothing. */
  readonly existing: boolean;
  readonly timeZone?: string;
  readonly stamp?: 'open' | 'close';
  readonly tickers: Readonly<Record<string, string>>;
}

/** An export in hand. */
export interface RunExport {
  /** Its CSV, without `.DONE`. */
  readonly csv: string;
  readonly instrument: string;
  readonly ticker: string;
  readonly ticks: boolean;
  readonly state: ExportStateName;
  /** What its exporter says of the file's bytes, 64 lower-case hex. */
  readonly sha256?: string;
  /** SHA-256 of the file that was imported: only that one is archived. */
  readonly read?: string;
  readonly imported?: TakenIn;
  readonly archived?: string;
}

export interface RunState {
  readonly version: 1;
  readonly id: string;
  /** Unix ms. */
  readonly began: number;
  readonly updated: number;
  /** `given-up`: by a person who wanted another run. */
  readonly stage: ConductStage | 'done' | 'given-up';
  readonly order: RunOrder;
  readonly launched?: { readonly pid: number; readonly at: number };
  /** Exports that were there when the run began, by name: what names the end of each that had ended (wait.ts). */
  readonly before: Readonly<Record<string, string>>;
  readonly exports: readonly RunExport[];
  readonly left: ConductRun['left'];
  /** Why it stopped, when it did. */
  readonly failure: string | undefined;
}

const folderOf = (folder: string): string => path.join(folder, NOTES, 'conduct');
export const stateFile = (folder: string, id: string): string => path.join(folderOf(folder), `${id}.json`);
export const logFile = (folder: string, id: string): string => path.join(folderOf(folder), `${id}.log.jsonl`);
export const outputFile = (folder: string, id: string): string => path.join(folderOf(folder), `${id}.output.txt`);
/** Held while a run is on its way. */
export const conductLock = (folder: string): string => path.join(folderOf(folder), 'conduct.lock');

const ID = /^[\p{L}\p{N}][\p{L}\p{N}_-]{0,63}$/u;
/** An id becomes the name of files. */
export const isRunId = (text: string): boolean => ID.test(text);

/** The caller holds the lock. */
export async function writeRun(disk: Disk, folder: string, state: RunState): Promise<void> {
  const kept = { ...state, order: { ...state.order, raw: fromFolder(folder, state.order.raw) } };
  await writeText(disk, stateFile(folder, state.id), `${JSON.stringify(kept, undefined, 1)}\n`);
}

/** A raw folder inside the data folder is kept by its place in it: both may be moved. */
function fromFolder(folder: string, raw: string): string {
  const inside = path.relative(folder, raw);
  return inside.startsWith('..') || path.isAbsolute(inside) ? raw : inside;
}

/** Every run there was, the oldest first; files that are no state of ours are passed over. @throws Failure `io` */
export async function readRuns(disk: Disk, folder: string): Promise<RunState[]> {
  const where = folderOf(folder);
  try {
    const names = (await readdir(where)).filter((name) => name.endsWith('.json'));
    const contents = await Promise.all(names.map((name) => ifThere(disk.files.readFile(path.join(where, name)))));
    const values: unknown[] = contents.map((content) => (content === undefined ? undefined : parseObject(content.bytes.toString('utf8'))));
    const runs = values.filter(isRun).map((run) => ({ ...run, order: { ...run.order, raw: path.resolve(folder, run.order.raw) } }));
    return runs.sort((a, b) => a.began - b.began);
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return [];
    throw diskFailure(error, `read ${where}`, where, 0);
  }
}

const isRun = (value: unknown): value is RunState =>
  typeof value === 'object' && value !== null && 'version' in value && value.version === 1 && 'order' in value && 'stage' in value && 'exports' in value;

export const isOver = ({ stage }: RunState): boolean => stage === 'done' || stage === 'given-up';

/** A run as others are told of it. */
export const toldOf = (folder: string, { id, began, stage, exports, left, failure }: RunState): ConductRun => ({
  id,
  began: isoInstant(began),
  stage,
  exports: exports.map(({ csv, ticker, state, imported, archived }) => ({ csv, ticker, state, ...(imported === undefined ? {} : { imported }), ...(archived === undefined ? {} : { archived }) })),
  left,
  ...(failure === undefined ? {} : { failure }),
  stateFile: stateFile(folder, id),
  logFile: logFile(folder, id),
});
