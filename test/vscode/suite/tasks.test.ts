import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { closeAll, codeOf, fileIn, problems, someProblems } from './editor';

describe('tasks', () => {
  before(closeAll);

  it('are offered for what there is', async () => {
    const names = (await vscode.tasks.fetchTasks({ type: 'barkeep' })).map(({ name }) => name);
    for (const name of ['inventory', 'status --metrics', 'verify ${file}']) assert.ok(names.includes(name), `${name} in ${names.join(', ')}`);
  });

  it('verify a file in a terminal, and put what they find into Problems', async () => {
    const uri = fileIn('trades_tampered.csv');
    assert.deepEqual(problems(uri), [], 'none while the file is closed');
    const execution = new vscode.ProcessExecution(process.execPath, [vscode.Uri.joinPath(extension.extensionUri, 'dist/cli.js').fsPath, 'verify', uri.fsPath]);
    const folder = vscode.workspace.workspaceFolders![0]!;
    const ended = new Promise<number | undefined>((resolve) => {
      const listener = vscode.tasks.onDidEndTaskProcess(({ exitCode }) => { listener.dispose(); resolve(exitCode); });
    });
    await vscode.tasks.executeTask(new vscode.Task({ type: 'barkeep', command: 'verify', args: [uri.fsPath] }, folder, 'verify', 'barkeep', execution, '$barkeep'));
    const [found] = await someProblems(uri);
    assert.equal(codeOf(found!), 'checksum-mismatch');
    assert.equal(await ended, 1);
  });
});

const extension = vscode.extensions.getExtension('barkeep.barkeep')!;
