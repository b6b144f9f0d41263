import assert from 'node:assert/strict';
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { unattended } from '../../../src/core/base/ports';
import { seededRandom } from '../../../src/core/base/random';
import { zoneNamed } from '../../../src/core/base/time';
import { verify, verifyFile, type BarSink, type VerifyOptions } from '../../../src/core/integrity/verify';
import { RowCollector } from '../../../src/core/intake/rows';
import { sourceOfText, type Source } from '../../../src/core/table/csv/source';
import { minuteBars } from '../../support/bars';

const corpus = path.join(import.meta.dirname, '..', '..', 'corpus');

/** What a collector was given, and how many of its bars came by the follower. */
async function collect(name: string, source: Source, options: VerifyOptions): Promise<{ seen: unknown; followed: number }> {
  const collector = new RowCollector();
  let followed = 0;
  const bars: BarSink = {
    bar: (...row) => { collector.bar(...row); },
    rejected: (...row) => { collector.rejected(...row); },
    bytes: (part) => { collector.bytes(part); },
    room: {
      reserve: (...rows) => collector.room.reserve(...rows),
      put: (place, part) => {
        followed += part.time.length;
        collector.room.put(place, part);
      },
    },
  };
  const report = await verify(source, name, undefined, { ...options, bars }, unattended);
  const { rejects, instruments } = collector;
  return { seen: { report, rejects, instruments, ...collector.finish() }, followed };
}

/** The bars must be the same whether the pass looks at every row or most are read beside it; how many were. */
async function same(name: string, text: string | Uint8Array, options: VerifyOptions = {}): Promise<number> {
  const [wanted, found] = [await collect(name, sourceOfText(text), { ...options, ahead: 'nobody' }), await collect(name, sourceOfText(text), { ...options, ahead: { range: 1 << 14, threads: 0 } })];
  assert.deepEqual(found.seen, wanted.seen, name);
  assert.equal(wanted.followed, 0);
  return found.followed;
}

const ZONES = ['UTC', 'America/Los_Angeles', 'Europe/London'];

describe('bars read beside the pass', () => {
  const ninja = minuteBars(4000);

  it('are those of the pass, in every form that files have', async () => {
    const rows = ninja.trimEnd().split('\r\n').map((line) => line.split(/[ ;]/));
    const stamp = ([date = '', clock = '']: string[]): string => `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)} ${clock.slice(0, 2)}:${clock.slice(2, 4)}:${clock.slice(4)}`;
    const unix = (cells: string[]): number => Date.parse(`${stamp(cells).replace(' ', 'T')}Z`);
    const forms: Readonly<Record<string, string>> = {
      'ES 09-25.Last.txt': ninja,
      'lf.txt': ninja.replaceAll('\r\n', '\n'),
      'tradingview.csv': ['time,open,high,low,close', ...rows.map((cells) => [unix(cells) / 1000, ...cells.slice(2, 6)].join(','))].join('\n'),
      'databento.csv': ['ts_event,rtype,open,high,low,close,volume,symbol', ...rows.map((cells) => [new Date(unix(cells)).toISOString().replace('Z', '000000Z'), 33, ...cells.slice(2), 'ESZ5'].join(','))].join('\n'),
      'export.csv': ['Date,Time,Open,High,Low,Close,Volume,Instrument', ...rows.map((cells) => [...stamp(cells).split(' '), ...cells.slice(2), 'ES'].join(','))].join('\r\n'),
      'slashed.csv': ['low;close;datetime;open;volume;high', ...rows.map((cells) => [cells[4], cells[5], `${cells[0]!.slice(4, 6)}/${cells[0]!.slice(6)}/${cells[0]!.slice(0, 4)} ${stamp(cells).slice(11, 16)}`, cells[2], `${cells[6]}.0`, cells[3]].join(';'))].join('\n'),
      'trades.txt': rows.map((cells, i) => `${cells[0]} ${cells[1]} 000000${i % 10};${cells[5]};${cells[4]};${cells[3]};${cells[6]}`).join('\n'),
    };
    for (const [name, text] of Object.entries(forms)) {
      for (const zone of ZONES) assert.ok((await same(name, text, { zone: zoneNamed(zone), outlierFactor: 0 })) > 3900, name);
    }
  });

  it('are those of the pass on every file of the corpus', async () => {
    for (const name of readdirSync(corpus).filter((each) => /\.(csv|txt)$/.test(each))) await same(name, readFileSync(path.join(corpus, name)), { zone: zoneNamed('America/Chicago') });
  });

  it('are those of the pass, whatever is damaged', async () => {
    const random = seededRandom(7);
    const pick = (count: number): number => Math.floor(random() * count);
    let followed = 0;
    for (let turn = 0; turn < 60; turn++) {
      const lines = ninja.split('\r\n').slice(0, 500 + pick(1500));
      for (let fault = pick(6); fault > 0; fault--) {
        const at = pick(lines.length);
        const damage: readonly (() => unknown)[] = [
          () => (lines[at] = lines[at]!.replace(/\d/, '')),
          () => (lines[at] = lines[at]!.replace(';', ';;')),
          () => (lines[at] = `"${lines[at]!.replace(';', '";')}`),
          () => lines.splice(at, 0, lines[pick(lines.length)]!),
          () => lines.splice(at, pick(5)),
          () => (lines[at] = lines[at]!.replace(/;(\d+)/, '; $1 ')),
          () => (lines[at] = lines[at]!.replace(/;\d+$/, '')),
          () => (lines[at] = `${lines[at]!}\n`),
        ];
        damage[pick(damage.length)]!();
      }
      followed += await same('ES.txt', lines.join(random() < 0.5 ? '\n' : '\r\n'), { zone: zoneNamed(ZONES[turn % 3]!) });
    }
    assert.ok(followed > 20_000, `${followed} bars`);
  });

  it('are refused when the file changes while it is read', async () => {
    // It is read for the layout, then for its bars, and ahead of the pass: only the second time it is different.
    const [watched, different] = [180_000, 2];
    for (const other of ['x', '20250908 000000;1;1;1;1;1\r\n']) {
      const source = sourceOfText(ninja);
      let times = 0;
      const read = async (into: Buffer, position: number): Promise<number> => {
        const count = await source.read(into, position);
        if (position <= watched && position + count > watched && ++times === different) into.fill(other, watched - position, watched - position + 100);
        return count;
      };
      await assert.rejects(collect('ES.txt', { ...source, read }, { zone: zoneNamed('UTC'), ahead: { range: 1 << 16, threads: 0 } }), { kind: 'refused', message: /changed while it was read/ });
    }
  });

  it('are refused when the file is written to while it is read, whatever is written', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'barkeep-follower-'));
    const file = path.join(folder, 'ES.txt');
    writeFileSync(file, ninja);
    const options = { bars: new RowCollector(), zone: zoneNamed('UTC') };
    assert.ok((await verifyFile(file, options, unattended)).rows > 0);
    let writes = 0;
    const operation = { ...unattended, progress: () => { if (writes++ === 0) appendFileSync(file, ninja.slice(0, ninja.indexOf('\n') + 1)); } };
    await assert.rejects(verifyFile(file, { ...options, bars: new RowCollector() }, operation), { kind: 'refused', message: /changed while it was read/ });
    rmSync(folder, { recursive: true });
  });
});
