import assert from 'node:assert/strict';
import { count, day, moment, size, t } from '../../src/extension/words';

describe('words', () => {
  it('fill the holes of a message, and leave those without a value', () => {
    assert.equal(t('{1} before {0}, {2}', 'b', 'a'), 'a before b, {2}');
  });

  it('count in whole phrases', () => {
    assert.equal(count(1, '1 row', '{0} rows'), '1 row');
    assert.equal(count(0, '1 row', '{0} rows'), '0 rows');
    assert.equal(count(105_825, '1 row', '{0} rows'), '105,825 rows');
  });

  it('show sizes with three figures at most', () => {
    assert.deepEqual([0, 999, 1000, 1_900_000, 148_000_000, 999_499, 999_600].map(size), ['0 B', '999 B', '1.0 KB', '1.9 MB', '148 MB', '999 KB', '1.0 MB']);
  });

  it('show a time in a zone, by the name the zone has then', () => {
    const winter = Date.UTC(2025, 11, 3, 14, 53);
    const summer = Date.UTC(2025, 6, 27, 22, 0);
    assert.equal(moment(winter, 'America/New_York'), '2025-12-03 09:53 EST');
    assert.equal(moment(summer, 'America/New_York'), '2025-07-27 18:00 EDT');
    assert.equal(day(Date.UTC(2025, 0, 1, 3), 'America/New_York'), '2024-12-31');
    assert.equal(moment(Date.UTC(2025, 0, 1), 'UTC'), '2025-01-01 00:00 UTC');
  });
});
