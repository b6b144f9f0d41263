/**
 * The words shown to the user. Files that do not import `vscode` use these too; main.ts hands in the editor's
 * translator once, so that the same files run in a plain test.
 */

type Translate = (message: string, ...values: (string | number)[]) => string;

/** Puts the values in the place of `{0}`, `{1}` … of a message that is in the right language already. */
export const fill: Translate = (message, ...values) => message.replace(/\{(\d+)\}/g, (hole, at: string) => String(values[Number(at)] ?? hole));

let translate: Translate = fill;

export function translateWith(translator: Translate): void {
  translate = translator;
}

/** The message in the editor's language; `{0}`, `{1}` … stand for the values. */
export const t: Translate = (message, ...values) => translate(message, ...values);

/** `105,825` */
export const grouped = (value: number): string => value.toLocaleString('en-US');

/** `one` for 1, else `many` with the number in place of `{0}`. Both are whole phrases, so that each can be translated. */
export const count = (value: number, one: string, many: string): string => (value === 1 ? t(one, 1) : t(many, grouped(value)));

/** `1.9 MB`; powers of 1,000, as file managers show them. */
export function size(bytes: number): string {
  const units = ['B', 'KB', 'MB', 'GB', 'TB'];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  return `${unit === 0 || value >= 99.95 ? value.toFixed(0) : value.toFixed(1)} ${units[unit]!}`;
}

/** `2025-12-03` of an instant (unix ms UTC) in a zone. */
export const day = (instant: number, zone: string): string => parts(instant, zone).day;

/** `2025-12-03 09:53 EST` of an instant (unix ms UTC) in a zone. */
export function moment(instant: number, zone: string): string {
  const at = parts(instant, zone);
  return `${at.day} ${at.time} ${at.zone}`;
}

function parts(instant: number, timeZone: string): { day: string; time: string; zone: string } {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZoneName: 'short',
  });
  const found = Object.fromEntries(format.formatToParts(instant).map((part) => [part.type, part.value]));
  const of = (name: Intl.DateTimeFormatPartTypes): string => found[name] ?? '';
  return { day: `${of('year')}-${of('month')}-${of('day')}`, time: `${of('hour')}:${of('minute')}`, zone: of('timeZoneName') };
}
