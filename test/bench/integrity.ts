import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { exported, folder, sealed } from './bars';
import type { Figure } from './figure';

/** The whole command on generated one-minute bars, against others that check the same. All times are of whole processes, from start to exit. */
interface Run {
  readonly seconds: number;
  /** Most memory that the process had at a time, where it tells. */
  readonly megabytes: number;
}

const root = path.join(import.meta.dirname, '..', '..');
const peers = path.join(folder, 'peers.cjs');
const PYTHONS = process.env['PYTHON'] === undefined ? ['python3', '/usr/bin/python3'] : [process.env['PYTHON']];
const python = PYTHONS[0]!;
/** Makes a Node process tell its most memory at its end. */
const TELL = `data:text/javascript,process.on('exit',()=>process.stderr.write('peak '+process.resourceUsage().maxRSS))`;

function run(command: string, args: readonly string[]): Run {
  const began = performance.now();
  const { status, stdout, stderr, error } = spawnSync(command, args, { encoding: 'utf8', cwd: folder, maxBuffer: 1 << 26 });
  const seconds = (performance.now() - began) / 1000;
  if (error !== undefined) throw error;
  if (status !== 0) throw new Error(`${command} ${args.join(' ')} ended with ${status}:\n${stderr.slice(-2000)}`);
  if (stdout.includes('"faults"') && !stdout.includes('"faults": 0') && !stdout.includes('"faults":0')) throw new Error(`${args.join(' ')}: ${stdout}`);
  return { seconds, megabytes: Number(/peak (\d+)/.exec(stderr)?.[1] ?? NaN) / 1024 };
}

const verify = (file: string): Run => run(process.execPath, ['--import', TELL, path.join(root, 'dist', 'cli.js'), 'verify', file, '--json']);
const node = (peer: string, file: string): Run => run(process.execPath, [peers, peer, file]);
const py = (peer: string, file: string, interpreter = python): Run => run(interpreter, [path.join(import.meta.dirname, 'integrity_peers.py'), peer, file]);
/** The first Python that has a module: a system's own has those of its packages. */
const pythonWith = (module: string): string | undefined => PYTHONS.find((each) => spawnSync(each, ['-c', `import ${module}`]).status === 0);

const fastest = (runs: readonly Run[]): number => Math.min(...runs.map(({ seconds }) => seconds));
const most = (runs: readonly Run[]): number => Math.max(...runs.map(({ megabytes }) => megabytes));

/** Takes each of them so many times, in turns, so that a busy moment of the machine does not fall on one only. */
function turns<Name extends string>(times: number, runs: Readonly<Record<Name, () => Run>>): Record<Name, Run[]> {
  const done = Object.fromEntries(Object.keys(runs).map((name) => [name, []])) as unknown as Record<Name, Run[]>;
  for (let i = 0; i < times; i++) for (const name of Object.keys(runs) as Name[]) done[name].push(runs[name]());
  return done;
}

const TURNS = 5;
const MILLIONS = 5;

export async function* integrity(): AsyncGenerator<Figure> {
  buildSync({ entryPoints: [path.join(import.meta.dirname, 'integrity-peers.ts')], outfile: peers, bundle: true, platform: 'node', external: ['@duckdb/*'], logLevel: 'error' });
  yield* await Promise.resolve(sealedBars());
  yield* plainBars();
  yield* memory();
}

function* sealedBars(): Generator<Figure> {
  const file = sealed(MILLIONS * 1_000_000);
  const { ours, sha256sum } = turns(TURNS, { sha256sum: () => run('sha256sum', [file]), ours: () => verify(file) });
  yield { name: 'sealed-verify', value: fastest(ours), unit: 's' };
  yield { name: 'sealed-sha256sum', value: fastest(sha256sum), unit: 's' };
  yield { name: 'sealed-of-sha256sum', value: fastest(ours) / fastest(sha256sum), unit: '×', bound: { most: 0.6 } };
  yield { name: 'sealed-faster-than-duckdb', value: node('duckdb-sealed', file).seconds / fastest(ours), unit: '×', bound: { least: 4 } };
  yield { name: 'sealed-faster-than-python', value: py('sealed', file).seconds / fastest(ours), unit: '×', bound: { least: 8 } };
  yield { name: 'sealed-peak-memory', value: most(ours), unit: 'MB', bound: { most: 100 } };
}

function* plainBars(): Generator<Figure> {
  const file = exported(MILLIONS * 1_000_000);
  const { ours, duckdb } = turns(TURNS, { duckdb: () => node('duckdb-aggregates', file), ours: () => verify(file) });
  const seconds = fastest(ours);
  yield { name: 'plain-verify', value: seconds, unit: 's' };
  yield { name: 'plain-speed', value: (MILLIONS * 1_000_000) / seconds, unit: 'rows/s' };
  yield { name: 'plain-of-duckdb-aggregates', value: seconds / fastest(duckdb), unit: '×', bound: { most: 1 } };
  yield { name: 'plain-faster-than-duckdb', value: node('duckdb-plain', file).seconds / seconds, unit: '×' };
  yield { name: 'plain-faster-than-csv-parse', value: node('csv-parse', file).seconds / seconds, unit: '×', bound: { least: 20 } };
  const pandas = pythonWith('pandas');
  if (pandas === undefined) console.log(`integrity plain-faster-than-pandas not measured: no pandas in ${PYTHONS.join(' or ')}`);
  else yield { name: 'plain-faster-than-pandas', value: py('pandas', file, pandas).seconds / seconds, unit: '×', bound: { least: 20 } };
  yield { name: 'plain-peak-memory', value: most(ours), unit: 'MB', bound: { most: 100 } };
}

function* memory(): Generator<Figure> {
  const ordered = [1, MILLIONS].map((millions) => verify(exported(millions * 1_000_000)).megabytes);
  yield { name: 'memory-per-million-ordered', value: Math.max(0, (ordered[1]! - ordered[0]!) / (MILLIONS - 1)), unit: 'MB', bound: { most: 1 } };
  const shuffled = [1, 3].map((millions) => verify(exported(millions * 1_000_000, 'shuffled')).megabytes);
  yield { name: 'memory-per-million-shuffled', value: (shuffled[1]! - shuffled[0]!) / 2, unit: 'MB', bound: { most: 16 } };
}

export async function* integrityBig(): AsyncGenerator<Figure> {
  const rows = 18_600_000;
  const big = await Promise.resolve(verify(exported(rows)));
  yield { name: 'verify-speed', value: rows / big.seconds, unit: 'rows/s' };
  yield { name: 'peak-memory', value: big.megabytes, unit: 'MB', bound: { most: 100 } };
}
