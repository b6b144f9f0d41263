import path from 'node:path';
import { Failure, type FailureFacts } from '../base/failure';
import { listBackups } from '../disk/backup';
import { readJournal } from '../disk/journal';
import { describeParquet } from '../table/parquet';
import { parseName } from './layout';
import { recordedImports } from './recorded';

/** What mends a damaged master, as far as there is anything to mend it with: what cannot be looked at, it cannot be mended with either. */
export async function adviceOn(master: string): Promise<Pick<FailureFacts, 'remedy' | 'inEditor'>> {
  const { dir: folder, base: name } = path.parse(master);
  const { ticker, timeframe } = parseName(name);
  if (ticker === undefined || timeframe === undefined) return BY_ITS_TOOL;
  const backups = await listBackups(folder).catch(() => []);
  const metadata = await describeParquet(master).then((described) => described.metadata, () => ({}));
  const imports = recordedImports(name, metadata, await readJournal(folder).catch(() => []));
  const ways = [
    ...(backups.some(({ file }) => file === name) ? [RESTORE(name)] : []),
    ...(imports.length > 0 ? [REBUILD_IT(ticker, timeframe)] : []),
  ];
  if (ways.length === 0) return anew(ticker, timeframe);
  return { remedy: `${sentence(ways.map(({ typed }) => typed))}.`, inEditor: { remedy: `${sentence(ways.map(({ clicked }) => clicked))}.` } };
}

/** Reads a master; where it is torn, the failure says what mends it. */
export async function advised<T>(master: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    // What the system refuses, such as a permission, has advice of its own.
    if (!(error instanceof Failure) || error.kind !== 'io' || error.facts.errno !== undefined || error.facts.file !== master) throw error;
    throw new Failure('io', { ...error.facts, ...(await adviceOn(master)) });
  }
}

/** As it is said at a command line, and in an editor. */
interface Way {
  readonly typed: string;
  readonly clicked: string;
}

const RESTORE = (name: string): Way => ({ typed: `restore a backup of it (barkeep restore ${name})`, clicked: 'put a backup in its place with Restore…' });

const REBUILD_IT = (ticker: string, timeframe: string): Way => ({
  typed: `make it anew from the exports it was imported from (barkeep rebuild ${ticker} ${timeframe})`,
  clicked: 'make it anew from the exports it was imported from with Rebuild…',
});

const BY_ITS_TOOL = { remedy: 'Make it again with the tool that made it.' };

/** Of which there is neither a backup nor a record. */
const anew = (ticker: string, timeframe: string): Pick<FailureFacts, 'remedy' | 'inEditor'> => ({
  remedy: `Make it again with the tool that made it, or anew from exports of it: barkeep rebuild ${ticker} ${timeframe} EXPORT.txt.`,
  inEditor: { remedy: 'Make it again with the tool that made it, or anew from exports of it with Rebuild….' },
});

function sentence(parts: readonly string[]): string {
  const text = parts.join(', or ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
