import { stat } from 'node:fs/promises';
import path from 'node:path';
import { ifThere } from '../disk/files';
import type { Dated } from './detect';
import type { CompleteSignal, ProgressSignal, StartSignal } from './signal';
import { listSignals, readSignal, type SignalFile } from './signals';

/** The signals of a raw folder, by what they are about. */
export interface Box {
  /** The newest of each instrument. */
  readonly starts: ReadonlyMap<string, Dated<StartSignal>>;
  /** By CSV; of two, in the folder and in `logs/`, the newer. */
  readonly progress: ReadonlyMap<string, Dated<ProgressSignal>>;
  readonly complete: ReadonlyMap<string, Dated<CompleteSignal>>;
  /** Signals that cannot be understood though they were left alone since the last look: by CSV; of a start, by the instrument in its name, else by that. */
  readonly complaints: ReadonlyMap<string, readonly string[]>;
}

interface Kept {
  readonly version: string;
  readonly read: SignalFile;
  /** It was the same at the look before. */
  readonly settled: boolean;
}

/** Reads signals, each only when its file has changed; one that is torn again at the next look, and then it is told. */
export class SignalBox {
  readonly #folder: string;
  #kept = new Map<string, Kept>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** @throws Failure `usage`, `io` */
  async read(): Promise<Box> {
    const files = await listSignals(this.#folder);
    const kept = new Map<string, Kept>();
    for (const file of files) {
      const found = await this.#look(file);
      if (found !== undefined) kept.set(file, found);
    }
    this.#kept = kept;
    return sorted([...kept.values()]);
  }

  /** Whether the next look may understand, or tell of, a signal that this one could not. */
  get hasUnsettled(): boolean {
    return [...this.#kept.values()].some(({ read, settled }) => typeof read.signal === 'string' && !settled);
  }

  async #look(file: string): Promise<Kept | undefined> {
    const stats = await ifThere(stat(file));
    if (stats === undefined) return undefined;
    const version = `${stats.size}:${stats.mtimeMs}:${stats.ino}`;
    const before = this.#kept.get(file);
    const same = before?.version === version;
    if (same && typeof before.read.signal !== 'string') return before;
    const read = await readSignal(file);
    return read === undefined ? undefined : { version, read, settled: same };
  }
}

function sorted(kept: readonly Kept[]): Box {
  const starts = new Map<string, Dated<StartSignal>>();
  const progress = new Map<string, Dated<ProgressSignal>>();
  const complete = new Map<string, Dated<CompleteSignal>>();
  const complaints = new Map<string, string[]>();
  for (const { read: { file, name, modified, signal }, settled } of kept) {
    if (typeof signal === 'string') {
      const about = name.kind === 'start' ? (name.instrument ?? path.basename(file)) : name.csv;
      if (settled) complaints.set(about, [...(complaints.get(about) ?? []), `The signal ${path.basename(file)} cannot be understood: ${signal}`]);
    } else if (signal.kind === 'start') putNewer(starts, signal.instrument ?? 'unknown', { modified, signal });
    else if (signal.kind === 'progress') putNewer(progress, signal.csv, { modified, signal });
    else putNewer(complete, signal.csv, { modified, signal });
  }
  return { starts, progress, complete, complaints };
}

function putNewer<T>(into: Map<string, Dated<T>>, key: string, dated: Dated<T>): void {
  const there = into.get(key);
  if (there === undefined || dated.modified > there.modified) into.set(key, dated);
}
