import type { FailureKind } from '../core/base/failure';

/** Exit codes of the command line: one table, shown in `--help` and the README. */
export const EXIT = {
  ok: { code: 0, means: 'done; nothing wrong was found' },
  findings: { code: 1, means: 'done; the data has findings (errors, or with --strict warnings too)' },
  usage: { code: 2, means: 'the request is wrong: unknown option, zone or file' },
  refused: { code: 3, means: 'the data was refused; nothing was written' },
  locked: { code: 4, means: 'another process holds the lock' },
  io: { code: 5, means: 'the disk or a file failed: full, read-only, unreadable' },
  suspended: { code: 6, means: 'switched off by default, or a confirmation is needed' },
  internal: { code: 70, means: 'a fault in Barkeep; please report it' },
  cancelled: { code: 130, means: 'cancelled; nothing was left half-done' },
} as const;

export type ExitName = keyof typeof EXIT;

/** The exit code a failure ends the command with. */
export const exitCodeOf = (kind: FailureKind): number => EXIT[kind].code;
