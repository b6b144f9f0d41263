import path from 'node:path';
import type { Repair, RepairResult, RepairedCheck, SealFacts } from '../../protocol/repair';
import type { Report } from '../../protocol/report';
import { differs } from '../disk/atomic';
import type { Written } from '../disk/digest';
import { changedMeanwhile, replaceFile } from '../disk/backup';
import { CODES, type Code } from '../integrity/catalogue';
import { readManifest } from '../integrity/manifest';
import { repairFor } from '../integrity/repair/marks';
import type { Edits, Rewritten } from '../integrity/repair/rewrite';
import { surveyFile, type Survey } from '../integrity/repair/survey';
import { verifyFile, type VerifyOptions } from '../integrity/verify';
import { sourceOfParts } from '../table/csv/parts';
import type { Source } from '../table/csv/source';
import type { JobContext } from './context';
import { freeName, measureRejected, putRejected } from './rejected';
import { foresee, putManifest, requireFinished, requireOther, underFileLock, withSource, writingOf, type Becoming } from './rewriting';
import { requireText } from './text';

export interface RepairRequest {
  readonly file: string;
  /** What to do; nothing: only say what could be done. */
  readonly repairs: readonly Repair[];
  /** Write the repaired file under this name; the file stays as it is. */
  readonly out?: string;
  /** SHA-256 that the file must have: what was looked at is what is repaired. */
  readonly expected?: string;
  /** Plans only; writes nothing, not even a lock. */
  readonly dryRun: boolean;
  readonly options: VerifyOptions;
}

/**
 * Repairs a CSV: takes out copies and invalid rows, sorts by time, numbers file_seq from 1 on, makes checksums anew.
 * Rows that stay keep every byte but those two cells; what is taken out goes to `{file}.rejected.csv`. What was there is
 * backed up, what was written is read back, and the seal manifest is renewed when there is one.
 * @throws Failure `usage`, `refused` (the file changed meanwhile), `locked`, `io`
 */
export async function repairFile(context: JobContext, request: RepairRequest): Promise<RepairResult> {
  const target = path.resolve(request.out ?? request.file);
  requireFinished(request.file, `repair ${request.file}`);
  requireText(request.file, `repair ${request.file}`);
  await requireOther(request.file, request.out, `repair ${request.file}`);
  const work = (): Promise<RepairResult> => withSource(request.file, (source, unchanged) => repair(context, request, target, source, unchanged));
  return request.dryRun || request.repairs.length === 0 ? work() : underFileLock(context, target, `repair ${path.basename(target)}`, work);
}

interface Planned {
  readonly becoming: Becoming;
  readonly survey: Survey;
  readonly result: RepairResult;
  /** SHA-256 of the list of what is taken out. */
  readonly rejected: Written;
}

async function repair(context: JobContext, request: RepairRequest, target: string, source: Source, unchanged: () => Promise<void>): Promise<RepairResult> {
  const planned = await plan(context, request, target, source);
  if (request.dryRun || request.repairs.length === 0) return planned.result;
  if (planned.result.outcome === 'unchanged' && request.out === undefined) return planned.result;
  return carryOut(context, request, planned, source, unchanged);
}

