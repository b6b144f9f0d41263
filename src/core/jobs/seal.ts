import path from 'node:path';
import type { SealFacts, SealResult } from '../../protocol/repair';
import type { Report } from '../../protocol/report';
import { Failure } from '../base/failure';
import { replaceFile } from '../disk/backup';
import { checkOf, type Code } from '../integrity/catalogue';
import { CHECKSUM_NAME, SEQUENCE_NAME } from '../integrity/header';
import type { Layout } from '../integrity/layout';
import { manifestOf, readManifest } from '../integrity/manifest';
import { ContentSum, eachRecordOf } from '../integrity/repair/records';
import type { Edits } from '../integrity/repair/rewrite';
import { layoutFor, verifyFile, type VerifyOptions } from '../integrity/verify';
import type { Source } from '../table/csv/source';
import type { JobContext } from './context';
import { foresee, putManifest, requireFinished, requireOther, underFileLock, withSource, writingOf, type Becoming } from './rewriting';
import { requireText } from './text';

export interface SealRequest {
  readonly file: string;
  /** Seal a copy under this name; the file stays as it is. */
  readonly out?: string;
  /** Number and seal again what is sealed, whatever the seal it has says. */
  readonly reseal: boolean;
  /** Plans only; writes nothing, not even a lock. */
  readonly dryRun: boolean;
  readonly options: VerifyOptions;
}

/**
 * Seals a CSV: file_seq and checksum_sha256 are put at the end of each row (format: integrity/seal.ts), every other
 * byte stays as it is, and a manifest is written beside it. What was there is backed up; what was written is read back.
 * @throws Failure `refused` when rows have no columns to be hashed by, or a seal that is there does not hold
 */
export async function sealFile(context: JobContext, request: SealRequest): Promise<SealResult> {
  const target = path.resolve(request.out ?? request.file);
  requireFinished(request.file, `seal ${request.file}`);
  requireText(request.file, `seal ${request.file}`);
  await requireOther(request.file, request.out, `seal ${request.file}`);
  const work = (): Promise<SealResult> => withSource(request.file, async (source, unchanged) => seal(context, request, target, source, unchanged));
  return request.dryRun ? work() : underFileLock(context, target, `seal ${path.basename(target)}`, work);
}

async function seal(context: JobContext, request: SealRequest, target: string, source: Source, unchanged: () => Promise<void>): Promise<SealResult> {
  const { file } = request;
  const report = await verifyFile(file, request.options, context.operation);
  const layout = await layoutFor(source, file, request.options);
  requireSealable(file, layout, report);
  const edits = editsFor(request, layout, report);
  const { sum, sha256 } = await sumOf(context, source, file, layout);
  const becoming: Becoming = { target, records: () => source, layout, edits, kept: sum };
  const added = [...(edits.sequence === 'add' ? [SEQUENCE_NAME] : []), ...(edits.checksum === 'add' ? [CHECKSUM_NAME] : [])];
  const about = { file: target, manifest: manifestOf(target), added, errors: errorsBeside(report) };
  const isThere = (await readManifest(target)) !== undefined;
  if (edits.sequence === 'keep' && edits.checksum === 'keep') return sealedAlready(context, request, becoming, about, isThere);
  if (request.dryRun) {
    const { facts, hidden } = await foresee(becoming, context);
    return { outcome: 'planned', ...about, facts, hidden };
  }
  let hidden = 0;
  let facts: SealFacts | undefined;
  const writing = writingOf(context, becoming, unchanged, (result) => ({ hidden, facts } = result));
  const inPlace = request.out === undefined;
  const last = async (): Promise<void> => {
    await unchanged();
    // With an old manifest beside it the new file must not stand for a moment: a run after a crash would take it for tampered.
    if (isThere) await putManifest(context, target, facts!);
  };
  const { backup } = await replaceFile(context.disk, context.folder, target, writing, `seal ${path.basename(file)}`, { last, ...(inPlace ? { expected: sha256 } : {}) });
  if (!isThere) await putManifest(context, target, facts!);
  return { outcome: 'sealed', ...about, facts: facts!, hidden, ...(backup === undefined ? {} : { backup }) };
}

