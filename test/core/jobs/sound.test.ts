import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { Failure } from '../../../src/core/base/failure';
import { unattended } from '../../../src/core/base/ports';
import { checkContinuity } from '../../../src/core/jobs/continuity';
import { coverage, dayCoverage } from '../../../src/core/jobs/coverage';
import { masterPath } from '../../../src/core/store/layout';
import { quote, sql } from '../../support/sql';
import { minutes, scene, START, writeForeign, type Scene } from '../store/folder';

/** Of a master whose times do not rise nobody can tell what it lacks. */
describe('continuity and coverage of an unsound master', () => {
  let at: Scene;
  let cleanUp = (): void => undefined;
  before(async () => {
    at = scene((remove) => (cleanUp = remove as () => undefined));
    mkdirSync(at.folder);
    const sound = masterPath(at.folder, 'ES', '1m');
    await writeForeign(sound, minutes(300));
    const rows = `SELECT * FROM read_parquet(${quote(sound)})`;
    const made: Record<string, string> = {
      CL: `${rows} ORDER BY hash(datetime)`,
      ZN: `${rows} UNION ALL (${rows} LIMIT 5) ORDER BY datetime`,
      ZB: `SELECT * REPLACE (CASE WHEN minute(datetime) = 7 THEN NULL ELSE datetime END AS datetime) FROM (${rows})`,
      GC: `SELECT * REPLACE (NULL::TIMESTAMP AS datetime) FROM (${rows}) LIMIT 1`,
    };
    for (const [ticker, query] of Object.entries(made)) await sql(`COPY (${query}) TO ${quote(masterPath(at.folder, ticker, '1m'))} (FORMAT parquet)`);
  });
  after(() => { cleanUp(); });

  for (const [ticker, why] of [['CL', /not in order of time/], ['ZN', /5 bars have the time of the bar before/], ['ZB', /5 rows have no time/], ['GC', /1 rows have no time/]] as const) {
    it(`is refused as regenerate refuses it: ${ticker}`, async () => {
      const refused = (error: unknown): boolean => error instanceof Failure && error.kind === 'refused' && why.test(error.facts.why);
      await assert.rejects(checkContinuity({ disk: at.disk, clock: at, folder: at.folder, operation: unattended }, { ticker, timeframe: '1m' }), refused);
      await assert.rejects(coverage({ folder: at.folder, file: `${ticker}_1m.parquet` }), refused);
    });
  }

  it('of a day as well', async () => {
    const day = new Date(START).toISOString().slice(0, 10);
    await assert.rejects(dayCoverage({ folder: at.folder, file: 'ZN_1m.parquet', day }), (error) => error instanceof Failure && error.kind === 'refused');
    assert.equal((await dayCoverage({ folder: at.folder, file: 'ES_1m.parquet', day })).bars, 300);
  });
});
