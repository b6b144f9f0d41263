import { open } from 'node:fs/promises';
import { Failure } from '../base/failure';
import { requireBarColumns, type ParquetDescription } from '../table/parquet';
import { Remembered } from './remembered';

/** Whether a file is what its name says it is. */

/** Why a Parquet file's bars cannot be read, and what to do, told from its columns; undefined when they can. */
export function barsFault(file: string, { columns }: ParquetDescription): string | undefined {
  try {
    requireBarColumns(file, columns);
    return undefined;
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    return error.facts.remedy === undefined ? error.facts.why : `${error.facts.why} ${error.facts.remedy}`;
  }
}

/** Longer runs of blanks begin no JSON that anybody writes. */
const HEAD = 4096;

/** Why a file is no JSON, told from how it begins; undefined when it may be. */
export const jsonFaults = new Remembered(async (file): Promise<string | undefined> => {
  const handle = await open(file);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(HEAD), 0, HEAD, 0);
    const text = buffer.toString('utf8', 0, bytesRead).trimStart();
    if (text === '') return 'it is empty.';
    return text.startsWith('{') || text.startsWith('[') ? undefined : 'it is no JSON.';
  } finally {
    await handle.close();
  }
});
