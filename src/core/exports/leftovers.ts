import { TEMPORARY } from '../disk/atomic';
import { parseCsvName, parseSignalName } from './names';

/** Temporary files of an instrument's exports that were killed, among the names in a folder. Only its exporter, who holds its lock, may take them for such. */
export const leftoversOf = (names: readonly string[], instrument: string): string[] =>
  names.filter((name) => name.endsWith(TEMPORARY) && instrumentOf(name.slice(0, -TEMPORARY.length)) === instrument);

function instrumentOf(name: string): string | undefined {
  const signal = parseSignalName(name);
  if (signal?.kind === 'start') return signal.instrument;
  return parseCsvName(signal?.csv ?? name.replace(/\.(integrity|seal)\.json$/, ''))?.instrument;
}
