import type { FoundFile } from './walk';

/** How many files a process remembers something about. */
const MOST = 4096;

/**
 * Remembers what was read from a file until its size or time changes, so that a second look costs nothing. A failed
 * reading is not remembered.
 */
export function remembered<T>(read: (path: string) => Promise<T>): (file: FoundFile) => Promise<T> {
  const known = new Map<string, { readonly mark: string; readonly value: Promise<T> }>();
  return (file) => {
    const mark = `${file.bytes} ${file.updated}`;
    const before = known.get(file.path);
    if (before?.mark === mark) return before.value;
    const value = read(file.path);
    if (known.size >= MOST) known.clear();
    known.set(file.path, { mark, value });
    value.catch(() => {
      if (known.get(file.path)?.value === value) known.delete(file.path);
    });
    return value;
  };
}
