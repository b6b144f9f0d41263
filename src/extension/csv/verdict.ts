import type { Report } from '../../protocol/report';

/** What is known about one CSV now. */
export type Verdict =
  | { readonly kind: 'running'; /** 0 to 1 */ readonly ratio: number }
  | { readonly kind: 'checked'; readonly report: Report; /** It is being written, and this is what is there so far. */ readonly growing?: true }
  | { readonly kind: 'failed'; readonly why: string };
