/**
 * A failure is thrown: the operation could not be carried out. Bad data is never a failure; it is a finding (finding.ts).
 * Every failure says what was being attempted, on which file, why it failed and what the user can do.
 */

/** The kinds of failure; each maps to one exit code of the command line (protocol/exit.ts). */
export type FailureKind =
  | 'usage' // the request itself is wrong: unknown zone, missing file, bad option
  | 'refused' // the data is not fit for what was asked; nothing was written
  | 'locked' // another process holds the lock
  | 'io' // the disk or a file let us down: ENOSPC, EROFS, torn Parquet …
  | 'suspended' // switched off by default, or a confirmation is needed
  | 'cancelled' // the user stopped it
  | 'internal'; // a fault of ours

export interface FailureFacts {
  /** What was being attempted, as an infinitive phrase: `read /data/ES.csv`. */
  readonly attempted: string;
  /** The file or folder concerned, when there is one. */
  readonly file?: string;
  /** Physical line in that file, 1-based. */
  readonly line?: number;
  /** Why it failed, in the user's words. */
  readonly why: string;
  /** What the user can do about it. */
  readonly remedy?: string;
  /** What of this is said otherwise in an editor, which has commands and buttons where the command line has options. */
  readonly inEditor?: { readonly why?: string; readonly remedy: string };
  /** Options and arguments of the same command, by their names without dashes, with which it would do: `{ tz: 'America/Chicago' }`. */
  readonly options?: Readonly<Record<string, string>>;
  /** The master that bars were compared with, and do not match: `ES_1m.parquet`. */
  readonly unlike?: string;
  /** The operating system's code, such as `ENOSPC`. */
  readonly errno?: string;
  /** Bytes that had to fit, when the disk was full. */
  readonly needs?: number;
  readonly cause?: unknown;
}

export class Failure extends Error {
  readonly kind: FailureKind;
  readonly facts: FailureFacts;

  constructor(kind: FailureKind, facts: FailureFacts) {
    super(describe(facts), facts.cause === undefined ? undefined : { cause: facts.cause });
    this.name = 'Failure';
    this.kind = kind;
    this.facts = facts;
  }
}

/** A failure's message as an editor says it. */
export const messageInEditor = (facts: FailureFacts): string => describe({ ...facts, ...facts.inEditor });

/** What was asked for was done, but not what follows from it: `done` is its result, which stays. */
export class Unfinished extends Failure {
  readonly done: unknown;

  constructor({ kind, facts }: Failure, done: unknown) {
    super(kind, facts);
    this.name = 'Unfinished';
    this.done = done;
  }
}

function describe(facts: FailureFacts): string {
  const where = facts.line === undefined ? '' : ` (line ${facts.line})`;
  const remedy = facts.remedy === undefined ? '' : ` ${facts.remedy}`;
  return `Cannot ${facts.attempted}${where}: ${facts.why}${remedy}`;
}

const ERRNO: Readonly<Record<string, readonly [why: string, remedy: string]>> = {
  ENOENT: ['there is no such file or folder.', 'Check the path.'],
  EISDIR: ['it is a folder, not a file.', 'Give the path of a file.'],
  ENOTDIR: ['a part of the path is a file, not a folder.', 'Check the path.'],
  EACCES: ['permission was denied.', 'Check who owns the file and its permissions.'],
  EPERM: ['the operation is not permitted.', 'Check permissions, and that no other program holds the file.'],
  EROFS: ['the file system is read-only.', 'Choose a folder that can be written to.'],
  ENOSPC: ['the disk is full.', 'Free some space and run it again; nothing was changed.'],
  EDQUOT: ['the disk quota is used up.', 'Free some space and run it again; nothing was changed.'],
  EIO: ['the disk reported an input/output error.', 'Check the disk; nothing was changed.'],
  EBUSY: ['another program is using the file.', 'Close it there and run it again.'],
  EMFILE: ['too many files are open.', 'Close some programs and run it again.'],
  ENAMETOOLONG: ['the name is too long for this file system.', 'Use a shorter name.'],
  EEXIST: ['it exists already.', 'Choose another name.'],
};

/** The errno code of a Node system error, or undefined. */
export function errnoOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/**
 * Turns whatever was caught into a Failure. A Failure passes unchanged; a system error is named by its errno
 * (a missing file or a folder given for a file is the caller's mistake: `usage`; the rest is `io`).
 */
export function failureFrom(error: unknown, attempted: string, file?: string): Failure {
  if (error instanceof Failure) return error;
  const errno = errnoOf(error);
  const known = errno === undefined ? undefined : ERRNO[errno];
  const message = error instanceof Error ? error.message : String(error);
  const about = file === undefined ? {} : { file };
  if (errno !== undefined && known !== undefined) {
    const kind: FailureKind = ['ENOENT', 'EISDIR', 'ENOTDIR', 'ENAMETOOLONG'].includes(errno) ? 'usage' : 'io';
    return new Failure(kind, { attempted, ...about, why: known[0].replace(/\.$/, ` (${errno}).`), remedy: known[1], errno, cause: error });
  }
  if (errno !== undefined && /^E[A-Z0-9]+$/.test(errno)) {
    return new Failure('io', { attempted, ...about, why: message, errno, cause: error });
  }
  return new Failure('internal', { attempted, ...about, why: message, cause: error });
}
