import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';

/** How long a test waits for what must come, ms: no figure of the product, only an end to waiting in vain, on however slow a machine. */
export const PATIENCE = 180_000;

/**
 * Waits for a condition itself, never for a time in which it should hold.
 * @param there what there is instead, for the one who reads that it never came
 * @returns what held
 * @throws Error after `PATIENCE`: what was awaited, and what was there
 */
export async function until<T>(awaited: string, holds: () => T | Promise<T>, there: () => unknown = () => undefined): Promise<NonNullable<T>> {
  for (const end = Date.now() + PATIENCE; ; ) {
    const held = await holds();
    if (held !== undefined && held !== null && held !== false) return held;
    if (Date.now() > end) throw new Error(`waited ${PATIENCE / 1000} s in vain for ${awaited}; there was ${inspect(await there(), { depth: 5, breakLength: Infinity }).slice(0, 2000)}`);
    await sleep(10);
  }
}
