import { isCsvName, isNinjaTraderFile, unpackedName } from '../base/recognise';
import { isOurs } from './leftover';
import { listFiles } from './walk';

/** What imports and repairs have put aside, beside the file it is from. */
const ASIDE = /\.(rejected|conflicts)(\.\d+)?\.csv$/i;

/**
 * Every finished export below a folder, absolute, by name: CSVs and NinjaTrader's texts, packed by gzip or not, but not what Barkeep keeps for itself.
 * @throws Failure when the folder cannot be listed
 */
export async function listExports(folder: string): Promise<string[]> {
  const named = (await listFiles(folder)).filter(({ file }) => /\.(csv|txt)(\.done)?$/i.test(unpackedName(file)) && !ASIDE.test(file) && !isOurs(file));
  const found = await Promise.all(named.map(async ({ path }) => (isCsvName(unpackedName(path)) || (await isNinjaTraderFile(path)) ? [path] : [])));
  return found.flat();
}
