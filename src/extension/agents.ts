import path from 'node:path';
import * as vscode from 'vscode';
import { brief } from '../protocol/brief';
import type { FailureEvent } from '../protocol/events';
import type { JobName } from '../protocol/results';
import { commandLineOf, faultIn, TOOLS, type Given, type Tool } from '../protocol/tools';
import { type Outcome, runJob } from './children/job';
import { commandLine, type Program } from './children/program';
import { dataArgs } from './commands/import';
import { planLines } from './commands/texts';
import { repairLines } from './csv/repairs';
import type { Listing } from './inventory/listing';
import { settings } from './settings';
import { t } from './words';

interface Means {
  readonly program: Program;
  readonly log: vscode.LogOutputChannel;
  readonly listing: Listing;
}

/** The tools of protocol/tools.ts for the editor's own agents; a tool that writes shows its dry run to be agreed to. */
export function offerTools(means: Means): vscode.Disposable {
  return vscode.Disposable.from(...TOOLS.map((tool) => vscode.lm.registerTool<Given>(`barkeep_${tool.name}`, {
    prepareInvocation: async ({ input }, token) => {
      check(tool, input);
      const title = t(tool.title);
      const invocationMessage = `${title}…`;
      return tool.writes ? { invocationMessage, confirmationMessages: await confirmation(means, tool, title, input, token) } : { invocationMessage };
    },
    invoke: async ({ input }, token) => {
      check(tool, input);
      const outcome = await run(means, tool, input, false, token);
      if (tool.writes) void means.listing.refresh();
      if (outcome.kind !== 'done') throw new Error(outcome.kind === 'failed' ? outcome.failure.message : t('It was cancelled.'));
      return new vscode.LanguageModelToolResult([new vscode.LanguageModelTextPart(brief(outcome.result))]);
    },
  })));
}

/** An agent reads the message and puts its call right. */
function check(tool: Tool, input: Given): void {
  const fault = faultIn(tool, input);
  if (fault !== undefined) throw new Error(fault);
  if (tool.writes && !vscode.workspace.isTrusted) throw new Error(t('This command writes files, so it waits until you trust the workspace.'));
}

async function confirmation(means: Means, tool: Tool, title: string, input: Given, token: vscode.CancellationToken): Promise<vscode.LanguageModelToolConfirmationMessages> {
  const outcome = await run(means, tool, input, true, token);
  const message = new vscode.MarkdownString();
  return { title: t('{0}?', title), message: message.appendCodeblock(lines(outcome).join('\n'), 'text') };
}

function lines(outcome: Outcome<JobName>): string[] {
  if (outcome.kind === 'cancelled') return [t('It was cancelled.')];
  if (outcome.kind === 'failed') return [t('It will be refused:'), whyOf(outcome.failure)];
  if ('removedRecords' in outcome.result) return repairLines(outcome.result);
  return 'plan' in outcome.result && 'alignment' in outcome.result.plan ? planLines(outcome.result.plan) : [brief(outcome.result, 4000)];
}

function whyOf(failure: FailureEvent): string {
  const { why, remedy = '' } = { ...failure, ...failure.inEditor };
  return `${why} ${remedy}`.trim();
}

async function run({ program, log }: Means, tool: Tool, input: Given, dryRun: boolean, token: vscode.CancellationToken): Promise<Outcome<JobName>> {
  const controller = new AbortController();
  const listener = token.onCancellationRequested(() => { controller.abort(); });
  const args = [...commandLineOf(tool, inFolder(input), dryRun), ...dataArgs()];
  log.info(commandLine(args));
  try {
    return await runJob(program, tool.name, args, { signal: controller.signal, onEvent: () => undefined });
  } finally {
    listener.dispose();
  }
}

/** A relative path is relative to the data folder. */
function inFolder(input: Given): Given {
  const folder = settings.dataFolder();
  return folder === undefined || typeof input['file'] !== 'string' ? input : { ...input, file: path.resolve(folder, input['file']) };
}
