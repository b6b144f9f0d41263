import type { Bars } from '../base/bar';
import type { Operation } from '../base/ports';
import type { Zone } from '../base/time';
import type { Exceptions } from '../calendar/exceptions';
import type { Timeframe } from '../base/timeframe';
import type { Unpacked } from '../disk/packed';
import type { Counters, Report } from '../../protocol/report';
import { isUtf16 } from '../table/csv/dialect';
import { openFile, readHead, sourceOfText, type Source } from '../table/csv/source';
import { startOfFile } from '../table/csv/place';
import { CODES, checkOf } from './catalogue';
import type { Contract } from './contract/contract';
import { findContract, type Found } from './contract/find';
import { Findings, type FindingWatch } from './findings';
import { changedWhileRead, FEED, Follower } from './follower';
import { GapJudge } from './gap';
import { sampleInterval } from './interval';
import { Ride } from './kernel/ride';
import { voucherFor, type Ahead } from './kernel/ahead';
import { plainRows } from './kernel/plain';
import { layoutOf, type Layout } from './layout';
import { checkManifest, digestWhole, fileDigest, readManifest, type SealManifest } from './manifest';
import { OUTLIER_FACTOR } from './outlier';
import { Pass } from './pass';
import { presumeZones } from './presume';
import type { RowCheck } from './row';
import { showTime } from './timeline';
import type { DateOrder } from './timestamp';
import { Walk } from './walk';

export interface VerifyOptions extends Unpacked {
  /** Zone of local times. Times that carry their own zone, or whose shape implies one, do not need it. */
  readonly zone?: Zone;
  /** Of dates with slashes; the month comes first unless given. */
  readonly dates?: DateOrder;
  /** Interval of the bars; else the file name's, else the most frequent step among the first 1,000. */
  readonly interval?: Timeframe;
  /** A user's own exceptions to the exchange calendars, which decide what is a gap when the instrument and zone are known. */
  readonly exceptions?: Exceptions;
  /** Receives every row of a bar or trade file. */
  readonly bars?: BarSink;
  /** A schema file, the name of a built-in contract, or `none`; otherwise what lies beside the file, or its name selects (contract/find.ts). */
  readonly schema?: string;
  /** How many times the usual move a price-outlier is beyond both neighbours, 12 unless given; 0: none are looked for. */
  readonly outlierFactor?: number;
  /** Sees every finding about rows as it is made. */
  readonly watch?: FindingWatch;
  /** The file's name where it is not yet under it: a name tells interval, zone and contract. */
  readonly name?: string;
  /** Examples kept of each code, 20 unless given. */
  readonly examples?: number;
  /** Bytes read at a time, 1 MB unless given. */
  readonly chunk?: number;
  /** Bytes of the longest row that is read, 1 MB unless given. */
  readonly longest?: number;
  /** Chosen by size unless given; the report is the same. */
  readonly ahead?: Ahead;
}

export interface BarSink {
  /**
   * A row without row-level error, in file order.
   * @param row 1 = first data row
   * @param time bar stamp as in the file, unix ms: UTC when the zone is known (given or implied), else local time read as if UTC
   * @param open prices in points; a trade has one price for all four
   * @param volume NaN when the file has none
   * @param line physical line, 1-based
   * @param instrument as in the file; empty when it has no instrument column
   */
  bar(row: number, time: number, open: number, high: number, low: number, close: number, volume: number, line: number, instrument: string): void;
  /**
   * Every other data row, with the first code that rejected it. Copies that follow the original out of order are not
   * rejected (see repeats.ts): the receiver sorts, and meets them there.
   */
  rejected(row: number, line: number, code: string, raw: string): void;
  /** Awaited every some thousand rows and at the end, so that a receiver that writes can take its time. */
  pause?(): Promise<void>;
  /** The bytes of the file as they come, each once. */
  bytes?(part: Uint8Array): void;
  /** With it, bars of rows that nothing is to be said against may come later than those after them. */
  readonly room?: BarRoom;
}

/** Where bars are put that are not handed on in the file's order. */
export interface BarRoom {
  /** Keeps places for so many bars, between those handed on before and after; they stand in rows and lines one after the other. @returns the first place */
  reserve(bars: number, row: number, line: number, instrument: string): number;
  /** @param bars from that place on, with values as `bar` has them; only for now */
  put(place: number, bars: Bars): void;
}

/**
 * Verifies one CSV file, and the seal manifest beside it when there is one. Bad data is findings in the report.
 * @throws Failure when the file cannot be read (`usage`, `io`), was written to while its bars were (`refused`), or on `cancelled`
 */
export async function verifyFile(file: string, options: VerifyOptions, operation: Operation): Promise<Report> {
  const source = await openFile(file);
  try {
    const report = await verify(source, options.name ?? options.packed ?? file, await readManifest(options.packed ?? file), options, operation);
    if (options.bars !== undefined && (await source.changed?.()) === true) throw changedWhileRead(`read ${options.packed ?? file}`);
    return report;
  } finally {
    await source.close();
  }
}

