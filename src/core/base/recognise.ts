import { open } from 'node:fs/promises';

/** `.csv`, `.csv.DONE`, `.csv.tmp`, in any case: the names that get the language `csv`. */
export const isCsvName = (name: string): boolean => /\.csv(\.done|\.tmp)?$/i.test(name);

const NINJATRADER = /^\uFEFF?\d{8}(?: \d{6}(?: \d{1,9})?)?[;,]\s*-?\d/;

/** Whether a first line is one of NinjaTrader's: `20250727 150100;6507.5;…`, daily `20250727;…` or tick. */
export const isNinjaTraderLine = (line: string): boolean => NINJATRADER.test(line);

/** Whether a `.txt` file on disk begins as a NinjaTrader export does. An unreadable file does not. */
export async function isNinjaTraderFile(file: string): Promise<boolean> {
  if (!/\.txt(\.done)?$/i.test(file)) return false;
  try {
    const handle = await open(file, 'r');
    try {
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(80), 0, 80, 0);
      return isNinjaTraderLine(buffer.toString('utf8', 0, bytesRead));
    } finally {
      await handle.close();
    }
  } catch {
    return false;
  }
}
