import { NotificationType, RequestType } from 'vscode-jsonrpc';
import type { Severity } from '../core/base/finding';
import type { ProgressUpdate } from '../core/base/ports';
import type { Inventory, InventoryDepth } from './inventory';
import type { MonthlyStatus } from './monthly';
import type { DbnPreview } from './dbn';
import type { Report } from './report';

/**
 * Requests to the long-lived child (`barkeep serve`), JSON-RPC over its standard input and output.
 * Cancelling a request stops the pass; a failure comes back as a ResponseError whose data is a FailureEvent.
 */
/** How a file is to be verified, in a user's words. */
export interface VerifyWishes {
  /** Zone of local times. */
  readonly tz?: string;
  /** Bar interval, such as `5m`. */
  readonly interval?: string;
  /** A Table Schema's path, the name of a built-in contract, or `none`; absent: the one beside the file or selected by its name. */
  readonly schema?: string;
  /** How many usual moves a price must be off to be an outlier; 0: none is. */
  readonly outliers?: number;
}

export interface VerifyParams extends VerifyWishes {
  readonly file: string;
  /** The unsaved text; absent = read the file from disk. */
  readonly text?: string;
}
export const verifyRequest = new RequestType<VerifyParams, Report, unknown>('verify');

export interface InventoryParams {
  readonly folder: string;
  readonly zone: string;
  /** `footers` answers at once; default `rows`. */
  readonly depth?: InventoryDepth;
}
export const inventoryRequest = new RequestType<InventoryParams, Inventory, unknown>('inventory');

export interface VerifyProgress extends ProgressUpdate {
  readonly file: string;
}
export const verifyProgress = new NotificationType<VerifyProgress>('verify/progress');

/** What the catalogue says of one check. */
export interface CheckNote {
  readonly code: string;
  readonly severity: Severity;
  readonly title: string;
  /** Why it matters. */
  readonly why: string;
  /** What to do about it. */
  readonly remedy: string;
}
/** The whole catalogue; the parameter is an empty object. */
export const checksRequest = new RequestType<object, readonly CheckNote[], unknown>('checks');

export interface MonthsParams {
  /** Where finished months are. */
  readonly dest: string;
  /** Where the months lie; without it, months not begun are not known. */
  readonly source?: string;
}
/** How far every month is. */
export const monthsRequest = new RequestType<MonthsParams, MonthlyStatus, unknown>('months');

export interface DbnParams {
  readonly file: string;
  readonly zone: string;
  /** The most rows to give. */
  readonly rows: number;
  /** Read to the end, so that the total is known. */
  readonly whole: boolean;
}
/** A DBN file's header and first rows. */
export const dbnRequest = new RequestType<DbnParams, DbnPreview, unknown>('dbn');
