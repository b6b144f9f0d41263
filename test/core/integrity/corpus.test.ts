import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { unattended } from '../../../src/core/base/ports';
import { zoneNamed } from '../../../src/core/base/time';
import { parseTimeframe } from '../../../src/core/base/timeframe';
import { CODES } from '../../../src/core/integrity/catalogue';
import { verifyFile, verifyText, type VerifyOptions } from '../../../src/core/integrity/verify';
import type { Report } from '../../../src/protocol/report';

/** Pairs found by listing: `name.csv` (or `.txt`) and `name.expected.json`. Expectations are written by hand, from the format. */
const folder = path.join(import.meta.dirname, '..', '..', 'corpus');
const SUFFIX = '.expected.json';
const names = readdirSync(folder);
const cases = names.filter((name) => name.endsWith(SUFFIX)).map((name) => name.slice(0, -SUFFIX.length));

/** Members of the report that must match; of each finding listed, only the members given. */
type Expected = Partial<Omit<Report, 'findings'>> & {
  readonly totals: Record<string, number>;
  readonly options?: { readonly zone?: string; readonly interval?: string };
  readonly findings?: readonly Record<string, unknown>[];
};

const expectedOf = (stem: string): Expected => JSON.parse(readFileSync(path.join(folder, stem + SUFFIX), 'utf8')) as Expected;
const inputOf = (stem: string): string => path.join(folder, names.find((name) => name === `${stem}.csv` || name === `${stem}.txt`) ?? `${stem}.csv`);

function optionsOf({ options = {} }: Expected): VerifyOptions {
  const { zone, interval } = options;
  return { ...(zone === undefined ? {} : { zone: zoneNamed(zone) }), ...(interval === undefined ? {} : { interval: parseTimeframe(interval) }) };
}

/** Keeps of `actual` only what `wanted` speaks about, so that a difference is shown in full. */
function likeness(actual: unknown, wanted: unknown): unknown {
  if (Array.isArray(wanted) && Array.isArray(actual)) {
    return actual.map((item, at) => (at < wanted.length ? likeness(item, wanted[at]) : item) as unknown);
  }
  if (typeof wanted !== 'object' || wanted === null || typeof actual !== 'object' || actual === null) return actual;
  return Object.fromEntries(Object.keys(wanted).map((key) => [key, likeness((actual as Record<string, unknown>)[key], (wanted as Record<string, unknown>)[key])]));
}

describe('the corpus', () => {
  for (const stem of cases) {
    it(stem, async () => {
      const { options, totals, ...wanted } = expectedOf(stem);
      const report = await verifyFile(inputOf(stem), optionsOf({ totals, ...(options === undefined ? {} : { options }) }), unattended);
      assert.deepEqual(report.totals, totals);
      assert.deepEqual(likeness(report, wanted), wanted);
    });
  }

  it('gives the same report whatever the size of the chunks', async () => {
    for (const stem of cases) {
      const file = inputOf(stem);
      if (existsSync(`${file}.seal.json`)) continue;
      const options = optionsOf(expectedOf(stem));
      const whole = await verifyFile(file, options, unattended);
      const bytes = readFileSync(file);
      for (let chunk = 1; chunk <= Math.min(bytes.length, 120); chunk++) {
        assert.deepEqual(await verifyText(file, bytes, { ...options, chunk }, unattended), whole, `${stem} in chunks of ${chunk} bytes`);
      }
    }
  });

  it('has a file for every code of the catalogue', () => {
    const covered = new Set(cases.flatMap((stem) => Object.keys(expectedOf(stem).totals)));
    // A row of more than 1 MB is made where it is tested: long.test.ts.
    assert.deepEqual(CODES.filter((code) => !covered.has(code) && code !== 'row-too-long'), []);
  });

  it('has a file for every shape', () => {
    const covered = new Set(cases.map((stem) => expectedOf(stem).shape));
    assert.deepEqual(['export', 'ninjatrader', 'bars', 'table'].filter((shape) => !covered.has(shape as Report['shape'])), []);
  });

  it('has no input without expectation', () => {
    const inputs = names.filter((name) => /\.(csv|txt)$/.test(name)).map((name) => name.replace(/\.(csv|txt)$/, ''));
    assert.deepEqual(inputs.sort(), [...cases].sort());
  });
});
