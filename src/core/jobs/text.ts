import { Failure } from '../base/failure';
import { isPacked } from '../base/recognise';

/** Names of what is no plain text, masters among them: it would be read as garbage, or text would stand under a name that says otherwise. */
const NO_TEXT = /\.(dbn\.zst|gz|zst|bz2|xz|zip|parquet|dbn|json)(\.DONE)?$/i;

/** @throws Failure `usage` about a name that says that a file is packed, a master or derived */
export function requireText(file: string, attempted: string): void {
  const ending = NO_TEXT.exec(file)?.[1]?.toLowerCase();
  if (ending === undefined) return;
  throw noText(file, attempted, ending, ending === 'gz' ? 'Unpack it with gunzip first, and give the copy a name without .gz.' : 'Only CSV files are sealed and repaired: give one of them, and a name such as x.csv.');
}

/** The same about what only is read: what is packed by gzip is read as what it holds. @throws Failure `usage` */
export function requireReadable(file: string, attempted: string): void {
  const ending = NO_TEXT.exec(file)?.[1]?.toLowerCase();
  if (ending === undefined || isPacked(file)) return;
  throw noText(file, attempted, ending, REMEDIES[ending] ?? 'Unpack it first; files packed by gzip are verified as they are.');
}

/** A packed file is written at once, when it is whole. @throws Failure `usage` */
export function requireGrowing(file: string, attempted: string): void {
  if (!isPacked(file)) return;
  throw noText(file, attempted, 'gz', 'Leave out --follow: it is unpacked and verified as it is.', 'It is unpacked and verified as it is: use Verify CSV.');
}

const REMEDIES: Readonly<Record<string, string>> = {
  parquet: 'barkeep inventory tells how masters are.',
  dbn: 'barkeep dbn meta tells what it holds.',
  'dbn.zst': 'barkeep dbn meta tells what it holds.',
  json: 'Give a CSV file.',
};

const noText = (file: string, attempted: string, ending: string, remedy: string, inEditor = remedy): Failure =>
  new Failure('usage', { attempted, file, why: `its name says that it is no CSV (.${ending}).`, remedy, inEditor: { remedy: inEditor } });
