import type * as vscode from 'vscode';
import type { Server } from '../children/server';
import type { Browsing } from '../browse/editor';
import type { Checks } from '../csv/checks';
import type { Dashboard } from '../dashboard/panel';
import type { Details } from '../details/panel';
import type { Following } from '../exports/following';
import type { Filter } from '../inventory/filter';
import type { Listing } from '../inventory/listing';
import type { Jobs } from '../jobs';
import type { Overview } from '../months/overview';
import type { MonthsPanel } from '../months/panel';

/** What commands work with. */
export interface Bench {
  readonly browsing: Browsing;
  readonly checks: Checks;
  readonly dashboard: Dashboard;
  readonly details: Details;
  readonly filter: Filter;
  readonly following: Following;
  readonly jobs: Jobs;
  readonly listing: Listing;
  readonly log: vscode.LogOutputChannel;
  readonly monthsPanel: MonthsPanel;
  readonly overview: Overview;
  readonly server: Server;
  /** A folder of ours for what is only looked at. */
  readonly storage: vscode.Uri;
}
