import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Bars } from '../../../src/core/base/bar';
import { Failure } from '../../../src/core/base/failure';
import { unattended } from '../../../src/core/base/ports';
import { seededRandom } from '../../../src/core/base/random';
import { openDisk } from '../../../src/core/disk/disk';
import { nodeFiles, type Files } from '../../../src/core/disk/files';
import { releaseAllSync } from '../../../src/core/disk/lock';
import { restoreBackup } from '../../../src/core/jobs/backup';
import type { JobContext } from '../../../src/core/jobs/context';
import { importFile } from '../../../src/core/jobs/import';
import { updateMaster } from '../../../src/core/jobs/update';
import { regenerate } from '../../../src/core/derive/regenerate';
import { readBars } from '../../../src/core/table/parquet';
import { chartOf, type Bar } from '../update/source';

/**
 * Jobs in random order on one master, with overlaps, conflicting bars and disks that fail, beside a model of it: a map
 * from time to bar. After every job the master holds what the model holds; a job that fails changes nothing.
 */
const MINUTE = 60_000;
const START = Date.UTC(2025, 8, 8, 14);
/** Bars there could be; a sequence shows stretches of them. */
const MARKET = 400;
const STEPS = 6;

type Model = Map<number, Bar>;
type Draw = (below: number) => number;

