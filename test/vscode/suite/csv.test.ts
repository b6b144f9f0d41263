import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { appendFileSync, existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import { closeAll, codeOf, eventually, fileIn, lenses, open, problems, someProblems } from './editor';

describe('a CSV in an editor', () => {
  afterEach(closeAll);

  it('shows the tampered row in Problems, with a link to its check', async () => {
    const [found, ...others] = await someProblems(await open('trades_tampered.csv'));
    assert.equal(others.length, 0);
    assert.equal(codeOf(found!), 'checksum-mismatch');
    assert.equal(found!.severity, vscode.DiagnosticSeverity.Error);
    assert.equal(found!.range.start.line, 7);
    const target = typeof found!.code === 'object' ? (found!.code as { target?: vscode.Uri }).target : undefined;
    assert.equal(target?.scheme, 'command');
  });

  it('says above the first line what is wrong', async () => {
    const titles = await lenses(await open('trades_tampered.csv'), /1 error/);
    assert.match(titles[0]!, /^\$\(error\)\u00A01 error · 20 rows/);
  });

  it('says of a sound file what was established', async () => {
    const uri = await open('trades_valid.csv');
    const titles = await lenses(uri, /20 rows/);
    assert.equal(titles[0], '$(pass)\u00A020 rows · sealed · in order · no duplicates');
    assert.equal(problems(uri).length, 0);
  });

  it('shows the faults of 100,000 rows within a second of opening', async () => {
    const uri = fileIn('ES_1m.csv');
    const started = Date.now();
    // Timed by the event: the command that opens the file answers only after the editor has painted it.
    const shown = new Promise<number>((resolve) => {
      const listener = vscode.languages.onDidChangeDiagnostics(({ uris }) => {
        if (!uris.some((changed) => changed.toString() === uri.toString()) || problems(uri).length === 0) return;
        listener.dispose();
        resolve(Date.now() - started);
      });
    });
    await open('ES_1m.csv');
    const took = await shown;
    const [found] = problems(uri);
    assert.equal(codeOf(found!), 'ohlc-inconsistent');
    assert.equal(found!.range.start.line, 50_000);
    assert.ok(took <= 1000, `${took} ms`);
  });

  it('checks unsaved changes, and forgets them when they are undone', async () => {
    const uri = await open('trades_valid.csv');
    await lenses(uri, /20 rows/);
    const edit = new vscode.WorkspaceEdit();
    edit.replace(uri, new vscode.Range(3, 2, 3, 6), 'beef');
    await vscode.workspace.applyEdit(edit);
    const [found] = await someProblems(uri);
    assert.equal(codeOf(found!), 'checksum-mismatch');
    assert.equal(found!.range.start.line, 3);
    await vscode.commands.executeCommand('undo');
    await eventually('no problems', () => (problems(uri).length === 0 ? true : undefined));
  });

  it('says that it speaks of what was saved, when there is too much to check as one types', async () => {
    const workbench = vscode.workspace.getConfiguration('workbench');
    // The editor would ask first whether files over 10 MB are to be opened.
    await workbench.update('editorLargeFileConfirmation', 40, vscode.ConfigurationTarget.Global);
    try {
      const uri = await open('long_1m.csv');
      await lenses(uri, /220,000 rows/);
      const edit = new vscode.WorkspaceEdit();
      edit.replace(uri, new vscode.Range(3, 0, 3, 4), '1999');
      await vscode.workspace.applyEdit(edit);
      await lenses(uri, /220,000 rows .* · as last saved/);
    } finally {
      await workbench.update('editorLargeFileConfirmation', undefined, vscode.ConfigurationTarget.Global);
    }
  });

  it('is gone along with while a program writes it, row by row, and says so until it is left alone', async function () {
    this.timeout(60_000);
    const [header, ...rows] = readFileSync(fileIn('typed_1m.csv').fsPath, 'utf8').split('\n');
    const { fsPath } = fileIn('growing_1m.csv');
    writeFileSync(fsPath, `${header}\n${rows.slice(0, 200).join('\n')}\n`);
    const uri = await open('growing_1m.csv');
    await lenses(uri, /200 rows · in order/);
    const seen = new Set<string>();
    for (let at = 200; at < 500; at += 10) {
      appendFileSync(fsPath, `${rows.slice(at, at + 10).join('\n')}\n`);
      await new Promise((resolve) => setTimeout(resolve, 150));
      for (const title of await lenses(uri, /rows/)) if (title.includes('growing')) seen.add(title);
    }
    // The last row but one again: a copy, at the time of another, a step back.
    appendFileSync(fsPath, `${rows[498]}\n`);
    assert.ok(seen.size >= 3, [...seen].join(' | '));
    for (const title of seen) assert.match(title, /^\$\(sync~spin\)\u00A0\d+ rows · in order · no duplicates · growing$/);
    await eventually('the copy found', () => (problems(uri).some((found) => codeOf(found) === 'duplicate-row') ? true : undefined), 20_000);
    await eventually('the growing over', async () => ((await lenses(uri, /rows/))[0]!.includes('growing') ? undefined : true), 20_000);
    assert.match((await lenses(uri, /rows/))[0]!, /3 errors · 501 rows/);
  });

  it('takes its problems away when it closes', async () => {
    const uri = await open('trades_tampered.csv');
    await someProblems(uri);
    await closeAll();
    await eventually('no problems', () => (problems(uri).length === 0 ? true : undefined));
  });

  it('lists no more entries than the setting allows, and says how many there are', async () => {
    const configuration = vscode.workspace.getConfiguration('barkeep');
    await configuration.update('csv.maxProblems', 3, vscode.ConfigurationTarget.Workspace);
    try {
      const found = await someProblems(await open('many_1m.csv'));
      assert.equal(found.length, 3);
      assert.equal(codeOf(found[2]!), 'totals');
      assert.match(found[2]!.message, /^\d+ findings in all \(\d+ errors, .*; 2 entries are listed here/);
    } finally {
      await configuration.update('csv.maxProblems', undefined, vscode.ConfigurationTarget.Workspace);
    }
  });

  it('is recognised when it is a NinjaTrader text, and another text is not', async () => {
    const bars = await open('NQ export.txt');
    assert.deepEqual((await someProblems(bars)).map(codeOf), ['ohlc-inconsistent']);
    const notes = await open('notes.txt');
    const found = await vscode.commands.executeCommand<vscode.CodeLens[]>('vscode.executeCodeLensProvider', notes, 10);
    assert.equal(found.length, 0);
  });
});

describe('real exports, in ../shared/data', () => {
  afterEach(closeAll);

  it('of NinjaTrader say how many rows they have', async function () {
    const file = path.join(process.env['BARKEEP_DATA']!, 'ninjatrader', 'ES history.txt');
    if (!existsSync(file)) this.skip();
    const uri = vscode.Uri.file(file);
    await vscode.commands.executeCommand('vscode.open', uri);
    const rows = readFileSync(file, 'utf8').trim().split('\n').length.toLocaleString('en-US');
    assert.match((await lenses(uri, / rows/))[0]!, new RegExp(`${rows} rows · in order · no duplicates`));
  });
});

describe('a CSV too large to be a document', () => {
  afterEach(closeAll);

  it('is verified from disk when its tab opens, and forgotten when it closes', async () => {
    const uri = fileIn('large_1m.csv');
    assert.ok(statSync(uri.fsPath).size > 50 * 1024 * 1024);
    await vscode.commands.executeCommand('vscode.open', uri);
    const [found] = await someProblems(uri);
    assert.ok(!vscode.workspace.textDocuments.some((document) => document.uri.toString() === uri.toString()));
    assert.equal(codeOf(found!), 'ohlc-inconsistent');
    assert.equal(found!.range.start.line, 1_299_000);
    await closeAll();
    await eventually('no problems', () => (problems(uri).length === 0 ? true : undefined));
  });
});

describe('the process that checks', () => {
  afterEach(closeAll);

  it('is started again after it was killed, and loses nothing', async function () {
    if (process.platform !== 'linux') this.skip();
    await someProblems(await open('trades_tampered.csv'));
    const [pid, ...others] = serving();
    assert.equal(others.length, 0);
    const uri = fileIn('ES_1m.csv');
    await vscode.workspace.openTextDocument(uri);
    process.kill(pid!, 'SIGKILL');
    const [found] = await someProblems(uri);
    assert.equal(codeOf(found!), 'ohlc-inconsistent');
    assert.notDeepEqual(serving(), [pid]);
  });
});

/** Ids of our children that run `serve`. */
function serving(): number[] {
  const children = readdirSync(`/proc/${process.pid}/task`).flatMap((task) => readFileSync(`/proc/${process.pid}/task/${task}/children`, 'utf8').split(' ').filter((id) => id !== ''));
  return children.map(Number).filter((id) => execFileSync('ps', ['-o', 'args=', '-p', String(id)], { encoding: 'utf8' }).includes('cli.js serve'));
}
