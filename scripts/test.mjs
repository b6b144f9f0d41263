// npm test: everything, in the order in which a fault is cheapest to find. `npm test -- NAME…` runs only the named stages.
// Closes with one line, `N passed, N failed, N skipped`, over all of them.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';

const root = path.join(import.meta.dirname, '..');
const node = process.execPath;
const bin = (name) => path.join(root, 'node_modules', name);
const unitReport = path.join(root, '.cache', 'unit.json');

const STAGES = {
  build: { says: 'bundles are built', run: () => command(node, ['scripts/build.mjs']) },
  types: { says: 'types hold', run: types },
  lint: { says: 'lint is clean', run: () => command(node, [bin('eslint/bin/eslint.js'), '.']) },
  unit: { run: unit },
  package: { says: 'the .vsix is made', run: () => command(node, ['scripts/package.mjs']) },
  pages: { run: () => counted(['test/vscode/run.mjs', 'pages']) },
  suite: { run: () => counted(['test/vscode/run.mjs', 'suite']) },
  walk: { run: () => counted(['test/vscode/run.mjs', 'walk']) },
  desktop: { run: () => counted(['test/vscode/run.mjs', 'desktop']), onlyWhenNamed: true },
};
const GROUPS = { vscode: ['build', 'package', 'pages', 'suite', 'walk'], desktop: ['build', 'desktop'] };

/** Runs a program with its output shown; resolves to its exit code and, when asked, the text it printed. */
function command(file, args, { keep = false } = {}) {
  return new Promise((resolve) => {
    const child = spawn(file, args, { cwd: root, stdio: ['ignore', keep ? 'pipe' : 'inherit', 'inherit'] });
    let text = '';
    child.stdout?.on('data', (data) => {
      text += data;
      process.stdout.write(data);
    });
    child.once('error', (error) => resolve({ code: 1, text: String(error) }));
    child.once('close', (code) => resolve({ code: code ?? 1, text }));
  });
}

/** The engine and the editor's side, then the pages in webviews, which have a browser's types. */
async function types() {
  const [engine, pages] = [[], ['-p', 'webview']].map((project) => () => command(node, [bin('typescript/bin/tsc'), '--noEmit', ...project]));
  const outcome = await engine();
  return outcome.code === 0 ? pages() : outcome;
}

async function unit() {
  // Where the servers cannot be had, the tests that need them are skipped and say so.
  await command('bash', ['test/support/servers/install.sh']);
  mkdirSync(path.dirname(unitReport), { recursive: true });
  rmSync(unitReport, { force: true });
  const { code } = await command(node, [bin('mocha/bin/mocha.js'), 'test/**/*.test.ts', '--reporter', 'scripts/reporter.cjs', '--reporter-option', `output=${unitReport}`]);
  try {
    const { passed, failed, skipped } = JSON.parse(readFileSync(unitReport, 'utf8'));
    return { passed, failed: code !== 0 && failed === 0 ? 1 : failed, skipped };
  } catch {
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

/** A script that closes with `N passed, N failed[, N skipped]`. */
async function counted(args) {
  const { code, text } = await command(node, args, { keep: true });
  const close = [...text.matchAll(/^(\d+) passed, (\d+) failed(?:, (\d+) skipped)?$/gm)].at(-1);
  if (!close) return { passed: 0, failed: 1, skipped: 0 };
  const failed = Number(close[2]);
  return { passed: Number(close[1]), failed: code !== 0 && failed === 0 ? 1 : failed, skipped: Number(close[3] ?? 0) };
}

async function stage(name) {
  const started = Date.now();
  const { says, run } = STAGES[name];
  console.log(`\n── ${name}`);
  const outcome = await run();
  const counts = says ? { passed: outcome.code === 0 ? 1 : 0, failed: outcome.code === 0 ? 0 : 1, skipped: 0 } : outcome;
  console.log(`${counts.failed ? 'FAIL' : 'ok'} ${says ?? name} (${((Date.now() - started) / 1000).toFixed(1)} s)`);
  return counts;
}

const named = process.argv.slice(2).flatMap((name) => GROUPS[name] ?? [name]);
const names = named.length ? named : Object.keys(STAGES).filter((name) => !STAGES[name].onlyWhenNamed);
const unknown = names.filter((name) => !(name in STAGES));
if (unknown.length) {
  console.error(`There is no stage ${unknown.join(', ')}. Stages: ${Object.keys(STAGES).join(', ')}; groups: ${Object.keys(GROUPS).join(', ')}.`);
  process.exit(2);
}
const total = { passed: 0, failed: 0, skipped: 0 };
for (const name of names) {
  const counts = await stage(name);
  for (const key of Object.keys(total)) total[key] += counts[key];
  if (name === 'build' && counts.failed) break;
}
console.log(`\n${total.passed} passed, ${total.failed} failed, ${total.skipped} skipped`);
process.exit(total.failed || !total.passed ? 1 : 0);
