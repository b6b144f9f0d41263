import { isDeepStrictEqual } from 'node:util';
import type { Source } from '../table/csv/source';
import { locateContract, type Located } from './contract/find';
import { HEAD, takenFor, type Taken, type VerifyOptions } from './verify';

/** What was read so far is there still, but was judged by something else. */
export class Misjudged extends Error {}

/** What the rows of a growing file are judged by. */
export class Basis {
  readonly #source: Source;
  readonly #file: string;
  readonly #options: VerifyOptions;
  readonly #taken: Taken;
  readonly #schema: Located;
  /** Bytes that told what the file is. */
  #told: number;

  private constructor(source: Source, file: string, options: VerifyOptions, taken: Taken, schema: Located) {
    this.#source = source;
    this.#file = file;
    this.#options = options;
    this.#taken = taken;
    this.#schema = schema;
    this.#told = source.bytes;
  }

  static async of(source: Source, file: string, options: VerifyOptions): Promise<Basis> {
    const schema = await locateContract(file, options.schema);
    return new Basis(source, file, options, await takenFor(source, file, options), schema);
  }

  /** Looked at again whenever there are twice the bytes, until there are enough, and at the end. @throws Misjudged */
  async requireSame(when: 'for now' | 'at the end'): Promise<void> {
    // One that cannot be read at the moment may be being saved.
    const schema = await locateContract(this.#file, this.#options.schema).catch(() => this.#schema);
    if (!isDeepStrictEqual(schema, this.#schema)) throw new Misjudged('its schema is another now');
    const { bytes } = this.#source;
    if (this.#told >= HEAD || (bytes < 2 * this.#told && when === 'for now')) return;
    this.#told = bytes;
    const { layout, presumed } = await takenFor(this.#source, this.#file, this.#options);
    const isSame = isDeepStrictEqual(layout, this.#taken.layout) && isDeepStrictEqual(presumed.map(({ name }) => name), this.#taken.presumed.map(({ name }) => name));
    if (!isSame) throw new Misjudged('more of its rows show it to be something else than the first ones did');
  }
}
