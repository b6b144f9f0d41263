import type { CheckWords } from '../../protocol/details';
import { checksRequest, type CheckNote } from '../../protocol/rpc';
import type { Server } from '../children/server';
import { t } from '../words';

/** A check, and what is said of it in the user's language. */
export interface Explained extends CheckWords {
  readonly repair?: CheckNote['repair'];
}

/** What the checks mean, asked from the child once, in the user's language. */
export class Catalogue {
  readonly #server: Server;
  #notes: Promise<readonly Explained[]> | undefined;

  constructor(server: Server) {
    this.#server = server;
  }

  /** @throws Failure; it is asked again the next time */
  notes(): Promise<readonly Explained[]> {
    this.#notes ??= this.#ask().catch((error: unknown) => {
      this.#notes = undefined;
      throw error;
    });
    return this.#notes;
  }

  async #ask(): Promise<readonly Explained[]> {
    return (await this.#server.request(checksRequest, {})).map(translated);
  }

  async note(code: string): Promise<Explained | undefined> {
    return (await this.notes()).find((note) => note.code === code);
  }
}

const translated = (note: CheckNote): Explained => ({ ...note, title: t(note.title), why: t(note.why), remedy: t(note.remedy) });
