import assert from 'node:assert/strict';
import { guessTicker, guessTimeframe } from '../../src/extension/commands/guess';
import { repairButton, repairIn } from '../../src/extension/commands/repair';

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
    ['MinuteDataExport_ES_20251120_175202_UTC.csv.DONE', 'ES', undefined],
    ['TickDataExport_6E_20251120_175202_UTC.csv', '6E', undefined],
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

describe('the repair a refusal names', () => {
  it('is taken from its options, and is what the button says', () => {
    const button = (options: Record<string, string>): string | undefined => repairButton(repairIn(options));
    assert.equal(button({ tz: 'America/Chicago', stamp: 'open' }), 'Import as America/Chicago');
    assert.deepEqual(repairIn({ tz: 'America/Chicago', stamp: 'open', force: 'yes' }), { tz: 'America/Chicago', stamp: 'open' });
    assert.equal(button({ stamp: 'close' }), 'Import as Closing Times');
    assert.equal(button({ scale: '0.01' }), 'Import with Prices × 0.01');
    assert.equal(button({ align: 'adjust' }), 'Import with Prices Adjusted');
    assert.equal(button({ ticker: 'NQ' }), 'Import into NQ');
    assert.equal(button({}), undefined);
  });
});
