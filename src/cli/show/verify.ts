import type { Finding, Severity } from '../../core/base/finding';
import { isPacked } from '../../core/base/recognise';
import { CODES, checkOf } from '../../core/integrity/catalogue';
import type { Report } from '../../protocol/report';
import { count, plural, size, type Paint } from '../terminal';

const COLOURS: Readonly<Record<Severity, 'red' | 'yellow' | 'cyan'>> = { error: 'red', warning: 'yellow', info: 'cyan' };
const EXAMPLES_SHOWN = 5;

/** A report for a person, so many examples of each check: findings as `file:line:column: severity: message [code]` (editors link those), then the verdict. */
export function showReport(report: Report, paint: Paint, examples = EXAMPLES_SHOWN): string[] {
  return [...findingLines(report, paint, examples), ...moreLines(report, paint, examples), verdictLine(report, paint), paint('dim', aboutLine(report))];
}

function findingLines(report: Report, paint: Paint, examples: number): string[] {
  const shown = new Map<string, number>();
  return report.findings.flatMap((finding) => {
    const before = shown.get(finding.code) ?? 0;
    shown.set(finding.code, before + 1);
    return before < examples ? [findingLine(report.file, finding, paint)] : [];
  });
}

function findingLine(file: string, finding: Finding, paint: Paint): string {
  const at = `${file}:${finding.place.line}:${finding.place.column + 1}`;
  return `${at}: ${paint(COLOURS[finding.severity], finding.severity)}: ${finding.message} ${paint('dim', `[${finding.code}]`)}`;
}

function moreLines(report: Report, paint: Paint, examples: number): string[] {
  return CODES.flatMap((code) => {
    const total = report.totals[code] ?? 0;
    const shown = report.findings.filter((finding) => finding.code === code).slice(0, examples);
    const more = total - shown.reduce((sum, finding) => sum + finding.count, 0);
    return more > 0 ? [paint('dim', `… and ${count(more)} more: ${checkOf(code).title} [${code}]`)] : [];
  });
}

/** `✔ 105,825 rows · sealed · in order · no duplicates · 3 gaps` */
function verdictLine(report: Report, paint: Paint): string {
  const { totals } = report;
  const backward = (totals['non-monotonic-timestamp'] ?? 0) + (totals['sequence-violation'] ?? 0);
  const duplicates = (totals['duplicate-timestamp'] ?? 0) + (totals['duplicate-row'] ?? 0);
  const facts = [
    plural(report.rows, 'row'),
    ...(isSealWhole(report) ? ['sealed'] : []),
    ...(report.zone === undefined && !report.sealed ? [] : [backward === 0 ? 'in order' : plural(backward, 'step back', 'steps back')]),
    duplicates === 0 ? 'no duplicates' : plural(duplicates, 'duplicate'),
    ...(report.zone === undefined ? [] : [plural(totals['gap'] ?? 0, 'gap')]),
  ].join(' · ');
  if (report.errors > 0) return `${paint('red', `✘ ${plural(report.errors, 'error')}, ${plural(report.warnings, 'warning')}`)} · ${facts}`;
  if (report.warnings > 0) return `${paint('yellow', `▲ ${plural(report.warnings, 'warning')}`)} · ${facts}`;
  return `${paint('green', '✔')} ${facts}`;
}

const SEAL_FAULTS = ['checksum-mismatch', 'checksum-format', 'metadata-missing', 'manifest-mismatch', 'truncated-tail'];

/** Sealed, and nothing speaks against the seal. */
const isSealWhole = ({ sealed, totals }: Report): boolean => sealed && SEAL_FAULTS.every((code) => totals[code] === undefined);

function aboutLine(report: Report): string {
  const span = report.first === undefined || report.last === undefined ? [] : [`${report.first} → ${report.last} (${zoneNote(report)})`];
  return [report.file, `${size(report.bytes)}${isPacked(report.file) ? ' unpacked' : ''}`, report.shape, ...span].join(' · ');
}

function zoneNote({ zone, presumedZone }: Report): string {
  if (zone !== 'local') return `read as ${zone ?? 'UTC'}`;
  return presumedZone === undefined ? 'zone not known' : `zone not given; ${presumedZone} by its pauses`;
}
