import type { Source } from '../../table/csv/source';
import type { Layout } from '../layout';
import { loadKernel } from './kernel';
import { LocalVoucher } from './local';
import { planOf } from './plan';
import type { Voucher } from './ride';

/** Who looks ahead for rows that need no look: nobody, or the kernel, which tells of so many bytes at a time. */
export type Ahead = 'nobody' | { readonly range: number };

/** Smaller files are done before the kernel is ready. */
const WORTH = 256 * 1024;
const RANGE = 1024 * 1024;

const chosenFor = (source: Source): Ahead => (source.bytes < WORTH ? 'nobody' : { range: RANGE });

/** Undefined when nobody is to look ahead, or when the rows are of a form that the kernel does not know. */
export async function voucherFor(source: Source, layout: Layout, head: Buffer, outlierFactor: number, ahead = chosenFor(source)): Promise<Voucher | undefined> {
  if (ahead === 'nobody') return undefined;
  const plan = planOf(layout, head, outlierFactor);
  const kernel = plan === undefined ? undefined : await loadKernel();
  return plan === undefined || kernel === undefined ? undefined : new LocalVoucher(kernel, plan, source, ahead.range);
}
