import type { JournalLine } from '../disk/journal';
import { sourcesIn, type ImportedFrom, type Metadata } from './lineage';

/** How reasons of a change begin in the journal that made a master anew. */
export const REBUILD = 'rebuild';

/** An import into a master, as far as it is on record. */
export type RecordedImport = Pick<ImportedFrom, 'sourceName'> & Partial<ImportedFrom> & {
  /** Its bars took the place of others. */
  readonly replaced: boolean;
};

/**
 * What was imported into a master, in order: as its metadata tells or, where it is torn, the journal.
 * @param master its name @param journal oldest first
 */
export function recordedImports(master: string, metadata: Metadata, journal: readonly JournalLine[]): RecordedImport[] {
  const lines = journal.filter(({ file }) => file === master);
  const told = sourcesIn(metadata);
  if (told.length === 0) return distinct(fromJournal(lines));
  const replacing = new Set(lines.flatMap((line) => importsOf(line)).filter(({ replaced }) => replaced).map(({ sourceName }) => sourceName));
  return told.map((source) => ({ ...source, replaced: replacing.has(source.sourceName) }));
}

/** Follows the file through its changes: made anew, grown, put back to what a backup was. */
function fromJournal(lines: readonly JournalLine[]): readonly RecordedImport[] {
  const atBackup = new Map<string, readonly RecordedImport[]>();
  let now: readonly RecordedImport[] = [];
  for (const line of lines) {
    if (line.what === 'backup' && line.backup !== undefined) atBackup.set(line.backup, now);
    else if (line.what === 'restore') now = atBackup.get(line.why.replace(/^restore /, '')) ?? now;
    else if (line.what === 'create' || line.why.startsWith(REBUILD)) now = importsOf(line);
    else now = [...now, ...importsOf(line)];
  }
  return now;
}

/** Lines written before there were sources in them tell only the name. */
function importsOf({ sources, why }: JournalLine): RecordedImport[] {
  const { name, replaced } = /^import of (?<name>.+): \d+ bars added, (?<replaced>\d+) replaced$/.exec(why)?.groups ?? {};
  const took = Number(replaced ?? 0) > 0;
  const told = sourcesIn({ 'barkeep.sources': JSON.stringify(sources ?? []) });
  if (told.length > 0) return told.map((source) => ({ ...source, replaced: took }));
  return name === undefined ? [] : [{ sourceName: name, replaced: took }];
}

/** An import that was interrupted is in the journal twice. */
const distinct = (imports: readonly RecordedImport[]): RecordedImport[] =>
  imports.filter((each, at) => imports.findIndex((other) => other.sourceName === each.sourceName && other.sourceSha256 === each.sourceSha256 && other.zone === each.zone && other.stamp === each.stamp) === at);
