// The floors of the source tree: a file imports only from lower floors or from its own room. One table, read by the
// linter (eslint.config.mjs) and by the test that walks the import graph (test/shape/floors.test.ts).

/** Room → floor. A room is a folder under src; the longest match wins. */
export const FLOORS = {
  'core/base': 0,
  'core/disk': 1,
  'core/table': 1,
  'core/calendar': 1,
  'core/cloud': 2,
  'core/integrity': 2,
  'core/exports': 3,
  'core/store': 3,
  'core/intake': 4,
  'core/update': 4,
  'core/derive': 4,
  'core/monthly': 4,
  'core/fleet': 5,
  'core/jobs': 5,
  cli: 6,
  extension: 6,
};

/** What a room may use of `protocol`: types only below the top floor, so that core never depends on how it is spoken to. */
export const PROTOCOL = 'protocol';

/** Outside libraries with one owner each: where they may be imported, and why only there. */
export const OWNERS = {
  vscode: { rooms: ['extension'], why: 'everything else must run and be tested without an editor' },
  '@duckdb/node-api': { rooms: ['core/table'], why: 'one room knows SQL and the native library' },
  '@duckdb/node-bindings': { rooms: ['core/table'], why: 'one room knows SQL and the native library' },
  '@aws-sdk/client-s3': { rooms: ['core/cloud'], why: 'one room knows how object stores are spoken to' },
  bullmq: { rooms: ['core/fleet'], why: 'one room knows how work is shared between machines' },
  fzstd: { rooms: ['core/table'], why: 'one room knows how bytes are packed (core/table/dbn/zstd.ts)' },
  re2js: { rooms: ['core/integrity'], why: 'patterns of others are matched in one place (core/integrity/contract/pattern.ts)' },
  luxon: { rooms: ['core/base'], why: 'time zones are integers everywhere else (core/base/time.ts)' },
  '@modelcontextprotocol/sdk': { rooms: ['cli'], why: 'agents are spoken to in one place (cli/mcp), a bundle of its own' },
  commander: { rooms: ['cli'], why: 'only the command line reads argv' },
};

/** Functions of node:fs that change the disk: only core/disk may use them, so that every write is locked, backed up and atomic. */
export const WRITING = /^(write|append|rename|unlink|rm|mkdir|mkdtemp|copyFile|cp|link|symlink|truncate|ftruncate|fsync|fdatasync|chmod|chown|utimes|createWriteStream)/;

export const roomOf = (file) => {
  const rooms = [...Object.keys(FLOORS), PROTOCOL].filter((room) => file === room || file.startsWith(`${room}/`));
  return rooms.sort((a, b) => b.length - a.length)[0];
};

/**
 * Why `from` (a path under src) may not import `to`, or undefined when it may. `typeOnly`: an `import type`.
 */
export function floorFault(from, to, typeOnly) {
  const [here, there] = [roomOf(from), roomOf(to)];
  if (here === undefined) return `${from} lies in no room of the map; add its folder to scripts/floors.mjs and src/README.md`;
  if (there === undefined) return `${to} lies in no room of the map; add its folder to scripts/floors.mjs and src/README.md`;
  if (here === there) return undefined;
  if (here === PROTOCOL) {
    return typeOnly || there === 'core/base' ? undefined : 'protocol only describes messages: it may take types from core, and values from core/base only';
  }
  if (there === PROTOCOL) return typeOnly || FLOORS[here] === 6 ? undefined : 'core takes only types from protocol: it must not depend on how it is spoken to';
  if (here === 'extension' && there !== 'core/base' && !typeOnly) return 'the extension process does no work: ask a child process (protocol) instead of importing the engine';
  if (FLOORS[there] < FLOORS[here]) return undefined;
  return `${here} is on floor ${FLOORS[here]} and ${there} on floor ${FLOORS[there]}: a file imports only from lower floors or its own room, so that each part can be read and tested without those above it`;
}
