import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';

const root = path.join(__dirname, '../..');
const walked = path.join(root, 'test/vscode');

/** Ways in which a test in the real VS Code runs a command: by the palette, a button on a row, a link, or the editor's own interface. */
const RUN = /(?:\.run|\.action|\.link|\.welcome|executeCommand)\([^;\n]*?'(barkeep\.\w+)'/g;

describe('the commands of the manifest', () => {
  it('are each run to their end in the real VS Code, by its walk or its suite', () => {
    const { contributes } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { contributes: { commands: { command: string }[] } };
    const tests = readdirSync(walked, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts') && !file.startsWith('host'));
    const run = new Set(tests.flatMap((file) => [...readFileSync(path.join(walked, file), 'utf8').matchAll(RUN)].map(([, command]) => command!)));
    assert.deepEqual(contributes.commands.map(({ command }) => command).filter((command) => !run.has(command)), []);
  });
});
