import assert from 'node:assert/strict';
import { SymbolMap } from '../../../../src/core/table/dbn/symbols';

const at = (text: string): number => Date.parse(text) / 1000;

describe('symbols by date', () => {
  const mappings = [
    { rawSymbol: 'ESZ4', intervals: [{ start: 20241201, end: 20241221, symbol: '118' }] },
    { rawSymbol: 'ESZ5', intervals: [{ start: 20241221, end: 20250101, symbol: '118' }] },
  ];

  it('an id is what it stood for on that date, UTC, the end exclusive', () => {
    const map = new SymbolMap({ mappings, stypeIn: 'parent' });
    assert.equal(map.at(118, at('2024-12-20T23:59:59Z'))?.symbol, 'ESZ4');
    assert.equal(map.at(118, at('2024-12-21T00:00:00Z'))?.symbol, 'ESZ5');
    assert.equal(map.at(118, at('2025-01-01T00:00:00Z')), undefined);
    assert.equal(map.at(119, at('2024-12-20T00:00:00Z')), undefined);
  });
  it('where ids were asked for, they are on the left', () => {
    const map = new SymbolMap({ mappings: [{ rawSymbol: '118', intervals: [{ start: 20241201, end: 20250101, symbol: 'ESZ4' }] }], stypeIn: 'instrument_id' });
    assert.equal(map.at(118, at('2024-12-20T00:00:00Z'))?.symbol, 'ESZ4');
  });
  it('without mappings it is empty', () => {
    assert.ok(new SymbolMap({ mappings: [], stypeIn: null }).isEmpty);
  });
});
