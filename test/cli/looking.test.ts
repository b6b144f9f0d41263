import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { LookedFiles } from '../../src/cli/looking';
import { unattended } from '../../src/core/base/ports';
import { UTC, zoneNamed } from '../../src/core/base/time';
import { readForPreview } from '../../src/core/intake/preview';
import { makeBars } from '../../src/core/jobs/sampleBars';
import { candlesOf, findRow, monthsOf, rowsOf } from '../../src/core/table/browse';
import { sql } from '../support/sql';
import { until } from '../support/until';

const MINUTE = 60_000;
const bars = makeBars(Date.UTC(2025, 9, 19), 3, 7);
const clockIn = (timeZone: string): Intl.DateTimeFormat =>
  new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' });
/** Lines of the bars, their times as a clock of the zone shows them. */
const linesIn = (timeZone: string): string[] => {
  const clock = clockIn(timeZone);
  return [...bars.time].map((time, at) => [clock.format(time), bars.open[at], bars.high[at], bars.low[at], bars.close[at], bars.volume[at]].join(','));
};
const HEADER = 'datetime,open,high,low,close,volume';

describe('looking through a CSV of bars', () => {
  let folder: string;
  const write = (name: string, lines: readonly string[]): string => {
    const file = path.join(folder, name);
    writeFileSync(file, `${lines.join('\n')}\n`);
    return file;
  };
  before(() => { folder = mkdtempSync(path.join(os.tmpdir(), 'barkeep-looking-')); });
  after(() => { rmSync(folder, { recursive: true }); });

  it('shows what DuckDB reads in the file: candles, rows, statistics, bars a month', async () => {
    const file = write('ES 1m.csv', [HEADER, ...linesIn('UTC')]);
    const files = new LookedFiles();
    const found = await files.describe({ file, tz: 'UTC' });
    const csv = `read_csv('${file}', header = true)`;
    const [facts] = await sql(`SELECT count(*) AS rows, epoch_ms(min(datetime)) AS start, epoch_ms(max(datetime)) AS "end", min(low)::DOUBLE::VARCHAR AS least, max(high)::DOUBLE::VARCHAR AS most FROM ${csv}`);
    const column = (name: string) => found.columns.find((each) => each.name === name);
    assert.deepEqual({ rows: found.rows, start: found.start, end: found.end, least: column('low')?.least, most: column('high')?.most },
      { rows: Number(facts!['rows']), start: Number(facts!['start']), end: Number(facts!['end']), least: facts!['least'], most: facts!['most'] });
    assert.deepEqual(found.csv, { zone: 'UTC', told: 'setting', stamp: 'open', leftOut: 0 });
    assert.equal(found.rowGroups, undefined);

    const { looked } = await files.open({ file });
    const { step, candles } = await candlesOf(looked, found.start!, found.end! + 1, 200);
    const theirs = await sql(`SELECT bin * ${step!} AS time, arg_min(open, instant)::DOUBLE AS open, max(high)::DOUBLE AS high, min(low)::DOUBLE AS low, arg_max(close, instant)::DOUBLE AS close, sum(volume)::DOUBLE AS volume
      FROM (SELECT *, epoch_ms(datetime) AS instant, epoch_ms(datetime) // ${step!} AS bin FROM ${csv}) GROUP BY bin ORDER BY bin`);
    assert.deepEqual(candles, theirs.map((row) => ['time', 'open', 'high', 'low', 'close', 'volume'].map((name) => Number(row[name]))));
    const months = await sql(`SELECT strftime(datetime, '%Y-%m') AS month, count(*) AS n FROM ${csv} GROUP BY 1 ORDER BY 1`);
    assert.deepEqual(await monthsOf(looked), months.map(({ month, n }) => [month, Number(n)]));
    const rows = await rowsOf(looked, 4000, 3, 'UTC');
    assert.deepEqual(rows.map(([time, , , , , volume]) => [time, volume]), linesIn('UTC').slice(4000, 4003).map((line) => [`${line.split(',')[0]!} UTC`, line.split(',')[5]]));
    files.close(file);
  });

  it('takes the zone that the pauses of the file tell, and shows its times in another', async () => {
    const file = write('ES told 1m.csv', [HEADER, ...linesIn('America/Chicago')]);
    const files = new LookedFiles();
    const found = await files.describe({ file });
    assert.deepEqual(found.csv, { zone: 'America/Chicago', told: 'pauses', stamp: 'open', leftOut: 0 });
    assert.equal(found.start, bars.time[0]);
    const { looked, shown } = await files.open({ file }, { zone: 'America/New_York' });
    assert.equal(shown, 'America/New_York');
    assert.equal((await rowsOf(looked, 0, 1, shown))[0]![0], `${clockIn('America/New_York').format(bars.time[0])} EDT`);
    assert.equal(await findRow(looked, clockIn('America/New_York').format(bars.time[777]).slice(0, 16), zoneNamed(shown)), 777);
    files.close(file);
  });

  it('shows times as they are written where nothing tells their zone, and dates as dates', async () => {
    const files = new LookedFiles();
    const few = write('few 1m.csv', [HEADER, ...linesIn('Asia/Tokyo').slice(0, 30)]);
    assert.deepEqual((await files.describe({ file: few })).csv, { zone: 'UTC', told: 'nothing', stamp: 'open', leftOut: 0 });
    const { looked, shown } = await files.open({ file: few }, { zone: 'America/New_York' });
    assert.equal(shown, 'UTC');
    assert.equal((await rowsOf(looked, 0, 1, shown))[0]![0], `${linesIn('Asia/Tokyo')[0]!.split(',')[0]!} UTC`);
    const days = write('NQ 1D.txt', ['20251020;1;3;0.5;2;10', '20251021;2;4;1.5;3;11', '20251022;3;5;2.5;4;12']);
    const found = await files.describe({ file: days, tz: 'America/Chicago' });
    assert.deepEqual([found.csv, found.start, found.end], [{ zone: 'UTC', told: 'dates', leftOut: 0 }, Date.UTC(2025, 9, 20), Date.UTC(2025, 9, 22)]);
    files.close(few);
    files.close(days);
  });

  it('leaves bad rows and copies out and says how many, in order of time', async () => {
    const lines = linesIn('UTC').slice(0, 500);
    const bad = [`${lines[20]!.slice(0, 19)},x,2,1,1,5`, '2025-13-45 00:00:00,1,2,1,1,5', `${lines[21]!.slice(0, 19)},1,2,1`];
    const file = write('bad 1m.csv', [HEADER, ...lines.slice(0, 20), ...bad, ...lines.slice(22), lines[100]!]);
    const { bars: kept, reading } = await readForPreview(file, { zone: UTC }, unattended);
    assert.equal(reading.leftOut, bad.length + 1);
    assert.deepEqual([...kept.time], [...bars.time.slice(0, 20), ...bars.time.slice(22, 500)]);
  });

  it('reads a file again that has changed, and only then', async () => {
    const file = write('grows 1m.csv', [HEADER, ...linesIn('UTC').slice(0, 100)]);
    const files = new LookedFiles();
    assert.equal((await files.describe({ file, tz: 'UTC' })).rows, 100);
    const { looked } = await files.open({ file });
    await files.describe({ file, tz: 'UTC' });
    assert.equal((await files.open({ file })).looked, looked);
    appendFileSync(file, `${linesIn('UTC')[100]!}\n`);
    utimesSync(file, new Date(), new Date(Date.now() + 5000));
    const [one, other] = await Promise.all([files.describe({ file, tz: 'UTC' }), files.describe({ file, tz: 'UTC' })]);
    assert.deepEqual([one.rows, other.rows], [101, 101]);
    await assert.rejects(rowsOf(looked, 0, 1, 'UTC'), 'what it was before is given back');
    rmSync(file);
    await assert.rejects(files.describe({ file }), /ENOENT/);
    files.close(file);
  });

  it('gives its memory back when it is closed, also while it is read', async () => {
    const file = write('ES 1m.csv', [HEADER, ...linesIn('UTC')]);
    const files = new LookedFiles();
    const reading = files.describe({ file });
    files.close(file);
    await assert.rejects(reading, { kind: 'cancelled' });
    await files.describe({ file });
    const { looked } = await files.open({ file });
    files.close(file);
    await until('its memory to be given back', () => rowsOf(looked, 0, 1, 'UTC').then(() => false, () => true));
  });

  it('refuses what is too large, and what holds no bars', async () => {
    const file = write('ES 1m.csv', [HEADER, ...linesIn('UTC')]);
    await assert.rejects(readForPreview(file, {}, unattended, 1000), { kind: 'refused', message: /about [\d,]+ rows, and a preview holds 1,000 .*Import it/ });
    await assert.rejects(new LookedFiles().describe({ file: write('names.csv', ['name,town', 'a,b']) }), /no columns for time, open, high, low and close/);
    const turned = write('turned.csv', ['Date,Time,Open,High,Low,Close,Volume', '11/13/2025,15:01:00,1,2,1,1,3', '13/11/2025,15:02:00,1,2,1,1,3']);
    await assert.rejects(readForPreview(turned, {}, unattended), /puts the day before the month/);
  });

  it('shows single trades, as many at one time as there are', async () => {
    const stamp = (second: number): string => `20251103 14300${second} 1230000`;
    const file = write('ES Tick.txt', [`${stamp(0)};5000.25;5000;5000.25;2`, `${stamp(0)};5000.5;5000;5000.5;3`, `${stamp(1)};5001;5000;5001;1`]);
    const files = new LookedFiles();
    assert.equal((await files.describe({ file })).rows, 3);
    const { looked } = await files.open({ file });
    const from = Date.UTC(2025, 10, 3, 14, 30);
    const { candles } = await candlesOf(looked, from, from + MINUTE, 1);
    assert.deepEqual(candles, [[from, 5000.25, 5001, 5000.25, 5001, 6]]);
    files.close(file);
  });
});
