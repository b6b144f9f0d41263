import assert from 'node:assert/strict';
import path from 'node:path';
import fc from 'fast-check';
import { SHARED, hasShared, sharedOr } from '../../../support/barkeep';
import { openDbn, openDbnStream } from '../../../../src/core/table/dbn/read';
import { metadataJson } from '../../../../src/core/table/dbn/print';
import { SCHEMAS, type Version } from '../../../../src/core/table/dbn/schema';
import { storeZstd, type BarRecord } from '../../../../src/core/table/dbn/write';
import { failureIn } from './failure';
import { dbnOf, header, lineOf, linesOf, pieces, someBars, START } from './files';

const VERSIONS: readonly Version[] = [1, 2, 3];

describe('DBN samples of Databento', () => {
  before(function () {
    if (!hasShared) this.skip();
  });
  const sample = (name: string): string => path.join(SHARED, 'dbn', `test_data.${name}`);
  const bars = async (name: string): Promise<number[][]> => {
    const rows: number[][] = [];
    for await (const { count, time, open, high, low, close, volume } of (await openDbn(sample(name))).bars()) {
      for (let i = 0; i < count; i++) rows.push([time[i]!, open[i]!, high[i]!, low[i]!, close[i]!, volume[i]!]);
    }
    return rows;
  };
  const SECONDS = [
    [1609160400, 372025, 372050, 372025, 372050, 57],
    [1609160401, 372050, 372050, 372050, 372050, 13],
  ];
  const MINUTES = [
    [1609160400, 372025, 372150, 372025, 372100, 353],
    [1609160460, 372100, 372150, 372100, 372150, 152],
  ];

  it(sharedOr('one second, version 2 plain and version 3 in zstd'), async () => {
    assert.deepEqual(await bars('ohlcv-1s.dbn'), SECONDS);
    assert.deepEqual(await bars('ohlcv-1s.v3.dbn.zst'), SECONDS);
  });
  it(sharedOr('one minute, version 2 plain and version 1 in zstd'), async () => {
    assert.deepEqual(await bars('ohlcv-1m.dbn'), MINUTES);
    assert.deepEqual(await bars('ohlcv-1m.v1.dbn.zst'), MINUTES);
  });
  it(sharedOr('one hour and an empty day'), async () => {
    assert.deepEqual(await bars('ohlcv-1h.dbn'), [
      [1609160400, 372025, 372350, 372025, 372225, 9385],
      [1609164000, 372225, 372450, 371600, 371950, 112698],
    ]);
    assert.deepEqual(await bars('ohlcv-1d.dbn'), []);
  });
  it(sharedOr('headers of all versions say the same'), async () => {
    const headerOf = async (name: string): Promise<unknown> => {
      const dbn = await openDbn(sample(name));
      await dbn.close();
      return JSON.parse(metadataJson(dbn.metadata));
    };
    const expected = {
      version: 2,
      dataset: 'GLBX.MDP3',
      schema: 'ohlcv-1m',
      start: '1609160400000000000',
      end: '1609200000000000000',
      limit: '2',
      stype_in: 'raw_symbol',
      stype_out: 'instrument_id',
      ts_out: false,
      symbol_cstr_len: 71,
      symbols: ['ESH1'],
      partial: [],
      not_found: [],
      mappings: [{ raw_symbol: 'ESH1', intervals: [{ start_date: 20201228, end_date: 20201229, symbol: '5482' }] }],
    };
    assert.deepEqual(await headerOf('ohlcv-1m.dbn'), expected);
    assert.deepEqual(await headerOf('ohlcv-1m.v1.dbn.zst'), { ...expected, version: 1, symbol_cstr_len: 22 });
    assert.deepEqual(await headerOf('ohlcv-1s.v3.dbn.zst'), { ...expected, version: 3, schema: 'ohlcv-1s' });
  });
  it(sharedOr('mbo is refused by name'), async () => {
    const failure = await failureIn(openDbn(sample('mbo.v2.dbn.zst')));
    assert.equal(failure.kind, 'refused');
    assert.match(failure.message, /its schema is mbo, which holds no bars/);
  });
});

