import assert from 'node:assert/strict';
import type { ChildProcess } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { tree } from '../core/disk/world';
import { barkeep, CLI, failureOf, result } from '../support/barkeep';
import { minuteBars } from '../support/bars';
import { exporterCommand, type Exporting } from '../support/exporter';
import { quote, sql } from '../support/sql';

/** Where each stage is killed: when it has said that it begins, or at the first operation on such a file. */
const KILLS = { launch: undefined, wait: undefined, translate: 'ES_1m.parquet.tmp', analyse: 'ES_1h.parquet.tmp', archive: 'archived' } as const;
const NAME = 'MinuteDataExport_ES_20251113_212632_UTC.csv';

/** The whole chain as real processes: the command line starts the exporter, which lives on when the command line is killed. */
describe('conduct, live', () => {
  const folders: string[] = [];
  const world = (): string => {
    const folder = mkdtempSync(path.join(os.tmpdir(), 'barkeep-chain-'));
    folders.push(folder);
    mkdirSync(path.join(folder, 'raw'));
    return folder;
  };
  after(() => { for (const folder of folders) rmSync(folder, { recursive: true, force: true }); });

  const args = (folder: string, how: Exporting): string[] =>
    ['conduct', '--data', folder, '--launch', exporterCommand(path.join(folder, 'raw'), 'ES', how), '--settle', '0.3', '--poll', '1', '--json'];
  /** Masters, derived files and the archived CSV, by digest; of signals, which tell times, only the names. */
  const outcome = (folder: string): Record<string, string> =>
    Object.fromEntries(tree(folder).filter((name) => !/^(\.barkeep|backups)/.test(name)).map((name) =>
      [name, /export_\w+_.*\.json$/.test(name) ? 'there' : createHash('sha256').update(readFileSync(path.join(folder, name))).digest('hex')]));

  /** kill -9 once it has said something. */
  function killAt(child: ChildProcess, words: string, signal: NodeJS.Signals = 'SIGKILL'): void {
    let [text, sent] = ['', false];
    child.stdout!.on('data', (data: Buffer) => {
      text += data.toString();
      if (!sent && text.includes(words)) sent = child.kill(signal);
    });
  }

  it('300,000 bars of another program are taken in; killed -9 at any stage, --resume completes it, and the result is that of a run nobody disturbed', async () => {
    const how: Exporting = { bars: 300_000, chunk: 20_000, pause: 30 };
    const undisturbed = world();
    const done = await result('conduct', args(undisturbed, how).slice(0, -1));
    assert.deepEqual(done.runs[0]!.exports.map(({ state, imported }) => [state, imported?.newRows]), [['complete', 300_000]]);
    const { entries } = await result('inventory', ['inventory', '--data', undisturbed]);
    assert.equal(entries.find(({ file }) => file === 'ES_1m.parquet')?.rows, 300_000);
    assert.ok(entries.filter(({ category }) => category === 'derived').every(({ madeFrom }) => madeFrom?.current === true));
    const wanted = outcome(undisturbed);
    assert.ok(wanted[path.join('raw', 'archived', `${NAME}.DONE`)] !== undefined && Object.keys(wanted).length > 15);
    await Promise.all(Object.entries(KILLS).map(async ([stage, place]) => {
      const folder = world();
      const killed = await barkeep(args(folder, how), place === undefined ? { meanwhile: (child) => { killAt(child, `${stage}: begins`); } } : { env: { BARKEEP_FAULT: `kill@${place}` } });
      assert.equal(killed.signal, 'SIGKILL', `${stage}: ${killed.stdout}${killed.stderr}`);
      const refused = await barkeep(['conduct', '--data', folder, '--json']);
      assert.equal(refused.code, 6, `${stage}: ${refused.stdout}`);
      assert.match(failureOf(refused).message, new RegExp(`cut at the stage ${stage === 'launch' ? '(launch|wait)' : stage}`));
      const resumed = await barkeep(['conduct', '--resume', '--data', folder, '--json']);
      assert.equal(resumed.code, 0, `${stage}: ${resumed.stdout}`);
      assert.deepEqual(outcome(folder), wanted, stage);
      assert.equal((await result('conduct', ['conduct', '--resume', '--data', folder])).runs.length, 0);
    }));
  });

  it('killed while it waits, its exporter dead with it: --resume starts the exporter again', async () => {
    const folder = world();
    const raw = path.join(folder, 'raw');
    const killed = await barkeep(args(folder, { bars: 2000, dieAt: 1000, chunk: 500, lock: false, signals: false }), { meanwhile: (child) => { killAt(child, 'is running'); } });
    assert.equal(killed.signal, 'SIGKILL');
    // Somebody clears away what it left.
    rmSync(path.join(raw, NAME));
    const again = await barkeep(['conduct', '--resume', '--data', folder, '--json'], { meanwhile: (child) => { killAt(child, 'is running', 'SIGTERM'); } });
    assert.equal(again.code, 130, again.stdout);
    assert.match(failureOf(again).message, /--resume goes on/);
  });

  it('our own export is taken in like any other, its exporter killed and begun again: the master is the one it was made from', async () => {
    const [from, folder] = [world(), world()];
    const raw = path.join(folder, 'raw');
    writeFileSync(path.join(from, 'a.txt'), minuteBars(120_000));
    await result('import', ['import', path.join(from, 'a.txt'), 'ES', '1m', '--data', from, '--no-regenerate']);
    const exporting = ['export', 'ES', 'ES 12-25', '--data', from, '--out', raw, '--sealed', '--report'];
    assert.equal((await barkeep(exporting, { env: { BARKEEP_FAULT: 'kill@export_progress_' } })).signal, 'SIGKILL');
    for (const name of readdirSync(raw).filter((each) => each.includes('.csv'))) rmSync(path.join(raw, name));
    const command = [process.execPath, CLI, ...exporting].map((word) => `'${word}'`).join(' ');
    const { runs: [run] } = await result('conduct', ['conduct', '--data', folder, '--launch', command, '--settle', '0.3', '--poll', '1']);
    assert.deepEqual(run!.exports.map(({ ticker, state, imported }) => [ticker, state, imported?.newRows]), [['ES', 'complete', 120_000]]);
    const [a, b] = [from, folder].map((each) => `SELECT * FROM read_parquet(${quote(path.join(each, 'ES_1m.parquet'))})`);
    assert.deepEqual(await sql(`(${a} EXCEPT ALL ${b}) UNION ALL (${b} EXCEPT ALL ${a})`), []);
    assert.deepEqual(readdirSync(raw).filter((name) => !name.startsWith('export_start')), ['archived']);
    assert.deepEqual(readdirSync(path.join(raw, 'archived')).map((name) => name.replace(/\d{8}_\d{6}/, '…')).filter((name) => !/^export_/.test(name)), ['', '.integrity.json', '.seal.json'].map((end) => `MinuteDataExport_ES 12-25_…_UTC.csv${end === '' ? '.DONE' : end}`));
  });

  it('a packed export is taken in like any other; one that is torn is refused and stays', async () => {
    const [from, folder, torn] = [world(), world(), world()];
    writeFileSync(path.join(from, 'a.txt'), minuteBars(3000));
    await result('import', ['import', path.join(from, 'a.txt'), 'ES', '1m', '--data', from, '--no-regenerate']);
    const { file } = await result('export', ['export', 'ES', 'ES', '--data', from, '--out', path.join(folder, 'raw'), '--gzip', '--sealed']);
    const name = path.basename(file);
    for (const each of readdirSync(path.join(folder, 'raw'))) cpSync(path.join(folder, 'raw', each), path.join(torn, 'raw', each));
    truncateSync(path.join(torn, 'raw', name), 2000);
    const [{ runs: [run] }, refused] = await Promise.all([result('conduct', ['conduct', '--existing', '--data', folder]), barkeep(['conduct', '--existing', '--data', torn, '--json'])]);
    assert.deepEqual(run!.exports.map(({ state, imported }) => [state, imported?.newRows]), [['complete', 3000]]);
    const [a, b] = [from, folder].map((each) => `SELECT * FROM read_parquet(${quote(path.join(each, 'ES_1m.parquet'))})`);
    assert.deepEqual(await sql(`(${a} EXCEPT ALL ${b}) UNION ALL (${b} EXCEPT ALL ${a})`), []);
    assert.deepEqual(readdirSync(path.join(folder, 'raw')), ['archived']);
    assert.ok(readdirSync(path.join(folder, 'raw', 'archived')).includes(name));
    assert.equal(refused.code, 3, refused.stdout);
    assert.match(failureOf(refused).message, /gz\.DONE: it is torn, or not packed by gzip/);
    assert.ok(readdirSync(path.join(torn, 'raw')).includes(name) && !readdirSync(torn).some((each) => each.endsWith('.parquet')));
  });

  it('says what is wrong with what is asked', async () => {
    const folder = world();
    for (const [wrong, message] of [
      [['--resume', '--existing'], /Give it alone/],
      [['--schedule', '--existing'], /waits for exports to come/],
      [['--schedule', 'every day'], /no cron expression/],
      [['--id', '../up'], /cannot stand in a file name/],
      [[path.join(folder, 'nowhere')], /no such file or folder/],
    ] as const) {
      const said = await barkeep(['conduct', ...wrong, '--data', folder, '--json']);
      assert.equal(said.code, 2, said.stdout);
      assert.match(failureOf(said).message, message);
    }
  });
});
