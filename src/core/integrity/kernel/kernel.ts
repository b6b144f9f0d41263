import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type * as Program from './thread';

/** dist/kernel.js, beside the program; run from source, where the build puts it. */
export const program = path.join(__dirname, ...(path.basename(__dirname) === 'dist' ? [] : ['..', '..', '..', '..', 'dist']), 'kernel.js');

let compiled: Promise<WebAssembly.Module> | undefined;

/** The kernel, compiled once; undefined when it was not built. */
export function loadKernel(): Promise<WebAssembly.Module> | undefined {
  if (compiled === undefined && existsSync(program)) compiled = (createRequire(__filename)(program) as typeof Program).kernel();
  return compiled;
}
