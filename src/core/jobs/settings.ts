import * as z from 'zod';
import { RETENTION, type Retention } from '../disk/retention';
import { readSettings } from '../store/settings';

const WRITING = z.strictObject({ lockTimeoutHours: z.number().positive() }).partial();

/**
 * After how many hours a lock is taken over whoever holds it: `writing.lockTimeoutHours` in `.barkeep/settings.json` of the data folder.
 * @returns undefined when it is not set: the holder may still be at work @throws Failure `usage` naming what is wrong in the file; `io`
 */
export const readLockTimeout = async (folder: string): Promise<number | undefined> => (await readSettings(folder, 'writing', WRITING)).lockTimeoutHours;

const few = z.number().int().nonnegative();
const BACKUPS = z.strictObject({ last: few.min(1), daily: few, weekly: few, monthly: few }).partial();

/** Which backups are kept: what is asked for, else `backups` in `.barkeep/settings.json`, else the usual. @throws as above */
export async function readRetention(folder: string, asked: Partial<Retention>): Promise<Retention> {
  const set = await readSettings(folder, 'backups', BACKUPS);
  const of = (name: keyof Retention): number => asked[name] ?? set[name] ?? RETENTION[name];
  return { last: of('last'), daily: of('daily'), weekly: of('weekly'), monthly: of('monthly') };
}
