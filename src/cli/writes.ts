import { Failure } from '../core/base/failure';
import { watched } from '../core/disk/faults';
import type { Files } from '../core/disk/files';
import { isUnpacked } from '../core/disk/packed';
import type { JobName } from '../protocol/results';

/**
 * Whether a command changes the disk: the one place that says so. Those that do are recorded in the operations log and
 * proven by the fault matrix (test/faults, whose list is compared with this one); those that do not are given files
 * that refuse to change.
 */
export const WRITES: Readonly<Record<JobName, boolean>> = {
  verify: false,
  checks: false,
  inventory: false,
  align: false,
  import: true,
  update: true,
  export: true,
  continuity: false,
  coverage: false,
  dayCoverage: false,
  regenerate: true,
  backup: true,
  backups: false,
  restore: true,
  rebuild: true,
  seal: true,
  repair: true,
  prune: true,
  copy: true,
  checkBackups: true,
  destinations: false,
  status: false,
  clean: true,
  sample: true,
  watch: false,
  conduct: true,
  monthlyRun: true,
  monthlyMonth: true,
  monthlyStatus: false,
  monthlyReport: true,
  monthlyWorker: true,
  monthlyQueue: false,
  monthlyValidate: false,
};

const READING: ReadonlySet<string> = new Set(['readFile', 'readdir', 'stat', 'realpath']);

/** Files that can only be looked at; a packed one is unpacked for that, out of the way. */
export const readOnly = (files: Files, command: string): Files =>
  watched(files, (_n, name, path) => {
    if (READING.has(name) || isUnpacked(path)) return;
    throw new Failure('internal', { attempted: `${name} ${path}`, file: path, why: `${command} is declared as a command that changes nothing.` });
  });
