import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { openDisk, type Disk } from '../../../src/core/disk/disk';
import type { Files } from '../../../src/core/disk/files';

/** What the disk tests share: a folder each, a disk, and content that tells whether it is whole. */

const folders: string[] = [];

export function freshFolder(): string {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'barkeep-disk-'));
  folders.push(folder);
  return folder;
}

/** To be called in `after`. */
export function removeFolders(): void {
  for (const folder of folders.splice(0)) rmSync(folder, { recursive: true, force: true });
}

export const realClock = { now: Date.now };

export const diskWith = (files?: Files, now: () => number = Date.now): Disk =>
  openDisk({ clock: { now }, command: 'a test', ...(files === undefined ? {} : { files }) });

/** A text whose first line is the digest of the rest. */
export function whole(label: string, bytes = 1000): string {
  const body = `${label}\n${'bar,bar,bar\n'.repeat(Math.ceil(bytes / 12))}`;
  return `${createHash('sha256').update(body).digest('hex')}\n${body}`;
}

/** The label of a whole text, undefined when a part is missing or mixed with another. */
export function labelOf(text: string): string | undefined {
  const cut = text.indexOf('\n');
  const body = text.slice(cut + 1);
  if (createHash('sha256').update(body).digest('hex') !== text.slice(0, cut)) return undefined;
  return body.slice(0, body.indexOf('\n'));
}

/** Every file below a folder, relative, sorted. */
export function tree(folder: string): string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => path.relative(folder, path.join(entry.parentPath, entry.name))).sort();
}

export const read = (...parts: string[]): string => readFileSync(path.join(...parts), 'utf8');
