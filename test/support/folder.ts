import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { unattended } from '../../src/core/base/ports';
import { openDisk } from '../../src/core/disk/disk';
import type { JobContext } from '../../src/core/jobs/context';

/** A data folder of each test's own, with a clock that goes on only when told. */
export interface OwnFolder {
  readonly path: string;
  readonly context: JobContext;
  readonly put: (name: string, text: string | Buffer) => string;
  /** Two seconds pass: what is written next bears another time. */
  later(): void;
}

/** Makes one before each test of a suite, and removes it after. */
export function ownFolder(): OwnFolder {
  let folder = '';
  let context: JobContext | undefined;
  let now = 0;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'barkeep-job-'));
    now = Date.UTC(2025, 11, 5, 12);
    const clock = { now: (): number => now };
    context = { disk: openDisk({ clock, command: 'test' }), clock, folder, operation: unattended };
  });
  afterEach(() => {
    rmSync(folder, { recursive: true, force: true });
  });
  return {
    get path() { return folder; },
    get context() { return context!; },
    put(name, text) {
      const file = path.join(folder, name);
      writeFileSync(file, text);
      return file;
    },
    later() { now += 2000; },
  };
}
