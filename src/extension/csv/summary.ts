import type { Report } from '../../protocol/report';
import { count, t } from '../words';
import type { Verdict } from './verdict';

/** One line about a CSV, with the icon (a codicon's name) that goes before it. */
export interface Summary {
  readonly icon: 'pass' | 'warning' | 'error' | 'sync~spin' | 'circle-slash';
  readonly text: string;
}

export function summarize(verdict: Verdict): Summary {
  switch (verdict.kind) {
    case 'running':
      return { icon: 'sync~spin', text: `${Math.floor(verdict.ratio * 100)} %` };
    case 'failed':
      return { icon: 'circle-slash', text: t('not verified: {0}', verdict.why) };
    case 'checked':
      return verdict.growing === true ? growing(summarizeReport(verdict.report)) : summarizeReport(verdict.report);
  }
}

const growing = ({ text }: Summary): Summary => ({ icon: 'sync~spin', text: t('{0} · growing', text) });

export const rowsOf = (report: Report): string => count(report.rows, '1 row', '{0} rows');

const total = (report: Report, ...codes: readonly string[]): number => codes.reduce((sum, code) => sum + (report.totals[code] ?? 0), 0);

function summarizeReport(report: Report): Summary {
  const gaps = total(report, 'gap');
  const warnings = report.warnings - gaps;
  const problems = [
    ...(report.errors > 0 ? [count(report.errors, '1 error', '{0} errors')] : []),
    ...(warnings > 0 ? [count(warnings, '1 warning', '{0} warnings')] : []),
  ].join(', ');
  const icon = report.errors > 0 ? 'error' : warnings > 0 ? 'warning' : 'pass';
  return { icon, text: [...(problems === '' ? [] : [problems]), rowsOf(report), ...virtues(report, gaps)].join(' · ') };
}

/** What the pass established, each said only when it was looked for and holds. */
function virtues(report: Report, gaps: number): string[] {
  const timed = report.first !== undefined;
  const holds = (...codes: readonly string[]): boolean => total(report, ...codes) === 0;
  return [
    ...(report.sealed && holds('checksum-mismatch', 'checksum-format', 'metadata-missing', 'manifest-mismatch', 'truncated-tail') ? [t('sealed')] : []),
    ...((timed || report.sealed) && holds('non-monotonic-timestamp', 'sequence-violation', 'sequence-invalid') ? [t('in order')] : []),
    ...(holds('duplicate-row', 'duplicate-timestamp') ? [t('no duplicates')] : []),
    ...(gaps > 0 ? [count(gaps, '1 gap', '{0} gaps')] : []),
  ];
}
