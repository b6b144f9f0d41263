import path from 'node:path';
import type { Disk } from './disk';
import { nodeFiles, ifThere } from './files';
import { appendLines, parseLines } from './lines';

export const BACKUPS = 'backups';
const journalOf = (dataFolder: string): string => path.join(dataFolder, BACKUPS, 'journal.jsonl');

/** One line of `backups/journal.jsonl`. It is written before what it tells is done, so that no change lacks its line. */
export interface JournalLine {
  /** ISO UTC. */
  readonly time: string;
  readonly what: 'backup' | 'create' | 'replace' | 'restore' | 'prune' | 'aside';
  /** Relative to the data folder, with `/`. */
  readonly file: string;
  /** Name in `backups/` of the copy of the file as it was. */
  readonly backup?: string;
  readonly why: string;
  readonly command: string;
  /** What went into the file with this change, as its metadata tells it too: a torn file tells nothing. */
  readonly sources?: readonly object[];
  readonly bytes: number;
  /** SHA-256 of the file before, and of the file after; a backup changes nothing and has only the first. */
  readonly sha256Before?: string;
  readonly sha256After?: string;
}

/** Appends one line and syncs it. */
export async function appendJournal(disk: Disk, dataFolder: string, line: Omit<JournalLine, 'time' | 'command'>): Promise<void> {
  const whole: JournalLine = { time: new Date(disk.clock.now()).toISOString(), command: disk.self.command, ...line };
  await appendLines(disk, journalOf(dataFolder), [whole], 'the journal');
}

/** The lines of the journal, oldest first. Torn lines, and a missing journal, are passed over: it is a record, not a source. */
export async function readJournal(dataFolder: string): Promise<JournalLine[]> {
  const content = await ifThere(nodeFiles.readFile(journalOf(dataFolder)));
  return parseLines(content).filter((line) => isJournalLine(line));
}

function isJournalLine(line: object): line is JournalLine {
  const { time, what, file, why, command } = line as Partial<Record<keyof JournalLine, unknown>>;
  return [time, what, file, why, command].every((value) => typeof value === 'string');
}
