import { readFile } from 'node:fs/promises';
import { countBars, mapColumns } from '../base/bar';
import { TEMPORARY } from '../disk/atomic';
import { bytesWriting } from '../disk/bytes';
import type { Disk } from '../disk/disk';
import { ifThere } from '../disk/files';
import { graft, unpack } from '../table/graft';
import { GROUP_ROWS } from '../table/master';
import { writeSeries, type Series } from '../table/series';

/**
 * Writes a master that is not there yet: bars that fill some row groups in two halves at once, each by a thread of its
 * own, which are then one file, the same as if it had been written in one go.
 * @param temporary its temporary name
 */
export async function writeFresh(disk: Disk, temporary: string, series: Series): Promise<void> {
  const rows = countBars(series.bars);
  const seam = Math.round(rows / GROUP_ROWS / 2) * GROUP_ROWS;
  if (seam === 0) return writeSeries(temporary, series);
  const half = (from: number, to: number): Series => ({ ...series, bars: mapColumns(series.bars, (column) => column.subarray(from, to)) });
  const second = temporary.replace(/(\.parquet)?\.tmp$/, `.second.parquet${TEMPORARY}`);
  try {
    const outcomes = await Promise.allSettled([writeSeries(temporary, half(0, seam)), writeSeries(second, half(seam, rows))]);
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason;
    const [before, after] = await Promise.all([temporary, second].map((file) => readFile(file)));
    await bytesWriting(disk, temporary, graft(unpack(before!), seam / GROUP_ROWS, unpack(after!))).produce(temporary);
  } finally {
    await ifThere(disk.files.unlink(second));
  }
}
