import type { Disk } from '../disk/disk';
import { isRemote, type Address } from './address';
import { folderPlace } from './folder';
import type { Place, Store, StoreSettings } from './place';
import { openStore } from './s3';

/** The places that addresses are in. The library of the store is loaded with the first address that needs it. */
export interface Places {
  of(address: Address): Promise<Place>;
  /** The store of an `s3://` address. */
  store(): Promise<Store>;
}

export function openPlaces(disk: Disk, settings: StoreSettings): Places {
  const folder = folderPlace(disk);
  let opened: Promise<Store> | undefined;
  const store = (): Promise<Store> => (opened ??= openStore(disk, settings));
  return { store, of: (address) => (isRemote(address) ? store() : Promise.resolve(folder)) };
}
