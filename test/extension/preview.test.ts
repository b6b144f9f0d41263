import assert from 'node:assert/strict';
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { unattended } from '../../src/core/base/ports';
import { regenerate } from '../../src/core/derive/regenerate';
import { makeBars } from '../../src/core/jobs/sampleBars';
import { masterPath } from '../../src/core/store/layout';
import { writeMaster } from '../../src/core/table/master';
import { derivedKindOf, type DerivedContents, type DerivedKind } from '../../src/protocol/preview';
import { sectionsOf, type Section } from '../../webview/preview/model';
import { scene, type Scene } from '../core/store/folder';

/** What the preview shows of files as they are made. */
describe('the preview of derived files', () => {
  let at: Scene;
  const cleanUps: (() => void)[] = [];
  before(async () => {
    at = scene((remove) => cleanUps.push(remove));
    mkdirSync(at.folder);
    await writeMaster(masterPath(at.folder, 'ES', '1m'), { changes: makeBars(Date.UTC(2025, 8, 7), 4, 3), volume: 'BIGINT', metadata: {} });
    await regenerate(at.disk, at.folder, 'ES', {}, unattended);
  });
  after(() => {
    for (const cleanUp of cleanUps) cleanUp();
  });

  function sections<Kind extends DerivedKind>(file: string, kind: Kind): { content: DerivedContents[Kind]; shown: readonly Section[] } {
    assert.equal(derivedKindOf(file), kind);
    const content = JSON.parse(readFileSync(path.join(at.folder, file), 'utf8')) as DerivedContents[Kind];
    return { content, shown: sectionsOf(kind, content, (word) => word) };
  }
  const facts = (section: Section | undefined): Record<string, string> => Object.fromEntries(section?.facts ?? []);

  it('knows its files by their names, and no others', () => {
    assert.deepEqual(['ES_hod_lod.json', 'ES_daily_hod_lod.json', 'chunks/ES_5m/meta.json', 'a/sessions/ES_sessions.json'].map(derivedKindOf), ['hod_lod', 'daily_hod_lod', 'chunks', 'sessions']);
    assert.deepEqual(['meta.json', 'chunks/ES_5m/chunk_0.json', 'package.json', 'ES_stats.json'].map(derivedKindOf), [undefined, undefined, undefined, undefined]);
  });

  it('days: when extremes are reached, as points, and every day, the newest first', () => {
    const { content, shown } = sections('ES_daily_hod_lod.json', 'daily_hod_lod');
    const dates = Object.keys(content);
    assert.deepEqual(facts(shown[0]), { Days: '20', 'First day': dates[0], 'Last day': dates.at(-1) });
    assert.equal(shown[0]?.scatter?.series[0]?.values.length, 20);
    assert.equal(shown[1]?.table?.rows.length, 20);
    assert.equal(shown[1].table.rows[0]![0], dates.at(-1));
  });

  it('sessions: shares of each ending add up to all', () => {
    const { content, shown } = sections('ES_profiler.json', 'profiler');
    const columns = shown[0]!.columns!;
    columns.labels.forEach((_, session) => {
      const sum = columns.series.reduce((all, { values }) => all + values[session]!, 0);
      assert.ok(Math.abs(sum - 100) < 0.5, String(sum));
    });
    assert.equal(shown[2]?.table?.rows.length, content.length);
  });

  it('levels: the share of days that touched each, and each day\'s touches', () => {
    const { content, shown } = sections('ES_level_touches.json', 'level_touches');
    const days = Object.values(content);
    const at = shown[0]!.columns!.labels.indexOf('pdm');
    assert.equal(shown[0]?.columns?.series[0]?.values[at], Math.round((days.filter((day) => day['pdm']!.touched).length / days.length) * 1000) / 10);
    assert.equal(shown[1]?.table?.rows.length, days.reduce((sum, day) => sum + Object.keys(day).length, 0));
  });

  it('distributions: every day in one column of each', () => {
    const times = sections('ES_hod_lod.json', 'hod_lod').shown;
    assert.equal(times.length, 5);
    const sum = (values: readonly number[]): number => values.reduce((all, value) => all + value, 0);
    for (const { values } of times[0]!.columns!.series) assert.equal(sum(values), 20);
    const ranges = sections('ES_range_dist.json', 'range_dist').shown;
    for (const { values } of ranges[0]!.columns!.series) assert.equal(sum(values), 20);
    const labels = ranges[0]!.columns!.labels.map((label) => parseFloat(label) * 10);
    assert.ok(labels.every((label, i) => i === 0 || Math.round(label - labels[i - 1]!) === 1), 'no bucket is left out of the axis');
  });

  it('opening range, marks and chunks: every record in a table', () => {
    for (const [file, kind] of [['ES_opening_range.json', 'opening_range'], ['sessions/ES_sessions.json', 'sessions']] as const) {
      const { content, shown } = sections(file, kind);
      assert.equal(shown.at(-1)?.table?.rows.length, content.length);
    }
    const { content, shown } = sections('chunks/ES_1m/meta.json', 'chunks');
    assert.deepEqual([facts(shown[0])['Chunks'], shown[0]?.table?.rows.length], ['2', content.chunks.length]);
  });

  it('files without records are shown as empty', () => {
    for (const [kind, content] of [['daily_hod_lod', {}], ['profiler', []], ['level_touches', {}], ['opening_range', []], ['sessions', []]] as const) {
      assert.equal(sectionsOf(kind, content as never, (word) => word).at(-1)?.table?.rows.length, 0);
    }
  });
});
