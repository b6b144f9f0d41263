import type { Finding } from '../../core/base/finding';
import type { Report } from '../../protocol/report';

/** Problems that lie close together: those a reader sees on one screen. */
export interface Cluster {
  /** Physical line of the first, 1-based. */
  readonly line: number;
  readonly errors: number;
  readonly warnings: number;
  readonly infos: number;
  /** The first finding of each code, the worst first. */
  readonly first: readonly Finding[];
}

/** Lines without a problem that part one cluster from the next. */
const APART = 25;
/** Most clusters of one file: beyond, lenses would be the file. */
const MOST = 200;

const RANK = { error: 0, warning: 1, info: 2 } as const;

/** @returns in order of line; findings about the file as a whole are in none */
export function clustersOf({ findings }: Pick<Report, 'findings'>): Cluster[] {
  const placed = findings.filter(({ row }) => row > 0).sort((a, b) => a.place.line - b.place.line);
  const groups: Finding[][] = [];
  let end = -Infinity;
  for (const finding of placed) {
    if (finding.place.line > end + APART) groups.push([]);
    groups.at(-1)!.push(finding);
    // A run of rows reaches at least so many lines on.
    end = Math.max(end, finding.place.endLine + finding.lastRow - finding.row);
  }
  return groups.slice(0, MOST).map(clusterOf);
}

function clusterOf(findings: readonly Finding[]): Cluster {
  const sum = (severity: Finding['severity']): number => findings.reduce((total, finding) => total + (finding.severity === severity ? finding.count : 0), 0);
  const first = findings.filter(({ code }, at) => findings.findIndex((other) => other.code === code) === at);
  return {
    line: findings[0]!.place.line,
    errors: sum('error'), warnings: sum('warning'), infos: sum('info'),
    first: first.sort((a, b) => RANK[a.severity] - RANK[b.severity]),
  };
}
