import path from 'node:path';
import type { BackupEntry, RestoreResult } from '../../protocol/keeping';
import { Failure } from '../base/failure';
import { backupPath, change, copyOf, listBackups, nameIn } from './backup';
import { measureFile, sha256OfFile, type Written } from './digest';
import type { Disk } from './disk';
import { nodeFiles, ifThere } from './files';
import { requireNoLink } from './link';

export interface RestoreHow {
  /** Name in `backups/`; default the newest that differs from the file. */
  readonly from?: string;
  /** Throws when a backup of which the journal tells no digest is not sound; without it such a one is taken as it is. */
  readonly vet?: (backup: string, entry: BackupEntry) => Promise<void>;
}

/**
 * What a restore would do, changing nothing: `planned`, or `unchanged` when the file is that backup already.
 * @param file absolute, or relative to the data folder
 * @param how which backup, and how to vet one whose digest is unknown
 * @throws Failure `usage` when there is no such backup; `refused` when its bytes are not those that were journalled
 */
export async function planRestore(dataFolder: string, file: string, how: RestoreHow = {}): Promise<RestoreResult> {
  return (await plan(dataFolder, file, how)).result;
}

/**
 * Puts a backup back in the place of the file it is a copy of: verified against its journalled digest (one the journal
 * does not tell of is vetted), the file as it is now backed up first, then replaced atomically and compared.
 * The caller holds the file's lock. Parameters and failures as in `planRestore`.
 */
export async function restoreFile(disk: Disk, dataFolder: string, file: string, how: RestoreHow = {}): Promise<RestoreResult> {
  const { result, original } = await plan(dataFolder, file, how);
  if (result.outcome === 'unchanged') return result;
  const { from } = result;
  const writing = copyOf(disk, backupPath(dataFolder, from.backup), original);
  const { backup } = await change(disk, dataFolder, from.file, writing, { what: 'restore', why: `restore ${from.backup}` });
  return { ...result, outcome: 'restored', ...(backup === undefined ? {} : { saved: backup }) };
}

async function plan(dataFolder: string, file: string, { from: backupName, vet }: RestoreHow): Promise<{ result: RestoreResult; original: Written }> {
  const name = nameIn(dataFolder, file);
  const target = path.join(dataFolder, name);
  const there = await ifThere(nodeFiles.stat(target));
  if (there === undefined) await requireNoLink(target, `restore ${name}`);
  const present = there === undefined ? undefined : await sha256OfFile(target);
  const from = await choose(dataFolder, name, backupName, present);
  const original = await measureFile(backupPath(dataFolder, from.backup));
  if (from.sha256 !== null && original.sha256 !== from.sha256) throw damaged(from, original);
  const same = present === original.sha256;
  if (from.sha256 === null && !same) await vet?.(backupPath(dataFolder, from.backup), from);
  return { result: { outcome: same ? 'unchanged' : 'planned', file: name, from }, original };
}

/** @param present digest of the file as it is: a backup equal to it, such as one made by an interrupted restore, is not what is meant */
async function choose(dataFolder: string, name: string, backupName: string | undefined, present: string | undefined): Promise<BackupEntry> {
  const backups = await listBackups(dataFolder, name);
  const chosen = backupName === undefined ? (backups.find(({ sha256 }) => sha256 === null || sha256 !== present) ?? backups[0]) : backups.find(({ backup }) => backup === backupName);
  if (chosen !== undefined) return chosen;
  const why = backupName === undefined ? 'there is no backup of it.' : `it has no backup named ${backupName}.`;
  throw new Failure('usage', { attempted: `restore ${name}`, file: name, why, remedy: 'See barkeep backup --list for those there are.', inEditor: { remedy: 'Restore… lists those there are.' } });
}

const damaged = (from: BackupEntry, found: Written): Failure =>
  new Failure('refused', {
    attempted: `restore ${from.file} from ${from.backup}`,
    file: from.backup,
    why: `the backup is not what it was when it was made: SHA-256 is ${found.sha256}, the journal says ${String(from.sha256)}.`,
    remedy: 'Nothing was changed. Choose another backup.',
  });
