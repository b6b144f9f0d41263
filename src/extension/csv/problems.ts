import type { Finding, Severity } from '../../core/base/finding';
import type { Report } from '../../protocol/report';
import { count, grouped, t } from '../words';

/** What the Problems panel lists for one file: the worst first when they do not all fit, then in order of row. */
export interface Problems {
  readonly listed: readonly Finding[];
  /** Said in a last entry when the file has more than is listed. */
  readonly rest: string | undefined;
}

const RANK: Readonly<Record<Severity, number>> = { error: 0, warning: 1, info: 2 };

/** @param most the largest number of entries, the last one included */
export function problemsOf(report: Report, most: number): Problems {
  const all = report.errors + report.warnings + report.infos;
  const told = report.findings.reduce((sum, finding) => sum + finding.count, 0);
  if (report.findings.length <= most && told >= all) return { listed: report.findings, rest: undefined };
  const listed = worst(report.findings, most - 1);
  return { listed, rest: restOf(report, all, listed.length) };
}

function worst(findings: readonly Finding[], most: number): readonly Finding[] {
  if (findings.length <= most) return findings;
  const bySeverity = findings.map((finding, at) => ({ finding, at })).sort((a, b) => RANK[a.finding.severity] - RANK[b.finding.severity] || a.at - b.at);
  return bySeverity.slice(0, most).sort((a, b) => a.at - b.at).map(({ finding }) => finding);
}

function restOf(report: Report, all: number, listed: number): string {
  const kinds = [
    count(report.errors, '1 error', '{0} errors'),
    count(report.warnings, '1 warning', '{0} warnings'),
    count(report.infos, '1 remark', '{0} remarks'),
  ].join(', ');
  return t('{0} findings in all ({1}); {2} entries are listed here. Details shows the totals of every check.', grouped(all), kinds, grouped(listed));
}