/** The file has both columns and they hold: at most its manifest is missing. */
async function sealedAlready(context: JobContext, { file, out, dryRun }: SealRequest, becoming: Becoming, about: Omit<SealResult, 'outcome' | 'facts' | 'hidden'>, isThere: boolean): Promise<SealResult> {
  if (out !== undefined) throw new Failure('usage', { attempted: `seal ${file}`, file, why: 'it is sealed already, and a copy would be the same.', remedy: `Copy it together with ${path.basename(manifestOf(file))}.` });
  const { facts } = await foresee(becoming, context);
  if (isThere) return { outcome: 'unchanged', ...about, facts, hidden: 0 };
  if (!dryRun) await putManifest(context, becoming.target, facts);
  return { outcome: dryRun ? 'planned' : 'completed', ...about, facts, hidden: 0 };
}

async function sumOf({ operation }: JobContext, source: Source, file: string, layout: Layout): Promise<{ sum: ContentSum; sha256: string }> {
  const sum = new ContentSum();
  const sha256 = await eachRecordOf(source, layout, (kind, row) => { if (kind === 'data') sum.add(row.scanner, layout); }, operation, `read ${file}`);
  return { sum, sha256 };
}

/** Faults of the text itself: a row whose cells have no columns cannot be sealed, and a seal must not vouch for it. */
const UNSEALABLE: readonly Code[] = [
  'empty-file', 'row-too-long', 'encoding-error', 'nul-byte', 'blank-header', 'duplicate-header', 'missing-cell', 'extra-cell', 'stray-quote', 'unclosed-quote',
];

function requireSealable(file: string, layout: Layout, report: Report): void {
  const refuse = (why: string, remedy: string, line?: number): never => {
    throw new Failure('refused', { attempted: `seal ${file}`, file, why, remedy, ...(line === undefined ? {} : { line }) });
  };
  const cut = report.findings.find(({ code, row }) => code === 'truncated-tail' && row > 0);
  const found = report.findings.find(({ code }) => UNSEALABLE.includes(code as Code)) ?? cut;
  if (found !== undefined) refuse(`${found.message} A seal would vouch for it.`, 'Mend the file first: see barkeep verify and barkeep repair.', found.place.line);
  if (!layout.header) refuse('it has no header, and a row checksum is made of the values in the order of their columns\' names.', 'Put a line with the names of the columns before the first row.');
}

const SEAL_FAULTS: readonly Code[] = ['checksum-format', 'checksum-mismatch', 'sequence-invalid', 'sequence-violation', 'sequence-gap', 'manifest-mismatch', 'truncated-tail'];

/** Errors of the file that a new seal leaves as they are: the old seal's own end with it. */
const errorsBeside = ({ errors, totals }: Report): number =>
  SEAL_FAULTS.reduce((rest, code) => rest - (checkOf(code).severity === 'error' ? (totals[code] ?? 0) : 0), errors);

function editsFor({ file, reseal }: SealRequest, { sequence, checksum }: Layout, report: Report): Edits {
  const [has, sums] = [sequence >= 0, checksum >= 0];
  const fault = report.findings.find(({ code }) => SEAL_FAULTS.includes(code as Code));
  if (fault !== undefined && !reseal) {
    throw new Failure('refused', {
      attempted: `seal ${file}`, file, line: fault.place.line,
      why: `it was sealed, and the seal does not hold: ${fault.message} Sealing it anew would hide that.`,
      remedy: 'Restore the file from a backup or its source; with --reseal it is sealed as it is now.',
      inEditor: { remedy: 'Restore the file from a backup or its source, or seal it as it is now.' },
      options: { reseal: 'true' },
    });
  }
  if (reseal) return { sequence: has ? 'number' : 'add', checksum: sums ? 'all' : 'add' };
  // A checksum that is there holds, and the number that is added becomes part of it.
  return { sequence: has ? 'keep' : 'add', checksum: sums ? (has ? 'keep' : 'all') : 'add' };
}
