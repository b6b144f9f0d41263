import type { Random } from './random';

/** A well-formed file and what is in it. */
export interface Table {
  readonly text: string;
  readonly delimiter: string;
  readonly records: readonly (readonly string[])[];
}

const PIECES = [',', ';', '\t', '|', '"', '""', '\n', '\r', '\r\n', ' ', 'a', '0', '-1.5', 'é', '中', '😀', '\u0001', '\u2028', "'", '\\', 'x'.repeat(70), ''];

/** Cells of anything, quoted where they must be and now and then where they need not. */
export function table(random: Random): Table {
  const delimiter = random.of([',', ';', '\t', '|']);
  const width = 1 + random.below(5);
  const records = random.times(1 + random.below(8), () => random.times(random.chance(10) ? 1 + random.below(9) : width, () => cell(random)));
  const breaks = random.chance(4) ? ['\n', '\r\n', '\r'] : [random.of(['\n', '\r\n', '\r'])];
  const lines = records.map((cells) => cells.map((each) => written(each, cells.length === 1, delimiter, random)).join(delimiter));
  // A bare CR must not meet an LF that begins the next line: none does, as each would be quoted.
  const text = lines.map((line, at) => line + (at === lines.length - 1 && random.chance(2) ? '' : random.of(breaks))).join('');
  return { text: random.chance(8) ? `\uFEFF${text}` : text, delimiter, records };
}

function cell(random: Random): string {
  if (random.chance(2000)) return random.of(PIECES).repeat(1 + random.below(4000));
  return random.times(random.below(5), () => random.of(PIECES)).join('');
}

function written(text: string, alone: boolean, delimiter: string, random: Random): string {
  const mustBeQuoted = text.includes(delimiter) || /["\r\n\uFEFF]/.test(text) || (alone && text === '');
  return mustBeQuoted || random.chance(5) ? `"${text.replaceAll('"', '""')}"` : text;
}
