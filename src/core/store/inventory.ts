import type { Complaint, Inventory, InventoryDepth, InventoryEntry } from '../../protocol/inventory';
import type { BackupEntry } from '../../protocol/keeping';
import { Failure, failureFrom } from '../base/failure';
import type { Clock, Operation } from '../base/ports';
import { durationOf, type Timeframe } from '../base/timeframe';
import { calendarFor } from '../calendar/calendar';
import { readExceptions, type Exceptions } from '../calendar/exceptions';
import { listBackups } from '../disk/backup';
import { BACKUPS } from '../disk/journal';
import type { ParquetDescription } from '../table/parquet';
import { judgeGaps } from './gaps';
import { backupComplaints, emptyMaster, freshStart, healthOf, leftover, missingDerived, orphaned, remedyForDamaged, remedyForEmpty, staleDerived, staleMaster, timeComplaints, unpricedMaster, unreadable, withRestore, type Unfit } from './health';
import { calendarPath, derivedFiles, isQuarantined, NOTES, parseName, type NamedFile } from './layout';
import { isBookkeeping, isLeftover, isTemporary } from './leftover';
import { madeFromIn, readProvenance, type MadeFrom } from './provenance';
import { descriptions, digests, surveyAhead, surveys } from './readings';
import { barsFault, jsonFaults } from './usable';
import { listFiles, type FoundFile } from './walk';

/** What judging one file needs to know of the others. */
interface Surroundings {
  readonly folder: string;
  readonly now: number;
  readonly files: ReadonlyMap<string, FoundFile>;
  /** To the exchange calendars. */
  readonly exceptions: Exceptions | undefined;
  /** Newest first. */
  readonly backups: ReadonlyMap<string, readonly BackupEntry[]>;
  readonly depth: InventoryDepth;
}

/** How many files are looked at at once. */
const ABREAST = 4;

/**
 * Lists a data folder: what there is, from when to when, and in what health. Extents come from Parquet footers, order and
 * gaps from one pass over the times; a file that cannot be read is listed with that complaint.
 * @param zone in which times are to be shown; passed through
 * @param depth `footers`: at once, without the passes over times that were not made yet
 * @throws Failure `usage` when there is no such folder; `cancelled`
 */
export async function takeInventory(folder: string, zone: string, operation: Operation, clock: Clock, depth: InventoryDepth = 'rows'): Promise<Inventory> {
  const found = (await listFiles(folder)).filter(({ file }) => isListed(file));
  const files = found.filter(({ noFile }) => noFile === undefined);
  const own = await ownCalendar(folder);
  const copies = await ownBackups(folder);
  const surroundings = { folder, exceptions: own.exceptions, now: clock.now(), files: new Map(files.map((file) => [file.file, file])), backups: byFile(copies.backups), depth };
  if (depth === 'rows') await surveyAhead(files.filter(({ file }) => parseName(file).category === 'market'), operation.signal);
  const entries = new Array<InventoryEntry>(found.length);
  let next = 0;
  const work = async (): Promise<void> => {
    while (next < found.length) {
      if (operation.signal.aborted) throw new Failure('cancelled', { attempted: `list ${folder}`, file: folder, why: 'it was stopped.' });
      const at = next++;
      operation.progress({ step: found[at]!.file, done: at, total: found.length });
      entries[at] = await entryOf(found[at]!, surroundings);
    }
  };
  await Promise.all(Array.from({ length: ABREAST }, work));
  entries.push(...own.entries, ...copies.entries);
  return { folder, zone, depth, entries };
}

/** The user's exceptions; when they cannot be read they stand in the list with that complaint, and our calendars alone hold. */
async function ownCalendar(folder: string): Promise<{ exceptions: Exceptions | undefined; entries: readonly InventoryEntry[] }> {
  try {
    return { exceptions: await readExceptions(calendarPath(folder)), entries: [] };
  } catch (error) {
    return { exceptions: undefined, entries: [unreadEntry(`${NOTES}/calendar.json`, error)] };
  }
}

/** The same for the backups: of what cannot be listed nothing is known. */
async function ownBackups(folder: string): Promise<{ backups: readonly BackupEntry[]; entries: readonly InventoryEntry[] }> {
  try {
    return { backups: await listBackups(folder), entries: [] };
  } catch (error) {
    return { backups: [], entries: [unreadEntry(BACKUPS, error)] };
  }
}

const unreadEntry = (file: string, error: unknown): InventoryEntry => ({ file, category: 'other', bytes: 0, updated: 0, health: 'error', complaints: [unreadable(failureFrom(error, `read ${file}`).facts.why)] });

