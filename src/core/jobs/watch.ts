import type { ExportsWatch, ExportTold } from '../../protocol/exports';
import { lookOnce, watchExports, type Look } from '../exports/watch';
import type { JobContext } from './context';
import { rawFolderOf } from './conduct/settings';

export interface WatchRequest {
  /** The raw folder; see `rawFolderOf`. */
  readonly raw?: string;
  /** Look once, and end. */
  readonly once: boolean;
  /** ms; default 10 s. */
  readonly poll?: number;
}

/** Tells of every export in a raw folder, and of every change, until it is stopped. @throws Failure `usage` when there is no such folder; `io` */
export async function watchRaw(context: JobContext, request: WatchRequest, tell: (told: ExportTold) => void): Promise<ExportsWatch> {
  const { disk, operation } = context;
  const folder = await rawFolderOf(context.folder, request.raw);
  if (request.once) return resultOf(folder, await lookOnce(disk, folder));
  let last: Look | undefined;
  for await (const look of watchExports({ disk, folder, ...(request.poll === undefined ? {} : { poll: request.poll }) }, operation.signal)) {
    if (look.trouble !== undefined) operation.log(look.trouble);
    for (const standing of look.changed) tell({ export: standing });
    for (const key of look.gone) tell({ export: last!.known.get(key)!.standing, gone: true });
    last = look;
  }
  return resultOf(folder, last!);
}

const resultOf = (folder: string, { known }: Look): ExportsWatch => ({ folder, exports: [...known.values()].map(({ standing }) => standing) });