/** Verifies text that is not (yet) a file, such as an editor's unsaved document. */
export function verifyText(name: string, text: string | Uint8Array, options: VerifyOptions, operation: Operation): Promise<Report> {
  return verify(sourceOfText(text), name, undefined, options, operation);
}

/** Bytes that decide on the layout. */
export const HEAD = 512 * 1024;
const CHUNK = 1024 * 1024;
const EXAMPLES = 20;

/**
 * @param manifest `to come`: of a growing file, whose writer seals it at the end
 * @param interim of a growing file: given what was found so far whenever all its bytes were seen; faults that only the end or another pass settles are not in it
 */
export async function verify(source: Source, name: string, manifest: Manifest | 'to come', options: VerifyOptions, operation: Operation, interim?: (report: Report) => void): Promise<Report> {
  const chunk = options.chunk ?? CHUNK;
  const head = await readHead(source, HEAD);
  if (isUtf16(head)) return reportUtf16(source, name, options);
  const layout = planLayout(head, source, name, options);
  const findings = new Findings(options.examples ?? EXAMPLES, options.watch);
  const walk = new Walk(layout, findings, options.longest);
  const contract = reportContract(await findContract(name, options.schema), findings);
  const { bars: sink, outlierFactor = OUTLIER_FACTOR } = options;
  const presumed = presumeZones(head, isWhole(head, source), layout, name, options.exceptions);
  const gaps = new GapJudge(layout, name, options.exceptions, presumed);
  const digest = manifest === undefined ? undefined : fileDigest();
  const bytes = (part: Uint8Array): void => {
    digest?.update(part);
    sink?.bytes?.(part);
  };
  const step = `verify ${name}`;
  const rows = sink?.room === undefined ? undefined : await plainRows(layout, head, walk.row.scanner.longest, FEED);
  const isPlain = contract === undefined && interim === undefined && (sink === undefined || rows !== undefined);
  const voucher = isPlain ? await voucherFor(source, layout, head, { outlierFactor, longest: walk.row.scanner.longest }, options.ahead) : undefined;
  const follower = voucher === undefined || rows === undefined || sink?.room === undefined ? undefined : new Follower(source, rows, sink.room, bytes, operation, step);
  const pass = new Pass(layout, walk.row, { sink, gaps, outlierFactor, contract, ...(follower === undefined ? {} : { follower }) });
  if (voucher === undefined) {
    await walk.over(source, chunk, (kind) => { pass.record(kind); }, operation, step, { bytes, pause: async () => sink?.pause?.(), caughtUp: () => interim?.(reportOf(name, source, layout, walk, pass, findings, presumed)) });
  } else {
    const ride = new Ride(walk, pass, gaps, source, voucher, chunk, operation, step).over().finally(() => follower?.finish());
    await both(ride, follower?.over() ?? (digest && digestWhole(source, digest, operation, step))).finally(() => voucher.close());
  }
  pass.end();
  for (const check of pass.furtherPasses(findings)) await compareAgain(source, chunk, new Walk(layout, findings, options.longest), check, operation, name);
  checkEmptiness(source, walk, findings);
  const sealed = manifest === 'to come' ? await readManifest(name) : manifest;
  if (sealed !== undefined && digest !== undefined) {
    const { first = NaN, last = NaN } = pass.sequence ?? {};
    checkManifest(findings, sealed, { rows: walk.row.number, firstSeq: first, lastSeq: last, sha256: digest.digest() });
  }
  return reportOf(name, source, layout, walk, pass, findings, presumed);
}

/** Waits for the end of either, so that nothing goes on after a failure of one. */
async function both(ride: Promise<void>, other: Promise<void> | undefined): Promise<void> {
  for (const outcome of await Promise.allSettled([ride, other])) if (outcome.status === 'rejected') throw outcome.reason;
}

/** What of a schema can be used; the rest is said once. */
function reportContract(found: Found, findings: Findings): Contract | undefined {
  if (found === undefined) return undefined;
  const report = (code: 'schema-invalid' | 'schema-unsupported', message: string): void => {
    findings.add(code, 0, '', () => ({ message, place: startOfFile }));
  };
  if ('broken' in found) {
    report('schema-invalid', `${found.broken}.`);
    return undefined;
  }
  if (found.unsupported.length > 0) report('schema-unsupported', `${found.name}: ${found.unsupported.join('; ')}.`);
  return found;
}

export type Manifest = SealManifest | 'unreadable' | undefined;

/** What verify takes a file for. @throws Failure when it cannot be read */
export async function layoutFor(source: Source, name: string, options: VerifyOptions): Promise<Layout> {
  return planLayout(await readHead(source, HEAD), source, name, options);
}

/** What a file is taken for, and the zones its pauses tell when its times are of no zone known, the likeliest first. */
export interface Taken {
  readonly layout: Layout;
  readonly presumed: readonly Zone[];
}

