import { open } from 'node:fs/promises';
import { constants, gunzipSync } from 'node:zlib';

/** `.csv`, `.csv.DONE`, `.csv.tmp`, in any case: the names that get the language `csv`. */
export const isCsvName = (name: string): boolean => /\.csv(\.done|\.tmp)?$/i.test(name);

/** `.gz`, `.gz.DONE`: packed by gzip. */
export const isPacked = (name: string): boolean => /\.gz(\.DONE)?$/i.test(name);

/** The name of what is packed in it: `x.csv` of `x.csv.gz.DONE`; of any other file its own. */
export const unpackedName = (name: string): string => (isPacked(name) ? name.replace(/\.gz(\.DONE)?$/i, '') : name);

const NINJATRADER = /^\uFEFF?\d{8}(?: \d{6}(?: \d{1,9})?)?[;,]\s*-?\d/;

/** Whether a first line is one of NinjaTrader's: `20250727 150100;6507.5;…`, daily `20250727;…` or tick. */
export const isNinjaTraderLine = (line: string): boolean => NINJATRADER.test(line);

/** Bytes in which a line begins, packed or not. */
const BEGINNING = 512;

/** Whether a `.txt` file on disk, packed or not, begins as a NinjaTrader export does. An unreadable file does not. */
export async function isNinjaTraderFile(file: string): Promise<boolean> {
  if (!/\.txt(\.done)?$/i.test(unpackedName(file))) return false;
  try {
    const handle = await open(file, 'r');
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(BEGINNING), 0, BEGINNING, 0);
      const bytes = buffer.subarray(0, bytesRead);
      // The rest of the packed bytes is missing: what those there are hold will do.
      return isNinjaTraderLine((isPacked(file) ? gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH }) : bytes).toString('utf8'));
    } finally {
      await handle.close();
    }
  } catch {
    return false;
  }
}
