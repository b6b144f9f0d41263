import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { open } from './editor';

interface Manifest {
  readonly contributes: {
    readonly commands: readonly { readonly command: string }[];
    readonly views: Readonly<Record<string, readonly { readonly id: string }[]>>;
  };
}

const extension = vscode.extensions.getExtension<{ activationMs: number }>('barkeep.barkeep')!;

describe('the extension', () => {
  it('activates within 30 ms', async () => {
    await open('trades_valid.csv');
    const { activationMs } = await extension.activate();
    assert.ok(activationMs <= 30, `${activationMs.toFixed(1)} ms`);
  });

  it('registers the commands of its manifest, and no others', async () => {
    const { contributes } = extension.packageJSON as Manifest;
    const views = Object.values(contributes.views).flat().map(({ id }) => id);
    const registered = (await vscode.commands.getCommands(true)).filter((id) => id.startsWith('barkeep.') && !views.some((view) => id.startsWith(`${view}.`)));
    assert.deepEqual(registered.sort(), contributes.commands.map(({ command }) => command).sort());
  });
});
