import assert from 'node:assert/strict';
import { guessTicker, guessTimeframe, readingIn } from '../../src/extension/commands/guess';

describe('guesses from a file name', () => {
  const names: readonly (readonly [name: string, ticker: string | undefined, timeframe: string | undefined])[] = [
    ['ES history.txt', 'ES', undefined],
    ['ES_1m.csv', 'ES', '1m'],
    ['ES 03-26.Last.txt', 'ES', undefined],
    ['NQ 5 Minute.txt', 'NQ', '5m'],
    ['RTY_1D.csv.DONE', 'RTY', '1D'],
    ['6E_15m.csv', '6E', '15m'],
    ['CME_MINI_ES1!, 1.csv', 'ES', undefined],
    ['DataExport_NG_20251120_175202.csv', 'NG', undefined],
    ['trades_valid.csv', undefined, undefined],
    ['notes.txt', undefined, undefined],
  ];
  for (const [name, ticker, timeframe] of names) {
    it(name, () => {
      assert.equal(guessTicker(name), ticker);
      assert.equal(guessTimeframe(name), timeframe);
    });
  }

  it('fall back on the interval that was measured', () => {
    assert.equal(guessTimeframe('ES history.txt', 60), '1m');
    assert.equal(guessTimeframe('ES history.txt', 61), undefined);
    assert.equal(guessTimeframe('ES_5m.csv', 60), '5m');
  });
});

describe('the reading a refusal names', () => {
  it('is taken from its options', () => {
    assert.deepEqual(readingIn('98.9 % match after +60 min: this file is in America/Chicago. Import with --tz America/Chicago.'), { zone: 'America/Chicago' });
    assert.deepEqual(readingIn('Import with --tz America/North_Dakota/Center --stamp open'), { zone: 'America/North_Dakota/Center', stamp: 'open' });
    assert.deepEqual(readingIn('Is it the right ticker?'), {});
  });
});
