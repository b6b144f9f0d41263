import type { Source } from '../../table/csv/source';
import { Machine } from './machine';
import type { Voucher } from './ride';
import { readStretches, shareOf, type Stretch } from './stretch';

/** Looks ahead in the pass's own thread: for files too small to be worth others, and for text. */
export class LocalVoucher implements Voucher {
  readonly #machine: Machine;
  readonly #source: Source;
  readonly #range: number;
  #at: number;
  /** Ranges left out after one in which little could be vouched for; doubled each time. */
  #leave = 1;

  /** @param range bytes looked at before what was found is told; `from`: the place to begin at */
  constructor(module: WebAssembly.Module, plan: Uint8Array, source: Source, range: number, from = 0) {
    this.#machine = new Machine(module, plan);
    this.#source = source;
    this.#range = range;
    this.#at = from;
  }

  async next(): Promise<{ to: number; stretches: Stretch[] } | undefined> {
    const from = this.#at;
    const to = Math.min(from + this.#range, this.#source.bytes);
    if (from >= to) return undefined;
    const stretches = await this.#look(from, to);
    const isPoor = shareOf(stretches, to - from) < 0.25;
    this.#at = to;
    if (isPoor) this.#at += this.#range * this.#leave;
    this.#leave = isPoor ? this.#leave * 2 : 1;
    return { to: this.#at, stretches };
  }

  async #look(from: number, to: number): Promise<Stretch[]> {
    const machine = this.#machine;
    machine.begin(from, to, this.#source.bytes);
    for (let room = machine.room(); room !== undefined; room = machine.room()) machine.grown(await this.#source.read(room, machine.position));
    return readStretches(machine.vouched(), from);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }
}
