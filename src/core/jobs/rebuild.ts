import path from 'node:path';
import type { RebuildPlan, RebuildResult } from '../../protocol/rebuild';
import { countBars, joinBars, type Bars } from '../base/bar';
import { Failure } from '../base/failure';
import { readJournal } from '../disk/journal';
import { withLock } from '../disk/lock';
import { withUnpacked } from '../disk/packed';
import { raisePrices } from '../intake/prices';
import { isLabelled } from '../intake/reading';
import { howRead, readVendorFile, type VendorFile, type VendorOptions } from '../intake/vendor';
import { putAnew, setAside } from '../store/anew';
import { examineMaster } from '../store/damaged';
import { lockPath, masterPath } from '../store/layout';
import type { ImportedFrom } from '../store/lineage';
import { planAnew, type MergePlan } from '../store/merge';
import { recordedImports, type RecordedImport } from '../store/recorded';
import { settled, type JobContext } from './context';
import { findExports, type FoundExport, type FoundExports } from './exportsOf';

/** Options of reading hold for exports of which none are on record. */
export interface RebuildRequest extends VendorOptions {
  readonly ticker: string;
  /** Exports, and folders with such. */
  readonly exports: readonly string[];
  /** Only sets the damaged master aside. */
  readonly aside: boolean;
  readonly dryRun: boolean;
}

/**
 * Makes a damaged master anew from the exports it was made of, in their order and as they were read then; the damaged file
 * goes to the quarantine. A sound master is left alone.
 * @throws Failure `refused` when nothing can be made of what is there (nothing was moved then); `usage`, `locked`, `io`
 */
export async function rebuildMaster(given: JobContext, request: RebuildRequest): Promise<RebuildResult> {
  const context = settled(given);
  if (request.dryRun) return { ...(await planRebuild(context, request)).result };
  const lock = lockPath(context.folder, request.ticker);
  const { signal } = context.operation;
  return withLock(context.disk, lock, { doing: `rebuild ${request.ticker} ${request.timeframe}`, wait: context.wait === true, signal }, async () => {
    const { result, make } = await planRebuild(context, request);
    if (result.outcome === 'sound') return result;
    const master = masterPath(context.folder, request.ticker, request.timeframe);
    if (make === undefined) return { ...result, outcome: 'set-aside', kept: await setAside(context.disk, context.folder, master) };
    return { ...result, outcome: 'rebuilt', kept: await putAnew(context.disk, context.folder, make.merge, make.sources, signal) };
  });
}

interface Planned {
  readonly result: RebuildResult;
  /** What is to be put in the master's place. */
  readonly make?: { readonly merge: MergePlan; readonly sources: readonly ImportedFrom[] };
}

async function planRebuild(context: JobContext, request: RebuildRequest): Promise<Planned> {
  const master = masterPath(context.folder, request.ticker, request.timeframe);
  const name = path.basename(master);
  const { why, extent, metadata } = await examineMaster(master);
  const bare: RebuildPlan = { master: name, why: why ?? '', sources: [], missing: [], before: extent, after: null, conflictingRows: 0 };
  if (why === undefined) return { result: { plan: bare, outcome: 'sound' } };
  if (request.aside) return { result: { plan: bare, outcome: 'planned' } };
  const exports = await findExports(context, recordedImports(name, metadata, await readJournal(context.folder)), request.exports, again(request));
  requireSome(request, name, exports);
  const read = await readAll(context, request, exports.found);
  const merge = await planAnew(master, read.bars);
  requireAgreement(name, exports.found, merge);
  const sources = read.files.map(({ file, vendor, recorded }) => ({ file, rows: countBars(vendor.bars), zone: vendor.zone, stamp: vendor.stamp, recorded: recorded !== undefined }));
  const plan: RebuildPlan = { ...bare, sources, missing: exports.missing, after: merge.after, conflictingRows: merge.conflictingRows };
  return { result: { plan, outcome: 'planned' }, make: { merge, sources: read.files.map((each) => sourceOf(each, request)) } };
}

const again = ({ ticker, timeframe }: RebuildRequest): string => `barkeep rebuild ${ticker} ${timeframe}`;

interface Read extends FoundExport {
  readonly vendor: VendorFile;
}

