import { setTimeout as sleep } from 'node:timers/promises';
import type { ExportStanding } from '../../protocol/exports';
import { failureFrom } from '../base/failure';
import type { Disk } from '../disk/disk';
import { Bell } from './bell';
import { detect, type Known } from './detect';
import { RawFolder } from './evidence';

export interface Watching {
  readonly disk: Disk;
  /** Absolute. */
  readonly folder: string;
  /** The longest time between two looks, ms; changes of files are seen at once. Default 10 s. */
  readonly poll?: number;
}

/** What one look found. */
export interface Look {
  /** Every export there is, by key. */
  readonly known: ReadonlyMap<string, Known>;
  /** Those that stand otherwise than at the look before. */
  readonly changed: readonly ExportStanding[];
  /** Keys of those that are gone, with their files and signals. */
  readonly gone: readonly string[];
  /** In words, what could not be seen: the folder went away, say. Told once. */
  readonly trouble?: string;
}

export const POLL = 10_000;
/** The least time between two looks, ms: a file that is being written changes all the time. */
const PAUSE = 250;

/**
 * Looks at a raw folder, at once and then whenever something changes in it or the poll time is over, until the signal is aborted.
 * A folder that goes away later (a network drive) is told and looked for again.
 * @throws Failure `usage` when there is no such folder at the start; `io`
 */
export async function* watchExports({ disk, folder, poll = POLL }: Watching, signal: AbortSignal): AsyncGenerator<Look, void, undefined> {
  const raw = new RawFolder(disk, folder);
  const bell = new Bell(folder, signal);
  let known: ReadonlyMap<string, Known> = new Map<string, Known>();
  let trouble: string | undefined;
  try {
    yield lookOf(known, (known = await lookAt(raw, known, disk.clock.now())));
    while (await bell.wait(PAUSE, poll)) {
      const before = { known, trouble };
      try {
        known = await lookAt(raw, known, disk.clock.now());
        trouble = bell.trouble;
      } catch (error) {
        trouble = failureFrom(error, `watch ${folder}`, folder).message;
      }
      yield { ...lookOf(before.known, known), ...(trouble === undefined || trouble === before.trouble ? {} : { trouble }) };
    }
  } finally {
    bell.close();
  }
}

async function lookAt(raw: RawFolder, before: ReadonlyMap<string, Known>, now: number): Promise<Map<string, Known>> {
  const evidence = await raw.look();
  return new Map(evidence.map((seen) => [seen.key, detect(before.get(seen.key), seen, now)]));
}

/** One look, for who does not watch; two where a signal could not be understood, which may be being written. */
export async function lookOnce(disk: Disk, folder: string): Promise<Look> {
  const raw = new RawFolder(disk, folder);
  const known = await lookAt(raw, new Map(), disk.clock.now());
  if (!raw.hasUnsettled) return lookOf(new Map(), known);
  await sleep(PAUSE);
  return lookOf(new Map(), await lookAt(raw, known, disk.clock.now()));
}

function lookOf(before: ReadonlyMap<string, Known>, known: ReadonlyMap<string, Known>): Look {
  const changed = [...known].filter(([key, { standing }]) => !isSame(before.get(key)?.standing, standing)).map(([, { standing }]) => standing);
  return { known, changed, gone: [...before.keys()].filter((key) => !known.has(key)) };
}

/** Time passing without a sign of life is no change. */
function isSame(before: ExportStanding | undefined, after: ExportStanding): boolean {
  const text = (standing: ExportStanding): string => JSON.stringify({ ...standing, quietSeconds: 0 });
  return before !== undefined && text(before) === text(after);
}
