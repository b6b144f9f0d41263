import { lstat } from 'node:fs/promises';
import { Failure } from '../base/failure';
import { ifThere } from './files';

/**
 * To be asked about a file that is not there: a symbolic link that leads nowhere, such as one to a drive that is not
 * mounted, stands for a file we cannot see, which must not be taken for none and replaced.
 * @param attempted as in FailureFacts
 * @throws Failure `refused` naming the link
 */
export async function requireNoLink(file: string, attempted: string): Promise<void> {
  const stats = await ifThere(lstat(file));
  if (stats?.isSymbolicLink() !== true) return;
  throw new Failure('refused', {
    attempted,
    file,
    why: `${file} is a symbolic link to a file that is not there.`,
    remedy: 'Mount the drive it leads to, or remove the link; nothing was written.',
  });
}
