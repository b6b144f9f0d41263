import assert from 'node:assert/strict';
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { ended, exporter } from '../../support/exporter';
import type { Chapter, Scene, Step } from './chapter';
import { until } from './support';

/** Two other programs export at once, one with signals, one without. */
export const exports: Chapter = { name: 'exports', steps: stepsOf };

const SPEED = { chunk: 500, pause: 400 } as const;

function stepsOf({ workbench, url, folder }: Scene): Step[] {
  const { page } = workbench;
  let over: Promise<unknown>;

  return [
    ['Watch Exports: two that run, each with its rate; where there are signals, its bars and its end', async () => {
      await workbench.open(url);
      await workbench.icon.click();
      await workbench.run('barkeep.watchExports');
      await page.locator('.pane-header', { hasText: 'Exports' }).and(page.locator('[aria-expanded=true]')).waitFor();
      const children = [exporter(folder, 'NQ', { ...SPEED, bars: 12_000, progress: 1000 }), exporter(folder, 'CL', { ...SPEED, bars: 6000, signals: false })];
      over = Promise.all(children.map(ended));
      await Promise.all([
        workbench.row(/^NQ\s*running · about .* left · [\d,]+ bars · [\d,]+ bars\/s/).waitFor(),
        workbench.row(/^CL\s*running · [\d.]+ KB · [\d.]+ KB\/s/).waitFor(),
        page.locator('.statusbar-item', { hasText: '2 exports running' }).waitFor(),
      ]);
    }],
    ['one notification at the end tells of both', async () => {
      await over;
      const told = workbench.toast(/NQ: complete · 12,000 bars\./);
      await told.waitFor();
      assert.match((await told.textContent()) ?? '', /CL: complete · [\d.]+ KB\./);
      assert.equal(await workbench.toast('complete').count(), 1);
    }],
    ['Run Pipeline, from it: the plan first, then masters, derived files and the archive', async () => {
      await workbench.toast('NQ: complete').locator('.monaco-button', { hasText: 'Run Pipeline' }).click();
      await workbench.pick('Run Pipeline', 'Take in what is finished');
      await workbench.question.waitFor();
      assert.match((await workbench.question.textContent()) ?? '', /CL_.*: 6,000 new bars into CL_1m.*NQ_.*: 12,000 new bars into NQ_1m/s);
      await workbench.answer('Run Pipeline');
      await workbench.toast(/Pipeline done\..*NQ: 12,000 new bars/).waitFor();
      await until('what is derived', () => existsSync(path.join(folder, 'NQ_1m.parquet')) && existsSync(path.join(folder, 'CL_5m.parquet')));
      assert.deepEqual(readdirSync(folder).filter((name) => /DataExport|^export_/.test(name)), []);
      assert.equal(readdirSync(path.join(folder, 'archived')).filter((name) => name.endsWith('.csv.DONE')).length, 2);
    }],
  ];
}
