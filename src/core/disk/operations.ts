import path from 'node:path';
import { failureFrom, type Failure } from '../base/failure';
import type { Disk } from './disk';
import { ifThere, nodeFiles, type Content } from './files';
import { appendLines, parseLines } from './lines';

/** Our own notes: `.barkeep/` in the data folder. */
export const NOTES = '.barkeep';

/** One atomic write, done or failed. */
export interface WriteRecord {
  /** When it ended, ISO UTC. */
  readonly time: string;
  readonly command: string;
  /** Absolute while in memory; relative to the data folder, with `/`, in the log. */
  readonly file: string;
  readonly outcome: 'written' | 'failed';
  /** From the first operation to the last, ms. */
  readonly milliseconds: number;
  readonly bytes?: number;
  /** Whether what was read back was what was meant; absent when the write failed before. */
  readonly verified?: boolean;
  /** Gaps in `file_seq`, for writers of sealed files. */
  readonly sequenceGaps?: number;
  readonly why?: string;
}

/** A backup that was read again and was not what it should be, or is so again. */
export interface CheckRecord {
  /** ISO UTC. */
  readonly time: string;
  readonly command: string;
  /** A backup, `backups/…` of the data folder; or the absolute path of a copy. */
  readonly backup: string;
  /** The file in that copy. */
  readonly within?: string;
  readonly verdict: 'sound' | 'damaged' | 'missing' | 'unreadable';
}

const logOf = (dataFolder: string): string => path.join(dataFolder, NOTES, 'operations.jsonl');
const olderOf = (dataFolder: string): string => path.join(dataFolder, NOTES, 'operations.1.jsonl');

/** A log longer than this (bytes) becomes the older one, whose predecessor goes: some 20,000 writes are kept at least. */
const LONGEST = 4_000_000;

/** Appends the writes that concern the data folder to `.barkeep/operations.jsonl`; those elsewhere are nobody's business there. */
export async function appendOperations(disk: Disk, dataFolder: string, writes: readonly WriteRecord[]): Promise<void> {
  const inside = writes.flatMap((write) => {
    const file = path.relative(dataFolder, write.file).split(path.sep).join('/');
    return file.startsWith('../') || path.isAbsolute(file) ? [] : [{ ...write, file }];
  });
  await append(disk, dataFolder, inside);
}

/** Appends what reading backups again has shown. */
export const appendChecks = (disk: Disk, dataFolder: string, checks: readonly CheckRecord[]): Promise<void> => append(disk, dataFolder, checks);

async function append(disk: Disk, dataFolder: string, records: readonly (WriteRecord | CheckRecord)[]): Promise<void> {
  if (records.length === 0) return;
  const file = logOf(dataFolder);
  const there = await ifThere(nodeFiles.stat(file));
  if (there !== undefined && there.bytes > LONGEST) await ifThere(disk.files.rename(file, olderOf(dataFolder)));
  await appendLines(disk, file, records, 'the operations log');
}

/** What is on record, oldest first, and which logs cannot be read. */
export async function readOperations(dataFolder: string): Promise<{ writes: WriteRecord[]; checks: CheckRecord[]; unread: Failure[] }> {
  const unread: Failure[] = [];
  const read = (file: string): Promise<Content | undefined> =>
    ifThere(nodeFiles.readFile(file)).catch((error: unknown) => {
      unread.push(failureFrom(error, `read the operations log ${file}`, path.relative(dataFolder, file).split(path.sep).join('/')));
      return undefined;
    });
  const lines = (await Promise.all([olderOf(dataFolder), logOf(dataFolder)].map(read))).flatMap(parseLines);
  return { writes: lines.filter((line) => isWriteRecord(line)), checks: lines.filter((line) => isCheckRecord(line)), unread };
}

function isCheckRecord(line: object): line is CheckRecord {
  const { time, command, backup, within = '', verdict } = line as Partial<Record<keyof CheckRecord, unknown>>;
  return [time, command, backup, within, verdict].every((value) => typeof value === 'string');
}

function isWriteRecord(line: object): line is WriteRecord {
  const { time, command, file, outcome, milliseconds } = line as Partial<Record<keyof WriteRecord, unknown>>;
  return [time, command, file].every((value) => typeof value === 'string') && (outcome === 'written' || outcome === 'failed') && typeof milliseconds === 'number';
}
