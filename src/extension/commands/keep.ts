import * as vscode from 'vscode';
import type { BackupEntry } from '../../protocol/keeping';
import { settings } from '../settings';
import { count, moment, t } from '../words';
import { askMaster, confirm, warnOfTrouble } from './ask';
import type { Bench } from './bench';
import { dataArgs } from './import';
import { backupItem, regenerationLines, restoreLines } from './texts';
import { targetOf } from './target';

/** The commands that look after what is there. */

/** Regenerate Derived…: what would be made, then made. */
export async function regenerate(bench: Bench, called: unknown): Promise<void> {
  const ticker = targetOf(called).ticker ?? (await askMaster(bench.listing.inventory));
  if (ticker === undefined) return;
  const args = ['regenerate', ticker, ...dataArgs()];
  const plan = await bench.jobs.run({ name: 'regenerate', args: [...args, '--dry-run'], title: t('Plan what to regenerate for {0}', ticker) });
  if (plan.kind === 'failed') await bench.jobs.report(plan.failure);
  if (plan.kind !== 'done') return;
  const due = plan.result.steps.filter(({ outcome }) => outcome === 'would-make').length;
  const go = due > 0 ? t('Regenerate') : t('Make It All Again');
  const question = due > 0 ? t('Regenerate what is out of date for {0}?', ticker) : t('Everything derived from {0} is up to date.', ticker);
  if ((await confirm(question, regenerationLines(plan.result), go)) !== go) return;
  const outcome = await bench.jobs.run({ name: 'regenerate', args: due > 0 ? args : [...args, '--force'], title: t('Regenerate {0}', ticker) });
  void bench.listing.refresh();
  if (outcome.kind === 'failed') await bench.jobs.report(outcome.failure);
  if (outcome.kind === 'done') for (const line of regenerationLines(outcome.result)) bench.log.info(line);
}

/** Backup Now: the file or ticker it was called on, else everything. */
export async function backup(bench: Bench, called: unknown): Promise<void> {
  const { kept, ticker } = targetOf(called);
  const what = kept ?? ticker;
  const args = ['backup', ...(what === undefined ? [] : [what]), ...dataArgs()];
  const outcome = await bench.jobs.run({ name: 'backup', args, title: what === undefined ? t('Back up everything') : t('Back up {0}', what) });
  void bench.listing.refresh();
  if (outcome.kind === 'failed') await bench.jobs.report(outcome.failure);
  if (outcome.kind !== 'done') return;
  const made = outcome.result.backups.length;
  const message = made === 0 && outcome.result.leftOut.length === 0 ? t('Every file has a backup of its content already.') : count(made, '1 file backed up and verified.', '{0} files backed up and verified.');
  void vscode.window.setStatusBarMessage(`$(pass) ${message}`, 8000);
  warnOfTrouble(outcome.result);
}

/** Clean Up…: what interrupted writes left, shown, then removed. */
export async function cleanUp(bench: Bench): Promise<void> {
  const args = ['clean', ...dataArgs()];
  const plan = await bench.jobs.run({ name: 'clean', args: [...args, '--dry-run'], title: t('Look for what interrupted writes left') });
  if (plan.kind === 'failed') await bench.jobs.report(plan.failure);
  if (plan.kind !== 'done') return;
  const { removed, kept } = plan.result;
  const left = kept.map(({ file, why }) => t('{0} stays: {1}', file, why));
  if (removed.length === 0) {
    void vscode.window.showInformationMessage([t('There is nothing to clean up.'), ...left].join(' '));
    return;
  }
  const go = t('Remove');
  if ((await confirm(count(removed.length, 'Remove 1 leftover?', 'Remove {0} leftovers?'), [...removed, ...left], go)) !== go) return;
  const outcome = await bench.jobs.run({ name: 'clean', args, title: t('Clean up') });
  void bench.listing.refresh();
  if (outcome.kind === 'failed') await bench.jobs.report(outcome.failure);
  if (outcome.kind !== 'done') return;
  for (const { file, why, failed } of outcome.result.kept) if (failed === true) void vscode.window.showWarningMessage(t('{0} stays: {1}', file, why));
}

/** Restore…: choose the file, choose the backup, see what happens, restore. */
export async function restore(bench: Bench, called: unknown): Promise<void> {
  const file = targetOf(called).kept ?? (await askKept(bench));
  if (file === undefined) return;
  const listed = await bench.jobs.run({ name: 'backups', args: ['restore', file, '--list', ...dataArgs()], title: t('List the backups of {0}', file) });
  if (listed.kind === 'failed') await bench.jobs.report(listed.failure);
  if (listed.kind !== 'done') return;
  const from = await askBackup(file, listed.result.backups);
  if (from === undefined) return;
  const args = ['restore', file, '--from', from.backup, ...dataArgs()];
  const plan = await bench.jobs.run({ name: 'restore', args: [...args, '--dry-run'], title: t('Plan the restore of {0}', file) });
  if (plan.kind === 'failed') await bench.jobs.report(plan.failure);
  if (plan.kind !== 'done') return;
  if (plan.result.outcome === 'unchanged') {
    void vscode.window.showInformationMessage(t('{0} has the content of that backup already.', file));
    return;
  }
  const go = t('Restore');
  const made = moment(from.made, settings.displayTimeZone());
  const lines = [t('It becomes what it was at {0}.', made), ...restoreLines(plan.result), t('The file as it is now is backed up first, so this can be undone.')];
  if ((await confirm(t('Restore {0}?', file), lines, go)) !== go) return;
  const outcome = await bench.jobs.run({ name: 'restore', args, title: t('Restore {0}', file) });
  void bench.listing.refresh();
  if (outcome.kind === 'failed') await bench.jobs.report(outcome.failure);
  if (outcome.kind === 'done') void vscode.window.setStatusBarMessage(`$(pass) ${t('{0} restored as of {1}.', file, made)}`, 8000);
}

async function askKept({ listing }: Bench): Promise<string | undefined> {
  const files = (listing.inventory?.entries ?? []).filter(({ lastBackup }) => lastBackup !== undefined).map(({ file }) => file);
  if (files.length > 0) return vscode.window.showQuickPick(files, { title: t('Restore'), placeHolder: t('Which file?') });
  void vscode.window.showInformationMessage(t('There is no backup to restore yet.'));
  return undefined;
}

async function askBackup(file: string, backups: readonly BackupEntry[]): Promise<BackupEntry | undefined> {
  if (backups.length === 0) {
    void vscode.window.showInformationMessage(t('{0} has no backup yet.', file));
    return undefined;
  }
  const newestFirst = [...backups].sort((a, b) => b.made - a.made);
  const items = newestFirst.map((entry) => ({ ...backupItem(entry, settings.displayTimeZone()), entry }));
  return (await vscode.window.showQuickPick(items, { title: t('Restore {0}', file), placeHolder: t('From which backup?'), matchOnDescription: true, matchOnDetail: true }))?.entry;
}
