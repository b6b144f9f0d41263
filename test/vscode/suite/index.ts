import { readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import Mocha from 'mocha';
import type { Outcome } from '../outcome';

/** What VS Code calls inside its extension host. Outcomes go to the file named by BARKEEP_OUTCOMES. */
export function run(): Promise<void> {
  const outcomes: Outcome[] = [];
  const grep = process.env['BARKEEP_GREP'] ?? '';
  const mocha = new Mocha({ ui: 'bdd', timeout: 30_000, reporter: 'min', ...(grep === '' ? {} : { grep }) });
  for (const file of readdirSync(__dirname).filter((name) => name.endsWith('.test.js')).sort()) mocha.addFile(path.join(__dirname, file));
  return new Promise((resolve, reject) => {
    const runner = mocha.run((failures) => {
      writeFileSync(process.env['BARKEEP_OUTCOMES']!, JSON.stringify(outcomes));
      if (failures === 0) resolve();
      else reject(new Error(`${failures} failing`));
    });
    runner.on('pass', (test) => outcomes.push({ title: test.fullTitle(), ok: true, ms: test.duration ?? 0 }));
    runner.on('pending', (test) => outcomes.push({ title: test.fullTitle(), ok: null }));
    runner.on('fail', (test, error: unknown) => {
      outcomes.push({ title: test.fullTitle(), ok: false, why: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    });
  });
}
