import { Failure } from '../core/base/failure';
import { zoneNamed } from '../core/base/time';
import { parseTimeframe } from '../core/base/timeframe';
import { readExceptions } from '../core/calendar/exceptions';
import { verifyFile, type VerifyOptions } from '../core/integrity/verify';
import { calendarPath } from '../core/store/layout';
import type { VerifyWishes } from '../protocol/rpc';
import { checkNotes, showChecks } from './show/checks';
import { showReport } from './show/verify';
import { runCommands, type Command, type SharedOptions } from './run';

export type VerifyGrammar = VerifyWishes & { readonly strict?: boolean };

/**
 * What is asked for in words, as the engine takes it; the calendar's exceptions are those of the data folder.
 * @throws Failure `usage` for an unknown zone or timeframe, `refused` for exceptions that cannot be read
 */
export async function verifyOptions({ tz, interval, outliers, schema }: VerifyWishes, folder: string): Promise<VerifyOptions> {
  const exceptions = await readExceptions(calendarPath(folder));
  return {
    ...(tz === undefined ? {} : { zone: zoneNamed(tz) }),
    ...(interval === undefined ? {} : { interval: parseTimeframe(interval) }),
    ...(exceptions === undefined ? {} : { exceptions }),
    ...(schema === undefined ? {} : { schema }),
    ...(outliers === undefined ? {} : { outlierFactor: outliers }),
  };
}

export const verify = (file: string, options: VerifyGrammar): Command<'verify'> => ({
  name: 'verify',
  run: async ({ folder, operation }) => verifyFile(file, await verifyOptions(options, folder), operation),
  show: showReport,
  exit: (report) => (report.errors > 0 || (options.strict === true && report.warnings > 0) ? 'findings' : 'ok'),
});

/** Verifies each file in turn; the exit code is the worst. */
export async function verifyAll(files: readonly string[], options: SharedOptions & VerifyGrammar): Promise<number> {
  if (files.length === 0) {
    throw new Failure('usage', { attempted: 'verify', why: 'no file was given.', remedy: 'Give one or more CSV files, or --list-checks.' });
  }
  return runCommands(files.map((file) => verify(file, options)), options);
}

/** The catalogue of checks. */
export const checks = (): Command<'checks'> => ({
  name: 'checks',
  run: () => Promise.resolve(checkNotes()),
  show: showChecks,
  exit: () => 'ok',
});
