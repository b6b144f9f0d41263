import * as vscode from 'vscode';
import { offerTools } from './agents';
import { Browsing } from './browse/editor';
import { Server } from './children/server';
import { tellOfEnds } from './commands/exports';
import { registerCommands } from './commands/table';
import { Catalogue } from './csv/catalogue';
import { Checks } from './csv/checks';
import { publishProblems } from './csv/diagnostics';
import { offerFixes } from './csv/fixes';
import { followFiles } from './csv/follow';
import { explainOnHover } from './csv/hover';
import { showLenses } from './csv/lens';
import { showProposals } from './csv/proposals';
import { Dashboard } from './dashboard/panel';
import { Details } from './details/panel';
import { verifyAlong } from './exports/along';
import { Following } from './exports/following';
import { showExports } from './exports/tree';
import { decorateFiles } from './inventory/decorations';
import { Filter } from './inventory/filter';
import { Listing } from './inventory/listing';
import { showInventory } from './inventory/tree';
import { Jobs } from './jobs';
import { Overview } from './months/overview';
import { MonthsPanel } from './months/panel';
import { showMonths } from './months/tree';
import { previewDbnFiles } from './dbn/editor';
import { offerPreview } from './preview/editor';
import { showStatus } from './status';
import { offerTasks } from './tasks';
import { t, translateWith } from './words';

/** What the extension hands to others; the tests read the figure. */
export interface Api {
  /** How long `activate` took, ms. */
  readonly activationMs: number;
}

export function activate(context: vscode.ExtensionContext): Api {
  const started = performance.now();
  translateWith((message, ...values) => vscode.l10n.t(message, ...values));
  const log = vscode.window.createOutputChannel('Barkeep', { log: true });
  const program = { node: process.execPath, script: context.asAbsolutePath('dist/cli.js') };
  const server = new Server(program, (why) => {
    log.error(why);
    void vscode.window.showErrorMessage(t('The process that checks files has crashed and is started again. The log says why.'));
  });
  const checks = new Checks(server, log);
  const catalogue = new Catalogue(server);
  const jobs = new Jobs(program, log);
  const listing = new Listing(server, log);
  const filter = new Filter(context.workspaceState);
  const details = new Details(context.extensionUri, catalogue, checks);
  const following = new Following(program, log);
  const overview = new Overview(server, log);
  const monthsPanel = new MonthsPanel(context.extensionUri, overview);
  const browsing = new Browsing(context.extensionUri, server);
  const dashboard = new Dashboard({ extension: context.extensionUri, browsing, checks, following, jobs, listing, overview, server });
  context.subscriptions.push(browsing, dashboard, decorateFiles(listing));
  context.subscriptions.push(log, server, checks, jobs, listing, filter, details, following, overview, monthsPanel);
  context.subscriptions.push(publishProblems(checks), showLenses(checks, catalogue), offerFixes(catalogue), explainOnHover(checks, catalogue, server), showProposals(context.globalStorageUri), showStatus(checks, following), showExports(following), verifyAlong(following, checks), tellOfEnds({ following, jobs }), showInventory(listing, checks, filter), showMonths(overview), offerPreview(context.extensionUri, listing));
  context.subscriptions.push(registerCommands({ browsing, checks, dashboard, details, filter, following, jobs, listing, log, monthsPanel, overview, server, storage: context.globalStorageUri }), followFiles(checks), previewDbnFiles(context.extensionUri, server), offerTools({ program, log, listing }), offerTasks(program, listing));
  return { activationMs: performance.now() - started };
}
