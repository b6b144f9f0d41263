import { homedir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import type { StoreParams } from '../protocol/rpc';

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
  readonly 'csv.outlierFactor': number;
  readonly 'backup.folder': string;
  readonly 'exports.folder': string;
  readonly 'months.source': string;
  readonly 'months.destination': string;
  readonly 'months.queue': string;
  readonly 'store.endpoint': string;
  readonly 'store.region': string;
  readonly 'store.pathStyle': boolean;
}
export type Setting = keyof Schema;

const read = <Name extends Setting>(name: Name): Schema[Name] => vscode.workspace.getConfiguration('barkeep').get<Schema[Name]>(name)!;

/** The only reader of configuration; each member is read anew, so a change holds from the next use. */
export const settings = {
  /** The data folder's absolute path; undefined when neither a setting nor a workspace folder gives one. */
  dataFolder(): string | undefined {
    return read('dataFolder').trim() === '' ? workspaceFolder() : folderOf('dataFolder');
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
  /** Where exporters write; undefined when it is where `barkeep watch` looks by itself. */
  exportsFolder: (): string | undefined => folderOf('exports.folder'),
  /** The queue that machines share; undefined: that of the environment, if there is one. */
  monthsQueue: (): string | undefined => textOf('months.queue'),
  /** Months are given to a queue, be it named by the setting or by the environment, where a password is not seen. */
  hasQueue: (): boolean => (textOf('months.queue') ?? process.env['BARKEEP_QUEUE']) !== undefined,
  /** How `s3://` addresses are reached. */
  store(): StoreParams {
    const [endpoint, region] = [textOf('store.endpoint'), textOf('store.region')];
    return { pathStyle: read('store.pathStyle'), ...(endpoint === undefined ? {} : { endpoint }), ...(region === undefined ? {} : { region }) };
  },
  /** Where downloaded months lie, and where finished ones go: a path or an `s3://` address; undefined when not configured. */
  monthsSource: (): string | undefined => folderOf('months.source'),
  monthsDestination: (): string | undefined => folderOf('months.destination'),
  /** How many usual moves make a price an outlier; 0: none are looked for. */
  outlierFactor: (): number => Math.max(0, read('csv.outlierFactor')),
  /** The zone of local times in CSV files; undefined when it is not known. */
  csvTimeZone(): string | undefined {
    const zone = read('csv.timeZone').trim();
    return zone === '' ? undefined : zone;
  },
};

/** An address of an object store, not a path. */
export const isRemote = (address: string): boolean => address.startsWith('s3://');

function textOf(name: 'months.queue' | 'store.endpoint' | 'store.region'): string | undefined {
  const text = read(name).trim();
  return text === '' ? undefined : text;
}

const workspaceFolder = (): string | undefined => vscode.workspace.workspaceFolders?.[0]?.uri.fsPath;

/** The absolute path a setting names; undefined when it names none. */
function folderOf(name: 'dataFolder' | 'exports.folder' | 'months.source' | 'months.destination'): string | undefined {
  const chosen = read(name).trim();
  if (chosen === '') return undefined;
  if (isRemote(chosen)) return chosen;
  const here = workspaceFolder();
  const expanded = chosen.replace(/^~(?=$|[/\\])/, homedir()).replaceAll('${workspaceFolder}', here ?? '');
  return path.isAbsolute(expanded) ? path.normalize(expanded) : here === undefined ? undefined : path.resolve(here, expanded);
}

/** Asks for a folder of months and keeps the choice. @returns its path */
export async function chooseMonthsFolder(name: 'months.source' | 'months.destination', title: string): Promise<string | undefined> {
  const [chosen] = (await vscode.window.showOpenDialog({ canSelectFiles: false, canSelectFolders: true, title, openLabel: title })) ?? [];
  if (chosen !== undefined) await keepFolder(name, chosen.fsPath);
  return chosen?.fsPath;
}

export const chooseDataFolder = (folder: string): Promise<void> => keepFolder('dataFolder', folder);

/** Writes the choice of a folder where it holds longest without surprise: the workspace when there is one. */
async function keepFolder(name: Setting, folder: string): Promise<void> {
  const here = workspaceFolder();
  const inside = here === undefined ? undefined : path.relative(here, folder);
  const value = inside === undefined || inside === '' || inside.startsWith('..') || path.isAbsolute(inside) ? folder : inside.split(path.sep).join('/');
  const target = here === undefined ? vscode.ConfigurationTarget.Global : vscode.ConfigurationTarget.Workspace;
  await vscode.workspace.getConfiguration('barkeep').update(name, value, target);
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