/** Every export's bars, those first that win over others at the same time. */
async function readAll(context: JobContext, request: RebuildRequest, found: readonly FoundExport[]): Promise<{ bars: Bars; files: readonly Read[] }> {
  const files: Read[] = [];
  let parts: readonly Bars[] = [];
  for (const [at, each] of found.entries()) {
    context.operation.progress({ step: `reading ${path.basename(each.file)}`, done: at, total: found.length });
    const vendor = await readAgain(context, request, each);
    files.push({ ...each, vendor });
    parts = each.recorded?.replaced === true ? [vendor.bars, ...parts] : [...parts, vendor.bars];
  }
  return { bars: joinBars(parts), files };
}

/** @throws what `readVendorFile` does, and when nothing tells how its dates are to be read */
async function readAgain({ disk, operation }: JobContext, request: RebuildRequest, { file, recorded }: FoundExport): Promise<VendorFile> {
  const options = recorded?.zone === undefined ? request : asThen(recorded, request);
  const vendor = await withUnpacked(disk.files, file, operation.signal, (plain, from) => readVendorFile(plain, { ...options, ...from }, operation));
  if (vendor.doubt !== undefined) throw vendor.doubt;
  const points = recorded?.prices?.points ?? 0;
  return points === 0 ? vendor : { ...vendor, bars: raisePrices(vendor.bars, points) };
}

/** As a recorded import read it. Of those that were recorded without it, `dates` of the request; single trades can only have been joined into the master's own bars. */
function asThen({ zone, stamp, dates, aggregate, prices }: RecordedImport, request: RebuildRequest): VendorOptions {
  const { timeframe } = request;
  const order = dates ?? request.dates;
  const joined = aggregate ?? (isLabelled(timeframe) ? undefined : timeframe);
  return {
    timeframe,
    scale: prices?.factor ?? 1,
    ...(zone === undefined ? {} : { zone }),
    ...(stamp === undefined ? {} : { stamp }),
    ...(order === undefined ? {} : { dates: order }),
    ...(joined === undefined ? {} : { aggregate: joined }),
  };
}

/** As the first import of it did, so that the master tells the same of itself. */
function sourceOf({ file, vendor, recorded }: Read, { scale = 1 }: RebuildRequest): ImportedFrom {
  const prices = recorded?.zone === undefined && scale !== 1 ? { factor: scale, points: 0 } : recorded?.prices;
  return { sourceName: recorded?.sourceName ?? path.basename(file), sourceSha256: vendor.sha256, ...howRead(vendor), ...(prices === undefined ? {} : { prices }) };
}

function requireSome(request: RebuildRequest, master: string, { found, missing }: FoundExports): void {
  if (found.length > 0) return;
  const gone = missing.map(({ name, why }) => `${name}: ${why}`).join(' ');
  throw new Failure('refused', {
    attempted: `rebuild ${master}`,
    file: master,
    why: missing.length === 0 ? 'nothing is on record of what it was made of.' : `none of what it was made of is there. ${gone}`,
    remedy: `Nothing was moved. Name its exports or their folder (${again(request)} EXPORT.txt), put a copy from a cloud drive in its place, or only set it aside (--aside).`,
    inEditor: { remedy: 'Nothing was moved. Choose its exports, put a copy from a cloud drive in its place, or only set it aside.' },
  });
}

/** In which zone a file is whose import is not on record, only its bars can prove. */
function requireAgreement(master: string, found: readonly FoundExport[], { conflictingRows, conflicts: [example] }: MergePlan): void {
  const unknown = found.filter(({ recorded }) => recorded?.zone === undefined).map(({ file }) => path.basename(file));
  if (unknown.length === 0 || conflictingRows === 0 || example === undefined) return;
  throw new Failure('refused', {
    attempted: `rebuild ${master}`,
    file: master,
    why: `how ${unknown.join(', ')} was read is not on record, and ${conflictingRows} bars of the exports differ from each other (${example.time} ${example.field} ${example.master} and ${example.file}).`,
    remedy: `Nothing was moved. Say in which zone it is (--tz, --stamp), or rebuild from the first export alone and import the others: barkeep import finds out why they differ.`,
    inEditor: { remedy: 'Nothing was moved. Rebuild from one export alone and import the others: Import… finds out why they differ.' },
  });
}
