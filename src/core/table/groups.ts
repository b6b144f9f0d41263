import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
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
    const handle = await open(file, 'r');
    try {
      const prints: GroupPrint[] = [];
      // The same memory for all groups, one after the other.
      let room = Buffer.alloc(0);
      for (const { rows, from, to } of groups) {
        if (to - from > room.length) room = Buffer.allocUnsafe(to - from);
        const { bytesRead } = await handle.read(room, 0, to - from, from);
        prints.push({ rows, sha256: createHash('sha256').update(columns.join(',')).update(room.subarray(0, bytesRead)).digest('hex') });
      }
      return prints;
    } finally {
      await handle.close();
    }
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
