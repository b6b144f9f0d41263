import { fork } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { fuzz, type Done } from './run';

/** `npm run fuzz -- [--inputs N] [--seed S] [--from I]`: so many inputs, on all cores; stops at the first one at fault, or at one that takes five minutes, not counting those in which all stood still. */
const { values } = parseArgs({ options: { inputs: { type: 'string', default: '1000000' }, seed: { type: 'string', default: '1' }, from: { type: 'string', default: '0' }, part: { type: 'string' } } });
const [seed, first, inputs] = [Number(values.seed), Number(values.from), Number(values.inputs)];
const LONGEST = 300;

/** One process of several: does its part, telling now and then how far it is. */
async function part(folder: string): Promise<void> {
  let said = Date.now();
  const done = await fuzz(seed, first, first + inputs, folder, (at) => {
    if (Date.now() - said < 1000) return;
    said = Date.now();
    process.send?.({ at });
  });
  process.send?.({ done });
}

function start(from: number, to: number, folder: string): Promise<Done> {
  return new Promise((resolve, reject) => {
    const child = fork(import.meta.filename, ['--seed', String(seed), '--from', String(from), '--inputs', String(to - from), '--part', folder], { execArgv: ['--import', 'tsx'] });
    let at = from;
    let idle = 0;
    const watch = setInterval(() => {
      if (++idle < LONGEST) return;
      clearInterval(watch);
      child.kill('SIGKILL');
      reject(new Error(`an input soon after ${at} of seed ${seed} takes over five minutes`));
    }, 1000);
    child.on('message', (message: { at: number } | { done: Done }) => {
      idle = 0;
      if ('done' in message) resolve(message.done);
      else ({ at } = message);
    });
    child.on('exit', (code) => {
      clearInterval(watch);
      if (code !== 0) reject(new Error(`failed soon after input ${at} of seed ${seed}`));
    });
  });
}

async function all(): Promise<void> {
  const folder = mkdtempSync(path.join(tmpdir(), 'barkeep-fuzz-'));
  const began = Date.now();
  const size = Math.ceil(inputs / availableParallelism());
  const starts = Array.from({ length: Math.ceil(inputs / size) }, (_, i) => first + i * size);
  try {
    const parts = await Promise.all(starts.map((from) => start(from, Math.min(from + size, first + inputs), folder)));
    const sum = (of: (done: Done) => number): string => parts.reduce((total, done) => total + of(done), 0).toLocaleString('en-US');
    console.log(`fuzz: ${sum((done) => done.inputs)} inputs of seed ${seed}, ${sum((done) => done.python)} of them also read by Python, nothing amiss in ${Math.round((Date.now() - began) / 1000)} s`);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

void (values.part === undefined ? all() : part(values.part));