async function plan(context: JobContext, request: RepairRequest, target: string, source: Source): Promise<Planned> {
  const { operation } = context;
  const repairs = new Set(request.repairs);
  const survey = await surveyFile(request.file, source, repairs, request.options, operation);
  if (request.expected !== undefined && request.expected !== survey.sha256) throw changedMeanwhile(request.file);
  const becoming: Becoming = { target, records: () => sourceOfParts(source, survey.parts), layout: survey.layout, edits: editsFor(repairs, survey), kept: survey.kept };
  const foreseen = await foresee(becoming, context);
  const rejected = await measureRejected(context, { source, survey, repairs });
  const removesSome = survey.removedRecords > 0;
  const result: RepairResult = {
    outcome: foreseen.facts.sha256 === survey.sha256 && repairs.size > 0 ? 'unchanged' : 'planned',
    file: target,
    repairs: request.repairs,
    advised: advisedFor(survey.report),
    rowsBefore: survey.report.rows,
    rowsAfter: survey.keptRows,
    removed: survey.removed,
    removedRecords: survey.removedRecords,
    moved: survey.moved,
    ...countsOf(foreseen),
    mixesRepeatedHour: survey.moved > 0 && survey.layout.zone.kind === 'local' && survey.layout.zone.zone === undefined,
    checks: checksOf(survey.report),
    sha256Before: survey.sha256,
    sha256After: foreseen.facts.sha256,
    ...(removesSome ? { rejectedFile: (await freeName(target, rejected.sha256)).file } : {}),
  };
  return { becoming, survey, result, rejected };
}

const countsOf = ({ renumbered, resealed, hidden }: Rewritten): Pick<RepairResult, 'renumbered' | 'resealed' | 'hidden'> => ({ renumbered, resealed, hidden });

function editsFor(repairs: ReadonlySet<Repair>, { layout }: Survey): Edits {
  const numbering = repairs.has('renumber') && layout.sequence >= 0;
  const following = numbering ? 'follow' : 'keep';
  return { sequence: numbering ? 'number' : 'keep', checksum: layout.checksum < 0 ? 'keep' : repairs.has('checksums') ? 'all' : following };
}

/** The repairs that would do something about what was found, in the order in which they are done. */
function advisedFor({ totals }: Report): Repair[] {
  const found = new Set(Object.keys(totals).map((code) => repairFor(code as Code)));
  return (['duplicates', 'invalid', 'sort', 'renumber', 'checksums'] as const).filter((each) => found.has(each));
}

function checksOf(before: Report, after?: Report): RepairedCheck[] {
  const codes = CODES.filter((code) => before.totals[code] !== undefined || after?.totals[code] !== undefined);
  return codes.map((code) => ({ code, before: before.totals[code] ?? 0, ...(after === undefined ? {} : { after: after.totals[code] ?? 0 }) }));
}

async function carryOut(context: JobContext, request: RepairRequest, planned: Planned, source: Source, unchanged: () => Promise<void>): Promise<RepairResult> {
  const { becoming, survey, result } = planned;
  const { target } = becoming;
  let after: Report | undefined;
  let facts: SealFacts | undefined;
  const writing = writingOf(context, becoming, unchanged, (rewritten) => {
    facts = rewritten.facts;
    if (facts.sha256 !== result.sha256After) throw changedMeanwhile(request.file);
  });
  const verified = {
    ...writing,
    async verify(temporary: string): Promise<void> {
      await writing.verify(temporary);
      after = await verifyFile(temporary, { ...request.options, name: target }, context.operation);
      if (after.rows !== result.rowsAfter) throw differs(target, `it reads as ${after.rows} rows, not as the ${result.rowsAfter} that it should have.`);
    },
  };
  const inPlace = request.out === undefined;
  // A copy may replace another sealed file: what its manifest says is of that one.
  const sealed = (await readManifest(target)) !== undefined;
  const aside: { rejectedFile?: string; manifest?: string } = {};
  const last = async (): Promise<void> => {
    await unchanged();
    if (survey.removedRecords > 0) aside.rejectedFile = await putRejected(context, target, planned.rejected, { source, survey, repairs: new Set(request.repairs) });
    if (sealed) aside.manifest = await putManifest(context, target, facts!);
  };
  const why = `repair ${path.basename(request.file)}`;
  const { backup } = await replaceFile(context.disk, context.folder, target, verified, why, { last, ...(inPlace ? { expected: survey.sha256 } : {}) });
  return { ...result, outcome: 'repaired', checks: checksOf(survey.report, after), ...aside, ...(backup === undefined ? {} : { backup }) };
}
