import type { Report } from '../../protocol/report';
import { Failure } from '../base/failure';
import { hasDecimalComma } from '../table/csv/number';
import type { DateOrder } from '../integrity/timestamp';
import type { Rejected, RowCollector } from './rows';

/** When a vendor's file as a whole is not fit to be used, whatever some of its rows are. All throw Failure `refused`. */

const SEAL_FAULTS = ['checksum-mismatch', 'checksum-format', 'manifest-mismatch'];

const SEE_PROBLEMS = { remedy: 'Its problems say where: Verify CSV lists them.' };

/** A sealed file is imported whole or not at all: a broken seal says that it is not what its writer wrote, or not all of it. */
export function requireSeal(file: string, { totals, sealed, findings }: Report): void {
  // Without a seal a cut last row is a rejected one; that rows are missing, about no row, only a manifest tells.
  const isWhole = !findings.some(({ code, row }) => code === 'truncated-tail' && (sealed || row === 0));
  const broken = [...SEAL_FAULTS, ...(isWhole ? [] : ['truncated-tail'])].flatMap((code) => (totals[code] === undefined ? [] : `${totals[code]} ${code}`));
  if (broken.length === 0) return;
  const remedy = `See barkeep verify ${file}, and take the file from its source again.`;
  throw new Failure('refused', { attempted: `read ${file}`, file, why: `its seal is broken (${broken.join(', ')}).`, remedy, inEditor: { remedy: 'Its problems say where; take the file from its source again.' } });
}

/** A larger share of rows without a time is a file that is misread, not one with some damage. */
const UNTIMED_SHARE = 0.1;
const SLASHED_DATE = /(?:^|[^\d/])(\d{1,2})\/(\d{1,2})\/\d{4}/;

/**
 * A date whose month would be above 12 says that the others were misread as well.
 * @param rejects some of the rejected rows, at least the first @param untimed how many have no valid time, of all
 */
export function requireTimes(file: string, { rows }: Report, rejects: readonly Rejected[], untimed: number, dates: DateOrder = 'month-first'): void {
  const attempted = `read ${file}`;
  const examples = rejects.filter(isUntimed);
  const turned = examples.find(({ text }) => isTurned(text, dates));
  if (turned !== undefined) {
    const [before, after, other] = dates === 'month-first' ? ['day', 'month', 'day-first' as const] : ['month', 'day', 'month-first' as const];
    const why = `row ${turned.row} puts the ${before} before the ${after} ("${turned.text.slice(0, 40)}"), but dates are read as ${after}/${before}/year.`;
    throw new Failure('refused', { attempted, file, line: turned.line, why, remedy: `Say it with --dates ${other}, or export it with dates such as 2025-07-13; correct the row if it is the only one.`, inEditor: { remedy: `Import it as ${other}, or export it with dates such as 2025-07-13; correct the row if it is the only one.` }, options: { dates: other } });
  }
  const first = examples[0];
  if (first === undefined || untimed <= UNTIMED_SHARE * rows) return;
  const why = `${untimed} of its ${rows} rows have no valid time (first in line ${first.line}): too many for the rest to be trusted.`;
  throw new Failure('refused', { attempted, file, why, remedy: `See barkeep verify ${file}.`, inEditor: SEE_PROBLEMS });
}

export const isUntimed = ({ code }: Pick<Rejected, 'code'>): boolean => code === 'timestamp-invalid';

function isTurned(text: string, dates: DateOrder): boolean {
  const [, first, second] = SLASHED_DATE.exec(text) ?? [];
  const [month, day] = dates === 'month-first' ? [Number(first), Number(second)] : [Number(second), Number(first)];
  return month > 12 && month <= 31 && day <= 12;
}

/** How many kinds of fault a refusal lists. */
const LISTED = 3;

export function requireOneInstrument(file: string, instruments: ReadonlySet<string>): void {
  if (instruments.size <= 1) return;
  const names = [...instruments].slice(0, 5).join(', ');
  throw new Failure('refused', { attempted: `read ${file}`, file, why: `it holds several instruments: ${names}.`, remedy: 'Split it into one file per instrument.' });
}

export function requireBars(file: string, report: Report, { rejects, instruments }: Pick<RowCollector, 'rejects' | 'instruments'>, bars: number): void {
  const attempted = `read ${file}`;
  requireOneInstrument(file, instruments);
  requirePoints(file, report);
  if (bars > 0) return;
  if (report.rows === 0) throw new Failure('refused', { attempted, file, why: 'it has no data row, only a header.' });
  throw new Failure('refused', {
    attempted,
    file,
    why: `none of its rows is a usable bar: ${report.rows} rejected (${commonestFaults(rejects)}).`,
    remedy: `See barkeep verify ${file}.`,
    inEditor: SEE_PROBLEMS,
  });
}

/** Also when some rows are bars: whole prices need no decimal point, and would be all that is left of the file. */
function requirePoints(file: string, { findings }: Report): void {
  const unquoted = (text = ''): string => text.replaceAll('"', '').trim();
  const comma = findings.find(({ code, text }) => code === 'number-invalid' && hasDecimalComma(unquoted(text)));
  if (comma === undefined) return;
  const why = `its numbers have a decimal comma (${unquoted(comma.text)}).`;
  throw new Failure('refused', { attempted: `read ${file}`, file, line: comma.place.line, why, remedy: 'Export it with a decimal point.' });
}

function commonestFaults(rejects: readonly Rejected[]): string {
  const counts = new Map<string, number>();
  for (const { code } of rejects) counts.set(code, (counts.get(code) ?? 0) + 1);
  return [...counts]
    .sort((a, b) => b[1] - a[1])
    .slice(0, LISTED)
    .map(([code, count]) => `${count} ${code}`)
    .join(', ');
}
