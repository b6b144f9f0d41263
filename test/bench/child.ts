import { createReadStream } from 'node:fs';
import { parse } from 'csv-parse';
import { unattended } from '../../src/core/base/ports';
import { verifyFile } from '../../src/core/integrity/verify';

/** Does one thing to one file in a process of its own and prints what it took, so that no measurement disturbs another. */
const TASKS: Readonly<Record<string, (file: string) => Promise<number>>> = {
  verify: async (file) => (await verifyFile(file, {}, unattended)).rows,
  'csv-parse': (file) =>
    new Promise((resolve, reject) => {
      let rows = 0;
      const parser = createReadStream(file).pipe(parse());
      parser.on('data', () => rows++);
      parser.on('error', reject);
      parser.on('end', () => { resolve(rows); });
    }),
};

async function run(task: string, file: string): Promise<void> {
  const began = performance.now();
  const rows = await TASKS[task]!(file);
  const seconds = (performance.now() - began) / 1000;
  console.log(JSON.stringify({ rows, seconds, megabytes: process.resourceUsage().maxRSS / 1024 }));
}

void run(process.argv[2]!, process.argv[3]!);
