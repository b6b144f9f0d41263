import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Failure } from '../../../src/core/base/failure';
import { calendarFor } from '../../../src/core/calendar/calendar';
import { parseExceptions, readExceptions } from '../../../src/core/calendar/exceptions';

const parse = (value: unknown): ReturnType<typeof parseExceptions> => parseExceptions(JSON.stringify(value), 'calendar.json');
const causes = (ticker: string, text: unknown, from: string, to: string): string[] =>
  calendarFor(ticker, parse(text))!.explain(Date.parse(from), Date.parse(to)).map(({ cause, reason }) => `${cause}: ${reason}`);

describe('calendar: a user\'s exceptions', () => {
  it('close a session or some hours, in one market or all', () => {
    const closed = { closed: [{ date: '2025-03-04', why: 'vendor lost it' }, { from: '2025-03-05 10:00', to: '2025-03-05 11:30', market: 'energy-metals', why: 'feed down' }] };
    assert.deepEqual(causes('ES', closed, '2025-03-03T23:00Z', '2025-03-04T22:00Z'), ['exception: vendor lost it']);
    assert.deepEqual(causes('ES', closed, '2025-03-05T16:00Z', '2025-03-05T17:30Z'), ['unexpected: the market was open']);
    assert.deepEqual(causes('CL', closed, '2025-03-05T16:00Z', '2025-03-05T17:30Z'), ['exception: feed down']);
    assert.equal(calendarFor('ES', parse(closed))!.expectedBars(Date.parse('2025-03-03T23:00Z'), Date.parse('2025-03-04T23:00Z'), '1m'), 0);
  });

  it('leave the reason of closed time alone', () => {
    assert.deepEqual(causes('ES', { closed: [{ from: '2025-03-07 12:00', to: '2025-03-09 20:00', why: 'mine' }] }, '2025-03-07T18:00Z', '2025-03-10T01:00Z'), ['exception: mine', 'weekend: weekend', 'exception: mine']);
  });

  it('open a holiday', () => {
    const calendar = calendarFor('ES', parse({ open: [{ date: '2027-03-26', why: 'it opened' }] }))!;
    assert.equal(calendar.isOpen(Date.parse('2027-03-26T15:00Z')), true);
    assert.equal(calendarFor('ES')!.isOpen(Date.parse('2027-03-26T15:00Z')), false);
  });

  it('give an instrument a calendar', () => {
    assert.equal(calendarFor('SPX500'), undefined);
    assert.equal(calendarFor('SPX500', parse({ instruments: { SPX500: 'equity-index' } }))?.name, 'CME equity index');
  });

  it('read the example of the documentation', () => {
    const docs = readFileSync(path.join(import.meta.dirname, '..', '..', '..', 'docs', 'calendar.md'), 'utf8');
    const example = /```json\n([\s\S]*?)```/.exec(docs)![1]!;
    assert.equal(parseExceptions(example, 'calendar.json').patches.length, 3);
  });

  const wrong: [text: string, says: RegExp][] = [
    ['{', /not JSON/],
    ['[]', /the file is not an object/],
    ['{"close":[]}', /unknown key "close"; known are instruments, closed, open/],
    ['{"closed":{}}', /closed is not a list/],
    ['{"closed":[{"date":"2025-03-04"}]}', /closed\[0\] does not say why/],
    ['{"closed":[{"why":"x"}]}', /needs either date, or from and to/],
    ['{"closed":[{"from":"2025-03-04 10:00","why":"x"}]}', /needs either date, or from and to/],
    ['{"closed":[{"date":"2025-02-30","why":"x"}]}', /closed\[0\]\.date is not a date/],
    ['{"closed":[{"date":20250304,"why":"x"}]}', /closed\[0\]\.date is not a date/],
    ['{"open":[{"from":"2025-03-09 02:30","to":"2025-03-09 04:00","why":"x"}]}', /never was in Chicago/],
    ['{"open":[{"from":"2025-03-09 04:00","to":"2025-03-09 03:00","why":"x"}]}', /ends before it begins/],
    ['{"closed":[{"date":"2025-03-04","why":"x","market":"CME"}]}', /names no calendar; there are equity-index, energy-metals, crypto/],
    ['{"instruments":{"X":"toString"}}', /instruments\.X names no calendar/],
  ];
  for (const [text, says] of wrong) {
    it(`refuse ${text}`, () => {
      assert.throws(() => parseExceptions(text, '/data/.barkeep/calendar.json'), (error) => error instanceof Failure && error.kind === 'usage' && error.facts.file === '/data/.barkeep/calendar.json' && says.test(error.message));
    });
  }

  it('are read from a file, or not there', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'barkeep-calendar-'));
    const file = path.join(folder, 'calendar.json');
    assert.equal(await readExceptions(file), undefined);
    writeFileSync(file, '{"instruments":{"A":"crypto"}}');
    assert.deepEqual(await readExceptions(file), { instruments: { A: 'crypto' }, patches: [] });
    await assert.rejects(readExceptions(folder), (error) => error instanceof Failure && error.facts.errno === 'EISDIR');
  });
});
