import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { copyFileSync, existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { barkeep } from '../support/barkeep';
import { minuteBars } from '../support/bars';

/** Real kills at random moments of the real import; `BARKEEP_KILLS` sets how many, in two folders at once. */
const KILLS = Number(process.env['BARKEEP_KILLS'] ?? 200);
const LANES = 2;

interface Seen {
  old: number;
  new: number;
  finished: number;
}

describe(`kill -9 during import at ${KILLS} random moments`, function () {
  this.timeout(KILLS * 6_000 + 60_000);
  let folders: string[];
  before(() => (folders = Array.from({ length: LANES }, () => mkdtempSync(path.join(os.tmpdir(), 'barkeep-kill-')))));
  after(() => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true });
  });

  it('the master is byte for byte the old or the new one, and the next import succeeds', async () => {
    const lanes = await Promise.all(folders.map((folder) => killed(folder, Math.ceil(KILLS / LANES))));
    const sum = (of: keyof Seen): number => lanes.reduce((all, seen) => all + seen[of], 0);
    console.log(`      ${sum('old')} times the old master, ${sum('new')} times the new one, ${sum('finished')} finished before the kill`);
    assert.ok(sum('old') > 0, 'the kills came too late to show anything');
  });
});

async function killed(folder: string, kills: number): Promise<Seen> {
  const master = path.join(folder, 'ES_1m.parquet');
  const importing = (kill?: number): ReturnType<typeof barkeep> =>
    barkeep(['import', path.join(folder, 'b.txt'), 'ES', '1m', '--data', folder, '--no-regenerate', '--json'], {
      meanwhile: (child) => {
        if (kill !== undefined) setTimeout(() => child.kill('SIGKILL'), kill);
      },
    });
  const [start, grown] = [path.join(folder, 'old.parquet'), path.join(folder, 'new.parquet')];
  writeFileSync(path.join(folder, 'b.txt'), minuteBars(30_000));
  const first = await barkeep(['import', path.join(folder, 'b.txt'), 'XX', '1m', '--data', folder, '--no-regenerate', '--json']);
  assert.equal(first.code, 0, first.stdout);
  writeFileSync(path.join(folder, 'a.txt'), minuteBars(20_000));
  const old = await barkeep(['import', path.join(folder, 'a.txt'), 'ES', '1m', '--data', folder, '--no-regenerate', '--json']);
  assert.equal(old.code, 0, old.stdout);
  copyFileSync(master, start);
  const began = Date.now();
  assert.equal((await importing()).code, 0);
  const duration = Date.now() - began;
  copyFileSync(master, grown);
  const [before, after] = [digest(start), digest(grown)];
  assert.notEqual(before, after);

  const seen: Seen = { old: 0, new: 0, finished: 0 };
  for (let kill = 0; kill < kills; kill++) {
    copyFileSync(start, master);
    const outcome = await importing(Math.random() * duration * 1.05);
    if (outcome.signal === null) seen.finished++;
    const now = digest(master);
    assert.ok(now === before || now === after, `kill ${kill}: the master is neither the old nor the new one`);
    seen[now === before ? 'old' : 'new']++;
    for (const backup of readdirSync(path.join(folder, 'backups')).filter((name) => /^ES_1m.*\.bak$/.test(name))) {
      assert.equal(digest(path.join(folder, 'backups', backup)), before, `kill ${kill}: ${backup} is not whole`);
      rmSync(path.join(folder, 'backups', backup));
    }
    const next = await importing();
    assert.equal(next.code, 0, `kill ${kill}: the next import failed: ${next.stdout}`);
    assert.equal(digest(master), after);
    assert.deepEqual(readdirSync(folder).filter((name) => /\.(tmp|lock)$|claim/.test(name)), [], `kill ${kill}: something was left`);
    if (existsSync(path.join(folder, 'backups'))) {
      for (const name of readdirSync(path.join(folder, 'backups'))) if (name.startsWith('ES_1m')) rmSync(path.join(folder, 'backups', name));
    }
  }
  return seen;
}

const digest = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');
