import { Command as Commander, InvalidArgumentError } from 'commander';
import { parseTimeframe } from '../core/base/timeframe';
import { EXIT } from '../protocol/exit';

/** Adds a command that takes a data folder and speaks events with `--json`. */
export type Add = (grammar: string, description: string, example: string) => Commander;

/** A command line that has no command yet, and what adds one. */
export function grammar(version: string): { program: Commander; add: Add } {
  const program = new Commander('barkeep')
    .description('Keeps trading bars trustworthy: verify, align, import, inventory and regenerate CSV and Parquet bar files.')
    .version(version)
    .showHelpAfterError('Run barkeep help COMMAND for its options.')
    .configureHelp({ sortSubcommands: false })
    .addHelpText('after', HELP);

  const add: Add = (words, description, example) =>
    program
      .command(words)
      .description(description)
      .option('--data <folder>', 'the data folder (default: the nearest folder up from here that has masters or .barkeep/, else here)')
      .option('--json', 'print one event per line instead of text')
      .addHelpText('after', `\nExample:\n  ${example}`);
  return { program, add };
}

const HELP = `
Start here:
  barkeep verify "ES history.txt"          is the file what its writer wrote?
  barkeep import "ES history.txt" ES 1m    into ES_1m.parquet; --dry-run shows the plan first
  barkeep inventory                        what is there now, and what needs care

Exit codes:
${Object.values(EXIT)
  .map(({ code, means }) => `  ${String(code).padStart(3)}  ${means}`)
  .join('\n')}`;

export function timeframe(text: string): string {
  return parseTimeframe(text);
}

/** A SHA-256 in hexadecimal digits; in lower-case ones. */
export function sha256(text: string): string {
  if (!/^[0-9a-f]{64}$/i.test(text)) throw new InvalidArgumentError(`Give a SHA-256: 64 hexadecimal digits, as sha256sum prints them; these are ${text.length} characters.`);
  return text.toLowerCase();
}

export function whole(text: string): number {
  if (!/^\d{1,6}$/.test(text)) throw new InvalidArgumentError('Give a whole number, 0 or more.');
  return Number(text);
}
