import assert from 'node:assert/strict';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import * as vscode from 'vscode';
import type { MonthDone, MonthStanding } from '../../../src/protocol/monthly';
import { observer } from '../../support/servers';
import { closeAll } from './editor';

const [endpoint, queue] = [process.env['BARKEEP_TEST_STORE'], process.env['BARKEEP_TEST_QUEUE']];
const BUCKET = 'months';
const SETTINGS: Readonly<Record<string, unknown>> = { 'months.source': `s3://${BUCKET}`, 'months.destination': `s3://${BUCKET}/done`, 'months.queue': queue, 'store.endpoint': endpoint, 'store.pathStyle': true };
const set = async (value: (name: string) => unknown): Promise<void> => {
  for (const name of Object.keys(SETTINGS)) await vscode.workspace.getConfiguration('barkeep').update(name, value(name), vscode.ConfigurationTarget.Workspace);
};

(endpoint === undefined ? describe.skip : describe)('months of an object store, given to a queue', function () {
  this.timeout(120_000);
  before(() => set((name) => SETTINGS[name]));
  after(() => set(() => undefined));
  afterEach(closeAll);
  const keys = async (): Promise<string[]> => {
    const observing = observer({ endpoint: endpoint! });
    const { Contents = [] } = await observing.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: 'done/' }));
    observing.destroy();
    return Contents.map(({ Key }) => Key!);
  };

  it('are processed by a worker elsewhere, and their statistics open from the store', async () => {
    await vscode.commands.executeCommand('barkeep.months.focus');
    await vscode.commands.executeCommand('barkeep.processMonth', { month: '2024-09', state: 'waiting', source: '' } satisfies MonthStanding);
    const [parquet, statistics] = await Promise.all(['.parquet', '_statistics.json'].map(async (end) => (await keys()).find((key) => key.includes('monthly_2024-09_') && key.endsWith(end))));
    assert.ok(parquet !== undefined && statistics !== undefined, (await keys()).join(', '));
    const done = { statistics: `s3://${BUCKET}/${statistics}` } as MonthDone;
    await vscode.commands.executeCommand('barkeep.openStatistics', { month: '2024-09', state: 'finished', output: `s3://${BUCKET}/${parquet}`, done } satisfies MonthStanding);
    const shown = vscode.window.activeTextEditor?.document;
    assert.equal(shown?.languageId, 'json');
    assert.equal((JSON.parse(shown.getText()) as { month: string }).month, '2024-09');
    await vscode.commands.executeCommand('barkeep.refreshMonths');
  });
});
