import { homedir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';

/** The settings of the manifest; each has a default there, so there is always a value. */
interface Schema {
  readonly dataFolder: string;
  readonly displayTimeZone: string;
  readonly 'continuity.gapHours': number;
  readonly 'import.timeZone': string;
  readonly 'import.stamp': 'auto' | 'close' | 'open';
  readonly 'import.regenerate': boolean;
  readonly 'csv.verifyOnOpen': boolean;
  readonly 'csv.verifyWhileTyping': boolean;
  readonly 'csv.maxProblems': number;
  readonly 'csv.timeZone': string;
  readonly 'backup.folder': string;
}
export type Setting = keyof Schema;

const read = <Name extends Setting>(name: Name): Schema[Name] => vscode.workspace.getConfiguration('barkeep').get<Schema[Name]>(name)!;

/** The only reader of configuration; each member is read anew, so a change holds from the next use. */
export const settings = {
  /** The data folder's absolute path; undefined when neither a setting nor a workspace folder gives one. */
  dataFolder(): string | undefined {
    const here = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
    const chosen = read('dataFolder').trim();
    if (chosen === '') return here;
    const expanded = chosen.replace(/^~(?=$|[/\\])/, homedir()).replaceAll('${workspaceFolder}', here ?? '');
    return path.isAbsolute(expanded) ? path.normalize(expanded) : here === undefined ? undefined : path.resolve(here, expanded);
  },
  displayTimeZone: (): string => zoneOr(read('displayTimeZone'), 'America/New_York'),
  /** 0: the exchange calendar decides. */
  gapHours: (): number => Math.max(0, read('continuity.gapHours')),
  importTimeZone: (): string => zoneOr(read('import.timeZone'), 'America/Los_Angeles'),
  importStamp: (): Schema['import.stamp'] => read('import.stamp'),
  regenerateAfterImport: (): boolean => read('import.regenerate'),
  verifyOnOpen: (): boolean => read('csv.verifyOnOpen'),
  verifyWhileTyping: (): boolean => read('csv.verifyWhileTyping'),
  /** Entries one file may have in the Problems panel, which shows 1,000 at most. */
  maxProblems: (): number => Math.min(1000, Math.max(1, Math.floor(read('csv.maxProblems')))),
  /** Where copies of the data folder go; undefined when a cloud drive is to be found, or chosen. */
  copyFolder(): string | undefined {
    const folder = read('backup.folder').trim().replace(/^~(?=$|[/\\])/, homedir());
    return folder === '' ? undefined : folder;
  },
  /** The zone of local times in CSV files; undefined when it is not known. */
  csvTimeZone(): string | undefined {
    const zone = read('csv.timeZone').trim();
    return zone === '' ? undefined : zone;
  },
};

/** Writes the choice of data folder where it holds longest without surprise: the workspace when there is one. */
export async function chooseDataFolder(folder: string): Promise<void> {
  const here = vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;
  const inside = here === undefined ? undefined : path.relative(here, folder);
  const value = inside === undefined || inside === '' || inside.startsWith('..') || path.isAbsolute(inside) ? folder : inside.split(path.sep).join('/');
  const target = here === undefined ? vscode.ConfigurationTarget.Global : vscode.ConfigurationTarget.Workspace;
  await vscode.workspace.getConfiguration('barkeep').update('dataFolder', value, target);
}

/** Calls back when one of the named settings changed. */
export function onSettings(names: readonly Setting[], then: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((change) => {
    if (names.some((name) => change.affectsConfiguration(`barkeep.${name}`))) then();
  });
}

export function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en-US', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

const zoneOr = (name: string, otherwise: string): string => (isZone(name.trim()) ? name.trim() : otherwise);
