import type { Operation } from '../base/ports';
import type { Address } from './address';

/** Where months live, as those who process them see it: a folder of this machine or a bucket of an object store. */
export interface Place {
  /** The files directly in a folder, or in all folders below it too, in order; none when there is no such folder. */
  list(folder: Address, depth: 'here' | 'below'): Promise<Address[]>;
  /** @throws Failure `usage` when there is nothing of that name to look into */
  require(folder: Address): Promise<void>;
  /** The content of a small file; undefined when there is no such file. */
  read(file: Address): Promise<Buffer | undefined>;
  /**
   * The file as a path of this machine: itself, or a copy. A copy that was begun before is gone on with, and compared
   * with size and digest when it is whole.
   * @param into the folder for copies
   * @throws Failure with errno `ENOENT` when it is not there; `io` without errno when what arrived is not what is stored
   */
  fetch(file: Address, into: string, operation: Operation): Promise<string>;
  /** Removes what `fetch` copied; the file itself stays. */
  forget(file: Address, into: string): Promise<void>;
}

/** A finished file on this machine, and what it shall be called elsewhere. */
export interface Publication {
  readonly file: string;
  readonly to: Address;
  /** SHA-256 of the file, lower-case hex. */
  readonly sha256: string;
  /** Told with the object: names in lower case with hyphens, values in ASCII. */
  readonly about: Readonly<Record<string, string>>;
  /** A small text published with it, under its own name, just before. */
  readonly beside: { readonly text: string; readonly to: Address };
}

/** A place that finished files are copied to. */
export interface Store extends Place {
  /** Replaces a small file. */
  write(file: Address, text: string): Promise<void>;
  /**
   * Makes a file appear under its name, whole and compared, in one step, after what goes beside it. Going on where an
   * earlier attempt stopped; nothing is done when it is there already.
   * @param temporary folder for what is not finished yet
   */
  publish(publication: Publication, temporary: Address, operation: Operation): Promise<void>;
  /** Removes what attempts left below a temporary folder before an instant, unix ms. @returns what was removed */
  sweep(temporary: Address, before: number): Promise<Address[]>;
}

/** How an object store is reached. Who we are is found by the store's own library: environment, profile or machine. */
export interface StoreSettings {
  /** `https://objects.example.com`; default: Amazon's. */
  readonly endpoint?: string;
  readonly region?: string;
  /** The bucket is a part of the path, not of the host name. */
  readonly pathStyle?: boolean;
  /** Bytes of one part of an upload; default 8 MB. */
  readonly partBytes?: number;
  /** Keys asked for at once; default as many as the store gives. */
  readonly pageKeys?: number;
}
