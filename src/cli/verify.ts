import { stat } from 'node:fs/promises';
import { InvalidArgumentError } from 'commander';
import { Failure } from '../core/base/failure';
import type { Operation } from '../core/base/ports';
import { zoneNamed } from '../core/base/time';
import { parseTimeframe } from '../core/base/timeframe';
import { readExceptions } from '../core/calendar/exceptions';
import type { VerifyOptions } from '../core/integrity/verify';
import { followCsv, verifyCsv } from '../core/jobs/verify';
import { calendarPath } from '../core/store/layout';
import { listExports } from '../core/store/raw';
import type { Report } from '../protocol/report';
import type { VerifyWishes } from '../protocol/rpc';
import { checkNotes, showChecks } from './show/checks';
import { showReport } from './show/verify';
import { plural } from './terminal';
import { timeframe, whole, type Add } from './grammar';
import { runCommand, runCommands, type Command, type SharedOptions } from './run';

export interface VerifyGrammar extends VerifyWishes {
  readonly strict?: boolean;
  readonly follow?: boolean;
}

/**
 * What is asked for in words, as the engine takes it; the calendar's exceptions are those of the data folder.
 * @throws Failure `usage` for an unknown zone or timeframe, `refused` for exceptions that cannot be read
 */
export async function verifyOptions({ tz, interval, outliers, schema, examples }: VerifyWishes, folder: string): Promise<VerifyOptions> {
  const exceptions = await readExceptions(calendarPath(folder));
  return {
    ...(tz === undefined ? {} : { zone: zoneNamed(tz) }),
    ...(interval === undefined ? {} : { interval: parseTimeframe(interval) }),
    ...(exceptions === undefined ? {} : { exceptions }),
    ...(schema === undefined ? {} : { schema }),
    ...(examples === undefined ? {} : { examples }),
    ...(outliers === undefined ? {} : { outlierFactor: outliers }),
  };
}

export const verify = (file: string, options: VerifyGrammar): Command<'verify'> => ({
  name: 'verify',
  run: async ({ folder, operation, disk }) => {
    const wished = await verifyOptions(options, folder);
    const verifying = options.follow === true ? followCsv(file, wished, operation, { stop: operation.signal, report: newsTo(operation) }) : verifyCsv(disk.files, file, wished, operation);
    return sayUnusedZone(await verifying, wished, operation);
  },
  show: (report, paint) => showReport(report, paint, options.examples),
  exit: (report) => (report.errors > 0 || (options.strict === true && report.warnings > 0) ? 'findings' : 'ok'),
});

/** A zone was given, and the file's times need none. */
function sayUnusedZone(report: Report, { zone }: VerifyOptions, operation: Operation): Report {
  if (zone !== undefined && report.zone !== undefined && report.zone !== zone.name) operation.log(`${report.file}: --tz ${zone.name} was not used: its times are UTC.`);
  return report;
}

/** Says how a followed file stands, whenever that is worse than before. */
function newsTo(operation: Operation): (report: Report) => void {
  let said = '';
  return ({ file, rows, errors, warnings }) => {
    const found = `${plural(errors, 'error')}, ${plural(warnings, 'warning')}`;
    if (found !== said) operation.log(`${file}: ${found} in ${plural(rows, 'row')} so far`);
    said = found;
  };
}

/** A folder stands for every export in it. @throws Failure when a folder cannot be listed, or has none */
async function filesIn(named: readonly string[]): Promise<string[]> {
  const found = await Promise.all(named.map(async (name) => {
    if (!(await isFolder(name))) return [name];
    const files = await listExports(name);
    if (files.length === 0) throw new Failure('usage', { attempted: 'verify', file: name, why: `there is no export in ${name}.`, remedy: 'Name a folder of CSVs, or of texts of NinjaTrader.' });
    return files;
  }));
  return found.flat();
}

const isFolder = (name: string): Promise<boolean> => stat(name).then((stats) => stats.isDirectory(), () => false);

/** The same check, which says with its progress how many there are. */
const counted = (command: Command<'verify'>, at: number, of: number): Command<'verify'> => ({
  ...command,
  run: (context, tell) => {
    const { operation } = context;
    return command.run({ ...context, operation: { ...operation, progress: (update) => { operation.progress({ ...update, step: `${at + 1}/${of} ${update.step}` }); } } }, tell);
  },
});

/** Verifies each file in turn, of folders all of theirs; the exit code is the worst. */
export async function verifyAll(files: readonly string[], options: SharedOptions & VerifyGrammar): Promise<number> {
  if (files.length === 0) {
    throw new Failure('usage', { attempted: 'verify', why: 'no file was given.', remedy: 'Give one or more CSV files, or --list-checks.' });
  }
  if (options.follow === true && files.length > 1) {
    throw new Failure('usage', { attempted: 'verify', why: 'only one file can be followed.', remedy: 'Give one, or leave out --follow.' });
  }
  const all = await filesIn(files);
  return runCommands(all.map((file, at) => (all.length === 1 ? verify(file, options) : counted(verify(file, options), at, all.length))), options);
}

/** The catalogue of checks. */
export const checks = (): Command<'checks'> => ({
  name: 'checks',
  run: () => Promise.resolve(checkNotes()),
  show: showChecks,
  exit: () => 'ok',
});

/** The command `verify`. */
export function addVerify(add: Add, finish: (exitCode: number) => void): void {
  add('verify [files...]', 'check CSV files, or all exports in a folder: row checksums, sequence, time order, duplicates, OHLC', 'barkeep verify "ES history.txt" --tz America/Los_Angeles')
    .option('--tz <zone>', 'zone of local times, so that daylight-saving faults can be found')
    .option('--interval <timeframe>', 'bar interval (default: from the file name, else the most frequent step)', timeframe)
    .option('--schema <schema>', 'a Table Schema, a built-in contract, or none (default: FILE.schema.json, datapackage.json, or by the name)')
    .option('--outliers <factor>', 'how many usual moves a price must be off to be an outlier (default: 12; 0: none is)', outliers)
    .option('--strict', 'exit 1 for warnings too')
    .option('--examples <n>', 'how many examples of each check to show (default: 5; 20 with --json)', whole)
    .option('--follow', 'go on as the file grows, until Ctrl-C')
    .option('--list-checks', 'explain every check and exit')
    .action(async (files: string[], options: SharedOptions & VerifyGrammar & { listChecks?: boolean }) => {
      finish(options.listChecks === true ? await runCommand(checks(), options) : await verifyAll(files, options));
    });
}

function outliers(text: string): number {
  const value = Number(text);
  if (!(text.trim() !== '' && value >= 0 && Number.isFinite(value))) throw new InvalidArgumentError('Give a factor such as 12, or 0 for none.');
  return value;
}

