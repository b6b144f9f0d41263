import * as vscode from 'vscode';
import type { ExportStanding } from '../../protocol/exports';
import type { Checks } from '../csv/checks';
import { settings } from '../settings';
import type { Following } from './following';

/** The least time between two checks of a CSV that is being written, ms; and so many times as long as a check takes. */
const PAUSE = 2_000;
const SHARE = 10;

/** Verifies an export along with its growth, while its CSV is open: a file that changes all the time would else be checked at its end only. */
export function verifyAlong(following: Following, checks: Checks): vscode.Disposable {
  const next = new Map<string, number>();
  const check = async (file: string): Promise<void> => {
    const began = Date.now();
    next.set(file, Infinity);
    await checks.check(vscode.Uri.file(file));
    next.set(file, Date.now() + Math.max(PAUSE, SHARE * (Date.now() - began)));
  };
  return following.onDidChange((standing) => {
    if (standing === undefined || !isFollowed(standing)) return;
    if (Date.now() >= (next.get(standing.file) ?? 0)) void check(standing.file);
  });
}

function isFollowed(standing: ExportStanding): standing is ExportStanding & { readonly file: string } {
  const { state, file } = standing;
  return state === 'running' && file !== undefined && settings.verifyOnOpen() && isOpen(file);
}

const isOpen = (file: string): boolean =>
  vscode.window.tabGroups.all.some(({ tabs }) => tabs.some(({ input }) => input instanceof vscode.TabInputText && input.uri.fsPath === file));
