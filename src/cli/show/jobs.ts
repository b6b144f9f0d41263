import type {
  Alignment,
  AmbiguousTimes,
  BarDifference,
  ImportPlan,
  ImportResult,
  Regeneration,
  RegenerationStep,
  SampleResult,
} from '../../protocol/results';
import { count, plural, size, span, table, when, type Paint } from '../terminal';
import { gapLine } from './continuity';
import { dryRunNote, quoted } from './store';

const SHOWN = 20;

export function showAlignment(alignment: Alignment, paint: Paint): string[] {
  const good = alignment.verdict === 'aligned';
  const lines = [
    `${paint(good ? 'green' : 'yellow', good ? '✔' : '▲')} ${alignment.summary}`,
    paint(
      'dim',
      `${count(alignment.matched)} matching · ${count(alignment.differing)} differing · ${count(alignment.onlyInFile)} only in the file · ` +
        `${count(alignment.onlyInMaster)} only in the master · tolerance ${alignment.tolerance} points · read as ${alignment.zone}, ${alignment.stamp} stamps`,
    ),
  ];
  if (alignment.ambiguous !== undefined) lines.push(ambiguousLine(alignment.ambiguous, paint));
  if (alignment.remedy !== undefined && alignment.likelyTicker === undefined) lines.push(`Repair: ${paint('bold', alignment.remedy)}`);
  return [...lines, ...differences(alignment.examples, alignment.differing)];
}

/** Times taken on a guess are said wherever a file is read. */
const ambiguousLine = ({ rows, line, text, assumed }: AmbiguousTimes, paint: Paint): string =>
  `${paint('yellow', '▲')} ${plural(rows, 'row')}: the time was twice, when clocks were turned back, and the order of rows does not tell which it is; the ${assumed} is assumed (line ${line}: ${text}).`;

function differences(examples: readonly BarDifference[], total: number): string[] {
  if (examples.length === 0) return [];
  const rows = examples.slice(0, SHOWN).map((d) => [`  ${when(d.time)}`, d.field, `master ${d.master}`, `file ${d.file}`]);
  const more = total > rows.length ? [`  … ${count(total)} in all`] : [];
  return [...table(rows, [2, 3]), ...more];
}

export function showImport(result: ImportResult, paint: Paint): string[] {
  const { plan } = result;
  if (result.outcome === 'planned') return [...showPlan(plan, paint), dryRunNote(paint)];
  if (result.outcome === 'unchanged') {
    return [...showPlan(plan, paint), unchangedLine(plan, paint), ...side(result), ...made(result, paint)];
  }
  return [
    ...showPlan(plan, paint),
    `${paint('green', '✔')} ${broughtIn(plan)}; read back and verified.`,
    ...(result.backup === undefined ? [] : [`Before the change it was backed up as backups/${result.backup}.`]),
    ...side(result),
    ...(result.continuity === undefined ? [] : [gapLine(result.continuity)]),
    ...(result.derived === undefined ? [] : ['', ...showRegeneration(result.derived, paint)]),
  ];
}

function broughtIn({ newRows, replacedBars, master }: ImportPlan): string {
  if (replacedBars === 0) return `Imported ${plural(newRows, 'new bar')} into ${master}`;
  if (newRows === 0) return `Replaced ${plural(replacedBars, 'bar')} of ${master}`;
  return `Imported ${plural(newRows, 'new bar')} into ${master} and replaced ${count(replacedBars)}`;
}

/** Of an import without new bars only what it made, such as one that finishes an interrupted one. */
function made({ derived }: ImportResult, paint: Paint): string[] {
  return derived?.steps.some(({ outcome }) => outcome === 'made') === true ? ['', ...showRegeneration(derived, paint)] : [];
}

