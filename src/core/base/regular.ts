import { stat } from 'node:fs/promises';
import { Failure } from './failure';

/**
 * Asked before a file is opened: opening a pipe waits until somebody writes to it, and it can be read once and from the
 * start only. Of a folder the system says more when it is read.
 * @throws Failure `usage` about a pipe or a device; what `stat` throws
 */
export async function requireRegular(file: string, attempted: string): Promise<void> {
  const kind = await stat(file);
  if (kind.isFile() || kind.isDirectory()) return;
  throw new Failure('usage', { attempted, file, why: 'it is a pipe or a device, not a regular file.', remedy: 'Save it as a file, and give the path of that.' });
}
