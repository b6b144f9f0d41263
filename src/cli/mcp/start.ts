import { stat } from 'node:fs/promises';
import path from 'node:path';
import { failureFrom } from '../../core/base/failure';
import { findDataFolder } from '../../core/store/layout';

/** Serves agents until they close the input. The protocol's code is a bundle of its own, read only here. */
export async function mcp(data: string | undefined): Promise<void> {
  const folder = data === undefined ? await findDataFolder(process.cwd()) : path.resolve(data);
  await stat(folder).catch((error: unknown) => {
    throw failureFrom(error, `serve the data folder ${folder}`);
  });
  const { serveTools } = await import('./main');
  await serveTools(folder);
}
