import { Failure } from '../base/failure';
import { stampOf } from '../base/time';
import { below, folderOf, nameOf, type Address } from '../cloud/address';
import { writeAtomic, writeText, type Written } from '../disk/atomic';
import type { Disk } from '../disk/disk';
import { holdsColumns, storageFor, writeColumns, type StoredColumn, type Values } from '../table/columns';
import { FEATURES } from './features';
import type { Processed, RunStage } from './process';
import { monthText } from './statistics';
import type { Month } from './weight';

/** Where a finished month lies, and how it gets there. Source: 7-monthly, stages 8 and 9. */

export interface MonthPaths {
  /** The Parquet file and the statistics beside it. */
  readonly output: Address;
  readonly statistics: Address;
}

/** @param stamp when its processing began, unix ms: the same for every attempt, so that one that failed leaves nothing behind */
export function monthPaths(dest: Address, month: Month, stamp: number): MonthPaths {
  const folder = below(dest, 'processed-data', 'monthly', String(month.year), String(month.month).padStart(2, '0'));
  const output = below(folder, `monthly_${monthText(month)}_${stampOf(stamp)}.parquet`);
  return { output, statistics: statisticsOf(output) };
}

/** The statistics of a finished file. */
export const statisticsOf = (output: Address): Address => below(folderOf(output), 'statistics', `${nameOf(output).replace(/\.parquet$/, '')}_statistics.json`);

/** Columns of the file in their order: time, bar, contract, labels with weights, features. */
export function columnsOf({ table, labels, features }: Pick<Processed, 'table' | 'labels' | 'features'>): StoredColumn[] {
  const { seconds, symbols, ids } = table;
  const float = (name: string, values: Values): StoredColumn => ({ name, storage: storageFor('float', values), values });
  const integer = (name: string, values: Values): StoredColumn => ({ name, storage: storageFor('integer', values), values });
  return [
    { name: 'timestamp', storage: 'instant', values: seconds.time },
    float('open', seconds.open),
    float('high', seconds.high),
    float('low', seconds.low),
    float('close', seconds.close),
    integer('volume', seconds.volume),
    { name: 'symbol', storage: symbols.length === 0 ? [''] : symbols, values: seconds.instrument },
    integer('instrument_id', Float64Array.from(seconds.instrument, (code) => ids[code] ?? 0)),
    ...labels.names.map((name, at) => (at % 2 === 0 ? integer(name, labels.labels[at / 2]!) : float(name, labels.weights[(at - 1) / 2]!))),
    ...FEATURES.map(({ name }, at) => (WHOLE.test(name) ? integer : float)(name, features[at]!)),
  ];
}

/** Features that are 0 or 1. */
const WHOLE = /^is_|_retouches$/;

/** Of a value, uncompressed. */
const VALUE_BYTES = 8;

/**
 * Writes the month: rows, then statistics, then the rows under their name, which makes the month finished.
 * @param statistics told what the file holds; gives the text of the statistics
 * @throws Failure `io`; nothing appears under either name when it fails before the end
 */
export async function publishMonth(disk: Disk, paths: MonthPaths, processed: Processed, stage: RunStage, statistics: (written: Written) => string): Promise<Written> {
  const columns = columnsOf(processed);
  return writeAtomic(
    disk,
    paths.output,
    {
      needs: VALUE_BYTES * columns.length * processed.table.seconds.time.length,
      produce: (temporary) => stage('write', () => writeColumns(temporary, columns)),
      verify: (temporary) => stage('verify', async () => {
        if (await holdsColumns(temporary, columns)) return;
        throw new Failure('io', { attempted: `write ${paths.output}`, file: paths.output, why: 'what was read back is not what was written.', remedy: 'Check the disk; the month can be processed again.' });
      }),
    },
    async (written) => {
      await stage('statistics', async () => { await writeText(disk, paths.statistics, statistics(written)); });
    },
  );
}
