import { rmSync } from 'node:fs';
import { downloadAndUnzipVSCode, runTests } from '@vscode/test-electron';
import { startFleet } from './fleet';
import { collect, environmentFor, prepare } from './in-host';
import { type Outcome, print } from './outcome';

/** The suite in a desktop VS Code: the one named by VSCODE_EXECUTABLE, else one that is downloaded. */
export async function runDesktop(): Promise<Outcome[]> {
  const executable = await findEditor();
  if (typeof executable !== 'string') {
    print(executable);
    return [executable];
  }
  const prepared = await prepare();
  const fleet = await startFleet(prepared);
  try {
    const code = await runTests({
      vscodeExecutablePath: executable,
      extensionDevelopmentPath: prepared.extension,
      extensionTestsPath: prepared.tests,
      extensionTestsEnv: { ...environmentFor(prepared), ...fleet.env },
      launchArgs: [prepared.workspace, '--disable-extensions', '--disable-workspace-trust', '--skip-welcome', '--skip-release-notes'],
    }).catch(() => 1);
    return collect(prepared, code);
  } finally {
    await fleet.stop();
    rmSync(prepared.workspace, { recursive: true, force: true });
    rmSync(prepared.outcomes, { force: true });
  }
}

async function findEditor(): Promise<string | Outcome> {
  const given = process.env['VSCODE_EXECUTABLE'];
  if (given !== undefined && given !== '') return given;
  try {
    return await downloadAndUnzipVSCode();
  } catch (error) {
    const why = `it could not be downloaded (${error instanceof Error ? error.message : String(error)}); name one in the variable VSCODE_EXECUTABLE`;
    return { title: 'the suite in a desktop VS Code', ok: null, why };
  }
}
