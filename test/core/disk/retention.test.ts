import assert from 'node:assert/strict';
import fc from 'fast-check';
import type { BackupEntry } from '../../../src/protocol/keeping';
import { RETENTION, superfluous, type Retention } from '../../../src/core/disk/retention';

const entry = (made: number): BackupEntry => ({ backup: `ES.${made}`, file: 'ES', made, bytes: 1, sha256: null, why: null });
const DAY = 86_400_000;
/** Newest first. */
const at = (...iso: string[]): BackupEntry[] => iso.map((text) => entry(Date.parse(`${text}Z`))).sort((a, b) => b.made - a.made);
const kept = (entries: readonly BackupEntry[], policy: Retention): string[] => {
  const gone = new Set(superfluous(entries, policy));
  return entries.filter((each) => !gone.has(each)).map(({ made }) => new Date(made).toISOString().slice(0, 16));
};

describe('retention', () => {
  it('the newest ones, and the newest of each day, week from Monday and month, UTC', () => {
    const entries = at('2025-11-30T23:59', '2025-12-01T00:00', '2025-12-01T12:00', '2025-10-31T10:00', '2025-11-30T01:00');
    const none = { last: 1, daily: 0, weekly: 0, monthly: 0 };
    assert.deepEqual(kept(entries, none), ['2025-12-01T12:00']);
    assert.deepEqual(kept(entries, { ...none, daily: 2 }), ['2025-12-01T12:00', '2025-11-30T23:59']);
    // 1 December 2025 is a Monday.
    assert.deepEqual(kept(entries, { ...none, weekly: 3 }), ['2025-12-01T12:00', '2025-11-30T23:59', '2025-10-31T10:00']);
    assert.deepEqual(kept(entries, { ...none, monthly: 2 }), ['2025-12-01T12:00', '2025-11-30T23:59']);
  });

  it('never the only one, never the newest, whatever the policy; what is kept stays when asked again', () => {
    const times = fc.uniqueArray(fc.integer({ min: 0, max: 900 * DAY }), { minLength: 1, maxLength: 60 });
    const policy = fc.record({ last: fc.nat(5), daily: fc.nat(9), weekly: fc.nat(9), monthly: fc.nat(9) });
    fc.assert(
      fc.property(times, policy, (made, chosen) => {
        const entries = made.sort((a, b) => b - a).map(entry);
        const gone = new Set(superfluous(entries, chosen));
        const rest = entries.filter((each) => !gone.has(each));
        assert.equal(rest[0], entries[0]);
        assert.ok(rest.length >= Math.min(entries.length, chosen.last));
        assert.deepEqual(superfluous(rest, chosen), []);
      }),
    );
  });

  it('by default a year of hourly backups becomes a few dozen', () => {
    const entries = Array.from({ length: 24 * 365 }, (_, hour) => entry(Date.UTC(2025, 11, 31) - hour * 3_600_000));
    assert.ok(kept(entries, RETENTION).length < 50);
  });
});
