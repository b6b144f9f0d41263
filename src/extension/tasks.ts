import * as vscode from 'vscode';
import { childEnvironment, type Program } from './children/program';
import { dataArgs } from './commands/import';
import type { Listing } from './inventory/listing';
import { settings } from './settings';
import { t } from './words';

/** A task of tasks.json: `{"type": "barkeep", "command": "verify", "args": ["${file}"]}`. */
interface Definition extends vscode.TaskDefinition {
  readonly command: string;
  readonly args?: readonly string[];
}

/** Tasks that run the command line in a terminal; what they find goes to Problems by the matcher `$barkeep`. */
export function offerTasks(program: Program, listing: Listing): vscode.Disposable {
  return vscode.tasks.registerTaskProvider('barkeep', {
    provideTasks: () => offered(listing).map((definition) => taskFor(definition, program)),
    resolveTask: ({ definition, scope }) => (isDefinition(definition) ? taskFor(definition, program, scope) : undefined),
  });
}

function offered(listing: Listing): Definition[] {
  const minutes = (listing.inventory?.entries ?? []).flatMap(({ category, ticker, timeframe }) => (category === 'market' && timeframe === '1m' && ticker !== undefined ? [ticker] : []));
  return [
    { type: 'barkeep', command: 'inventory' },
    { type: 'barkeep', command: 'status', args: ['--metrics'] },
    { type: 'barkeep', command: 'verify', args: ['${file}'] },
    ...minutes.flatMap((ticker) => [
      { type: 'barkeep', command: 'continuity', args: [ticker] },
      { type: 'barkeep', command: 'regenerate', args: [ticker] },
    ]),
  ];
}

function taskFor(definition: Definition, program: Program, scope?: vscode.WorkspaceFolder | vscode.TaskScope): vscode.Task {
  const args = [definition.command, ...(definition.args ?? [])];
  const folder = settings.dataFolder();
  const execution = new vscode.ProcessExecution(program.node, [program.script, ...args, ...(named(args, '--data') ? [] : dataArgs())], {
    env: textsOf(childEnvironment({})),
    ...(folder === undefined ? {} : { cwd: folder }),
  });
  const task = new vscode.Task(definition, scope ?? vscode.TaskScope.Workspace, args.join(' '), 'barkeep', execution, '$barkeep');
  task.detail = t('Runs barkeep {0} in a terminal', args.join(' '));
  return task;
}

const named = (args: readonly string[], option: string): boolean => args.some((arg) => arg === option || arg.startsWith(`${option}=`));

const textsOf = (environment: NodeJS.ProcessEnv): Record<string, string> =>
  Object.fromEntries(Object.entries(environment).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));

const isDefinition = (value: vscode.TaskDefinition): value is Definition => {
  const args: unknown = value['args'];
  return typeof value['command'] === 'string' && (args === undefined || (Array.isArray(args) && args.every((arg) => typeof arg === 'string')));
};