describe('DBN written and read', () => {
  const bars = someBars(5000);
  for (const version of VERSIONS) {
    it(`version ${version}, plain and in zstd, in pieces of any size`, async () => {
      const bytes = dbnOf(header(version), bars);
      for (const file of [bytes, storeZstd(bytes)]) {
        for (const size of [7, 1000, 65_537, 1 << 20]) assert.deepEqual(await linesOf(file, size), bars.map((bar) => lineOf(bar)), `pieces of ${size}`);
      }
    });
    it(`version ${version}: the header survives`, async () => {
      const metadata = header(version, { limit: 12n, end: null, stypeIn: null, partial: ['A'], notFound: ['B', 'C'] });
      assert.deepEqual((await openDbnStream(pieces(dbnOf(metadata, [])), 'x')).metadata, metadata);
    });
  }

  it('sending times, where the header promises them', async () => {
    const sent = someBars(10).map((bar) => ({ ...bar, sent: bar.time + 5n }));
    assert.deepEqual(await linesOf(dbnOf(header(3, { tsOut: true }), sent)), sent.map((bar) => lineOf(bar)));
  });

  it('any record is printed exactly and decoded to the nearest doubles', async () => {
    const i64 = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    const price = fc.oneof(i64, fc.bigInt({ min: 0n, max: 10_000_000_000_000n }), fc.constant(2n ** 63n - 1n));
    const u64 = fc.oneof(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), fc.bigInt({ min: 1_500_000_000_000_000_000n, max: 1_900_000_000_000_000_000n }), fc.constant(2n ** 64n - 1n));
    const record = fc.record({ publisher: fc.nat(0xffff), instrument: fc.nat(0xffff_ffff), time: u64, open: price, high: price, low: price, close: price, volume: u64 });
    await fc.assert(
      fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 20 }), fc.constantFrom(...VERSIONS), async (records: BarRecord[], version) => {
        const bytes = dbnOf(header(version), records);
        assert.deepEqual(await linesOf(bytes), records.map((bar) => lineOf(bar)));
        let row = 0;
        for await (const batch of (await openDbnStream(pieces(bytes), 'x')).bars()) {
          for (let i = 0; i < batch.count; i++, row++) compare(records[row]!, batch, i);
        }
        assert.equal(row, records.length);
      }),
    );
  });

  interface Decoded { time: Float64Array; nanos: Int32Array; open: Float64Array; close: Float64Array; volume: Float64Array; publisher: Uint16Array; instrument: Uint32Array }
  function compare(record: BarRecord, batch: Decoded, i: number): void {
    assert.equal(batch.publisher[i], record.publisher);
    assert.equal(batch.instrument[i], record.instrument);
    const points = (value: bigint): number => (value === 2n ** 63n - 1n ? NaN : Number(value) / 1e9);
    for (const name of ['open', 'close'] as const) {
      const expected = points(record[name]);
      const exact = record[name] > -(2n ** 53n) && record[name] < 2n ** 53n;
      if (exact || Number.isNaN(expected)) assert.equal(batch[name][i], expected);
      else assert.ok(Math.abs(batch[name][i]! - expected) <= Math.abs(expected) * 2 ** -51);
    }
    if (record.time === 2n ** 64n - 1n) assert.ok(Number.isNaN(batch.time[i]));
    else assert.equal(BigInt(batch.time[i]!) * 1_000_000_000n + BigInt(batch.nanos[i]!), record.time);
    if (record.volume < 2n ** 53n) assert.equal(batch.volume[i], Number(record.volume));
    if (record.volume === 2n ** 64n - 1n) assert.ok(Number.isNaN(batch.volume[i]));
  }

  it('a stream of several schemas: bars of one are kept, others are passed over and counted', async () => {
    const [seconds, minutes] = [someBars(3), someBars(2)];
    const other = new Uint8Array(24);
    other.set([6, 0x15]);
    const mixed = Buffer.concat([dbnOf(header(2, { schema: null }), seconds), other, dbnOf(header(2), minutes, 'ohlcv-1m').subarray(dbnOf(header(2), []).length), other]);
    const dbn = await openDbnStream(pieces(mixed), 'x');
    let rows = 0;
    for await (const batch of dbn.bars()) rows += batch.count;
    assert.equal(rows, 3);
    assert.deepEqual([...dbn.skipped].sort((a, b) => a[0] - b[0]), [[0x15, 2], [0x21, 2]]);
    assert.equal((await linesOf(mixed, undefined, { schema: 'ohlcv-1m' })).length, 2);
  });
});