/** @throws Failure when it cannot be read */
export async function takenFor(source: Source, name: string, options: VerifyOptions): Promise<Taken> {
  const head = await readHead(source, HEAD);
  const layout = planLayout(head, source, name, options);
  return { layout, presumed: presumeZones(head, isWhole(head, source), layout, name, options.exceptions) };
}

/** @throws Failure when it cannot be read */
export async function presumedFor(file: string, options: VerifyOptions): Promise<Taken> {
  const source = await openFile(file);
  try {
    return await takenFor(source, file, options);
  } finally {
    await source.close();
  }
}

const isWhole = (head: Buffer, source: Source): boolean => head.length >= source.bytes && source.growing !== true;

function planLayout(head: Buffer, source: Source, name: string, { zone, interval, dates }: VerifyOptions): Layout {
  const whole = isWhole(head, source);
  const layout = layoutOf(head, whole, { name, ...(zone === undefined ? {} : { zone }), ...(interval === undefined ? {} : { interval }), ...(dates === undefined ? {} : { dates }) });
  const isOpen = layout.time !== undefined && !layout.tick && layout.interval === 0;
  return isOpen ? { ...layout, interval: sampleInterval(head, whole, layout) } : layout;
}

/** Said once: every byte of it would be a finding, and none would be of use. */
function reportUtf16(source: Source, name: string, options: VerifyOptions): Report {
  const findings = new Findings(options.examples ?? EXAMPLES);
  findings.add('encoding-error', 0, '', () => ({ message: 'The file is UTF-16, not UTF-8; nothing in it was checked.', place: startOfFile }));
  const layout = layoutOf(Buffer.alloc(0), true, { name });
  const walk = new Walk(layout, findings);
  return reportOf(name, source, layout, walk, new Pass(layout, walk.row, { sink: undefined, gaps: new GapJudge(layout, name, options.exceptions), outlierFactor: 0, contract: undefined }), findings);
}

async function compareAgain(source: Source, chunk: number, walk: Walk, check: RowCheck, operation: Operation, name: string): Promise<void> {
  const visit = (kind: string): void => { if (kind === 'data') check.row(walk.row); };
  await walk.over(source, chunk, visit, operation, `look for duplicates in ${name}`);
}

function checkEmptiness(source: Source, walk: Walk, findings: Findings): void {
  if (source.bytes === 0) {
    findings.add('empty-file', 0, '', () => ({ message: 'The file has 0 bytes.', place: startOfFile }));
  } else if (walk.row.number === 0) {
    findings.add('header-only', 0, '', () => ({ message: 'The file has no row of data.', place: startOfFile }));
  }
}

function reportOf(name: string, source: Source, layout: Layout, walk: Walk, pass: Pass, findings: Findings, presumed: readonly Zone[] = []): Report {
  const totals = findings.totals();
  const count = (severity: string): number =>
    CODES.reduce((sum, code) => sum + (checkOf(code).severity === severity ? findings.totalOf(code) : 0), 0);
  return {
    file: name,
    bytes: source.bytes,
    rows: walk.row.number,
    shape: layout.shape,
    sealed: layout.sequence >= 0 || layout.checksum >= 0,
    dialect: { delimiter: layout.dialect.delimiter, header: layout.header, bom: layout.dialect.bom, lineEnding: pass.lineEnding },
    columns: layout.columns,
    intervalSeconds: layout.interval / 1_000_000,
    ...timesOf(layout, pass),
    ...(presumed[0] === undefined ? {} : { presumedZone: presumed[0].name }),
    totals,
    errors: count('error'),
    warnings: count('warning'),
    infos: count('info'),
    counters: countersOf(findings, pass),
    findings: findings.examples(),
  };
}

function timesOf({ time, zone }: Layout, { timeline }: Pass): Pick<Report, 'zone' | 'first' | 'last'> {
  if (time === undefined || timeline === undefined) return {};
  const name = zone.kind === 'instant' ? 'UTC' : (zone.zone?.name ?? 'local');
  if (timeline.latest < timeline.earliest) return { zone: name };
  const show = (at: number): string => showTime(at, name !== 'local');
  return { zone: name, first: show(timeline.earliest), last: show(timeline.latest) };
}

/** The names that exporters use. A step back of at most 4 h is a negative duration too; a longer one is a session boundary only. */
function countersOf(findings: Findings, pass: Pass): Counters {
  const stepsBack = findings.totalOf('non-monotonic-timestamp');
  return {
    duplicateTimestamps: findings.totalOf('duplicate-timestamp'),
    nonMonotonicTimestamps: stepsBack,
    negativeDurations: stepsBack,
    sessionBoundaryViolations: findings.totalOf('session-boundary'),
    gapsDetected: findings.totalOf('gap') + findings.totalOf('thin-gap'),
    invalidDataSkipped: pass.invalidRows,
  };
}
