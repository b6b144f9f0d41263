import type { FoundFile } from './walk';

/** How many files a process remembers something about. */
const MOST = 16_384;

/**
 * Remembers what was read from a file until its size or time changes, so that a second look costs nothing. A failed
 * reading is not remembered.
 */
export class Remembered<T> {
  readonly #read: (path: string) => Promise<T>;
  readonly #known = new Map<string, { readonly mark: string; readonly value: Promise<T> }>();

  constructor(read: (path: string) => Promise<T>) {
    this.#read = read;
  }

  of(file: FoundFile): Promise<T> {
    return this.#current(file) ?? this.keep(file, this.#read(file.path));
  }

  has(file: FoundFile): boolean {
    return this.#current(file) !== undefined;
  }

  /** Remembers what was found out by other means. */
  keep(file: FoundFile, value: Promise<T>): Promise<T> {
    if (this.#known.size >= MOST) this.#known.clear();
    this.#known.set(file.path, { mark: markOf(file), value });
    value.catch(() => {
      if (this.#known.get(file.path)?.value === value) this.#known.delete(file.path);
    });
    return value;
  }

  #current(file: FoundFile): Promise<T> | undefined {
    const known = this.#known.get(file.path);
    return known?.mark === markOf(file) ? known.value : undefined;
  }
}

const markOf = (file: FoundFile): string => `${file.bytes} ${file.updated}`;
