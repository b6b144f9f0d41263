import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { build } from 'esbuild';

const root = path.join(__dirname, '../..');

interface Manifest {
  readonly contributes: { readonly commands: readonly { readonly command: string; readonly enablement?: string }[] };
}
const manifest = readFileSync(path.join(root, 'package.json'), 'utf8');
const { contributes } = JSON.parse(manifest) as Manifest;

describe('the package', () => {

  it('holds what is named, the native library and nothing else', () => {
    // Listed in the work tree: for a package, exactly these of what npm installed for one platform are taken along.
    const files = execFileSync(process.execPath, [path.join(root, 'node_modules/@vscode/vsce/vsce'), 'ls'], { cwd: root, encoding: 'utf8' }).trim().split('\n');
    const wanted = /^(package\.json|package\.nls(\.[a-z-]+)?\.json|README\.md|CHANGELOG\.md|LICENSE|media\/.+|l10n\/.+\.json|dist\/[a-z]+\.js|dist\/NOTICES\.txt|dist\/webview\/[a-z]+\.(js|css)|node_modules\/@duckdb\/node-(api\/LICENSE|bindings(-[a-z0-9-]+)?\/.+))$/;
    assert.deepEqual(files.filter((file) => !wanted.test(file)), []);
    for (const file of ['package.json', 'package.nls.json', 'LICENSE', 'media/icon.png', 'media/barkeep.svg', 'dist/duckdb.js', 'node_modules/@duckdb/node-bindings/duckdb.js']) {
      assert.ok(files.includes(file), file);
    }
    assert.ok(files.some((file) => /node-bindings-.+\/duckdb\.node$/.test(file)), 'a native library');
    assert.ok(!files.some((file) => file.endsWith('.d.ts') || file.endsWith('.map')), 'no declarations or source maps');
  });

  it('has an extension without an engine, of 200 KB at most', async () => {
    const { outputFiles, metafile } = await build({
      absWorkingDir: root, entryPoints: ['src/extension/main.ts'], bundle: true, minify: true, write: false, metafile: true,
      platform: 'node', format: 'cjs', target: 'node20.12', external: ['vscode'], logLevel: 'silent',
    });
    const inputs = Object.keys(metafile.inputs);
    assert.deepEqual(inputs.filter((input) => /duckdb|luxon|commander|src\/cli\/|src\/core\/(?!base\/)/.test(input)), []);
    assert.ok(!outputFiles[0]!.text.includes('duckdb'));
    assert.ok(outputFiles[0]!.contents.length <= 200 * 1024, `${outputFiles[0]!.contents.length} bytes`);
  });
});

describe('the manifest', () => {
  it('has every one of its words in package.nls.json, which has no others', () => {
    const used = [...manifest.matchAll(/"%([\w.]+)%"/g)].map(([, key]) => key!);
    const there = Object.keys(JSON.parse(readFileSync(path.join(root, 'package.nls.json'), 'utf8')) as object);
    assert.deepEqual([...new Set(used)].sort(), there.sort());
  });

  it('keeps the commands that write for trusted workspaces', () => {
    const table = readFileSync(path.join(root, 'src/extension/commands/table.ts'), 'utf8');
    const writing = [...table.matchAll(/'(barkeep\.\w+)': \{[^\n]*writes: true/g)].map(([, id]) => id!);
    assert.ok(writing.length > 0);
    assert.deepEqual(contributes.commands.filter(({ enablement }) => enablement === 'isWorkspaceTrusted').map(({ command }) => command).sort(), writing.sort());
  });
});
