import { execFileSync } from 'node:child_process';
import path from 'node:path';

/** What Python reads of the one export in a folder (audit.py). */
export interface Audit {
  readonly names: readonly string[];
  readonly header: string;
  readonly endsWhole: boolean;
  readonly rows: readonly Readonly<Record<string, string>>[];
  /** Times met before, steps back of at most 4 h, and longer ones, counted anew over the rows written. */
  readonly repeated: number;
  readonly backward: number;
  readonly sessions: number;
  readonly badSeals: number;
  readonly signal: Readonly<Record<string, unknown>>;
  readonly sha256: string;
  readonly bytes: number;
  readonly manifest: Readonly<Record<string, unknown>> | null;
  readonly report: { readonly notes: readonly { readonly code: string; readonly row: number }[]; readonly counters: Readonly<Record<string, number>> } | null;
}

export const audit = (folder: string): Audit => JSON.parse(execFileSync('python3', [path.join(__dirname, 'audit.py'), folder], { encoding: 'utf8', maxBuffer: 1 << 28 })) as Audit;
