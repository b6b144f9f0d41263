import type * as vscode from 'vscode';
import type { Checks } from '../csv/checks';
import type { Details } from '../details/panel';
import type { Listing } from '../inventory/listing';
import type { Jobs } from '../jobs';

/** What commands work with. */
export interface Bench {
  readonly checks: Checks;
  readonly details: Details;
  readonly jobs: Jobs;
  readonly listing: Listing;
  readonly log: vscode.LogOutputChannel;
}
