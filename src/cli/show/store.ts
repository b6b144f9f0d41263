import { formatInstant } from '../../core/base/time';
import { CATEGORY_TITLES, type Category, type Inventory, type InventoryEntry } from '../../protocol/inventory';
import type { BackupEntry, BackupResult, Holding, RestoreResult } from '../../protocol/keeping';
import { count, plural, size, table, type Paint } from '../terminal';

const CATEGORIES: readonly Category[] = ['market', 'derived', 'raw', 'other'];
const MARKS = { good: ['green', '✔'], info: ['cyan', 'ℹ'], warning: ['yellow', '▲'], error: ['red', '✘'] } as const;

/** Of files the inventory only lists: whether they are right, `verify` tells. */
const UNREAD: ReadonlySet<Category> = new Set(['raw', 'other']);

/** The inventory: a table per category, then what is wrong with what to do about it. */
export function showInventory(inventory: Inventory, paint: Paint): string[] {
  if (inventory.entries.length === 0) {
    return [`No data in ${inventory.folder}.`, 'Start with: barkeep import FILE TICKER TIMEFRAME, or try: barkeep sample'];
  }
  const lines = [`${paint('bold', inventory.folder)}  ${paint('dim', `times in ${inventory.zone}`)}`];
  for (const category of CATEGORIES) {
    const entries = inventory.entries.filter((entry) => entry.category === category);
    if (entries.length === 0) continue;
    const note = category === 'raw' ? paint('dim', '  listed, not read; check one with barkeep verify FILE') : '';
    lines.push('', `${paint('bold', CATEGORY_TITLES[category])}${note}`);
    lines.push(...table(entries.map((entry) => row(entry, inventory.zone, paint)), [2, 3]).map((line) => `  ${line}`));
  }
  return [...lines, ...complaints(inventory, paint)];
}

function row(entry: InventoryEntry, zone: string, paint: Paint): string[] {
  const [colour, mark] = entry.health === 'good' && UNREAD.has(entry.category) ? (['dim', '·'] as const) : MARKS[entry.health];
  const span =
    entry.start === undefined || entry.end === undefined ? '' : `${formatInstant(entry.start, zone)} → ${formatInstant(entry.end, zone)}`;
  return [
    paint(colour, mark),
    entry.file,
    entry.rows === undefined ? '' : `${count(entry.rows)} rows`,
    size(entry.bytes),
    span,
    paint('dim', `updated ${formatInstant(entry.updated, zone, 'yyyy-MM-dd HH:mm')}`),
  ];
}

function complaints(inventory: Inventory, paint: Paint): string[] {
  const found = inventory.entries.flatMap((entry) => entry.complaints.map((complaint) => ({ entry, complaint })));
  if (found.length === 0) return ['', paint('green', '✔ nothing to complain about')];
  return [
    '',
    ...found.map(({ entry, complaint }) => {
      const remedy = complaint.remedy === undefined ? '' : paint('dim', `  → barkeep ${complaint.remedy.command.map(quoted).join(' ')}`);
      return `${paint(MARKS[complaint.severity][0], MARKS[complaint.severity][1])} ${entry.file}: ${complaint.message}${remedy}`;
    }),
  ];
}

/** An argument as it must be typed in a shell. */
export const quoted = (argument: string): string => (/^[\w./:=@%+-]+$/.test(argument) ? argument : `'${argument.replace(/'/g, `'\\''`)}'`);

export function showBackup(result: BackupResult, paint: Paint): string[] {
  if (result.outcome === 'planned') return [`Would back up ${plural(result.backups.length, 'file')}:`, ...backupLines(result.backups), ...troubleLines(result, paint), dryRunNote(paint)];
  const made = result.backups.length === 0 ? [] : [`${paint('green', '✔')} ${plural(result.backups.length, 'backup')} made and verified:`, ...backupLines(result.backups)];
  const current = result.current.length === 0 ? [] : [`${plural(result.current.length, 'file')} already backed up as they are:`, ...backupLines(result.current)];
  return made.length + current.length + result.leftOut.length === 0 ? ['There is nothing to back up here.'] : [...made, ...current, ...troubleLines(result, paint)];
}

/** Files that are torn, and those that could not be copied at all. */
export const troubleLines = ({ torn, leftOut }: Pick<BackupResult, 'torn' | 'leftOut'>, paint: Paint): string[] => [
  ...torn.map(({ file, why }) => `${paint('red', '✘')} ${file} is torn, and so is this copy of it: ${why} Restore an older backup (barkeep restore ${quoted(file)} --list), or make it again from its source.`),
  ...leftOut.map(({ file, why }) => `${paint('red', '✘')} ${file} is not copied, because it cannot be read: ${why}`),
];

export function showBackups(backups: readonly BackupEntry[]): string[] {
  return backups.length === 0 ? ['There are no backups.'] : backupLines(backups);
}

export function showRestore(result: RestoreResult, paint: Paint): string[] {
  const from = `${result.from.backup} (${formatInstant(result.from.made, 'UTC', "yyyy-MM-dd HH:mm:ss 'UTC'")}, ${size(result.from.bytes)})`;
  if (result.outcome === 'planned') return [`Would restore ${result.file} from ${from}; the file as it is now would be backed up first.`, ...unknownLine(result), ...changeLines(result), dryRunNote(paint)];
  if (result.outcome === 'unchanged') return [`${result.file} already equals ${from}; nothing was changed.`];
  const saved = result.saved === undefined ? [] : [`The file as it was is kept as ${result.saved.backup}.`];
  return [`${paint('green', '✔')} ${result.file} restored from ${from} and ${result.from.sha256 === null ? 'read back' : 'verified'}.`, ...unknownLine(result), ...saved, 'Derived files may now be stale: run barkeep regenerate.'];
}

const unknownLine = ({ from }: RestoreResult): string[] =>
  from.sha256 === null ? ['The journal does not tell that backup\'s digest: it can be read, but nobody can tell whether it is as it was made.'] : [];

function changeLines({ now, from }: RestoreResult): string[] {
  if (now === undefined || from.holds === undefined) return [];
  return table([['  now', holdingText(now)], ['  then', holdingText(from.holds)]]);
}

function holdingText({ rows, start, end }: Holding): string {
  const day = (instant: number): string => formatInstant(instant, 'UTC', 'yyyy-MM-dd HH:mm');
  return `${plural(rows, 'bar')}${start === undefined || end === undefined ? '' : `, ${day(start)} → ${day(end)} UTC`}`;
}

export const dryRunNote = (paint: Paint): string => paint('dim', 'Dry run: nothing was written.');

function backupLines(backups: readonly BackupEntry[]): string[] {
  const rows = backups.map((entry) => [
    `  ${entry.file}`,
    size(entry.bytes),
    formatInstant(entry.made, 'UTC', "yyyy-MM-dd HH:mm:ss 'UTC'"),
    `backups/${entry.backup}`,
    ...(entry.holds === undefined ? [] : [holdingText(entry.holds)]),
    entry.why ?? '',
  ]);
  return table(rows, [1]);
}
