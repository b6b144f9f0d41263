import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';
import { errnoOf, failureFrom } from '../base/failure';
import type { Disk } from '../disk/disk';
import { ifThere } from '../disk/files';
import type { Place } from './place';

/** A folder of this machine as a place: nothing is copied. */
export const folderPlace = (disk: Disk): Place => ({
  list: async (folder, depth) => (depth === 'here' ? namesIn(folder) : filesBelow(folder)),
  async require(folder) {
    await looking(readdir(folder), folder);
  },
  async read(file) {
    try {
      return (await ifThere(disk.files.readFile(file)))?.bytes;
    } catch (error) {
      throw failureFrom(error, `read ${file}`, file);
    }
  },
  async fetch(file) {
    await stat(file).catch((error: unknown) => {
      throw failureFrom(error, `read ${file}`, file);
    });
    return file;
  },
  forget: () => Promise.resolve(),
});

const namesIn = async (folder: string): Promise<string[]> => (await orNothing(readdir(folder), folder)).sort().map((name) => path.join(folder, name));

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await orNothing(readdir(folder, { withFileTypes: true, recursive: true }), folder);
  return entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name)).sort();
}

const looking = <T>(listing: Promise<T[]>, folder: string): Promise<T[]> =>
  listing.catch((error: unknown) => {
    throw failureFrom(error, `look for months in ${folder}`, folder);
  });

const orNothing = <T>(listing: Promise<T[]>, folder: string): Promise<T[]> =>
  looking(listing.catch((error: unknown): T[] => {
    if (errnoOf(error) === 'ENOENT') return [];
    throw error;
  }), folder);
