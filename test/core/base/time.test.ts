import assert from 'node:assert/strict';
import { IANAZone } from 'luxon';
import { Zone } from '../../../src/core/base/time';
import { seededRandom } from '../../../src/core/base/random';

/** Against luxon's own offsets, which a zone asks for as rarely as it can. */
describe('base: time zones', () => {
  const zones = ['America/Chicago', 'America/New_York', 'Europe/London', 'Africa/Casablanca', 'Africa/Cairo', 'Australia/Lord_Howe', 'Asia/Kolkata', 'America/Caracas', 'Pacific/Apia'];

  for (const name of zones) {
    const luxon = IANAZone.create(name);
    const holds = (zone: Zone, utc: number): void => {
      assert.equal(zone.offsetAt(utc), luxon.offset(utc) * 60_000, `${name} at ${new Date(utc).toISOString()}`);
      const placed = zone.place(zone.localOf(utc));
      const found = placed.kind === 'one' ? [placed.utc] : placed.kind === 'ambiguous' ? [placed.earlier, placed.later] : [];
      assert.ok(found.includes(utc), `${name} at ${new Date(utc).toISOString()}: ${JSON.stringify(placed)}`);
    };

    it(`${name}: the same offset, and every instant found again, wherever one begins to ask`, () => {
      const random = seededRandom(7);
      const [from, to] = [Date.UTC(1961, 0, 1), Date.UTC(2059, 0, 1)];
      for (let begun = 0; begun < 3; begun++) {
        const zone = new Zone(name, (utc) => luxon.offset(utc) * 60_000);
        for (let i = 0; i < 300; i++) holds(zone, Math.floor((from + random() * (to - from)) / 60_000) * 60_000);
        for (const { at } of zone.changes(Date.UTC(2008, 0, 1), Date.UTC(2028, 0, 1))) for (let off = -3; off <= 3; off += 0.5) holds(zone, at + off * 3_600_000);
      }
    });

    it(`${name}: times beyond the years that are looked at, and none at all, do no harm`, () => {
      const zone = new Zone(name, (utc) => luxon.offset(utc) * 60_000);
      for (const odd of [NaN, -Infinity, Infinity, 1e17, Date.UTC(1900, 0, 1), Date.UTC(2200, 0, 1)]) zone.utcOf(odd);
      holds(zone, Date.UTC(2025, 6, 1));
    });
  }
});