/** Bars that differ are not in the master: the words say which won. */
function unchangedLine(plan: ImportPlan, paint: Paint): string {
  if (plan.conflictingRows === 0) return `${paint('green', '✔')} Nothing to do: all ${plural(plan.identicalRows, 'bar')} of ${plan.file} are in ${plan.master} already.`;
  const kept = `${plural(plan.conflictingRows, 'bar')} ${plan.conflictingRows === 1 ? 'differs' : 'differ'} from ${plan.master} and ${conflictRule(plan.onConflict)}`;
  return `${paint('yellow', '▲')} Nothing was changed: ${count(plan.identicalRows)} of ${plural(plan.identicalRows + plan.conflictingRows, 'bar')} of ${plan.file} are in ${plan.master} already; ${kept}.`;
}

const side = (result: ImportResult): string[] => [
  ...(result.rejectedFile === undefined ? [] : [`Rejected rows are kept in ${result.rejectedFile}.`]),
  ...(result.conflictsFile === undefined ? [] : [`Conflicting rows are listed in ${result.conflictsFile}.`]),
];

/** The plan of an import: the same words before a dry run's end and before the real thing. */
export function showPlan(plan: ImportPlan, paint: Paint): string[] {
  const rows = [
    ['file', `${plan.file} (${plan.zone}, ${plan.stamp} stamps)`],
    ['master', plan.before === null ? `${plan.master} (new)` : `${plan.master}: ${count(plan.before.rows)} bars, ${span(plan.before.start, plan.before.end)}`],
    ['alignment', plan.alignment.summary],
    ...(plan.prices === undefined ? [] : [['prices', pricesLine(plan.prices)]]),
    ['new', count(plan.newRows)],
    ['identical', count(plan.identicalRows)],
    ['conflicting', plan.conflictingRows === 0 ? '0' : paint('yellow', `${count(plan.conflictingRows)} (${conflictRule(plan.onConflict)})`)],
    ['rejected', count(plan.rejectedRows)],
    ['after', `${count(plan.after.rows)} bars, ${span(plan.after.start, plan.after.end)}`],
    ['size', `${size(plan.bytesBefore)} → about ${size(plan.bytesAfterEstimate)}`],
  ];
  const ambiguous = plan.alignment.ambiguous === undefined ? [] : [ambiguousLine(plan.alignment.ambiguous, paint)];
  return [...table(rows.map(([name, text]) => [paint('dim', name!), text!])), ...ambiguous, ...differences(plan.conflicts, plan.conflictingRows)];
}

function pricesLine({ factor, points }: NonNullable<ImportPlan['prices']>): string {
  const scaled = factor === 1 ? [] : [`times ${factor}`];
  const raised = points === 0 ? [] : [`${points < 0 ? '−' : '+'}${Math.abs(points)} points`];
  return `every price of the file ${[...scaled, ...raised].join(', then ')}`;
}

const conflictRule = (rule: ImportPlan['onConflict']): string =>
  ({ keep: 'the existing bars win', replace: 'the bars of the file win', fail: 'the import is refused' })[rule];

const STEP_MARKS: Readonly<Record<RegenerationStep['outcome'], readonly ['green' | 'dim' | 'yellow', string]>> = {
  made: ['green', 'made'],
  'up-to-date': ['dim', 'up to date'],
  skipped: ['yellow', 'skipped'],
  'would-make': ['yellow', 'would make'],
};

export function showRegeneration(regeneration: Regeneration, paint: Paint): string[] {
  const rows = regeneration.steps.map((step) => {
    const [colour, says] = STEP_MARKS[step.outcome];
    return [`  ${paint(colour, says)}`, step.output, step.rows === undefined ? '' : `${count(step.rows)} rows`, step.why ?? ''];
  });
  const dry = regeneration.steps.some((step) => step.outcome === 'would-make') ? [dryRunNote(paint)] : [];
  return [`Derived from ${regeneration.master ?? `${regeneration.ticker} (no 1m master)`}`, ...table(rows, [2]), ...dry];
}

export function showSample(sample: SampleResult): string[] {
  return [
    `Sample data in ${sample.folder}:`,
    ...table(sample.files.map(({ file, what }) => [`  ${file}`, what])),
    '',
    `Go on with: barkeep verify ${quoted(`${sample.folder}/${sample.files[0]?.file ?? ''}`)}`,
  ];
}
