import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { ImportResult } from '../../../src/protocol/results';
import { Failure } from '../../../src/core/base/failure';
import { unattended } from '../../../src/core/base/ports';
import { openDisk } from '../../../src/core/disk/disk';
import { importFile, type ImportRequest } from '../../../src/core/jobs/import';
import { readBars } from '../../../src/core/table/parquet';

/** Dates such as 06/07/2025. */
describe('dates whose order only the writer knows', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'barkeep-dates-'));
    mkdirSync(path.join(folder, 'data'));
  });
  afterEach(() => { rmSync(folder, { recursive: true, force: true }); });

  type Day = readonly [year: number, month: number, day: number];
  type Order = 'month-first' | 'day-first' | 'dashed';
  const two = (value: number): string => String(value).padStart(2, '0');
  function written([year, month, day]: Day, order: Order): string {
    return order === 'dashed' ? `${year}-${two(month)}-${two(day)}` : `${(order === 'month-first' ? [month, day] : [day, month]).map(two).join('/')}/${year}`;
  }
  /** 40 minutes of each day. */
  function file(days: readonly Day[], order: Order): string {
    const rows = days.flatMap((day, at) => Array.from({ length: 40 }, (_, i) => `${written(day, order)} 14:${two(i)}:00,${6000 + at},${6010 + at},5990,${6000 + ((i * 7) % 9) + at},5`));
    const name = path.join(folder, `${order}.csv`);
    writeFileSync(name, ['datetime,open,high,low,close,volume', ...rows, ''].join('\n'));
    return name;
  }
  function run(source: string, options: Partial<ImportRequest> = {}): Promise<ImportResult> {
    const clock = { now: (): number => Date.UTC(2025, 11, 5) };
    const context = { disk: openDisk({ clock, command: 'test' }), clock, folder: path.join(folder, 'data'), operation: unattended };
    return importFile(context, { file: source, ticker: 'ES', timeframe: '1m', zone: 'UTC', align: 'check', onConflict: 'keep', dryRun: false, regenerate: false, ...options });
  }
  const master = (): string => path.join(folder, 'data', 'ES_1m.parquet');
  const daysHeld = async (): Promise<string[]> => [...new Set(Array.from((await readBars(master())).time, (time) => new Date(time).toISOString().slice(0, 10)))];

  const refusesNaming = (attempt: Promise<ImportResult>, message: RegExp, dates: string): Promise<void> =>
    assert.rejects(attempt, (error) => error instanceof Failure && error.kind === 'refused' && message.test(error.message) && error.facts.options?.['dates'] === dates);

  const WEEK: Day[] = [3, 4, 5, 6, 7].map((day) => [2025, 11, day]);
  const ONE: Day[] = [[2025, 11, 3]];
  const NOVEMBER = ['2025-11-03', '2025-11-04', '2025-11-05', '2025-11-06', '2025-11-07'];

  it('are taken with the month first where the days then lie together, or one is above 12, or it makes no difference', async () => {
    assert.equal((await run(file(WEEK, 'month-first'))).plan.newRows, 200);
    assert.deepEqual(await daysHeld(), NOVEMBER);
    assert.equal((await run(file([[2025, 10, 13]], 'month-first'))).plan.newRows, 40);
    assert.equal((await run(file([[2025, 10, 10]], 'month-first'))).plan.newRows, 40);
  });

  it('are refused where the days lie together with the day first, naming the option, with which they are read', async () => {
    await refusesNaming(run(file(WEEK, 'day-first')), /--dates day-first/, 'day-first');
    assert.ok(!existsSync(master()));
    assert.equal((await run(file(WEEK, 'day-first'), { dates: 'day-first' })).plan.newRows, 200);
    assert.deepEqual(await daysHeld(), NOVEMBER);
  });

  it('are refused where nothing tells, unless the option does or the master has these bars', async () => {
    await assert.rejects(run(file(ONE, 'month-first')), { kind: 'refused', message: /nothing in it says which.*--dates month-first or --dates day-first/s });
    await assert.rejects(run(file(ONE, 'month-first'), { dryRun: true, align: 'off' }), { kind: 'refused' });
    assert.equal((await run(file(ONE, 'month-first'), { dates: 'month-first' })).plan.newRows, 40);
    assert.equal((await run(file(ONE, 'month-first'))).outcome, 'unchanged');
    await assert.rejects(run(file(ONE, 'day-first')), { kind: 'refused', message: /--dates/ });
    assert.equal((await run(file(ONE, 'day-first'), { dates: 'day-first' })).outcome, 'unchanged');
    assert.equal((await run(file(ONE, 'dashed'))).outcome, 'unchanged');
  });

  it('are refused when a row contradicts the order that was said', async () => {
    await refusesNaming(run(file([[2025, 11, 3], [2025, 11, 20]], 'month-first'), { dates: 'day-first' }), /month before the day.*--dates month-first/s, 'month-first');
    await refusesNaming(run(file([[2025, 11, 3], [2025, 11, 20]], 'day-first')), /day before the month/, 'day-first');
  });
});
