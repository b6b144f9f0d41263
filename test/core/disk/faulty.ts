import type { Files, OpenFile } from '../../../src/core/disk/files';

/** Called before each primitive operation with its number (from 1) and name; throws, waits or kills to make a fault. */
export type Before = (n: number, name: string) => Promise<void> | void;

/** The given files with something happening before each operation. */
export function watched(files: Files, before: Before): Files {
  let n = 0;
  const step = <Args extends unknown[], T>(name: string, operation: (...args: Args) => Promise<T>) =>
    async (...args: Args): Promise<T> => {
      await before(++n, name);
      return operation(...args);
    };
  const watchedFile = (file: OpenFile): OpenFile => ({
    write: step('write', (bytes) => file.write(bytes)),
    sync: step('fsync', () => file.sync()),
    // A file that fails to close is closed all the same, as close(2) does: tests must not leak descriptors.
    async close() {
      await file.close();
      await before(++n, 'close');
    },
  });
  return {
    open: step('open', async (path, flags) => watchedFile(await files.open(path, flags))),
    rename: step('rename', (from, to) => files.rename(from, to)),
    link: step('link', (from, to) => files.link(from, to)),
    unlink: step('unlink', (path) => files.unlink(path)),
    mkdir: step('mkdir', (path) => files.mkdir(path)),
    readFile: step('readFile', (path) => files.readFile(path)),
    readdir: step('readdir', (path) => files.readdir(path)),
    stat: step('stat', (path) => files.stat(path)),
    realpath: step('realpath', (path) => files.realpath(path)),
    copyFile: step('copyFile', (from, to) => files.copyFile(from, to)),
    syncFolder: step('syncFolder', (path) => files.syncFolder(path)),
  };
}

/** A system error as Node throws it. */
export const systemError = (code: string, name: string): Error => Object.assign(new Error(`${code}: made up for a test, ${name}`), { code });
