import { availableParallelism } from 'node:os';
import type { Source } from '../../table/csv/source';
import type { Layout } from '../layout';
import { Crew } from './crew';
import { loadKernel } from './kernel';
import { LocalVoucher } from './local';
import { planOf, type Bounds } from './plan';
import type { Voucher } from './ride';

/** Who looks ahead for rows that need no look: nobody, or the kernel, so many bytes at a time, in threads of its own (0: in the pass's). */
export type Ahead = 'nobody' | { readonly range: number; readonly threads: number };

const MB = 1024 * 1024;
/** Smaller files are done before the kernel is ready, or before its threads are. */
const WORTH = MB / 4;
const WORTH_THREADS = 12 * MB;

function chosenFor({ bytes, descriptor }: Source): Ahead {
  if (bytes < WORTH) return 'nobody';
  if (bytes < WORTH_THREADS || descriptor === undefined || availableParallelism() === 1) return { range: MB, threads: 0 };
  return { range: bytes < 16 * WORTH_THREADS ? MB : 4 * MB, threads: 2 };
}

/** Undefined when nobody is to look ahead, or when the rows are of a form that the kernel does not know. To be closed before the source. */
export async function voucherFor(source: Source, layout: Layout, head: Buffer, bounds: Bounds, ahead = chosenFor(source)): Promise<Voucher | undefined> {
  const plan = ahead === 'nobody' ? undefined : planOf(layout, head, bounds);
  const kernel = plan === undefined ? undefined : await loadKernel();
  if (ahead === 'nobody' || plan === undefined || kernel === undefined) return undefined;
  const { bytes, descriptor } = source;
  const { range, threads } = ahead;
  if (threads === 0 || descriptor === undefined) return new LocalVoucher(kernel, plan, source, range);
  return new Crew({ kernel, plan, descriptor, bytes, range }, source, threads);
}
