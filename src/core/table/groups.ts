import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { failureFrom } from '../base/failure';
import { readFooter } from './footer';
import type { Struct } from './thrift';

/** A row group: its rows, and the SHA-256 of its bytes with the columns they hold. The same of both is the same rows. */
export interface GroupPrint {
  readonly rows: number;
  readonly sha256: string;
}

/** The row groups of a Parquet file, in its order. @throws Failure as `describeFooter` */
export async function digestGroups(file: string): Promise<GroupPrint[]> {
  const footer = await readFooter(file);
  const columns = footer.structs(2).map((column) => [column.text(4), column.number(1), column.number(6)].join(' '));
  const groups = footer.structs(4).map((group) => ({ rows: group.number(3) ?? 0, ...bytesOf(group) }));
  try {
    return await Promise.all(
      groups.map(async ({ rows, from, to }) => {
        const hash = createHash('sha256').update(columns.join(','));
        if (to > from) for await (const part of createReadStream(file, { start: from, end: to - 1, highWaterMark: 1 << 20 }) as AsyncIterable<Buffer>) hash.update(part);
        return { rows, sha256: hash.digest('hex') };
      }),
    );
  } catch (error) {
    throw failureFrom(error, `read ${file}`, file);
  }
}

/** Where a row group's pages lie: from its first dictionary or data page, all columns one after the other. */
function bytesOf(group: Struct): { from: number; to: number } {
  const columns = group.structs(1).flatMap((column) => column.struct(3) ?? []);
  const from = columns.map((column) => Math.min(column.number(9) ?? Infinity, column.number(11) ?? Infinity));
  const ends = columns.map((column, at) => from[at]! + (column.number(7) ?? 0));
  return columns.length === 0 ? { from: 0, to: 0 } : { from: Math.min(...from), to: Math.max(...ends) };
}
