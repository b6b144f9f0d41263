import { CommanderError, type Command } from 'commander';
import { Failure, failureFrom } from '../core/base/failure';
import { VERSION } from '../core/base/version';
import { failureEvent, EVENTS_VERSION } from '../protocol/events';
import { EXIT, exitCodeOf } from '../protocol/exit';

/** Makes the grammar; `finish` is given the exit code of the command that ran. */
type Build = (version: string, finish: (exitCode: number) => void) => Command;

/** Parses argv, runs the command, returns the exit code. */
async function run(build: Build, args: readonly string[]): Promise<number> {
  let exitCode: number = EXIT.ok.code;
  const json = args.includes('--json');
  const program = build(VERSION, (code) => (exitCode = code));
  for (const command of [program, ...program.commands, ...program.commands.flatMap((each) => each.commands)]) {
    command.exitOverride();
    if (json) command.configureOutput({ writeErr: () => undefined });
  }
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    return fail(error, json);
  }
}

function fail(error: unknown, json: boolean): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return EXIT.ok.code;
    if (json) report(new Failure('usage', { attempted: 'understand the command', why: error.message.replace(/^error: /, '') }), json);
    return EXIT.usage.code;
  }
  const failure = failureFrom(error, 'run the command');
  report(failure, json);
  return exitCodeOf(failure.kind);
}

function report(failure: Failure, json: boolean): void {
  if (!json) {
    process.stderr.write(`error: ${failure.message}\n`);
    return;
  }
  const end = { version: EVENTS_VERSION, type: 'end', exitCode: exitCodeOf(failure.kind), elapsedMs: 0 };
  process.stdout.write(`${JSON.stringify(failureEvent(failure.kind, failure.message, failure.facts))}\n${JSON.stringify(end)}\n`);
}

/** Where output could not go, other than to a reader that left early (`| head`): the work goes on, the exit code tells. */
let outputFailed: NodeJS.ErrnoException | undefined;
for (const stream of [process.stdout, process.stderr]) {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code !== 'EPIPE') outputFailed = error;
  });
}

/** Runs what argv asks for, and ends the process with its exit code. */
export async function start(build: Build): Promise<void> {
  const exitCode = await run(build, process.argv.slice(2));
  // The database's threads would keep the process alive: leave when what was printed is out.
  process.stdout.write('', (error) => {
    if (error instanceof Error && outputFailed === undefined && (error as NodeJS.ErrnoException).code !== 'EPIPE') outputFailed = error;
    if (outputFailed === undefined) process.exit(exitCode);
    process.stderr.write(`error: Cannot print the result: its output could not be written (${outputFailed.code ?? outputFailed.message}). The command itself ended with exit code ${exitCode}.\n`);
    process.exit(EXIT.io.code);
  });
}
