import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { nodeFiles, type Files, type OpenFile } from '../../src/core/disk/files';

/**
 * A disk whose power can be cut. It works on real files and keeps book of what is durable: a file's content when it was
 * last synced, a folder's names when it was last synced. After a cut, whatever is not may be there, gone, out of order
 * or torn: any choice of pending names, and of a file's old, new, cut or zeroed content.
 */

interface FileNode {
  readonly kind: 'file';
  durable: Buffer;
  current: Buffer;
}
interface FolderNode {
  readonly kind: 'folder';
  readonly durable: Map<string, Node>;
  /** Changes of names since the last sync, in order; each happens or not as a whole. */
  pending: (readonly (readonly [name: string, node: Node | undefined])[])[];
}
type Node = FileNode | FolderNode;

/** What is left of a folder: content by path relative to it. A folder without files is listed with a `/` at its end. */
export type Survivors = ReadonlyMap<string, Buffer>;

/** Decides one doubtful thing: a number from 0 up to, but not including, 1. */
export type Choice = () => number;

const NOTHING = Buffer.alloc(0);

export class PowerCut {
  readonly #top: string;
  readonly #root: FolderNode;

  constructor(folder: string) {
    this.#top = folder;
    this.#root = load(folder);
  }

  /** Files that are booked here. @param before called before each operation: the moment for a cut */
  files(before: (name: string) => void): Files {
    const moment = <Args extends unknown[], T>(name: string, operation: (...args: Args) => Promise<T>) => async (...args: Args): Promise<T> => {
      before(name);
      return operation(...args);
    };
    return {
      ...nodeFiles,
      open: moment('open', async (file, flags) => {
        const existed = this.#find(file) !== undefined;
        const handle = await nodeFiles.open(file, flags);
        if (!existed && flags !== 'r' && flags !== 'r+') this.#rename([[file, { kind: 'file', durable: NOTHING, current: NOTHING }]]);
        if (flags === 'w') this.#refresh(file);
        return this.#opened(handle, file, before);
      }),
      rename: moment('rename', async (from, to) => {
        await nodeFiles.rename(from, to);
        this.#rename([[from, undefined], [to, this.#find(from)]]);
      }),
      link: moment('link', async (from, to) => {
        await nodeFiles.link(from, to);
        this.#rename([[to, this.#find(from)]]);
      }),
      unlink: moment('unlink', async (file) => {
        await nodeFiles.unlink(file);
        this.#rename([[file, undefined]]);
      }),
      rmdir: moment('rmdir', async (file) => {
        await nodeFiles.rmdir(file);
        this.#rename([[file, undefined]]);
      }),
      mkdir: moment('mkdir', async (file) => {
        const topmost = await nodeFiles.mkdir(file);
        if (topmost !== undefined) this.#makeFolders(file);
        return topmost;
      }),
      copyFile: moment('copyFile', async (from, to) => {
        const existed = this.#find(to) !== undefined;
        await nodeFiles.copyFile(from, to);
        if (!existed) this.#rename([[to, { kind: 'file', durable: NOTHING, current: NOTHING }]]);
        this.#refresh(to);
      }),
      syncFolder: moment('syncFolder', (file) => {
        const node = this.#find(file);
        if (node?.kind === 'folder') {
          for (const change of node.pending) apply(node.durable, change);
          node.pending = [];
        }
        return Promise.resolve();
      }),
      outside: moment('outside', async (_step, file, run) => {
        await run();
        this.#refresh(file);
      }),
    };
  }

  /** The state after a cut now. */
  survivors(choose: Choice): Survivors {
    const left = new Map<string, Buffer>();
    collect(this.#root, '', choose, left);
    return left;
  }

  #opened(handle: OpenFile, file: string, before: (name: string) => void): OpenFile {
    const node = this.#find(file);
    return {
      write: async (bytes) => {
        before('write');
        await handle.write(bytes);
        this.#refresh(file);
      },
      sync: () => {
        before('sync');
        if (node?.kind === 'file') node.durable = node.current;
        return Promise.resolve();
      },
      close: async () => {
        await handle.close();
        before('close');
      },
    };
  }

  #find(file: string): Node | undefined {
    const inside = path.relative(this.#top, file);
    let node: Node | undefined = this.#root;
    for (const name of inside === '' ? [] : inside.split(path.sep)) node = node?.kind === 'folder' ? view(node).get(name) : undefined;
    return node;
  }

  /** Books changes of names; all of them lie in one folder. */
  #rename(changes: readonly (readonly [file: string, node: Node | undefined])[]): void {
    const parent = this.#find(path.dirname(changes[0]![0]));
    if (parent?.kind === 'folder') parent.pending.push(changes.map(([file, node]) => [path.basename(file), node]));
  }

  #makeFolders(file: string): void {
    if (this.#find(file) !== undefined) return;
    this.#makeFolders(path.dirname(file));
    this.#rename([[file, { kind: 'folder', durable: new Map(), pending: [] }]]);
  }

  #refresh(file: string): void {
    const node = this.#find(file);
    if (node?.kind !== 'file') return;
    const content = readFileSync(file);
    if (!content.equals(node.current)) node.current = content;
  }
}

function load(folder: string): FolderNode {
  const durable = new Map<string, Node>();
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const whole = path.join(folder, entry.name);
    if (entry.isDirectory()) durable.set(entry.name, load(whole));
    else {
      const content = readFileSync(whole);
      durable.set(entry.name, { kind: 'file', durable: content, current: content });
    }
  }
  return { kind: 'folder', durable, pending: [] };
}

function apply(names: Map<string, Node>, change: FolderNode['pending'][number]): void {
  for (const [name, node] of change) {
    if (node === undefined) names.delete(name);
    else names.set(name, node);
  }
}

function view(folder: FolderNode): Map<string, Node> {
  if (folder.pending.length === 0) return folder.durable;
  const names = new Map(folder.durable);
  for (const change of folder.pending) apply(names, change);
  return names;
}

function collect(folder: FolderNode, inside: string, choose: Choice, left: Map<string, Buffer>): void {
  const names = new Map(folder.durable);
  for (const change of folder.pending) if (choose() < 0.5) apply(names, change);
  if (inside !== '' && names.size === 0) left.set(`${inside}/`, NOTHING);
  for (const [name, node] of names) {
    const at = inside === '' ? name : `${inside}/${name}`;
    if (node.kind === 'folder') collect(node, at, choose, left);
    else left.set(at, contentAfter(node, choose));
  }
}

/** Old, new, the new cut short, or the new with zeros where its end should be; what an append leaves alone stays. */
function contentAfter({ durable, current }: FileNode, choose: Choice): Buffer {
  if (durable === current) return current;
  const lot = choose();
  if (lot < 0.35) return current;
  if (lot < 0.5 || lot >= 0.85) return durable;
  const safe = current.subarray(0, durable.length).equals(durable) ? durable.length : 0;
  const kept = safe + Math.floor(choose() * (current.length - safe));
  return lot < 0.7 ? current.subarray(0, kept) : Buffer.concat([current.subarray(0, kept), Buffer.alloc(current.length - kept)]);
}

/** Choices: everything happened (0), nothing did (near 1). */
export const everything: Choice = () => 0;
export const nothing: Choice = () => 0.99;
