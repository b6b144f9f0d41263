import assert from 'node:assert/strict';
import { unattended } from '../../../src/core/base/ports';
import { verifyText, type VerifyOptions } from '../../../src/core/integrity/verify';
import type { Report } from '../../../src/protocol/report';

/** Rows that are too long, and times that step back: the kernel must tell of them what the reference tells. */

const NAME = 'MinuteDataExport_ES_20240102_000000_UTC.csv';
const HEADER = 'Date,Time,Open,High,Low,Close,Volume\n';

const bar = (minute: number): string => {
  const stamp = new Date(Date.UTC(2024, 0, 2, 15) + minute * 60_000).toISOString();
  return `${stamp.slice(0, 10)},${stamp.slice(11, 19)},${5000 + (minute % 7) / 4},5010,4990,5000.25,${10 + (minute % 90)}\n`;
};
const bars = (from: number, to: number): string => Array.from({ length: to - from }, (_, i) => bar(from + i)).join('');

async function verified(text: string, options: VerifyOptions = {}): Promise<Report> {
  const wanted = await verifyText(NAME, text, { ...options, ahead: 'nobody' }, unattended);
  for (const [chunk, range] of [[1 << 20, 1 << 20], [777, 1024], [1 << 16, 5000]] as const) {
    assert.deepEqual(await verifyText(NAME, text, { ...options, chunk, ahead: 'nobody' }, unattended), wanted, `in pieces of ${chunk}`);
    assert.deepEqual(await verifyText(NAME, text, { ...options, chunk, ahead: { range, threads: 0 } }, unattended), wanted, `with the kernel, ${range} bytes at a time`);
  }
  return wanted;
}

const found = ({ findings }: Report): [string, number, number][] => findings.map(({ code, row, place }) => [code, row, place.line]);

describe('a row that is too long', () => {
  it('is one finding, and the rows after it are checked', async () => {
    const report = await verified(`${HEADER}${bars(0, 400)}${'x'.repeat(70_000)}\n${bars(400, 800)}${bar(799)}`, { longest: 60_000 });
    assert.deepEqual([report.rows, report.errors, report.counters.invalidDataSkipped], [802, 3, 1]);
    assert.deepEqual(found(report), [['row-too-long', 401, 402], ['duplicate-timestamp', 802, 803], ['duplicate-row', 802, 803]]);
    assert.match(report.findings[0]!.message, /70,000 bytes up to a line break; a row of more than 60,000 is passed over/);
  });

  it('with a quote that is never closed ends with its line', async () => {
    const report = await verified(`${HEADER}${bars(0, 400)}"${'x'.repeat(300)}\n${bars(400, 800)}`, { longest: 200 });
    assert.deepEqual(found(report).map(([code, row]) => `${row} ${code}`), ['401 row-too-long', '401 unclosed-quote']);
    assert.deepEqual([report.rows, report.counters.gapsDetected], [801, 0]);
  });

  it('as the last one, and twice the same, is no copy of another', async () => {
    const long = 'y'.repeat(500);
    const report = await verified(`${HEADER}${bars(0, 40)}${long}\n${long}`, { longest: 200 });
    assert.deepEqual(found(report).map(([code, row]) => `${row} ${code}`), ['41 row-too-long']);
    assert.equal(report.totals['row-too-long'], 2);
  });

  it('is one of more than 1 MB, unless told otherwise', async () => {
    const text = `${HEADER}${bars(0, 400)}${'z'.repeat(2 << 20)}\n${bars(400, 800)}`;
    const report = await verifyText(NAME, text, {}, unattended);
    assert.deepEqual(report.totals, { 'row-too-long': 1 });
    assert.equal(report.rows, 801);
  });
});

describe('what is missing after a step back', () => {
  const gaps = ({ findings }: Report): string[] => findings.filter(({ code }) => code === 'gap' || code === 'thin-gap').map(({ row, message, related }) => `${row} ${message.slice(0, message.indexOf(' ('))} from ${related?.row}`);

  it('is counted from the latest time so far', async () => {
    const stray = await verified(`${HEADER}${bars(0, 300)}${bar(120)}${bars(300, 600)}`);
    assert.deepEqual([stray.counters.gapsDetected, stray.counters.nonMonotonicTimestamps], [0, 1]);
    const hiding = await verified(`${HEADER}${bars(0, 300)}${bar(120)}${bars(310, 600)}`);
    assert.deepEqual(gaps(hiding), ['302 11 min after 2024-01-02T19:59:00Z: 10 bars are missing from 300']);
    const later = await verified(`${HEADER}${bars(0, 300)}${bars(200, 320)}${bars(330, 600)}`);
    assert.deepEqual(gaps(later), ['421 11 min after 2024-01-02T20:19:00Z: 10 bars are missing from 420']);
  });

  it('is counted within an older part that stands behind a newer one', async () => {
    const older = await verified(`${HEADER}${bars(600, 900)}${bars(0, 100)}${bars(110, 600)}${bars(900, 950)}`);
    assert.deepEqual(gaps(older), ['401 11 min after 2024-01-02T16:39:00Z: 10 bars are missing from 400']);
    const reaching = await verified(`${HEADER}${bars(600, 900)}${bars(0, 590)}${bars(610, 650)}${bars(905, 950)}`);
    // At night each is a thin gap: the first is shown, both are counted.
    assert.deepEqual([gaps(reaching), reaching.counters.gapsDetected], [['891 11 min after 2024-01-03T00:49:00Z: 10 bars are missing from 890'], 2]);
    const falling = await verified(`${HEADER}${bars(600, 700)}${bars(300, 350)}${bars(360, 600)}${bars(0, 300)}${bars(720, 730)}`);
    assert.deepEqual(gaps(falling).map((text) => text.split(' ')[0]), ['151', '691']);
  });
});
