import { spawn } from 'node:child_process';
import path from 'node:path';
import { EXIT } from '../protocol/exit';
import { quoted } from './show/store';
import { paintFor } from './terminal';

interface Stop {
  readonly says: string;
  readonly args: readonly string[];
  /** The exit code that shows the product did its work: finding the planted fault is a success. */
  readonly exit: number;
}

const STOPS: readonly Stop[] = [
  { says: 'Is the export what its writer wrote? Order, duplicates, prices, checked in one pass.', args: ['verify', 'ES history.txt', '--tz', 'America/Los_Angeles'], exit: 0 },
  { says: 'A sealed file carries a checksum in every row: this one is whole …', args: ['verify', 'trades_20251103_143000.csv'], exit: 0 },
  { says: '… and in this copy one character was altered.', args: ['verify', 'trades_tampered_20251103_143000.csv'], exit: 1 },
  { says: 'Into a Parquet master: Pacific close stamps become UTC open stamps, across the daylight-saving change.', args: ['import', 'ES history.txt', 'ES', '1m'], exit: 0 },
  { says: 'Does the next export line up with it? Every overlapping bar is compared.', args: ['align', 'ES recent.txt', 'ES'], exit: 0 },
  { says: 'This one was exported in another zone: it is refused, and the zone is named.', args: ['import', 'ES recent in Chicago time.txt', 'ES', '1m'], exit: 3 },
  { says: 'The plan first …', args: ['import', 'ES recent.txt', 'ES', '1m', '--dry-run'], exit: 0 },
  { says: '… then the import: locked, backed up, merged, read back, replaced at once; derived files follow.', args: ['import', 'ES recent.txt', 'ES', '1m'], exit: 0 },
  { says: 'Again? Nothing to do.', args: ['import', 'ES recent.txt', 'ES', '1m'], exit: 0 },
  { says: 'Is a bar missing that should be there? Weekends and daily maintenance explain every gap.', args: ['continuity', 'ES'], exit: 0 },
  { says: 'Everything derived is in step with its master.', args: ['regenerate', 'ES'], exit: 0 },
  { says: 'What there is now.', args: ['inventory'], exit: 0 },
];

/** Makes the sample folder and runs the main job on it as a user would type it. Returns 0 when every stop did what it should. */
export async function tour(folder: string, open: boolean): Promise<number> {
  const paint = paintFor(process.stdout, process.env);
  const say = (text: string): void => void process.stdout.write(`${text}\n`);
  const data = path.resolve(folder);
  if ((await barkeep(['sample', data], process.cwd())) !== 0) return EXIT.refused.code;
  for (const { says, args, exit } of STOPS) {
    say(`\n${paint('bold', says)}\n${paint('cyan', `$ barkeep ${args.map(quoted).join(' ')}`)}`);
    const code = await barkeep([...args, '--data', data], data);
    if (code !== exit) {
      say(paint('red', `This should have ended with exit code ${exit}, not ${code}: please report it.`));
      return EXIT.internal.code;
    }
  }
  say(`\n${paint('green', '✔ Done.')} What to do next:`);
  say(`  cd ${quoted(data)}    and try the commands above on files of your own`);
  say(`  code ${quoted(data)}  with the extension installed (npm run package makes the .vsix), and open a CSV`);
  if (open) await run('code', [data], process.cwd());
  return EXIT.ok.code;
}

const barkeep = (args: readonly string[], cwd: string): Promise<number> => run(process.execPath, [process.argv[1]!, ...args], cwd);

function run(program: string, args: readonly string[], cwd: string): Promise<number> {
  return new Promise((resolve) => {
    const child = spawn(program, args, { cwd, stdio: 'inherit' });
    child.once('error', (error) => {
      process.stderr.write(`Cannot start ${program}: ${error.message}\n`);
      resolve(EXIT.io.code);
    });
    child.once('close', (code) => {
      resolve(code ?? EXIT.internal.code);
    });
  });
}
