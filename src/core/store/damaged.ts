import { lstat } from 'node:fs/promises';
import path from 'node:path';
import type { MasterExtent } from '../../protocol/results';
import { Failure, failureFrom } from '../base/failure';
import { isoInstant } from '../base/time';
import { describeParquet, type ParquetDescription } from '../table/parquet';
import { surveyTimes } from '../table/survey';
import { isFile } from './layout';
import type { Metadata } from './lineage';
import { madeFromIn } from './provenance';
import { unsoundness } from './sound';
import { barsFault } from './usable';

/** What a master still tells of itself. */
export interface Examined {
  /** What is wrong with it, as a clause; undefined when it is sound. */
  readonly why: string | undefined;
  /** Of its footer; null and empty when it is torn. */
  readonly extent: MasterExtent | null;
  readonly metadata: Metadata;
}

/**
 * Whether a master can be read, holds bars, and its times rise.
 * @throws Failure `usage` when there is none, or it is made from another; `refused` for a link; `io` when it may not be read
 */
export async function examineMaster(master: string): Promise<Examined> {
  const attempted = `rebuild ${path.basename(master)}`;
  if (!(await isFile(master))) throw new Failure('usage', { attempted, file: master, why: 'there is no such master.', remedy: 'Import an export into it: barkeep import FILE TICKER TIMEFRAME.', inEditor: { remedy: 'Import… makes one.' } });
  if ((await lstat(master)).isSymbolicLink()) throw new Failure('refused', { attempted, file: master, why: 'it is a link to a file that lies elsewhere.', remedy: 'Rebuild it in the folder it lies in.' });
  const described = await describeParquet(master).catch((error: unknown) => torn(error, master));
  if ('why' in described) return described;
  if (madeFromIn(described.metadata) !== undefined) throw new Failure('usage', { attempted, file: master, why: 'it is made from the 1-minute master.', remedy: 'Make it again with barkeep regenerate TICKER.', inEditor: { remedy: 'Regenerate Derived… makes it again.' } });
  return { why: await faultOf(master, described), extent: extentOf(described), metadata: described.metadata };
}

/** What may not be read is not damaged. */
function torn(error: unknown, master: string): Examined {
  const failure = failureFrom(error, `read ${master}`, master);
  if (failure.facts.errno === 'EACCES' || failure.facts.errno === 'EPERM') throw failure;
  return { why: failure.facts.why, extent: null, metadata: {} };
}

const faultOf = async (master: string, described: ParquetDescription): Promise<string | undefined> =>
  barsFault(master, described) ?? (described.rows === 0 ? 'it holds no bars' : unsoundness(await surveyTimes(master)));

const extentOf = ({ rows, start, end }: ParquetDescription): MasterExtent | null => (start === undefined || end === undefined ? null : { rows, start: isoInstant(start), end: isoInstant(end) });
