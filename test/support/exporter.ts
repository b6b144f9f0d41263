import { spawn, type ChildProcess } from 'node:child_process';
import path from 'node:path';

/** Plays an exporter of another program as a real process; see exporter.mjs. */
export const EXPORTER = process.env['BARKEEP_EXPORTER'] ?? path.join(__dirname, 'exporter.mjs');

export interface Exporting {
  readonly bars?: number;
  readonly seed?: number;
  readonly chunk?: number;
  readonly pause?: number;
  readonly signals?: boolean | 'logs';
  readonly progress?: number;
  readonly lock?: boolean;
  readonly done?: boolean;
  readonly dieAt?: number;
  readonly waits?: Readonly<Record<number, string>>;
  readonly counters?: Readonly<Record<string, number>>;
  readonly stamp?: string;
  readonly exit?: number;
}

export const exporter = (folder: string, instrument: string, how: Exporting = {}): ChildProcess =>
  spawn(process.execPath, [EXPORTER, folder, instrument, JSON.stringify(how)], { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, ELECTRON_RUN_AS_NODE: '1' } });

/** The same as a command for a shell. */
export const exporterCommand = (folder: string, instrument: string, how: Exporting = {}): string =>
  [process.execPath, EXPORTER, folder, instrument, JSON.stringify(how)].map((word) => `'${word}'`).join(' ');

export const ended = (child: ChildProcess): Promise<void> => new Promise((resolve) => child.once('close', () => { resolve(); }));
