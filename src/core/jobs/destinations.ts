import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Destination } from '../../protocol/keeping';

/** What of the user's machine tells where cloud drives are mounted. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  readonly home: string;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The cloud drives of this machine that are there as folders: Google Drive, OneDrive and what macOS keeps in CloudStorage. */
export async function findDestinations(machine: Machine): Promise<Destination[]> {
  const candidates: Destination[] = [
    ...(machine.platform === 'win32' ? [{ title: 'Google Drive', folder: 'G:\\My Drive' }] : []),
    ...(await cloudStorage(path.join(machine.home, 'Library', 'CloudStorage'))),
    ...['OneDrive', 'OneDriveCommercial', 'OneDriveConsumer'].flatMap((name) => {
      const folder = machine.env[name];
      return folder === undefined || folder === '' ? [] : [{ title: 'OneDrive', folder }];
    }),
    { title: 'OneDrive', folder: path.join(machine.home, 'OneDrive') },
  ];
  const there = await Promise.all(candidates.map(({ folder }) => isFolder(folder)));
  const found = candidates.filter((_, at) => there[at]);
  return found.filter(({ folder }, at) => found.findIndex((other) => path.resolve(other.folder) === path.resolve(folder)) === at);
}

/** `GoogleDrive-me@example.com` holds the drive in `My Drive`; the others are the drive themselves. */
async function cloudStorage(folder: string): Promise<Destination[]> {
  const names = await readdir(folder).catch((): string[] => []); // Not a Mac.
  return names
    .filter((name) => !name.startsWith('.'))
    .sort()
    .map((name) =>
      name.startsWith('GoogleDrive') ? { title: 'Google Drive', folder: path.join(folder, name, 'My Drive') } : { title: name.split('-')[0] ?? name, folder: path.join(folder, name) },
    );
}

const isFolder = (folder: string): Promise<boolean> =>
  stat(folder).then(
    (stats) => stats.isDirectory(),
    () => false,
  );
