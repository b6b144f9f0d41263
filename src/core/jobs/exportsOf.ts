import { stat } from 'node:fs/promises';
import path from 'node:path';
import type { RebuildMissing } from '../../protocol/rebuild';
import { failureFrom } from '../base/failure';
import { sha256OfFile } from '../disk/digest';
import { withUnpacked } from '../disk/packed';
import type { RecordedImport } from '../store/recorded';
import { listFiles } from '../store/walk';
import type { JobContext } from './context';

/** The exports a master was made of, looked for again. */

/** A file to import again, with what is on record of its import; nothing of one that was only named. */
export interface FoundExport {
  readonly file: string;
  readonly recorded: RecordedImport | undefined;
}

export interface FoundExports {
  readonly found: readonly FoundExport[];
  readonly missing: readonly RebuildMissing[];
}

/**
 * Looks for recorded exports in the data folder and among what is named, by name and content; a file that is named and not on record comes last.
 * @param named files and folders @param again the command line to say once they are there
 */
export async function findExports(context: JobContext, imports: readonly RecordedImport[], named: readonly string[], again: string): Promise<FoundExports> {
  const given = await Promise.all(named.map((each) => inNamed(each)));
  const files = given.flatMap(({ file }) => file ?? []);
  const around = [...given.flatMap(({ inside }) => inside), ...(await listFiles(context.folder)).map((each) => each.path)];
  const digests = new Map<string, Promise<string>>();
  const digestOf = (file: string): Promise<string> => {
    const digest = digests.get(file) ?? withUnpacked(context.disk.files, file, context.operation.signal, (plain) => sha256OfFile(plain, context.operation.signal));
    digests.set(file, digest);
    return digest;
  };
  const found: FoundExport[] = [];
  const missing: RebuildMissing[] = [];
  for (const recorded of imports) {
    const alike = around.filter((file) => plainName(file) === plainName(recorded.sourceName));
    const file = await first([...files, ...alike], async (each) => (recorded.sourceSha256 === undefined ? plainName(each) === plainName(recorded.sourceName) : (await digestOf(each)) === recorded.sourceSha256));
    if (file === undefined) missing.push(notFound(recorded, alike, again));
    else found.push({ file, recorded });
  }
  const used = new Set(found.map(({ file }) => file));
  return { found: [...found, ...files.filter((file) => !used.has(file)).map((file) => ({ file, recorded: undefined }))], missing };
}

async function inNamed(named: string): Promise<{ file?: string; inside: readonly string[] }> {
  const whole = path.resolve(named);
  const stats = await stat(whole).catch((error: unknown) => { throw failureFrom(error, `read ${named}`, named); });
  return stats.isDirectory() ? { inside: (await listFiles(whole)).map((each) => each.path) } : { file: whole, inside: [] };
}

async function first(files: readonly string[], fits: (file: string) => Promise<boolean>): Promise<string | undefined> {
  for (const file of files) if (await fits(file)) return file;
  return undefined;
}

/** Without what finishing, packing and archiving add to a name. */
const plainName = (file: string): string => path.basename(file).replace(/(\.gz)?(\.DONE)?(\.\d+)?$/i, '');

function notFound({ sourceName }: RecordedImport, alike: readonly string[], again: string): RebuildMissing {
  if (sourceName.startsWith('Yahoo ')) return { name: sourceName, why: 'it was fetched, and no file of it was kept.', remedy: `Fetch it again: ${again.replace('rebuild', 'update')}.` };
  const why = alike[0] === undefined ? 'there is no such file in the data folder.' : `${alike[0]} has another content than the file that was imported.`;
  return { name: sourceName, why, remedy: `Put it into the data folder, or name it or its folder (${again} FOLDER).` };
}
