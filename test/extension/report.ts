import type { Finding, Severity } from '../../src/core/base/finding';
import type { Report } from '../../src/protocol/report';

/** A report on a sound sealed file, changed where a test needs it. */
export const reportWith = (changes: Partial<Report>): Report => ({
  file: 'x.csv', bytes: 100, rows: 20, shape: 'bars', sealed: true, columns: ['a'], intervalSeconds: 60, first: '2025-01-01T00:00:00Z', last: '2025-01-02T00:00:00Z', zone: 'UTC',
  dialect: { delimiter: ',', header: true, bom: false, lineEnding: 'lf' },
  totals: {}, errors: 0, warnings: 0, infos: 0, findings: [],
  counters: { duplicateTimestamps: 0, nonMonotonicTimestamps: 0, negativeDurations: 0, sessionBoundaryViolations: 0, gapsDetected: 0, invalidDataSkipped: 0 },
  ...changes,
});

export const findingAt = (row: number, severity: Severity, code = 'some-check', count = 1): Finding => ({
  code, severity, message: `${code} in row ${row}`, row, lastRow: row + count - 1, count, place: { line: row + 1, column: 0, endLine: row + count, endColumn: 5 },
});
