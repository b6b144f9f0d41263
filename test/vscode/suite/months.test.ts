import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { MonthDone, MonthStanding } from '../../../src/protocol/monthly';
import { writePlain, monthName } from '../../support/month';
import { closeAll, eventually, fileIn } from './editor';

/** One trading day: small, and yet larger than what is taken for a failed download. */
const DAY = { days: [5], hours: [8, 15], rollDay: 20 } as const;
const setting = (name: string, value: string | undefined): Thenable<void> => vscode.workspace.getConfiguration('barkeep').update(name, value, vscode.ConfigurationTarget.Workspace);
const tab = (): unknown => vscode.window.tabGroups.activeTabGroup.activeTab?.input;

describe('months', function () {
  this.timeout(120_000);
  const source = fileIn('months-source').fsPath;
  const dest = fileIn('months-finished').fsPath;
  const file = (month: number): string => path.join(source, monthName(2024, month, '.dbn'));
  /** What the tree hands to a command. */
  const waiting = (month: string): MonthStanding => ({ month, state: 'waiting', source: '' });
  const made = (month: string): string[] => (existsSync(dest) ? readdirSync(dest, { recursive: true }).map(String).filter((name) => name.includes(`monthly_${month}_`)) : []);

  before(async () => {
    await vscode.workspace.fs.createDirectory(vscode.Uri.file(source));
    for (const month of [8, 11]) writePlain(file(month), { year: 2024, month, ...DAY });
    await setting('months.source', 'months-source');
    await setting('months.destination', dest);
  });
  after(async () => {
    await setting('months.source', undefined);
    await setting('months.destination', undefined);
    rmSync(source, { recursive: true, force: true });
    rmSync(dest, { recursive: true, force: true });
  });
  afterEach(closeAll);

  it('have a view once they are configured', async () => {
    await vscode.commands.executeCommand('barkeep.months.focus');
    await vscode.commands.executeCommand('barkeep.refreshMonths');
  });

  it('are processed one by one from the view, with a Parquet file and statistics', async () => {
    await vscode.commands.executeCommand('barkeep.processMonth', waiting('2024-08'));
    const [parquet, statistics] = ['.parquet', '.json'].map((end) => made('2024-08').find((name) => name.endsWith(end)));
    assert.ok(parquet !== undefined && statistics !== undefined, made('2024-08').join(', '));
    const { quality_score: score } = JSON.parse(readFileSync(path.join(dest, statistics), 'utf8')) as { quality_score: number };
    assert.ok(score > 0 && score <= 1);
    const done = { statistics: path.join(dest, statistics) } as MonthDone;
    await vscode.commands.executeCommand('barkeep.openStatistics', { month: '2024-08', state: 'finished', output: path.join(dest, parquet), done } satisfies MonthStanding);
    const shown = await eventually('the statistics', () => { const input = tab(); return input instanceof vscode.TabInputText ? input : undefined; });
    assert.equal(shown.uri.fsPath, done.statistics);
  });

  it('have a page', async () => {
    await vscode.commands.executeCommand('barkeep.showMonths');
    const shown = await eventually('the page', () => { const input = tab(); return input instanceof vscode.TabInputWebview ? input : undefined; });
    assert.match(shown.viewType, /barkeep\.monthsPage$/);
  });

  it('are previewed as they were downloaded, read-only', async () => {
    await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(file(8)));
    const shown = await eventually('the preview', () => { const input = tab(); return input instanceof vscode.TabInputCustom ? input : undefined; });
    assert.equal(shown.viewType, 'barkeep.dbn');
    assert.equal(shown.uri.fsPath, file(8));
  });

  it('open in the preview also when they are compressed, or damaged', async () => {
    const compressed = path.join(source, 'damaged.dbn.zst');
    writeFileSync(compressed, 'nothing of the kind');
    await vscode.commands.executeCommand('vscode.open', vscode.Uri.file(compressed));
    const shown = await eventually('the preview', () => { const input = tab(); return input instanceof vscode.TabInputCustom ? input : undefined; });
    assert.equal(shown.viewType, 'barkeep.dbn');
  });
});
