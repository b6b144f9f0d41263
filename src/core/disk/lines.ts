import path from 'node:path';
import type { Disk } from './disk';
import { diskFailure } from './failures';
import { ifThere, makeFolder, writeSmall, type Content } from './files';
import { parseObject } from './holder';

/** Logs of ours: one JSON object per line, only ever appended to. */

/**
 * Appends lines and syncs them. A last line torn by a crash is closed first, so that it spoils no other.
 * @param called what the file is to the user, such as `the journal`
 */
export async function appendLines(disk: Disk, file: string, lines: readonly object[], called: string): Promise<void> {
  const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('');
  try {
    await makeFolder(disk.files, path.dirname(file));
    const there = await ifThere(disk.files.readFile(file));
    const torn = there !== undefined && there.bytes.length > 0 && there.bytes.at(-1) !== 0x0a;
    await writeSmall(disk.files, file, `${torn ? '\n' : ''}${text}`, 'a', true);
    if (there === undefined) await disk.files.syncFolder(path.dirname(file));
  } catch (error) {
    throw diskFailure(error, `write ${called} ${file}`, file, Buffer.byteLength(text));
  }
}

/** The objects in a log, oldest first. Torn lines, and a missing log, are passed over: it is a record, not a source. */
export function parseLines(content: Content | undefined): object[] {
  const lines = content?.bytes.toString('utf8').split('\n') ?? [];
  return lines.map(parseObject).filter((line) => line !== undefined);
}