describe('DBN that is not whole, not bars, or no DBN', () => {
  const plain = dbnOf(header(1, { recordCount: 3n }), someBars(3));
  const headerBytes = plain.length - 3 * 56;

  it('cut anywhere, it is an error naming a byte; whole records of version 1 are counted', async () => {
    for (let length = 1; length < plain.length; length++) {
      const failure = await failureIn(linesOf(plain.subarray(0, length)));
      assert.match(failure.message, /byte \d+/, `cut at ${length}`);
      assert.ok(failure.facts.why.includes(`byte ${length < headerBytes ? length : (length - headerBytes) % 56 === 0 ? length : headerBytes + 56 * Math.floor((length - headerBytes) / 56)}`), `cut at ${length}: ${failure.message}`);
    }
  });
  it('cut between records, a later version cannot tell', async () => {
    const bytes = dbnOf(header(2), someBars(3));
    assert.equal((await linesOf(bytes.subarray(0, bytes.length - 56))).length, 2);
  });
  it('a record of no length, or too short a bar, is an error naming its byte', async () => {
    const bytes = dbnOf(header(2), someBars(3));
    const second = bytes.length - 2 * 56;
    for (const [length, rtype] of [[0, 0x20], [0, 0x13], [2, 0x13], [13, 0x20]] as const) {
      const broken = Uint8Array.from(bytes);
      broken.set([length, rtype], second);
      const failure = await failureIn(linesOf(broken));
      assert.equal(failure.kind, 'io');
      assert.ok(failure.message.includes(`byte ${second}`), failure.message);
    }
  });
  it('lists in the header that cannot be are an error, not an allocation', async () => {
    const bytes = dbnOf(header(1), []);
    bytes.set([0xff, 0xff, 0xff, 0xff], 112);
    const failure = await failureIn(linesOf(bytes));
    assert.match(failure.message, /header is damaged at byte 112: 4294967295 entries/);
  });
  for (const schema of SCHEMAS.filter((name) => !name.startsWith('ohlcv'))) {
    it(`${schema} is refused by name`, async () => {
      const failure = await failureIn(openDbnStream(pieces(dbnOf(header(3, { schema }), [])), 'x'));
      assert.equal(failure.kind, 'refused');
      assert.ok(failure.message.includes(`its schema is ${schema},`));
    });
  }
  it('an empty file, text, a fragment, DBZ and a newer version are each told apart', async () => {
    const said = async (bytes: Uint8Array, file = 'x'): Promise<string> => {
      const failure = await failureIn(openDbnStream(pieces(bytes), file));
      assert.notEqual(failure.facts.remedy, undefined);
      return `${failure.kind} ${failure.facts.why}`;
    };
    assert.match(await said(new Uint8Array(0)), /^io it is empty/);
    assert.match(await said(storeZstd(new Uint8Array(0))), /^io it is empty/);
    assert.match(await said(Buffer.from('ts_event,open\n1,2\n')), /^refused it is no DBN file/);
    assert.match(await said(plain.subarray(headerBytes)), /^refused it is a DBN fragment/);
    assert.match(await said(storeZstd(plain.subarray(headerBytes))), /^refused it is a DBN fragment/);
    assert.match(await said(Buffer.from([0x51, 0x2a, 0x4d, 0x18, 4, 0, 0, 0, 68, 66, 90, 1])), /^refused it is in the legacy DBZ format/);
    assert.match(await said(Buffer.from([68, 66, 78, 4, 0, 0, 0, 0])), /^refused it is DBN of version 4/);
  });
  it('there is no such file', async () => {
    assert.equal((await failureIn(openDbn('/nowhere/x.dbn'))).kind, 'usage');
  });
  it(`stamps are seconds since 1970: ${START}`, async () => {
    assert.ok((await linesOf(dbnOf(header(2), someBars(1))))[0]!.startsWith(`${START}000000000,`));
  });
});
