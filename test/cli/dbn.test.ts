import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { encodeBars, encodeMetadata, storeZstd } from '../../src/core/table/dbn/write';
import { SHARED, barkeep, hasShared, scratch, sharedOr } from '../support/barkeep';
import { monthMetadata } from '../support/month';

describe('dbn files as text', () => {
  before(function () {
    if (!hasShared) this.skip();
  });
  const sample = path.join(SHARED, 'dbn', 'test_data.ohlcv-1s.v3.dbn.zst');

  it(sharedOr('cat prints CSV'), async () => {
    const { stdout, code } = await barkeep(['dbn', 'cat', sample]);
    assert.equal(code, 0);
    assert.deepEqual(stdout.split('\n'), [
      'ts_event,rtype,publisher_id,instrument_id,open,high,low,close,volume',
      '1609160400000000000,32,1,5482,372025000000000,372050000000000,372025000000000,372050000000000,57',
      '1609160401000000000,32,1,5482,372050000000000,372050000000000,372050000000000,372050000000000,13',
      '',
    ]);
  });
  it(sharedOr('cat --json prints an object per line, 64-bit numbers quoted'), async () => {
    const { stdout } = await barkeep(['dbn', 'cat', sample, '--json']);
    assert.equal(stdout.split('\n')[0], '{"hd":{"ts_event":"1609160400000000000","rtype":32,"publisher_id":1,"instrument_id":5482},"open":"372025000000000","high":"372050000000000","low":"372025000000000","close":"372050000000000","volume":"57"}');
  });
  it(sharedOr('meta prints the header'), async () => {
    const { stdout } = await barkeep(['dbn', 'meta', sample]);
    assert.ok(stdout.startsWith('{"version":3,"dataset":"GLBX.MDP3","schema":"ohlcv-1s","start":"1609160400000000000","end":"1609200000000000000","limit":"2","stype_in":"raw_symbol"'), stdout);
  });
  it(sharedOr('what is no bars is refused, exit code 3'), async () => {
    const { stderr, stdout, code } = await barkeep(['dbn', 'cat', path.join(SHARED, 'dbn', 'test_data.mbo.v2.dbn.zst')]);
    assert.deepEqual([code, stdout], [3, '']);
    assert.match(stderr, /its schema is mbo/);
  });
});

describe('dbn files as text, generated', () => {
  it('a cut file prints what is whole and ends with exit code 5 and the byte', async () => {
    const file = path.join(scratch(after), 'cut.dbn.zst');
    const bar = { publisher: 1, instrument: 118, time: 1_733_000_000_000_000_000n, open: 5n, high: 6n, low: 4n, close: 5n, volume: 1n };
    const whole = Buffer.concat([encodeMetadata(monthMetadata({ year: 2024, month: 12 })), encodeBars([bar, bar], 'ohlcv-1s')]);
    writeFileSync(file, storeZstd(whole.subarray(0, whole.length - 10)));
    const { stderr, stdout, code } = await barkeep(['dbn', 'cat', file]);
    assert.equal(code, 5);
    assert.equal(stdout.split('\n').length, 3);
    assert.ok(stderr.includes(`ends within the record that begins at byte ${whole.length - 56} of its data`), stderr);
  });
});
