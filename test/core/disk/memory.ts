import type { Files } from '../../../src/core/disk/files';
import { systemError } from './faulty';

/** A file: several names may stand for one (link). */
interface Node {
  bytes: Buffer;
  modified: number;
}

export interface Memory extends Files {
  readonly names: Map<string, Node>;
}

/** One flat folder in memory with the operations that locks use. Each takes effect at once, so that a test decides their order. */
export function memoryFiles(): Memory {
  const names = new Map<string, Node>();
  const at = (path: string): Node => {
    const node = names.get(path);
    if (node === undefined) throw systemError('ENOENT', path);
    return node;
  };
  const free = (path: string): void => {
    if (names.has(path)) throw systemError('EEXIST', path);
  };
  const unused = (): never => {
    throw new Error('not a part of this test');
  };
  const soon = <Args extends unknown[], T>(operation: (...args: Args) => T) => (...args: Args): Promise<T> => new Promise((resolve) => { resolve(operation(...args)); });
  return {
    names,
    open: soon((path, flags) => {
      if (flags !== 'wx') unused();
      free(path);
      const node: Node = { bytes: Buffer.alloc(0), modified: Date.now() };
      names.set(path, node);
      return { write: soon((bytes) => void (node.bytes = Buffer.concat([node.bytes, bytes]))), sync: soon(() => undefined), close: soon(() => undefined) };
    }),
    rename: soon((from, to) => {
      names.set(to, at(from));
      names.delete(from);
    }),
    link: soon((from, to) => {
      free(to);
      names.set(to, at(from));
    }),
    unlink: soon((path) => {
      at(path);
      names.delete(path);
    }),
    mkdir: soon(() => undefined),
    readFile: soon((path) => ({ ...at(path) })),
    readdir: soon((folder) => [...names.keys()].map((name) => name.slice(folder.length + 1))),
    stat: soon(unused),
    realpath: soon(unused),
    rmdir: soon(unused),
    outside: soon(unused),
    copyFile: soon(unused),
    copyMode: soon(unused),
    syncFolder: soon(unused),
  };
}
