import assert from 'node:assert/strict';
import { WRITES } from '../../src/cli/writes';
import { BREAKS } from './breaks';
import { SCENARIOS } from './scenarios';
import { runTask, tasks } from './tasks';

describe('faults', function () {
  this.timeout(180_000);

  it('every command that is declared to write is in the matrix', () => {
    const declared = Object.entries(WRITES).filter(([, writes]) => writes).map(([name]) => name);
    const tried = new Set(SCENARIOS.flatMap(({ commands }) => commands));
    assert.deepEqual([...tried].sort(), declared.sort(), 'add a scenario to test/faults/scenarios.ts for each command that WRITES (src/cli/writes.ts) says writes');
  });

  // The whole is `npm run faults`.
  const kinds = { errno: 'errors of the system', spoil: 'spoiled content', cut: 'power cuts', kill: 'kill -9 of the real process', full: 'a full disk, from the command line', contend: 'at once' } as const;
  for (const scenario of new Set(tasks('some').map((task) => task.scenario))) {
    it(`${scenario}: some of the matrix`, async () => {
      let points = 0;
      for (const task of tasks('some').filter((each) => each.scenario === scenario)) {
        const tally = await runTask(task);
        points += tally.points;
        assert.deepEqual(tally.violations, [], kinds[task.kind]);
      }
      assert.ok(points > 0);
    });
  }

  for (const broken of BREAKS) {
    it(`with ${broken} switched off it sees violations`, async () => {
      for (const task of tasks('some', broken)) {
        if ((await runTask(task)).violations.length > 0) return;
      }
      assert.fail('nothing was seen');
    });
  }
});
