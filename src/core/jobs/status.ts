import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { Alert, LockNote, Status, TemporaryNote, WriteMetrics } from '../../protocol/keeping';
import { errnoOf, failureFrom } from '../base/failure';
import { isoInstant } from '../base/time';
import { listBackups } from '../disk/backup';
import { BACKUPS } from '../disk/journal';
import { judgeLock, locksOf, type LockState } from '../disk/lockState';
import { readOperations, type CheckRecord, type WriteRecord } from '../disk/operations';
import { isLeftover, isTemporary } from '../store/leftover';
import { listFiles, listNotes, type FoundFile } from '../store/walk';
import type { JobContext } from './context';
import { standing } from './reread';

/** A write that took longer than this (ms) is worth an alert. */
export const WRITE_LIMIT = 10_000;
const DAY = 86_400_000;
const HOUR = 3_600_000;

/** How writing to this folder has gone: locks, temporary files, backups, the log of writes, and what needs care. */
export async function takeStatus(context: JobContext, request: { limit: number }): Promise<Status> {
  const { folder, clock } = context;
  const now = clock.now();
  const { writes, checks, unread } = await readOperations(folder);
  const alerted = unread.map(({ facts, message }) => unreadAlert(facts.file ?? folder, message));
  const listed = listBackups(folder).catch((error: unknown) => {
    alerted.push(unreadAlert(BACKUPS, failureFrom(error, 'list the backups').message));
    return [];
  });
  const [locks, temporary, backups] = await Promise.all([lockNotes(context), temporaryNotes(folder, now), listed]);
  const alerts = [...alerted, ...writeAlerts(writes, request.limit, now), ...(await checkAlerts(folder, checks)), ...temporary.flatMap((each) => temporaryAlert(each, now)), ...locks.flatMap(lockAlert)];
  return {
    folder,
    locks,
    temporary,
    backups: { count: backups.length, bytes: backups.reduce((sum, { bytes }) => sum + bytes, 0), ...(backups[0] === undefined ? {} : { newest: backups[0] }) },
    metrics: metricsOf(writes),
    alerts,
  };
}

/** The locks of a data folder that somebody holds or held, with their names as the user knows them. */
export async function lockNotes({ disk, folder }: JobContext): Promise<LockNote[]> {
  const states = await Promise.all((await locksOf(folder)).map((name) => judgeLock(disk, name)));
  return states.filter((state) => state !== undefined).map((state) => noteOf(folder, state));
}

function noteOf(folder: string, { file, state, holder, since }: LockState): LockNote {
  const by = holder === undefined ? {} : { pid: holder.pid, ...pick(holder, ['host', 'command', 'doing']) };
  return { file: path.relative(folder, file).split(path.sep).join('/'), state, since, ...by };
}

function pick<T extends object, Name extends keyof T>(from: T, names: readonly Name[]): Partial<Pick<T, Name>> {
  return Object.fromEntries(names.filter((name) => from[name] !== undefined).map((name) => [name, from[name]])) as Partial<Pick<T, Name>>;
}

/** Every temporary file, our notes and backups included. */
export async function temporaryNotes(folder: string, now: number): Promise<TemporaryNote[]> {
  const found = [...(await listFiles(folder)), ...(await listNotes(folder))].filter(({ file }) => isTemporary(file));
  return Promise.all(found.map((file) => temporaryNote(folder, file, now)));
}

const temporaryNote = async (folder: string, found: FoundFile, now: number): Promise<TemporaryNote> => ({
  file: found.file,
  bytes: found.bytes,
  updated: found.updated,
  leftover: await isLeftover(folder, found, now),
});

/** Percentiles by nearest rank over the writes that were done. */
export function metricsOf(writes: readonly WriteRecord[]): WriteMetrics {
  const done = writes.filter(({ outcome }) => outcome === 'written');
  const times = done.map(({ milliseconds }) => milliseconds).sort((a, b) => a - b);
  const at = (share: number): number | null => times[Math.max(0, Math.ceil(times.length * share) - 1)] ?? null;
  const read = writes.filter(({ verified }) => verified !== undefined);
  return {
    writes: done.length,
    failed: writes.length - done.length,
    bytes: done.reduce((sum, { bytes = 0 }) => sum + bytes, 0),
    p50: at(0.5),
    p95: at(0.95),
    p99: at(0.99),
    verifiedShare: read.length === 0 ? null : read.filter(({ verified }) => verified === true).length / read.length,
    sequenceGaps: writes.reduce((sum, { sequenceGaps = 0 }) => sum + sequenceGaps, 0),
  };
}

/** What cannot be read hides nothing else. */
const unreadAlert = (file: string, message: string): Alert => ({ code: 'unreadable', file, message });

/** Only the last word on each file counts: a failed write that was made good is history. */
function writeAlerts(writes: readonly WriteRecord[], limit: number, now: number): Alert[] {
  const last = new Map(writes.map((write) => [write.file, write]));
  return [...last.values()].flatMap((write): Alert[] => {
    const { file, time, why = 'no reason is on record', milliseconds, sequenceGaps = 0 } = write;
    if (write.verified === false) return [{ code: 'verification-failed', file, message: `${file} was not what was written when it was read back (${time}): ${why}` }];
    if (sequenceGaps > 0) return [{ code: 'sequence-gap', file, message: `${file} was written with ${sequenceGaps} gaps in its sequence (${time}).` }];
    if (write.outcome === 'written' && milliseconds > limit && now - Date.parse(time) < DAY) {
      return [{ code: 'slow-write', file, message: `Writing ${file} took ${(milliseconds / 1000).toFixed(1)} s (${time}), more than ${limit / 1000} s.` }];
    }
    return [];
  });
}

/** A backup that is gone, or whose place is, harms nobody. */
async function checkAlerts(folder: string, checks: readonly CheckRecord[]): Promise<Alert[]> {
  const alerts = standing(checks).map(async ({ backup, within, verdict, time }): Promise<Alert[]> => {
    if (await isGone(path.resolve(folder, backup))) return [];
    const file = within === undefined ? backup : path.join(backup, within);
    return [{ code: 'verification-failed', file, message: `${file} was ${verdict} when it was verified (${time}). Make another backup, then remove this one; or verify it again.` }];
  });
  return (await Promise.all(alerts)).flat();
}

const isGone = (file: string): Promise<boolean> =>
  stat(file).then(
    () => false,
    (error: unknown) => ['ENOENT', 'ENOTDIR'].includes(errnoOf(error) ?? ''),
  );

function temporaryAlert({ file, leftover, updated }: TemporaryNote, now: number): Alert[] {
  if (!leftover && now - updated < HOUR) return [];
  return [{ code: 'old-temporary', file, message: `${file} was left by a write that was interrupted, last touched ${isoInstant(updated)}.`, remedy: ['clean'] }];
}

function lockAlert({ file, state, since }: LockNote): Alert[] {
  if (state === 'held' || state === 'elsewhere') return [];
  if (state === 'unreadable') return [{ code: 'unreadable-lock', file, message: `${file} ${UNREADABLE}` }];
  return [{ code: 'stale-lock', file, message: `The process that took ${file} at ${isoInstant(since)} is gone; the next write takes it over.`, remedy: ['clean'] }];
}

/** Nothing of ours removes such a lock: that nobody holds it only a person can tell. */
export const UNREADABLE = 'does not say who holds it; make sure that nothing is writing here, then delete it by hand.';
