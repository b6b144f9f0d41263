import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { errnoOf, failureFrom } from '../base/failure';
import { writeText } from '../disk/atomic';
import type { Disk } from '../disk/disk';
import { ifThere } from '../disk/files';
import { parseObject } from '../disk/holder';
import { NOTES } from '../disk/operations';
import type { MonthFailed, Stage } from '../../protocol/monthly';

/** How far each month is, kept on the disk so that a run that was killed can be taken up again. */

interface Common {
  readonly version: 1;
  readonly month: string;
  readonly source: string;
  /** When the month was begun, unix ms; names its files, so that each attempt writes over the last one's. */
  readonly stamp: number;
  /** Last change, unix ms. */
  readonly updated: number;
  readonly attempts: number;
}

export type MonthState = Common &
  (
    | { readonly phase: 'working'; readonly stage: Stage }
    | { readonly phase: 'failed'; readonly failure: MonthFailed }
    /** What it became: `done.ts` tells of it. */
    | { readonly phase: 'done'; readonly output: string }
  );

const folderOf = (dest: string): string => path.join(dest, NOTES, 'monthly');
const fileOf = (dest: string, month: string): string => path.join(folderOf(dest), `${month}.json`);

/** Held while a month is processed. */
export const monthLock = (dest: string, month: string): string => path.join(folderOf(dest), `${month}.lock`);

/** The caller holds the month's lock. */
export async function writeState(disk: Disk, dest: string, state: MonthState): Promise<void> {
  await writeText(disk, fileOf(dest, state.month), `${JSON.stringify(state, undefined, 1)}\n`);
}

/** A file that is no state is as good as none: the month is then processed from its start. @throws Failure `io` */
export async function readState(disk: Disk, dest: string, month: string): Promise<MonthState | undefined> {
  const file = fileOf(dest, month);
  try {
    const content = await ifThere(disk.files.readFile(file));
    const value: unknown = content === undefined ? undefined : parseObject(content.bytes.toString('utf8'));
    return isState(value) ? value : undefined;
  } catch (error) {
    throw failureFrom(error, `read ${file}`, file);
  }
}

const isState = (value: unknown): value is MonthState => typeof value === 'object' && value !== null && 'version' in value && value.version === 1 && 'phase' in value;

/** Every month's state, in order of month. */
export async function readStates(disk: Disk, dest: string): Promise<MonthState[]> {
  const names = await readdir(folderOf(dest)).catch((error: unknown): string[] => {
    if (errnoOf(error) === 'ENOENT') return [];
    throw failureFrom(error, `read ${folderOf(dest)}`, folderOf(dest));
  });
  const months = names.filter((name) => /^\d{4}-\d{2}\.json$/.test(name)).sort();
  const states = await Promise.all(months.map((name) => readState(disk, dest, name.slice(0, 7))));
  return states.filter((state) => state !== undefined);
}