/** Under Other: copies, leftovers, packed data and what was set aside, but not whatever else lies in a folder. */
const isListed = (file: string): boolean => !isBookkeeping(file) && (parseName(file).category !== 'other' || isQuarantined(file) || /\.(bak|tmp|dbn|zst|gz|zip|done)$/i.test(file));

function byFile(backups: readonly BackupEntry[]): Map<string, BackupEntry[]> {
  const files = new Map<string, BackupEntry[]>();
  for (const backup of backups) files.set(backup.file, [...(files.get(backup.file) ?? []), backup]);
  return files;
}

/** The facts of one kind of file, and what is wrong with it. */
type Findings = Partial<Omit<InventoryEntry, 'complaints' | 'health'>> & { readonly complaints: readonly Complaint[] };

async function entryOf(found: FoundFile, surroundings: Surroundings): Promise<InventoryEntry> {
  const named = parseName(found.file);
  const lastBackup = surroundings.backups.get(found.file)?.[0]?.made;
  let findings: Findings;
  try {
    findings = await findingsOf(found, named, surroundings);
  } catch (error) {
    const { facts } = failureFrom(error, `read ${found.file}`, found.path);
    // What we may not read is not damaged: putting a backup in its place would mend nothing.
    const forbidden = facts.errno === 'EACCES' || facts.errno === 'EPERM';
    const reason = forbidden && facts.remedy !== undefined ? `${facts.why} ${facts.remedy}` : facts.why;
    findings = { complaints: [forbidden ? unreadable(`Cannot be read: ${reason}`) : await damaged(reason, found, named, surroundings)] };
  }
  const { complaints, ...facts } = findings;
  const { category, ticker, timeframe } = named;
  return {
    file: found.file,
    category,
    ...(ticker === undefined ? {} : { ticker }),
    ...(timeframe === undefined ? {} : { timeframe }),
    bytes: found.bytes,
    updated: found.updated,
    ...(lastBackup === undefined ? {} : { lastBackup }),
    ...facts,
    health: healthOf(complaints),
    complaints,
  };
}

/** Cannot be read, and how it is brought back. */
async function damaged(why: string, { file }: FoundFile, named: NamedFile, surroundings: Surroundings): Promise<Complaint> {
  const master = surroundings.files.get(`${named.ticker ?? ''}_1m.parquet`);
  const minutes = master !== undefined && master.file !== file && (await unfitness(master, surroundings)) === undefined;
  const remedy = remedyForDamaged(named, file, { backup: surroundings.backups.has(file), minutes });
  return unreadable(`Cannot be read: ${why}${remedy === undefined ? freshStart(named) : ''}`, remedy);
}

async function findingsOf(found: FoundFile, named: NamedFile, surroundings: Surroundings): Promise<Findings> {
  if (found.noFile !== undefined) return { complaints: [unreadable(`Cannot be read: ${found.noFile}`)] };
  if (isTemporary(found.file)) return { complaints: (await isLeftover(surroundings.folder, found, surroundings.now)) ? [leftover] : [] };
  if (named.category === 'market') return parquetFindings(found, named, surroundings);
  if (named.category === 'derived') return derivedJson(found, named, surroundings);
  return { complaints: [] };
}

async function parquetFindings(found: FoundFile, named: NamedFile, surroundings: Surroundings): Promise<Findings> {
  const description = await descriptions.of(found);
  const facts = footerFacts(description);
  const made = madeFromIn(description.metadata);
  const beside = found.file.includes('/') ? found.file.slice(0, found.file.lastIndexOf('/') + 1) : '';
  if (made !== undefined) return { ...facts, category: 'derived', ...(await freshness(made, beside + made.master, named, surroundings)) };
  const lastBackup = surroundings.backups.get(found.file)?.[0]?.made;
  const fault = named.timeframe === undefined ? undefined : barsFault(found.path, description);
  if (fault !== undefined) return { ...facts, complaints: [unreadable(`It has no bars that can be read: ${fault}`, remedyForDamaged(named, found.file, { backup: lastBackup !== undefined, minutes: false })), ...backupComplaints(found.file, found.updated, lastBackup)] };
  if (description.rows === 0 && named.timeframe !== undefined) return { ...facts, complaints: [emptyMaster(named, found.file, lastBackup !== undefined), ...backupComplaints(found.file, found.updated, lastBackup)] };
  const times = description.timeColumn === undefined || (surroundings.depth === 'footers' && !surveys.has(found)) ? { complaints: [] } : await timeFindings(found, named, surroundings.exceptions);
  // Regenerate and update refuse a master whose times do not rise: what mends it comes first.
  const isSound = healthOf(times.complaints) !== 'error';
  const complaints = [
    ...withRestore(times.complaints, named, found.file, lastBackup !== undefined),
    ...(isSound && named.timeframe !== undefined ? staleMaster(named, description.end, surroundings.now) : []),
    ...(isSound ? derivedComplaints(named, found.file, surroundings) : []),
    ...backupComplaints(found.file, found.updated, lastBackup),
  ];
  return { ...facts, ...times, complaints };
}

