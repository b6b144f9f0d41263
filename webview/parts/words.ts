/** The message with the values in the place of `{0}`, `{1}` … */
export const fill = (message: string, ...values: readonly (string | number)[]): string => message.replace(/\{(\d+)\}/g, (hole, at: string) => String(values[Number(at)] ?? hole));

const formats = new Map<string, Intl.DateTimeFormat>();

function format(zone: string, withTime: boolean): Intl.DateTimeFormat {
  const key = `${zone} ${withTime}`;
  const known = formats.get(key);
  if (known !== undefined) return known;
  // Sweden writes dates as ISO 8601 does.
  const made = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, year: 'numeric', month: '2-digit', day: '2-digit', ...(withTime ? { hour: '2-digit', minute: '2-digit' } : {}) });
  formats.set(key, made);
  return made;
}

/** `2025-12-03` of an instant, unix ms UTC, in a zone. */
export const dayIn = (zone: string, instant: number): string => format(zone, false).format(instant);

/** `2025-12-03 09:53` */
export const momentIn = (zone: string, instant: number): string => format(zone, true).format(instant);
