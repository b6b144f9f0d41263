import assert from 'node:assert/strict';
import path from 'node:path';
import { runJob } from '../../src/extension/children/job';
import { CLI, result, scratch } from '../support/barkeep';
import { writeMonth } from '../support/month';

/** The command behind Process Months…, cancelled as its notification does it. */
describe('processing months in a child', () => {

  it('tells of month and stage, and a cancelled run is taken up by the next', async () => {
    const folder = scratch(after);
    const [source, dest] = [path.join(folder, 'in'), path.join(folder, 'out')];
    writeMonth(source, { year: 2024, month: 8, days: [5], hours: [8, 15], rollDay: 20 });
    const program = { node: process.execPath, script: CLI };
    const args = ['monthly', 'run', '--source', source, '--dest', dest, '--min-bytes', '0'];
    const controller = new AbortController();
    const steps: string[] = [];
    const cancelled = await runJob(program, 'monthlyRun', args, {
      signal: controller.signal,
      onEvent: (event) => {
        if (event.type !== 'progress') return;
        steps.push(event.step);
        controller.abort();
      },
    });
    assert.equal(cancelled.kind, 'cancelled');
    assert.match(steps[0]!, /^2024-08 /);
    const { months } = await result('monthlyStatus', ['monthly', 'status', '--dest', dest, '--source', source]);
    assert.ok(months[0]?.state === 'interrupted' || months[0]?.state === 'waiting', JSON.stringify(months));
    const again = await runJob(program, 'monthlyRun', args, { signal: new AbortController().signal, onEvent: () => undefined });
    assert.deepEqual(again.kind === 'done' && again.result.done.map(({ month }) => month), ['2024-08']);
  });
});
