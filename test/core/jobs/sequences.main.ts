import { playSequence } from './sequences';

/** `npm run random -- [FIRST] [LAST]`: plays sequences 1 to 2,000, or those named; the first that parts from the model ends it. */
async function run(first = 1, last = 2000): Promise<void> {
  for (let seed = first; seed <= last; seed++) {
    await playSequence(seed);
    if (seed % 100 === 0) console.log(`${seed} sequences: the master was always the model's`);
  }
}

run(...process.argv.slice(2).map(Number)).catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
