import { NotificationType, RequestType } from 'vscode-jsonrpc';
import type { Severity } from '../core/base/finding';
import type { ProgressUpdate } from '../core/base/ports';
import type { Explanation } from '../core/integrity/catalogue';
import type { Cell } from './cell';
import type { Browsed, Candles, Rows } from './browse';
import type { Coverage, DayCoverage } from './coverage';
import type { Inventory, InventoryDepth } from './inventory';
import type { MonthlyStatus } from './monthly';
import type { DbnPreview } from './dbn';
import type { Repair } from './repair';
import type { Report } from './report';
import type { Status } from './keeping';

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
  /** Examples kept of each check, 20 unless given. */
  readonly examples?: number;
}

export interface VerifyParams extends VerifyWishes {
  readonly file: string;
}
/** Goes along with a file that grows; cancelling ends that, and what is there by then is the answer. */
export const followRequest = new RequestType<VerifyParams, Report, unknown>('verify/follow');
/** What was found in a followed file so far, whenever all that is there has been read. */
export const followedSoFar = new NotificationType<{ readonly file: string; readonly report: Report }>('verify/sofar');
export const verifyRequest = new RequestType<VerifyParams, Report, unknown>('verify');

/**
 * The text of an unsaved document is handed over once, part by part, and from then on change by change, so that neither
 * side ever copies all of it for one keystroke. `document` names it; `version` is the editor's.
 */
export interface DocumentPart {
  readonly document: string;
  readonly text: string;
  /** The first part begins the document anew. */
  readonly first: boolean;
  /** Of the whole text, with the last part. */
  readonly version?: number;
}
export const documentPart = new NotificationType<DocumentPart>('document/part');

/** Offsets and lengths are UTF-16 code units; each change is of the text that the one before it left. */
export interface DocumentChanges {
  readonly document: string;
  /** The version that is changed, and the one that it becomes. */
  readonly from: number;
  readonly version: number;
  readonly changes: readonly { readonly offset: number; readonly length: number; readonly text: string }[];
}
export const documentChanges = new NotificationType<DocumentChanges>('document/changes');

export const documentClosed = new NotificationType<{ readonly document: string }>('document/closed');

export interface VerifyDocumentParams extends VerifyParams {
  readonly document: string;
  readonly version: number;
}
/** Null: that version is not here, it must be handed over. */
export const verifyDocumentRequest = new RequestType<VerifyDocumentParams, Report | null, unknown>('document/verify');

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
export interface CheckNote extends Explanation {
  readonly code: string;
  readonly severity: Severity;
  /** The repair that does something about it. */
  readonly repair?: Repair;
}
/** The whole catalogue; the parameter is an empty object. */
export const checksRequest = new RequestType<object, readonly CheckNote[], unknown>('checks');

export interface CellParams {
  readonly file: string;
  /** Zone of local times. */
  readonly tz?: string;
  /** The first lines, `CELL_HEAD` of them when there are so many; `whole`: there are no more. */
  readonly head: string;
  readonly whole: boolean;
  /** The line's text without its end, and its number, 1-based. */
  readonly text: string;
  readonly line: number;
  /** UTF-16 code units from the start of the line. */
  readonly character: number;
}
/** What the cell at one place means; null where there is none, or its line is not a row by itself. */
export const cellRequest = new RequestType<CellParams, Cell | null, unknown>('cell');
/** Lines that tell what a file is. */
export const CELL_HEAD = 80;

/** How `s3://` addresses are reached. */
export interface StoreParams {
  readonly endpoint?: string;
  readonly region?: string;
  readonly pathStyle?: boolean;
}

export interface MonthsParams extends StoreParams {
  /** Where finished months are: a folder or an `s3://` address; needed without a queue. */
  readonly dest?: string;
  /** `redis://…`: what the queue knows of them is told too. */
  readonly queue?: string;
  /** Where the months lie; without it, months not begun are not known. */
  readonly source?: string;
}
/** How far every month is. */
export const monthsRequest = new RequestType<MonthsParams, MonthlyStatus, unknown>('months');

export interface StoredTextParams extends StoreParams {
  /** An `s3://` address. */
  readonly address: string;
}
/** The text of a month's statistics, or of the report, in an object store. */
export const storedTextRequest = new RequestType<StoredTextParams, string, unknown>('storedText');

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

export interface LookParams {
  /** A Parquet file, or a CSV of bars. */
  readonly file: string;
  /** Zone of a CSV's local times, where it is known. */
  readonly tz?: string;
}
/** What a file is: a Parquet file from its footer, a CSV by being read, again whenever it has changed. Its bars are then kept until `browse/closed`. */
export const browseRequest = new RequestType<LookParams, Browsed, unknown>('browse');
/** A CSV is not looked through any more. */
export const browseClosed = new NotificationType<{ readonly file: string }>('browse/closed');

export interface RowsParams extends LookParams {
  /** 0-based. */
  readonly from: number;
  readonly count: number;
  readonly zone: string;
}
export const rowsRequest = new RequestType<RowsParams, Rows, unknown>('rows');

export interface CandlesParams extends LookParams {
  /** Unix ms UTC; `to` exclusive. */
  readonly from: number;
  readonly to: number;
  /** The most candles to give. */
  readonly most: number;
}
export const candlesRequest = new RequestType<CandlesParams, Candles, unknown>('candles');

/** The first row at or after a time written as `2025-11-03 09:30` in the zone; null when there is none, or it is no time. */
export const findRowRequest = new RequestType<LookParams & { readonly text: string; readonly zone: string }, number | null, unknown>('findRow');

/** Rows of each month (UTC), in order. */
export const monthRowsRequest = new RequestType<LookParams, readonly (readonly [month: string, rows: number])[], unknown>('monthRows');

/** A Parquet file of the data folder, `/` between the parts of its path there. */
export interface CoverageParams {
  readonly folder: string;
  readonly file: string;
}
/** Which bars it has, day by day. */
export const coverageRequest = new RequestType<CoverageParams, Coverage, unknown>('coverage');
/** One day of it, `2025-11-03` (UTC). */
export const dayRequest = new RequestType<CoverageParams & { readonly day: string }, DayCoverage, unknown>('day');

/** How writing to the data folder goes. */
export const statusRequest = new RequestType<{ readonly folder: string }, Status, unknown>('status');
