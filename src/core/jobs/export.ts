import type { ExportResult } from '../../protocol/results';
import { Failure } from '../base/failure';
import { isoInstant } from '../base/time';
import { readExceptions } from '../calendar/exceptions';
import { tickOf } from '../calendar/instruments';
import { withUnpacked } from '../disk/packed';
import { decimalsOf } from '../exports/digits';
import { exportBars, planExport, type ExportHow } from '../exports/export';
import { isInstrument } from '../exports/names';
import type { Cadence } from '../exports/progress';
import { calendarPath } from '../store/layout';
import type { JobContext } from './context';
import { rawFolderOf } from './conduct/settings';
import { exportedFrom, openExportSource, type SourceOptions } from './exportSource';

export interface ExportRequest extends SourceOptions {
  /** A file, or a master of the data folder: `ES`, `ES/5m`. */
  readonly source: string;
  /** As it is called in the file's name, in its rows and in the signals. */
  readonly instrument: string;
  /** The raw folder; default the one of `conduct`. */
  readonly to?: string;
  readonly sealed: boolean;
  readonly gzip: boolean;
  readonly report: boolean;
  /** How often it reaches the disk and tells of itself; default CADENCE. */
  readonly cadence?: Cadence;
  /** Reads and checks everything, writes nothing. */
  readonly dryRun: boolean;
}

/** Of an instrument whose tick is not known. */
const DECIMALS = 2;

/**
 * Exports a master or a vendor's file as a charting platform would, for whoever waits for such exports (exports/export.ts).
 * @throws Failure `usage`, `refused` (nothing to export), `locked` (this instrument is being exported), `io`, `cancelled`
 */
export async function exportFile(context: JobContext, request: ExportRequest): Promise<ExportResult> {
  requireInstrument(request.instrument);
  const file = await exportedFrom(context.folder, request.source, request.timeframe);
  return withUnpacked(context.disk.files, file, context.operation.signal, (plain, from) => exportPlain(context, { ...request, ...from }, file, plain));
}

/** @param named the file they are of @param plain where they are read */
async function exportPlain(context: JobContext, request: ExportRequest, named: string, plain: string): Promise<ExportResult> {
  const { instrument, dryRun, range } = request;
  const exceptions = await readExceptions(calendarPath(context.folder));
  const source = await openExportSource(plain, request, context.operation);
  try {
    const tick = tickOf(instrument);
    const how: ExportHow = {
      ...source,
      folder: await rawFolderOf(context.folder, request.to),
      instrument,
      decimals: tick === undefined ? DECIMALS : decimalsOf(tick),
      exceptions,
      range,
      sealed: request.sealed,
      gzip: request.gzip,
      report: request.report,
      wait: context.wait === true,
      ...(request.cadence === undefined ? {} : { cadence: request.cadence }),
    };
    const run = dryRun ? planExport : exportBars;
    const { file, rows, bytes, sha256, from, to, counters, unknownVolumes, notes, beside } = await run(context.disk, how, source.feed, context.operation);
    const extent = { first: isoInstant(from!), last: isoInstant(to!) };
    return { outcome: dryRun ? 'planned' : 'exported', source: named, instrument, dataType: source.dataType, file, rows, bytes, sha256, ...extent, counters, unknownVolumes, notes, beside };
  } finally {
    await source.close();
  }
}

function requireInstrument(instrument: string): void {
  if (isInstrument(instrument)) return;
  const remedy = 'Use letters, digits, spaces and . _ # $ ^ & + -, such as ES or ES 12-25.';
  throw new Failure('usage', { attempted: `export as "${instrument}"`, why: 'an instrument of that name cannot stand in the name of a file.', remedy });
}
