import type { BackupEntry, PruneResult } from '../../protocol/keeping';
import { listBackups } from '../disk/backup';
import { examine, removeBackup, superfluous, type Retention } from '../disk/retention';
import { underLock } from './backup';
import type { JobContext } from './context';
import { readRetention } from './settings';

/**
 * Removes the backups that a policy (what it leaves open: the folder's settings) does not keep, file by file under the ticker's lock. Never the only one, and none of
 * a file whose newest kept backup is not sound when it is read again: then the older ones may be all there is.
 */
export async function pruneBackups(context: JobContext, request: { policy: Partial<Retention>; dryRun: boolean }): Promise<PruneResult> {
  const policy = await readRetention(context.folder, request.policy);
  const removed: BackupEntry[] = [];
  const unsound: BackupEntry[] = [];
  const files = new Set((await listBackups(context.folder)).map(({ file }) => file));
  let kept = 0;
  for (const [done, file] of [...files].entries()) {
    context.operation.signal.throwIfAborted();
    context.operation.progress({ step: `thinning out the backups of ${file}`, done, total: files.size });
    const work = async (): Promise<void> => {
      const entries = await listBackups(context.folder, file);
      const dropped = superfluous(entries, policy);
      const [newest] = entries;
      const safe = newest !== undefined && (dropped.length === 0 || (await examine(context.folder, newest, context.operation.signal)) === 'sound');
      if (!safe && newest !== undefined) unsound.push(newest);
      for (const entry of safe ? dropped : []) {
        if (!request.dryRun) await removeBackup(context.disk, context.folder, entry);
        removed.push(entry);
      }
      kept += entries.length - (safe ? dropped.length : 0);
    };
    await (request.dryRun ? work() : underLock(context, file, `prune the backups of ${file}`, work));
  }
  return { outcome: request.dryRun ? 'planned' : 'removed', removed, kept, unsound };
}
