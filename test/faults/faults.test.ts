import assert from 'node:assert/strict';
import { WRITES } from '../../src/cli/writes';
import { BREAKS } from './breaks';
import { SCENARIOS } from './scenarios';
import { runTask, tasks } from './tasks';

describe('faults', () => {
  it('every command that is declared to write is in the matrix', () => {
    const declared = Object.entries(WRITES).filter(([, writes]) => writes).map(([name]) => name);
    const tried = new Set(SCENARIOS.flatMap(({ commands }) => commands));
    assert.deepEqual([...tried].sort(), declared.sort(), 'add a scenario to test/faults/scenarios.ts for each command that WRITES (src/cli/writes.ts) says writes');
  });

  // The whole is `npm run faults`.
  for (const scenario of new Set(tasks('some').map((task) => task.scenario))) {
    it(`${scenario}: some of the matrix`, async () => {
      for (const task of tasks('some').filter((each) => each.scenario === scenario)) {
        const { points, violations } = await runTask(task);
        const kind = `${task.kind} ${task.errno ?? ''}`;
        assert.deepEqual(violations, [], kind);
        assert.ok(points > 0 || task.kind === 'spoil' || task.kind === 'room', `nothing was tried: ${kind}`); // Some write no content of their own; not everybody may mount.
      }
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
