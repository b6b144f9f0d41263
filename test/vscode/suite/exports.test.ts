import assert from 'node:assert/strict';
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { ended, exporter } from '../../support/exporter';
import { closeAll, eventually, fileIn } from './editor';

const setting = (name: string, value: string | undefined): Thenable<void> => vscode.workspace.getConfiguration('barkeep').update(name, value, vscode.ConfigurationTarget.Workspace);
const NAME = 'MinuteDataExport_ES_20251113_212632_UTC.csv';

describe('exports', function () {
  this.timeout(60_000);
  const data = fileIn('exports-data').fsPath;
  const raw = path.join(data, 'raw');

  before(async () => {
    mkdirSync(raw, { recursive: true });
    await setting('dataFolder', data);
    await setting('exports.folder', raw);
  });
  after(async () => {
    await setting('exports.folder', undefined);
    await setting('dataFolder', undefined);
    rmSync(data, { recursive: true, force: true });
  });
  afterEach(closeAll);

  it('are verified along while they grow', async () => {
    const child = exporter(raw, 'ES', { bars: 60_000, chunk: 500, pause: 100, seed: 3 });
    try {
      const file = path.join(raw, NAME);
      await eventually('the CSV', () => existsSync(file) || undefined);
      await vscode.window.showTextDocument(vscode.Uri.file(file));
      await vscode.commands.executeCommand('barkeep.watchExports');
      const rows = (): number => Number(/([\d,]+) rows/.exec(lens)?.[1]?.replaceAll(',', '') ?? 0);
      let lens = '';
      const seen = new Set<number>();
      await eventually('three verdicts on a growing file', async () => {
        const lenses = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', vscode.Uri.file(file));
        lens = lenses.map(({ command }) => command?.title ?? '').join(' ');
        if (rows() > 0) seen.add(rows());
        return seen.size >= 3 || undefined;
      }, 30_000);
    } finally {
      child.kill('SIGKILL');
      await ended(child);
      rmSync(path.join(raw, NAME), { force: true });
      rmSync(path.join(raw, 'DataExport_ES.lock'), { force: true });
    }
  });

  it('the pipeline waits for the next one, imports it, regenerates and archives', async () => {
    const running = vscode.commands.executeCommand('barkeep.runPipeline');
    await eventually('a run', () => existsSync(path.join(data, '.barkeep', 'conduct')) || undefined);
    const child = exporter(raw, 'ES', { bars: 2000, chunk: 500, pause: 100 });
    await ended(child);
    await running;
    assert.ok(existsSync(path.join(raw, 'archived', `${NAME}.DONE`)));
    assert.ok(existsSync(path.join(data, 'ES_5m.parquet')));
  });
});