/** Only what lies in the data folder itself is derived from. */
const derivedComplaints = ({ ticker, timeframe }: NamedFile, file: string, { files }: Surroundings): Complaint[] =>
  ticker === undefined || timeframe !== '1m' || file.includes('/') ? [] : missingDerived(ticker, derivedFiles(ticker), (derived) => files.has(derived));

function footerFacts({ rows, columns, start, end }: ParquetDescription): Omit<Findings, 'complaints'> {
  return { rows, columns: columns.map((column) => column.name), ...(start === undefined ? {} : { start }), ...(end === undefined ? {} : { end }) };
}

async function timeFindings(found: FoundFile, named: NamedFile, exceptions: Exceptions | undefined): Promise<Findings> {
  const { ticker, timeframe } = named;
  const survey = await surveys.of(found);
  const intraday = timeframe !== undefined && isIntraday(timeframe);
  const complaints = [...timeComplaints(survey), ...unpricedMaster(named, survey)];
  // Of rows out of order nobody can tell what lies between them.
  if (!intraday || healthOf(complaints) === 'error') return { complaints };
  const calendar = ticker === undefined ? undefined : calendarFor(ticker, exceptions);
  const judged = judgeGaps(survey, ticker, timeframe, calendar);
  return { gaps: judged.gaps, complaints: [...complaints, ...judged.complaints] };
}

const isIntraday = (timeframe: Timeframe): boolean => durationOf(timeframe) <= durationOf('4h');

async function derivedJson(found: FoundFile, named: NamedFile, surroundings: Surroundings): Promise<Findings> {
  const fault = await jsonFaults.of(found);
  if (fault !== undefined) return { complaints: [await damaged(fault, found, named, surroundings)] };
  const made = await readProvenance(surroundings.folder, found.file);
  if (made !== undefined) return freshness(made, made.master, named, surroundings);
  // Not ours: all there is to go by is that its master is younger.
  const master = surroundings.files.get(`${named.ticker ?? ''}_1m.parquet`);
  const older = master !== undefined && master.updated > found.updated;
  return { complaints: older ? [staleDerived(named.ticker, `it is older than ${master.file}`, await unfitness(master, surroundings))] : [] };
}

/** Whether a derived file's master still has the content it was made from. @param file the master's, in the data folder */
async function freshness(made: MadeFrom, file: string, named: NamedFile, surroundings: Surroundings): Promise<Findings> {
  const master = surroundings.files.get(file);
  if (master === undefined) return { madeFrom: { master: made.master, current: false }, complaints: [orphaned(file, parseName(file), surroundings.backups.has(file))] };
  const current = (await digests.of(master)) === made.masterSha256;
  const complaints = current ? [] : [staleDerived(named.ticker, `${made.master} has changed since it was made`, await unfitness(master, surroundings))];
  return { madeFrom: { master: made.master, current }, complaints };
}

/** Why nothing is to be regenerated from a master; undefined when it is sound, as far as that is known yet. */
async function unfitness(master: FoundFile, { backups, depth }: Surroundings): Promise<Unfit | undefined> {
  const named = parseName(master.file);
  const backup = backups.has(master.file);
  const description = await descriptions.of(master).catch(() => undefined); // Why it cannot be read, its own entry tells.
  if (description?.rows === 0) return { why: 'holds no bars', remedy: remedyForEmpty(named, master.file, backup) };
  if (description !== undefined && (await isUsable(master, description, depth))) return undefined;
  return { why: 'is damaged', remedy: remedyForDamaged(named, master.file, { backup, minutes: false }) };
}

async function isUsable(master: FoundFile, description: ParquetDescription, depth: InventoryDepth): Promise<boolean> {
  if (barsFault(master.path, description) !== undefined) return false;
  return (depth === 'footers' && !surveys.has(master)) || healthOf(timeComplaints(await surveys.of(master))) !== 'error';
}
