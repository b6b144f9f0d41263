import * as vscode from 'vscode';
import type { Event } from '../../protocol/events';
import type { Report } from '../../protocol/report';
import { settings } from '../settings';
import { count, t } from '../words';
import type { Bench } from './bench';

/** Verify All Exports: every export of the data folder, one after another in a child; what is found stands in Problems and in the inventory. */
export async function verifyAll(bench: Bench): Promise<void> {
  const folder = settings.dataFolder();
  if (folder === undefined) {
    void vscode.window.showInformationMessage(t('Choose a data folder first.'));
    return;
  }
  const found: Found = { checked: 0, faulty: 0, unread: 0 };
  const since = Date.now();
  const zone = settings.csvTimeZone();
  const args = ['verify', folder, ...(zone === undefined ? [] : ['--tz', zone]), '--outliers', String(settings.outlierFactor()), '--data', folder];
  const outcome = await bench.jobs.run({ name: 'verify', args, title: t('Verify all exports'), onEvent: (event) => { hear(bench, event, found, since); } });
  void bench.listing.refresh();
  if (outcome.kind === 'failed' && found.checked === 0) await bench.jobs.report(outcome.failure);
  else if (outcome.kind !== 'cancelled') await tell(found);
}

interface Found {
  checked: number;
  /** With errors. */
  faulty: number;
  /** Could not be read. */
  unread: number;
}

function hear({ checks, log }: Bench, event: Event, found: Found, since: number): void {
  if (event.type === 'failure' && event.kind !== 'cancelled') {
    found.unread++;
    log.error(event.message);
  }
  if (event.type !== 'result' || event.command !== 'verify') return;
  const report: Report = event.result;
  checks.take(report, since);
  found.checked++;
  if (report.errors > 0) found.faulty++;
}

async function tell({ checked, faulty, unread }: Found): Promise<void> {
  const verified = count(checked, '1 export verified', '{0} exports verified');
  if (faulty + unread === 0) {
    void vscode.window.setStatusBarMessage(`$(pass) ${t('{0}, no errors.', verified)}`, 8000);
    return;
  }
  const message = [verified, ...(faulty === 0 ? [] : [t('{0} with errors', faulty)]), ...(unread === 0 ? [] : [t('{0} could not be read', unread)])].join(', ');
  const showProblems = t('Show Problems');
  const chosen = await vscode.window.showWarningMessage(`${message}.`, showProblems);
  if (chosen === showProblems) await vscode.commands.executeCommand('workbench.actions.view.problems');
}
