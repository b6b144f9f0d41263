import { fuzz } from './run';

/** One process of several, started by main.ts: does its part, telling now and then how far it is. */
async function part([seed, from, to]: number[], folder: string): Promise<void> {
  let said = Date.now();
  const done = await fuzz(seed!, from!, to!, folder, (at) => {
    if (Date.now() - said < 1000) return;
    said = Date.now();
    process.send?.({ at });
  });
  process.send?.({ done });
}

void part(process.argv.slice(2, 5).map(Number), process.argv[5]!);
