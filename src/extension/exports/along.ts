import * as vscode from 'vscode';
import type { ExportStanding } from '../../protocol/exports';
import type { Checks } from '../csv/checks';
import { settings } from '../settings';
import type { Following } from './following';

/** Verifies an export along with its growth, while its CSV is open, from the first time it is seen to run. */
export function verifyAlong(following: Following, checks: Checks): vscode.Disposable {
  return following.onDidChange((standing) => {
    if (standing !== undefined && isFollowed(standing)) void checks.follow(vscode.Uri.file(standing.file));
  });
}

function isFollowed(standing: ExportStanding): standing is ExportStanding & { readonly file: string } {
  const { state, file } = standing;
  return state === 'running' && file !== undefined && settings.verifyOnOpen() && isOpen(file);
}

const isOpen = (file: string): boolean =>
  vscode.window.tabGroups.all.some(({ tabs }) => tabs.some(({ input }) => input instanceof vscode.TabInputText && input.uri.fsPath === file));