/** @throws AssertionError naming the seed and what was done, when master and model part */
export async function playSequence(seed: number): Promise<void> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'barkeep-sequence-'));
  const told: string[] = [];
  try {
    await new Sequence(folder, seed, told).play();
  } catch (error) {
    throw new Error(`sequence ${seed}: ${told.join(' → ')}`, { cause: error });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

class Sequence {
  readonly #folder: string;
  readonly #told: string[];
  readonly #draw: Draw;
  readonly #market: readonly Bar[];
  #model: Model = new Map();
  /** The master's content in each backup, by the backup's name. */
  readonly #backups = new Map<string, Model>();
  #now = START + 2 * MARKET * MINUTE;

  constructor(folder: string, seed: number, told: string[]) {
    const random = seededRandom(seed);
    this.#draw = (below) => Math.floor(random() * below);
    this.#folder = folder;
    this.#told = told;
    this.#market = marketOf(random);
    mkdirSync(path.join(folder, 'data'));
  }

  async play(): Promise<void> {
    for (let step = 0; step < STEPS; step++) {
      const jobs = [() => this.#import('keep'), () => this.#import('replace'), () => this.#import('fail'), () => this.#update(), () => this.#restore(), () => this.#regenerate()];
      await jobs[this.#draw(jobs.length)]!();
      this.#now += 61_000;
      await this.#compare();
    }
  }

  async #import(onConflict: 'keep' | 'replace' | 'fail'): Promise<void> {
    const [bars, spoilt] = this.#stretch();
    const file = path.join(this.#folder, 'export.txt');
    const rows = this.#draw(3) === 0 ? shuffled(bars, this.#draw) : bars;
    writeFileSync(file, rows.map(ninjaRow).join(''));
    this.#told.push(`import ${onConflict} of ${bars.length} bars, ${spoilt} altered`);
    const refuses = onConflict === 'fail' && bars.some((bar) => this.#conflicts(bar));
    const outcome = await this.#attempt((context) =>
      importFile(context, { file, ticker: 'ES', timeframe: '1m', zone: 'UTC', align: 'off', onConflict, dryRun: false, regenerate: false }),
    );
    if (outcome === 'failed') return;
    assert.equal(outcome === 'refused', refuses);
    if (!refuses) this.#merge(bars, onConflict === 'replace');
  }

  async #update(): Promise<void> {
    const [bars] = this.#stretch(0);
    this.#told.push(`update of ${bars.length} bars`);
    const { fetch } = globalThis;
    globalThis.fetch = () => Promise.resolve(new Response(chartOf(bars)));
    try {
      const outcome = await this.#attempt((context) => updateMaster(context, { ticker: 'ES', timeframe: '1m', enable: true, dryRun: false, regenerate: false }));
      if (outcome === 'done') this.#merge(bars, false);
    } finally {
      globalThis.fetch = fetch;
    }
  }

  async #restore(): Promise<void> {
    const names = [...this.#backups.keys()];
    if (names.length === 0) return;
    const from = names[this.#draw(names.length)]!;
    this.#told.push(`restore ${from}`);
    const outcome = await this.#attempt((context) => restoreBackup(context, { file: 'ES_1m.parquet', from, dryRun: false }));
    if (outcome === 'done') this.#model = new Map(this.#backups.get(from));
  }

  async #regenerate(): Promise<void> {
    this.#told.push('regenerate');
    await this.#attempt((context) => regenerate(context.disk, context.folder, 'ES', {}, unattended));
  }

  /** Runs a job, now and then on a disk that fails; remembers what a backup it made holds. */
  async #attempt(job: (context: JobContext) => Promise<object>): Promise<'done' | 'refused' | 'failed'> {
    const faulty = this.#draw(4) === 0;
    const clock = { now: (): number => this.#now };
    const files = faulty ? failingAt(1 + this.#draw(40)) : nodeFiles;
    const context = { disk: openDisk({ clock, command: 'sequence', files }), clock, folder: path.join(this.#folder, 'data'), operation: unattended };
    if (faulty) this.#told.push('on a failing disk');
    try {
      const result = await job(context);
      const made = 'backup' in result ? result.backup : 'saved' in result ? (result.saved as { backup: string }).backup : undefined;
      if (typeof made === 'string') this.#backups.set(made, new Map(this.#model));
      return 'done';
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (error.kind === 'refused') return 'refused';
      assert.ok(faulty && error.kind === 'io', error.message);
      // The disk may have failed after the master was in place: then the job's effect is whole, and the model follows.
      return (await this.#isUnchanged()) ? 'failed' : 'done';
    } finally {
      // As the command line does at its end: a lock that could not be given back is.
      releaseAllSync();
    }
  }

  #merge(bars: readonly Bar[], replaces: boolean): void {
    for (const bar of bars) if (replaces || !this.#model.has(bar[0])) this.#model.set(bar[0], bar);
  }

  #conflicts(bar: Bar): boolean {
    const held = this.#model.get(bar[0]);
    return held !== undefined && held.some((value, i) => value !== bar[i]);
  }

  /** Some bars of the market in a row, a few of them altered. */
  #stretch(altered = this.#draw(4)): [bars: Bar[], altered: number] {
    const from = this.#draw(MARKET - 20);
    const bars = this.#market.slice(from, from + 20 + this.#draw(150));
    for (let i = 0; i < altered; i++) {
      const at = this.#draw(bars.length);
      const [time, open, high, low, close] = bars[at]!;
      bars[at] = [time, open, high, low, close, 1_000 + this.#draw(1_000)];
    }
    return [bars, altered];
  }

  async #held(): Promise<Bar[]> {
    const master = path.join(this.#folder, 'data', 'ES_1m.parquet');
    const bars: Bars | undefined = await readBars(master).catch((error: unknown) => {
      if (error instanceof Failure && error.kind === 'usage') return undefined;
      throw error;
    });
    return bars === undefined ? [] : Array.from(bars.time, (time, i): Bar => [time, bars.open[i]!, bars.high[i]!, bars.low[i]!, bars.close[i]!, bars.volume[i]!]);
  }

  #expected(): Bar[] {
    return [...this.#model.values()].sort((a, b) => a[0] - b[0]);
  }

  async #isUnchanged(): Promise<boolean> {
    return JSON.stringify(await this.#held()) === JSON.stringify(this.#expected());
  }

  async #compare(): Promise<void> {
    assert.deepEqual(await this.#held(), this.#expected());
  }
}

function marketOf(random: () => number): Bar[] {
  let ticks = 27_000;
  return Array.from({ length: MARKET }, (_, i) => {
    const open = ticks;
    ticks += Math.round((random() - 0.5) * 8);
    const [high, low] = [Math.max(open, ticks) + Math.floor(random() * 3), Math.min(open, ticks) - Math.floor(random() * 3)];
    return [START + i * MINUTE, open / 4, high / 4, low / 4, ticks / 4, 1 + Math.floor(random() * 500)];
  });
}

function ninjaRow([time, ...values]: Bar): string {
  const stamp = new Date(time + MINUTE).toISOString();
  return `${stamp.slice(0, 10).replaceAll('-', '')} ${stamp.slice(11, 19).replaceAll(':', '')};${values.join(';')}\r\n`;
}

function shuffled<T>(items: readonly T[], draw: Draw): T[] {
  const list = [...items];
  for (let i = list.length - 1; i > 0; i--) {
    const j = draw(i + 1);
    [list[i], list[j]] = [list[j]!, list[i]!];
  }
  return list;
}

/** A disk whose n-th change fails as a full one does; everything before and after works. */
function failingAt(n: number): Files {
  let changes = 0;
  const refuse = (): void => {
    if (++changes === n) throw Object.assign(new Error('no space left on device'), { code: 'ENOSPC' });
  };
  return {
    ...nodeFiles,
    rename: async (from, to) => { refuse(); await nodeFiles.rename(from, to); },
    copyFile: async (from, to) => { refuse(); await nodeFiles.copyFile(from, to); },
    open: async (file, flags) => {
      if (flags !== 'r') refuse();
      const handle = await nodeFiles.open(file, flags);
      return { ...handle, write: async (bytes) => { refuse(); await handle.write(bytes); }, sync: async () => { refuse(); await handle.sync(); } };
    },
  };
}
