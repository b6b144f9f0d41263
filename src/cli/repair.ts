import path from 'node:path';
import type { Command as Commander } from 'commander';
import { repairFile } from '../core/jobs/repair';
import { sealFile } from '../core/jobs/seal';
import { findDataFolder } from '../core/store/layout';
import { REPAIRS, type Repair } from '../protocol/repair';
import type { JobName } from '../protocol/results';
import { sha256 } from './grammar';
import type { Command, SharedOptions } from './run';
import { showRepair, showSeal } from './show/repair';
import { verifyOptions } from './verify';

/** The commands that change a CSV where it lies: `seal` and `repair`. */

type Run = <Name extends JobName>(command: Command<Name>, options: SharedOptions) => Promise<void>;
type Add = (grammar: string, description: string, example: string) => Commander;

interface Options extends SharedOptions {
  readonly out?: string;
  readonly tz?: string;
  readonly dryRun?: boolean;
}

type RepairOptions = Options & {
  readonly dropDuplicates?: boolean;
  readonly dropInvalid?: boolean;
  readonly sort?: boolean;
  readonly renumber?: boolean;
  readonly checksums?: boolean;
  readonly expect?: string;
};

export function addRepair(addWriting: Add, run: Run): void {
  addWriting('seal <file>', 'add file_seq and checksum_sha256 to a CSV, and write its seal manifest', 'barkeep seal signals.csv --dry-run')
    .option('--out <file>', 'seal a copy under this name; the file stays as it is')
    .option('--reseal', 'number and seal anew what is sealed already, whatever its seal says')
    .option('--tz <zone>', 'zone of local times')
    .option('--dry-run', 'show what would happen; write nothing')
    .action(async (file: string, options: Options & { reseal?: boolean }) => run(await seal(file, options), options));

  addWriting('repair <file>', 'take out copies and invalid rows, sort, renumber, reseal; without options: what could be done', 'barkeep repair "ES history.txt" --drop-duplicates --sort --dry-run')
    .option(REPAIRS.duplicates, 'take out rows of which every cell equals an earlier row')
    .option(REPAIRS.invalid, 'take out rows that are no usable bar, empty lines and repeated headers')
    .option(REPAIRS.sort, 'sort by time; rows of one time keep their order')
    .option(REPAIRS.renumber, 'number file_seq from 1 on; a checksum that holds is made to hold for the new number')
    .option(REPAIRS.checksums, 'recompute every checksum: this hides that rows were altered')
    .option('--out <file>', 'write the repaired file under this name; the file stays as it is')
    .option('--expect <sha256>', 'refuse when the file is not the one with this SHA-256', sha256)
    .option('--tz <zone>', 'zone of local times')
    .option('--dry-run', 'show what would happen; write nothing')
    .addHelpText('after', '\nWhat is taken out goes to <file>.rejected.csv with the code that rejected it. The file as it was is backed up.')
    .action(async (file: string, options: RepairOptions) => run(await repair(file, options), options));
}

/** Backups of a file lie in the data folder around it, whatever the folder the command is run in. */
const folderOf = async (file: string, { out, data }: Options): Promise<{ folder: string }> =>
  ({ folder: data === undefined ? await findDataFolder(path.dirname(path.resolve(out ?? file))) : path.resolve(data) });

const outOf = ({ out }: Options): { out?: string } => (out === undefined ? {} : { out: path.resolve(out) });

export async function seal(file: string, options: Options & { reseal?: boolean }): Promise<Command<'seal'>> {
  return {
    name: 'seal',
    ...(await folderOf(file, options)),
    run: async (context) =>
      sealFile(context, {
        file: path.resolve(file), reseal: options.reseal === true, dryRun: options.dryRun === true,
        options: await verifyOptions(options.tz === undefined ? {} : { tz: options.tz }, context.folder), ...outOf(options),
      }),
    show: showSeal,
    exit: () => 'ok',
  };
}

export async function repair(file: string, options: RepairOptions): Promise<Command<'repair'>> {
  return {
    name: 'repair',
    ...(await folderOf(file, options)),
    run: async (context) =>
      repairFile(context, {
        file: path.resolve(file), repairs: repairsOf(options), dryRun: options.dryRun === true,
        options: await verifyOptions(options.tz === undefined ? {} : { tz: options.tz }, context.folder),
        ...(options.expect === undefined ? {} : { expected: options.expect }), ...outOf(options),
      }),
    show: showRepair,
    exit: ({ repairs, advised }) => (repairs.length === 0 && advised.length > 0 ? 'findings' : 'ok'),
  };
}

const repairsOf = ({ dropDuplicates, dropInvalid, sort, renumber, checksums }: RepairOptions): Repair[] => [
  ...(dropDuplicates === true ? ['duplicates' as const] : []),
  ...(dropInvalid === true ? ['invalid' as const] : []),
  ...(sort === true ? ['sort' as const] : []),
  ...(renumber === true ? ['renumber' as const] : []),
  ...(checksums === true ? ['checksums' as const] : []),
];
