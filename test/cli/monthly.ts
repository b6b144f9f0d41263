import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { readFileSync, readdirSync } from 'node:fs';
import type { MonthlyRun } from '../../src/protocol/monthly';
import { result } from '../support/barkeep';

/** Running months as a real process, and looking at what became of them. */

export const runArgs = (source: string, dest: string, ...more: string[]): string[] => ['monthly', 'run', '--source', source, '--dest', dest, '--min-bytes', '0', ...more];
export const run = (source: string, dest: string, ...more: string[]): Promise<MonthlyRun> => result('monthlyRun', runArgs(source, dest, ...more));
export const digest = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');
export const digests = (run: MonthlyRun): Record<string, string> => Object.fromEntries(run.done.map(({ month, output }) => [month, digest(output)]));

/** Nothing half-made may be left under a destination. */
export function assertTidy(dest: string): void {
  const left = readdirSync(dest, { recursive: true }).map(String).filter((name) => /\.(tmp|lock)$|\.claim|\.new-/.test(name));
  assert.deepEqual(left, []);
}

/** The first weekday of a month of 2024 from the fifth on. */
export const weekday = (month: number): number => [5, 6, 7].find((day) => ![0, 6].includes(new Date(Date.UTC(2024, month - 1, day)).getUTCDay()))!;
