import { fork } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { buildSync } from 'esbuild';
import type { Done } from './run';

/** `npm run fuzz -- [--inputs N] [--seed S] [--from I]`: so many inputs, on all cores; stops at the first one at fault, or at one that takes five minutes, not counting those in which all stood still. */
const { values } = parseArgs({ options: { inputs: { type: 'string', default: '1000000' }, seed: { type: 'string', default: '1' }, from: { type: 'string', default: '0' } } });
const [seed, first, inputs] = [Number(values.seed), Number(values.from), Number(values.inputs)];
const LONGEST = 300;
/** From a line on how far it is to the next, ms. */
const PROGRESS = 60_000;

/** How far each part is. */
const reached = new Map<number, number>();

/** Bundled as the product is, with the programs of the kernel beside it: it runs at the product's pace. */
function program(folder: string): string {
  const dist = path.join(folder, 'dist');
  mkdirSync(dist);
  const root = path.join(import.meta.dirname, '..', '..');
  for (const name of ['kernel.js', 'values.js']) copyFileSync(path.join(root, 'dist', name), path.join(dist, name));
  const outfile = path.join(dist, 'part.cjs');
  buildSync({ entryPoints: [path.join(import.meta.dirname, 'part.ts')], outfile, bundle: true, platform: 'node', logLevel: 'error' });
  return outfile;
}

function start(file: string, from: number, to: number, folder: string): Promise<Done> {
  return new Promise((resolve, reject) => {
    // Every core has a part of its own: threads that collect garbage beside them would only make them wait.
    const child = fork(file, [seed, from, to, folder].map(String), { execArgv: ['--single-threaded-gc', '--max-semi-space-size=64'] });
    let idle = 0;
    const watch = setInterval(() => {
      if (++idle < LONGEST) return;
      child.kill('SIGKILL');
      reject(new Error(`an input soon after ${reached.get(from)} of seed ${seed} takes over five minutes`));
    }, 1000);
    reached.set(from, from);
    child.on('message', (message: { at: number } | { done: Done }) => {
      idle = 0;
      if ('at' in message) reached.set(from, message.at);
      else {
        reached.set(from, to);
        resolve(message.done);
      }
    });
    child.on('exit', (code) => {
      clearInterval(watch);
      if (code !== 0) reject(new Error(`failed soon after input ${reached.get(from)} of seed ${seed}`));
    });
  });
}

const shown = (count: number): string => count.toLocaleString('en-US');

async function all(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'barkeep-fuzz-'));
  const began = Date.now();
  const size = Math.ceil(inputs / availableParallelism());
  const starts = Array.from({ length: Math.ceil(inputs / size) }, (_, i) => first + i * size);
  const telling = setInterval(() => { console.log(`fuzz: ${shown([...reached].reduce((total, [from, at]) => total + at - from, 0))} of ${shown(inputs)} inputs`); }, PROGRESS);
  try {
    const file = program(folder);
    const parts = await Promise.all(starts.map((from) => start(file, from, Math.min(from + size, first + inputs), folder)));
    const sum = (of: (done: Done) => number): string => shown(parts.reduce((total, done) => total + of(done), 0));
    console.log(`fuzz: ${sum((done) => done.inputs)} inputs of seed ${seed}, ${sum((done) => done.python)} of them also read by Python, nothing amiss in ${Math.round((Date.now() - began) / 1000)} s`);
  } finally {
    clearInterval(telling);
    rmSync(folder, { recursive: true });
  }
}

void all();
