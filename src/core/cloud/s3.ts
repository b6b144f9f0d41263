import { Failure } from '../base/failure';
import type { Disk } from '../disk/disk';
import { measureFile } from '../disk/digest';
import { below, keyOf, nameOf, type Address } from './address';
import { Client, DIGEST, eachPiece, isGone, type ObjectHead } from './client';
import { download, forget } from './download';
import { STORE_BUSY, storeFailure } from './errors';
import type { Store, StoreSettings } from './place';
import { PART_BYTES, abort, requireDigest, unfinishedBelow, upload } from './upload';

/** A bucket of any store that speaks S3, as a place. */
export async function openStore(disk: Disk, settings: StoreSettings): Promise<Store> {
  const client = await Client.open(settings);
  const holds = async (at: Address, bytes: number, sha256: string): Promise<boolean> => isWhole(await client.findHead(at), bytes, sha256);
  return {
    async list(folder, depth) {
      const found: Address[] = [];
      for await (const { address } of client.list(folder, depth)) found.push(address);
      return found.sort();
    },
    async require(folder) {
      keyOf(folder);
      for await (const _first of client.list(folder, 'here')) return;
    },
    read: (file) => readSmall(client, file),
    fetch: (file, into, operation) => download(client, disk, file, into, operation),
    forget: (file, into) => forget(disk, file, into),
    write: (file, text) => client.put(file, Buffer.from(text, 'utf8'), {}),
    async publish({ file, to, sha256, about, beside }, temporary, operation) {
      const { bytes } = await measureFile(file, operation.signal);
      if (await holds(to, bytes, sha256)) return;
      const part = below(temporary, `${nameOf(to)}.part`);
      if (!(await holds(part, bytes, sha256))) await upload(client, { file, bytes, sha256, about, partBytes: settings.partBytes ?? PART_BYTES }, part, operation);
      await requireDigest(client, part, sha256);
      await client.put(beside.to, Buffer.from(beside.text, 'utf8'), {});
      await client.copy(part, to);
      if (!(await holds(to, bytes, sha256))) throw notThere(to);
      await giveUp(client, part);
    },
    async sweep(temporary, before) {
      const removed: Address[] = [];
      for await (const each of unfinishedBelow(client, temporary)) if (each.begun < before + client.skew) removed.push((await abort(client, each), each.address));
      for await (const { address, changed } of client.list(temporary, 'below')) if (changed < before + client.skew) removed.push((await client.remove(address), address));
      return removed;
    },
  };
}

const isWhole = (head: ObjectHead | undefined, bytes: number, sha256: string): boolean => head !== undefined && head.bytes === bytes && head.sha256 === sha256;

async function readSmall(client: Client, file: Address): Promise<Buffer | undefined> {
  const pieces: Buffer[] = [];
  try {
    await eachPiece(await client.body(file), (piece) => void pieces.push(piece));
    return Buffer.concat(pieces);
  } catch (error) {
    if (isGone(error)) return undefined;
    throw storeFailure(error, `read ${file}`, file);
  }
}

/** Removes a temporary object, and uploads to its key that were begun and not finished. */
async function giveUp(client: Client, part: Address): Promise<void> {
  await client.remove(part);
  for await (const each of unfinishedBelow(client, part)) if (each.address === part) await abort(client, each);
}

const notThere = (to: Address): Failure =>
  new Failure('io', { attempted: `publish ${to}`, file: to, errno: STORE_BUSY, why: `the store took it, but does not show it with the size and the ${DIGEST} it was given.`, remedy: 'Run it again.' });
