import { kill, pid } from 'node:process';
import { Failure } from '../base/failure';
import { nodeFiles, writeSmall, type Files, type OpenFile } from './files';

/**
 * The fault layer: files with something happening before each primitive operation. Nothing loads it in ordinary use;
 * tests plug it into `openDisk`, and the command line does so when the variable BARKEEP_FAULT asks for it.
 */

/** Called before each operation with its number (from 1), name and path; throws, waits or kills to make a fault. */
export type Before = (n: number, name: keyof Files | keyof OpenFile | 'produce' | 'verify', path: string) => Promise<void> | void;

/** The given files with something happening before each operation. */
export function watched(files: Files, before: Before): Files {
  let n = 0;
  const step = <Args extends [string, ...unknown[]], T>(name: keyof Files, operation: (...args: Args) => Promise<T>) =>
    async (...args: Args): Promise<T> => {
      await before(++n, name, args[0]);
      return operation(...args);
    };
  const watchedFile = (file: OpenFile, path: string): OpenFile => ({
    async write(bytes) {
      await before(++n, 'write', path);
      await file.write(bytes);
    },
    async sync() {
      await before(++n, 'sync', path);
      await file.sync();
    },
    // A file that fails to close is closed all the same, as close(2) does: a fault must not leak descriptors.
    async close() {
      await file.close();
      await before(++n, 'close', path);
    },
  });
  return {
    open: step('open', async (path, flags) => watchedFile(await files.open(path, flags), path)),
    rename: step('rename', (from, to) => files.rename(from, to)),
    link: step('link', (from, to) => files.link(from, to)),
    unlink: step('unlink', (path) => files.unlink(path)),
    mkdir: step('mkdir', (path) => files.mkdir(path)),
    rmdir: step('rmdir', (path) => files.rmdir(path)),
    readFile: step('readFile', (path) => files.readFile(path)),
    readdir: step('readdir', (path) => files.readdir(path)),
    stat: step('stat', (path) => files.stat(path)),
    realpath: step('realpath', (path) => files.realpath(path)),
    copyFile: step('copyFile', (from, to) => files.copyFile(from, to)),
    copyMode: step('copyMode', (from, to) => files.copyMode(from, to)),
    syncFolder: step('syncFolder', (path) => files.syncFolder(path)),
    async outside(what, path, run) {
      await before(++n, what, path);
      await files.outside(what, path, run);
    },
  };
}

/** A system error as Node throws it. */
export const systemError = (code: string, name: string): Error => Object.assign(new Error(`${code}: injected fault, ${name}`), { code });

/** One fault: what happens, and at which operation: the n-th (from 1), once or from there on, or the first on a path that holds a text. */
export interface Fault {
  /** `kill` ends this process as kill -9 does; `full`: nothing more finds room, but all else goes on; anything else is an errno. */
  readonly what: string;
  readonly where: { readonly n: number; readonly once: boolean } | { readonly path: string };
}

/** What a full disk refuses. An empty file, another name and removal need no room. */
const TAKE_ROOM: ReadonlySet<string> = new Set(['write', 'produce', 'copyFile', 'mkdir']);

/**
 * Reads `kill:37`, `full:4`, `ENOSPC:12` (the 12th operation and all after it), `EIO:12:once` or `kill@archived`.
 * @throws Failure `usage`
 */
export function parseFault(text: string): Fault {
  const [, what, n, once, path] = /^(kill|full|E[A-Z0-9]+)(?::([1-9]\d*)(:once)?|@(.+))$/.exec(text) ?? [];
  if (what === undefined) throw new Failure('usage', { attempted: `make the fault "${text}"`, why: 'it is not WHAT:N, WHAT:N:once or WHAT@PATH.' });
  return { what, where: path === undefined ? { n: Number(n), once: once !== undefined } : { path } };
}

/** Files in which a fault happens. */
export function faultyFiles({ what, where }: Fault, files: Files = nodeFiles): Files {
  return watched(files, async (at, name, path) => {
    const here = 'path' in where ? path.includes(where.path) : where.once ? at === where.n : at >= where.n;
    if (!here || (what === 'full' && !TAKE_ROOM.has(name))) return;
    if (what === 'kill') kill(pid, 'SIGKILL');
    // What is made by other means has begun its file by then.
    if (what === 'full' && name === 'produce') await writeSmall(files, path, 'the beg', 'w', false);
    throw systemError(what === 'full' ? 'ENOSPC' : what, name);
  });
}
