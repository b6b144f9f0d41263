import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, truncateSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { Failure } from '../../src/core/base/failure';
import { Server } from '../../src/extension/children/server';
import type { DbnPreview } from '../../src/protocol/dbn';
import { monthsRequest, dbnRequest, type DbnParams } from '../../src/protocol/rpc';
import { CLI, SHARED, hasShared, scratch, sharedOr } from '../support/barkeep';
import { monthName, writeMonth, writePlain, type MonthShape } from '../support/month';

/** A quarter of an hour's worth of days on both sides of the end of daylight saving. */
const SHAPE: MonthShape = { year: 2024, month: 11, days: [1, 4], hours: [8, 9], badEvery: 50 };

/** Reads the records with nothing but the format's description: the rows as the page gives them, prices and all. */
const ORACLE = `
import json, struct, sys
from datetime import datetime, timezone
from zoneinfo import ZoneInfo
data = open(sys.argv[1], 'rb').read()
at = 8 + struct.unpack_from('<I', data, 4)[0]
names = {118: 'ESZ4', 183748: 'ESH5', 42000001: 'ESZ4-ESH5'}
rows, total = [], (len(data) - at) // 56
for i in range(int(sys.argv[2])):
    _, _, _, iid, ts, o, h, l, c, v = struct.unpack_from('<BBHIQqqqqQ', data, at + 56 * i)
    moment = datetime.fromtimestamp(ts // 10**9, timezone.utc).astimezone(ZoneInfo('America/New_York'))
    price = lambda p: None if p == 2**63 - 1 else p / 1e9
    rows.append({'time': moment.strftime('%Y-%m-%d %H:%M:%S %Z'), 'symbol': names[iid], 'open': price(o), 'high': price(h), 'low': price(l), 'close': price(c), 'volume': None if v == 2**64 - 1 else v})
print(json.dumps({'rows': rows, 'total': total}))
`;

describe('the long-lived process, asked for a preview', () => {
  let folder: string;
  let plain: string;
  let records: number;
  const server = new Server({ node: process.execPath, script: CLI }, (why) => { throw new Error(why); });
  const ask = (file: string, changes: Partial<DbnParams> = {}): Promise<DbnPreview> =>
    server.request(dbnRequest, { file, zone: 'America/New_York', rows: 500, whole: true, ...changes });
  before(() => {
    folder = scratch(after);
    plain = path.join(folder, 'plain.dbn');
    records = writePlain(plain, SHAPE);
  });
  after(() => { server.dispose(); });

  it('gives the rows of an independent reading, and how many there are', async () => {
    const oracle = path.join(folder, 'oracle.py');
    writeFileSync(oracle, ORACLE);
    const expected = JSON.parse(execFileSync('python3', [oracle, plain, '500'], { encoding: 'utf8' })) as Pick<DbnPreview, 'rows' | 'total'>;
    const { rows, total } = await ask(plain);
    assert.deepEqual({ rows, total }, expected);
    assert.equal(total, records);
    assert.ok(rows.some(({ volume }) => volume === null), 'an undefined volume among them');
  });

  it('tells of the header, in the zone asked for', async () => {
    assert.deepEqual(await ask(plain, { zone: 'UTC', rows: 0 }), {
      version: 1, dataset: 'GLBX.MDP3', schema: 'ohlcv-1s', start: '2024-11-01 00:00:00 UTC', end: '2024-12-01 00:00:00 UTC',
      symbols: ['ES.FUT'], mapped: 3, zone: 'UTC', skipped: 0, rows: [], total: records,
    });
  });

  it('does not claim a total before it has counted', async () => {
    const first = await ask(plain, { rows: 10, whole: false });
    assert.deepEqual([first.rows.length, first.total], [10, undefined]);
    const all = await ask(plain, { rows: records, whole: false });
    assert.deepEqual([all.rows.length, all.total], [records, records]);
  });

  it('reads compressed files alike', async () => {
    const { file } = writeMonth(folder, SHAPE);
    assert.deepEqual(await ask(file), await ask(plain));
  });

  it('shows the first rows of a file that is cut off, and fails where the rest is needed', async () => {
    const cut = path.join(folder, 'cut.dbn');
    writeFileSync(cut, readFileSync(plain));
    truncateSync(cut, readFileSync(plain).length - 20);
    assert.equal((await ask(cut, { rows: 10, whole: false })).rows.length, 10);
    await assert.rejects(ask(cut), (error) => error instanceof Failure && error.kind === 'io' && /byte \d+/.test(error.message));
  });

  it('shows a file without records, and says of one that ends in its header or its packing that it is cut off', async () => {
    const whole = readFileSync(plain);
    const header = 8 + whole.readUInt32LE(4);
    const at = (name: string, content: Buffer): string => {
      const file = path.join(folder, name);
      writeFileSync(file, content);
      return file;
    };
    const { rows, total } = await ask(at('none.dbn', whole.subarray(0, header)), { whole: false });
    assert.deepEqual([rows, total], [[], 0]);
    const packed = readFileSync(writeMonth(path.join(folder, 'packed'), SHAPE).file);
    for (const cut of [at('header.dbn', whole.subarray(0, header - 10)), at('empty.dbn', Buffer.alloc(0)), at('cut.dbn.zst', packed.subarray(0, packed.length / 2)), at('start.dbn.zst', packed.subarray(0, 3))]) {
      await assert.rejects(ask(cut), (error) => error instanceof Failure && error.kind !== 'internal' && error.message.includes(path.basename(cut)), cut);
    }
  });

  it(sharedOr('refuses files without bars, saying why'), async function () {
    const file = path.join(SHARED, 'dbn', 'test_data.mbo.v2.dbn.zst');
    if (!hasShared || !existsSync(file)) this.skip();
    await assert.rejects(ask(file), (error) => error instanceof Failure && error.kind === 'refused' && error.message.includes('its schema is mbo, which holds no bars'));
  });

  it('says how far months are', async () => {
    const source = path.join(folder, 'months');
    const { file } = writeMonth(source, SHAPE);
    assert.equal(path.basename(file), monthName(2024, 11));
    const { months } = await server.request(monthsRequest, { dest: path.join(folder, 'none'), source });
    assert.deepEqual(months, [{ month: '2024-11', state: 'waiting', source: file }]);
  });
});
