import { once } from 'node:events';
import type { Command as Commander } from 'commander';
import { barLines, metadataJson } from '../core/table/dbn/print';
import { openDbn } from '../core/table/dbn/read';

/** `barkeep dbn …`: DBN files as text, in the words of Databento's own tool. */
export function addDbn(program: Commander, finish: (exitCode: number) => void): void {
  const dbn = program.command('dbn').description("look into Databento's DBN files (.dbn, .dbn.zst)");

  dbn
    .command('meta <file>')
    .description('print the header as JSON')
    .addHelpText('after', '\nExample:\n  barkeep dbn meta glbx-mdp3-20251001-20251031.ohlcv-1s.dbn.zst')
    .action(async (file: string) => {
      const opened = await openDbn(file);
      await opened.close();
      await print(`${metadataJson(opened.metadata)}\n`);
      finish(0);
    });

  dbn
    .command('cat <file>')
    .description('print the bars as CSV, prices in units of 1e-9')
    .option('--json', 'print one JSON object per line instead')
    .addHelpText('after', '\nExample:\n  barkeep dbn cat glbx-mdp3-20251001-20251031.ohlcv-1s.dbn.zst | head')
    .action(async (file: string, options: { json?: boolean }) => {
      for await (const lines of barLines(await openDbn(file), options.json === true ? 'json' : 'csv')) await print(lines);
      finish(0);
    });
}

async function print(text: string): Promise<void> {
  if (!process.stdout.write(text)) await once(process.stdout, 'drain');
}
