import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { fuzz } from './run';

const INPUTS = 1500;

/** A share of `npm run fuzz`. */
describe('inputs of all kinds', () => {
  it('crash nothing, and are read alike by all readers', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'barkeep-fuzz-'));
    try {
      assert.equal((await fuzz(2, 0, INPUTS, folder)).inputs, INPUTS);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
