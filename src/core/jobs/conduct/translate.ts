import { createHash } from 'node:crypto';
import type { TakenIn } from '../../../protocol/exports';
import type { ImportPlan } from '../../../protocol/results';
import { Failure, failureFrom } from '../../base/failure';
import { isPacked } from '../../base/recognise';
import { sha256OfFile } from '../../disk/digest';
import { withNote } from '../../disk/failures';
import { unpackInto } from '../../disk/packed';
import { importFile, type ImportRequest } from '../import';
import type { Bench } from './bench';
import { findFile, replaced } from './files';
import type { RunExport, RunOrder, RunState } from './state';

/** The third stage: into the masters. */

/** Imports every export into its master. One that fails does not keep the others out. @throws Failure why the first of them failed */
export async function translate(bench: Bench, state: RunState): Promise<RunState> {
  let now = state;
  const failed: { readonly csv: string; readonly failure: Failure }[] = [];
  for (const one of state.exports) {
    if (one.imported !== undefined) continue;
    bench.operation.signal.throwIfAborted();
    const done = await translateOne(bench, now, one).catch((error: unknown) => failureFrom(error, `import ${one.csv}`));
    if (done instanceof Failure) {
      if (done.kind === 'cancelled' || bench.operation.signal.aborted) throw done;
      failed.push({ csv: one.csv, failure: done });
      continue;
    }
    now = await bench.keep({ ...now, exports: now.exports.map((each) => (each.csv === one.csv ? done : each)) });
  }
  if (failed.length === 0) return now;
  const [{ failure }, ...others] = failed as [(typeof failed)[0], ...typeof failed];
  for (const each of others) await bench.say('translate', `failed as well: ${each.failure.message}`);
  throw others.length === 0 ? failure : withNote(failure, `Not imported either: ${others.map(({ csv }) => csv).join(', ')}.`);
}

async function translateOne(bench: Bench, { order }: RunState, one: RunExport): Promise<RunExport> {
  const { file, version } = await findFile(order.raw, one.csv);
  const { signal } = bench.operation;
  const read = await sha256OfFile(file, signal);
  if (one.sha256 !== undefined && one.sha256 !== (isPacked(file) ? await sha256Unpacked(file, signal) : read)) throw notAsWritten(file);
  const { plan, outcome } = await importFile(bench, importRequest(order, one, file, false));
  if ((await findFile(order.raw, one.csv)).version !== version) throw replaced(one.csv, 'while it was imported');
  const imported = takenIn(plan, outcome);
  const rejected = plan.rejectedRows === 0 ? '' : `, ${plan.rejectedRows} rejected rows beside it`;
  const { ambiguous } = plan.alignment;
  const guessed = ambiguous === undefined ? '' : `, ${ambiguous.rows} rows from line ${ambiguous.line} on at a time that was twice (the ${ambiguous.assumed} assumed)`;
  await bench.say('translate', `${one.csv}: ${plan.newRows} new bars, ${plan.identicalRows} there already${plan.conflictingRows === 0 ? '' : `, ${plan.conflictingRows} conflicting (${plan.onConflict})`}${rejected}${guessed}, in ${plan.master}`);
  return { ...one, read, imported };
}

export const takenIn = ({ newRows, rejectedRows, alignment: { ambiguous } }: ImportPlan, outcome: string): TakenIn =>
  ({ outcome, newRows, rejectedRows, ...(ambiguous === undefined ? {} : { ambiguousRows: ambiguous.rows }) });

/** How an export goes into its master. */
export const importRequest = (order: RunOrder, one: RunExport, file: string, dryRun: boolean): ImportRequest => ({
  file,
  ticker: one.ticker,
  timeframe: '1m',
  align: 'check',
  onConflict: 'keep',
  dryRun,
  regenerate: false,
  ...(one.ticks ? { aggregate: '1m' as const } : {}),
  ...(order.timeZone === undefined ? {} : { zone: order.timeZone }),
  ...(order.stamp === undefined ? {} : { stamp: order.stamp }),
});

/** Completion signals tell the digest of the rows, not that of how they were packed afterwards. */
async function sha256Unpacked(file: string, signal: AbortSignal): Promise<string> {
  const hash = createHash('sha256');
  await unpackInto(file, (part) => Promise.resolve(void hash.update(part)), signal);
  return hash.digest('hex');
}

const notAsWritten = (file: string): Failure =>
  new Failure('refused', { attempted: `import ${file}`, file, why: 'it is not what its exporter wrote: its SHA-256 is another than the completion signal says.', remedy: 'Export it again.' });
