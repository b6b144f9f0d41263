import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import type { Table } from './tables';

const READ = `
import csv, io, json, sys
csv.field_size_limit(1 << 30)
for line in sys.stdin:
    text, delimiter = json.loads(line)
    print(json.dumps(list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))))
`;

export const hasPython = (): boolean => spawnSync('python3', ['--version']).status === 0;

/** Python's csv reads them as they were written; all in one process. */
export function checkWithPython(tables: readonly Table[]): void {
  const input = tables.map(({ text, delimiter }) => JSON.stringify([text.replace(/^\uFEFF/, ''), delimiter])).join('\n');
  const { stdout, stderr, status } = spawnSync('python3', ['-c', READ], { input: `${input}\n`, encoding: 'utf8', maxBuffer: 1 << 30 });
  assert.equal(status, 0, stderr);
  const read = stdout.trimEnd().split('\n');
  tables.forEach(({ text, records }, at) => { assert.deepEqual(JSON.parse(read[at]!), records, JSON.stringify(text)); });
}
