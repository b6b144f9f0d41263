import { setImmediate as turn, setTimeout as sleep } from 'node:timers/promises';

/**
 * Decides which of several actors makes the next step. The one with the highest priority goes on, and at a few chosen
 * steps falls behind all others: this finds the orders in which one is held up for long at the worst place, which a
 * choice by lot nearly never does (Burckhardt and others, "A randomized scheduler with probabilistic guarantees of
 * finding bugs", ASPLOS 2010).
 */
export class Stage {
  readonly #waiting = new Map<number, () => void>();
  readonly #priorities: number[];
  readonly #changes: ReadonlySet<number>;
  #count = 0;

  /** @param priorities one for each actor, positive; @param changes steps, counted from 1, at which the actor waits for all others */
  constructor(priorities: readonly number[], changes: readonly number[]) {
    this.#priorities = [...priorities];
    this.#changes = new Set(changes);
  }

  /** Waits until the actor may make one step. */
  step(actor: number): Promise<void> {
    return new Promise((resolve) => this.#waiting.set(actor, resolve));
  }

  /** Lets the actors go on until everything is settled. */
  async play(everything: Promise<unknown>): Promise<void> {
    const state = { over: false };
    const ended = everything.finally(() => (state.over = true));
    ended.catch(() => undefined); // Thrown below.
    while (!state.over) {
      await turn(); // Everybody who can gets to the next step.
      if (this.#waiting.size > 0) this.#next();
      else await sleep(1);
    }
    await ended;
  }

  #next(): void {
    const actor = this.#foremost();
    if (this.#changes.has(++this.#count)) {
      this.#priorities[actor] = -this.#count;
      return;
    }
    const go = this.#waiting.get(actor)!;
    this.#waiting.delete(actor);
    go();
  }

  #foremost(): number {
    return [...this.#waiting.keys()].reduce((a, b) => (this.#priorities[b]! > this.#priorities[a]! ? b : a));
  }
}
