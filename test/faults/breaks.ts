import { randomUUID } from 'node:crypto';
import type { Files } from '../../src/core/disk/files';

/** Protections that can be switched off, one at a time, to show that the matrix sees what they protect from. */
export const BREAKS = ['foldersync', 'backupcheck', 'lock', 'readback'] as const;
export type Break = (typeof BREAKS)[number];

/** The files with one protection off. @param broken undefined: all of them on */
export function without(broken: Break | undefined, files: Files): Files {
  switch (broken) {
    case undefined:
      return files;
    case 'foldersync':
      return { ...files, syncFolder: () => Promise.resolve() };
    case 'backupcheck':
      return unverified(files, (file) => file.endsWith('.bak.tmp'));
    case 'readback':
      return unverified(files, (file) => !file.endsWith('.bak.tmp'));
    case 'lock':
      return lockless(files);
  }
}

const unverified = (files: Files, which: (file: string) => boolean): Files => ({
  ...files,
  outside: (step, file, run) => (step === 'verify' && which(file) ? Promise.resolve() : files.outside(step, file, run)),
});

/** Whoever has these files has locks of their own, which nobody else sees. */
function lockless(files: Files): Files {
  const mine = randomUUID();
  const own = (file: string): string => file.replace(/\.lock(?=$|\.)/, `.${mine}.lock`);
  return {
    ...files,
    open: (file, flags) => files.open(own(file), flags),
    rename: (from, to) => files.rename(own(from), own(to)),
    link: (from, to) => files.link(own(from), own(to)),
    unlink: (file) => files.unlink(own(file)),
    readFile: (file) => files.readFile(own(file)),
  };
}
