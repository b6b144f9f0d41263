import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import * as vscode from 'vscode';
import { closeAll, codeOf, eventually, fileIn, lenses, open, problems, someProblems } from './editor';

/** A copy of row 5 stands on line 7, and lines 151 and 152 are the wrong way round. */
const NAME = 'broken_1m.csv';

const compared = (): vscode.Tab | undefined => vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).find(({ input }) => input instanceof vscode.TabInputTextDiff);

/** What the lightbulb offers, once the check's own words are there. */
async function fixesAt(uri: vscode.Uri, line: number): Promise<vscode.CodeAction[]> {
  const place = new vscode.Range(line, 0, line, 5);
  const found = await vscode.commands.executeCommand<vscode.CodeAction[]>('vscode.executeCodeActionProvider', uri, place, vscode.CodeActionKind.QuickFix.value);
  return found.filter(({ command }) => command?.command === 'barkeep.repair');
}

async function hoverAt(uri: vscode.Uri, line: number, character: number): Promise<string> {
  const hovers = await vscode.commands.executeCommand<vscode.Hover[]>('vscode.executeHoverProvider', uri, new vscode.Position(line, character));
  return hovers.flatMap(({ contents }) => contents).map((content) => (content instanceof vscode.MarkdownString ? content.value : '')).join('\n');
}

describe('what is wrong in a CSV', () => {
  afterEach(closeAll);

  it('is told above each cluster, with a way to repair it', async () => {
    const uri = await open(NAME);
    const titles = await lenses(uri, /from here/);
    assert.deepEqual(titles.filter((title) => /from here/.test(title)), [
      '$(error)\u00A02 errors from here: duplicate-timestamp, duplicate-row',
      '$(error)\u00A01 error, 1 warning from here: non-monotonic-timestamp, gap',
    ]);
    assert.ok(titles.includes('Repair…'));
  });

  it('says where the first of two copies is', async () => {
    const found = await someProblems(await open(NAME));
    const [copy] = found.filter((each) => codeOf(each) === 'duplicate-row');
    assert.equal(copy!.range.start.line, 6);
    assert.equal(copy!.relatedInformation![0]!.location.range.start.line, 5);
  });

  it('is explained under the mouse', async () => {
    const uri = await open(NAME);
    await someProblems(uri);
    const text = await hoverAt(uri, 6, 3);
    assert.match(text, /A row that occurs twice/);
    assert.match(text, /Why it matters/);
    assert.match(text, /What to do/);
    assert.match(text, /command:barkeep\.repair/);
  });

  it('is told of any cell under the mouse: its column, its value, its time here and there', async () => {
    const uri = await open(NAME);
    await lenses(uri, /rows/);
    assert.match(await hoverAt(uri, 20, 3), /\*\*timestamp\*\* · column 1 of 6 {2}\n2025\\-01\\-06 00:18:00 UTC {2}\n2025\\-01\\-05 19:18:00 EST/);
    assert.match(await hoverAt(uri, 20, 23), /\*\*open\*\* · column 2 of 6 {2}\nopening price: 6,00/);
  });

  it('is repaired by a quick fix, after a look at the difference', async () => {
    const uri = await open(NAME);
    await someProblems(uri);
    const before = readFileSync(uri.fsPath, 'utf8');
    const [fix, ...others] = await fixesAt(uri, 6);
    assert.deepEqual([fix!.title, others.length], ['Take out exact copies of rows…', 0]);
    void vscode.commands.executeCommand(fix!.command!.command, ...(fix!.command!.arguments as unknown[]));
    const tab = await eventually('the comparison', () => compared(), 20_000);
    const { original, modified } = tab.input as vscode.TabInputTextDiff;
    assert.equal(original.toString(), uri.toString());
    const rows = before.split('\n');
    assert.equal(modified.scheme, 'barkeep-proposal');
    assert.equal(modified.path, `/${NAME}`, 'no folder of ours is shown');
    assert.equal(vscode.workspace.fs.isWritableFileSystem(modified.scheme), false);
    assert.equal(vscode.languages.getDiagnostics(modified).length, 0);
    assert.equal((await vscode.workspace.openTextDocument(modified)).getText(), [...rows.slice(0, 6), ...rows.slice(7)].join('\n'));
    assert.equal(readFileSync(uri.fsPath, 'utf8'), before, 'nothing is changed by looking');
    await eventually('the file repaired', async () => {
      await vscode.commands.executeCommand('notification.acceptPrimaryAction');
      return readFileSync(uri.fsPath, 'utf8') === before ? undefined : true;
    }, 20_000);
    assert.equal(readFileSync(uri.fsPath, 'utf8'), [...rows.slice(0, 6), ...rows.slice(7)].join('\n'));
    assert.ok(existsSync(`${uri.fsPath}.rejected.csv`));
    await eventually('the problem gone', () => (problems(uri).some((each) => codeOf(each) === 'duplicate-row') ? undefined : true));
    assert.ok(existsSync(fileIn('backups').fsPath));
  });
});
