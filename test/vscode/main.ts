import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { runDesktop } from './desktop';
import { measureGiant } from './giant';
import { runSuite } from './in-host';
import { close, type Outcome, print } from './outcome';
import { runPages } from './pages/main';
import { takeThemes } from './pages/themes';
import { takePictures } from './pictures';
import { runWalk } from './walk';

const KINDS: Readonly<Record<string, { run: (wanted: readonly string[]) => Promise<Outcome[]>; inServer: boolean }>> = {
  suite: { run: runSuite, inServer: true },
  walk: { run: runWalk, inServer: true },
  pages: { run: runPages, inServer: true },
  themes: { run: takeThemes, inServer: true },
  pictures: { run: takePictures, inServer: true },
  giant: { run: measureGiant, inServer: true },
  desktop: { run: runDesktop, inServer: false },
};
/** What install.sh ends with where the host cannot run, as opposed to where installing it failed. */
const NOT_HERE = 3;

/** @returns the exit code */
export async function main(kind: string | undefined, ...wanted: string[]): Promise<number> {
  const chosen = kind === undefined ? undefined : KINDS[kind];
  if (chosen === undefined) {
    console.error(`Say which: ${Object.keys(KINDS).join(', ')}.`);
    return 2;
  }
  if (chosen.inServer) {
    const { status, stderr } = spawnSync('bash', [path.join(__dirname, 'host', 'install.sh')], { stdio: ['ignore', 'ignore', 'pipe'], encoding: 'utf8' });
    const why = stderr.trim().split('\n').at(-1) ?? '';
    if (status !== 0) {
      print({ title: `the VS Code host is installed: ${why}`, ok: status === NOT_HERE ? null : false });
      return close(status === NOT_HERE ? { passed: 0, failed: 0, skipped: 1 } : { passed: 0, failed: 1, skipped: 0 });
    }
  }
  const outcomes = await chosen.run(wanted);
  const of = (ok: boolean | null): number => outcomes.filter((outcome) => outcome.ok === ok).length;
  return close({ passed: of(true), failed: of(false), skipped: of(null) });
}
