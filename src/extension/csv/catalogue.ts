import { checksRequest, type CheckNote } from '../../protocol/rpc';
import type { Server } from '../children/server';

/** What the checks mean, asked from the child once. */
export class Catalogue {
  readonly #server: Server;
  #notes: Promise<readonly CheckNote[]> | undefined;

  constructor(server: Server) {
    this.#server = server;
  }

  /** @throws Failure; it is asked again the next time */
  notes(): Promise<readonly CheckNote[]> {
    this.#notes ??= this.#server.request(checksRequest, {}).catch((error: unknown) => {
      this.#notes = undefined;
      throw error;
    });
    return this.#notes;
  }

  async note(code: string): Promise<CheckNote | undefined> {
    return (await this.notes()).find((note) => note.code === code);
  }
}
