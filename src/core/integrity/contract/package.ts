import path from 'node:path';
import * as z from 'zod';

/** Reading data packages (https://datapackage.org/standard/data-package/). */
const PACKAGE = z.object({
  resources: z.array(z.object({ path: z.union([z.string(), z.array(z.string())]).optional(), schema: z.union([z.string(), z.looseObject({})]).optional() })),
});

/**
 * The schema that a package has for one of its files, or where it is; or why the descriptor is no package.
 * @param names the file may have in it, the likeliest first
 */
export function schemaIn(descriptor: unknown, names: readonly string[]): { schema?: string | Readonly<Record<string, unknown>> | undefined; fault?: string } {
  const parsed = PACKAGE.safeParse(descriptor);
  if (!parsed.success) return { fault: parsed.error.issues.map(({ path: at, message }) => `${at.join('.')}: ${message}`).join('; ') };
  const { resources } = parsed.data;
  const resource = names.map((name) => resources.find(({ path: paths = [] }) => [paths].flat().some((each) => path.normalize(each) === name))).find((found) => found !== undefined);
  return { schema: resource?.schema };
}
