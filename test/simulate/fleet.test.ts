import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { simulate } from './fleet';
import { BASE } from './main';

describe('the simulated fleet', () => {
  it('publishes every month once whatever dies, and gives the same numbers for the same seed', () => {
    const rough = { ...BASE, months: 5000, deathsPerHour: 10, passing: 0.2 };
    const outcome = simulate(rough);
    assert.equal(outcome.published, 5000);
    assert.ok(outcome.deaths > 100 && outcome.retries > 500 && outcome.foundPublished > 10);
    assert.deepEqual(simulate(rough), outcome);
  });
  it('without failures takes the time arithmetic says', () => {
    const { hours, useful } = simulate({ ...BASE, workers: 10, months: 10_000, deathsPerHour: 1e-12, passing: 0 });
    const seconds = (10_000 / 10) * (BASE.compute + BASE.bytes / BASE.network);
    assert.ok(Math.abs(hours * 3600 - seconds) < seconds * 0.02, `${hours * 3600} s, not ${seconds} s`);
    assert.ok(useful > 0.98);
  });
});

describe('docs/capacity.md', () => {
  it('has the tables that `npm run simulate` prints', () => {
    const root = path.join(__dirname, '../..');
    const printed = execFileSync(process.execPath, ['--import', 'tsx', 'test/simulate/main.ts'], { cwd: root, encoding: 'utf8' });
    const rows = printed.split('\n').filter((line) => /^\| [\da-z]/.test(line));
    const page = readFileSync(path.join(root, 'docs/capacity.md'), 'utf8').split('\n');
    assert.ok(rows.length > 10, printed);
    assert.deepEqual(rows.filter((row) => !page.includes(row)), []);
  });
});
