import { readFileSync } from 'node:fs';
import { openDbnStream } from '../../src/core/table/dbn/read';

/** Decodes a plain DBN file out of memory into columns, three times, and prints how long the last one took. */
async function run(file: string): Promise<void> {
  const bytes = readFileSync(file);
  let [records, seconds] = [0, 0];
  for (let round = 0; round < 3; round++) {
    const began = performance.now();
    const dbn = await openDbnStream(pieces(bytes), file);
    records = 0;
    for await (const batch of dbn.bars()) records += batch.count;
    seconds = (performance.now() - began) / 1000;
  }
  console.log(JSON.stringify({ records, seconds }));
}

/** As a file is read: a megabyte at a time. */
async function* pieces(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  await Promise.resolve();
  for (let at = 0; at < bytes.length; at += 1 << 20) yield bytes.subarray(at, at + (1 << 20));
}

void run(process.argv[2]!);
