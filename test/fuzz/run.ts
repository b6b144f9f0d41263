import { checkBars, checkTable } from './check';
import { checkWithPython, hasPython } from './python';
import { Random } from './random';
import type { Table } from './tables';

export interface Done {
  readonly inputs: number;
  /** Of them, those that Python read too. */
  readonly python: number;
}

/** Tables asked of Python at a time. */
const BATCH = 5000;

/**
 * Checks inputs number `from` to below `to` of a seed, half of them well-formed tables, half bars, most of them mutated.
 * @param step told after every input @throws Error that names the number of the input at fault
 */
export async function fuzz(seed: number, from: number, to: number, folder: string, step: (at: number) => void = () => undefined): Promise<Done> {
  const isPythonThere = hasPython();
  let [tables, python]: [Table[], number] = [[], 0];
  const ask = (): void => {
    checkWithPython(tables);
    python += tables.length;
    tables = [];
  };
  for (let at = from; at < to; at++) {
    const random = new Random(seed * 1_000_003 + at);
    try {
      if (at % 2 === 0) await checkBars(random, folder);
      else tables.push(checkTable(random));
    } catch (error) {
      throw new Error(`input ${at} of seed ${seed}: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
    }
    if (!isPythonThere) tables = [];
    else if (tables.length >= BATCH) ask();
    step(at);
  }
  if (tables.length > 0) ask();
  return { inputs: to - from, python };
}
