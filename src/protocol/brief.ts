/** An agent reads all it is sent: a result longer than this is cut where its lists are longest, characters of JSON. */
const ROOM = 40_000;

/** The result as JSON; lists too long for `room` are cut, and say at their end how many entries were left out. */
export function brief(result: unknown, room = ROOM): string {
  let most = Infinity;
  let text = JSON.stringify(result, null, 1);
  while (text.length > room && most > 1) {
    most = most === Infinity ? 200 : Math.floor(most / 2);
    text = JSON.stringify(cut(result, most), null, 1);
  }
  return text;
}

function cut(value: unknown, most: number): unknown {
  if (Array.isArray(value)) {
    const entries = value.slice(0, most).map((entry) => cut(entry, most));
    return value.length > most ? [...entries, `… and ${value.length - most} more, left out here`] : entries;
  }
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, cut(entry, most)]));
}
