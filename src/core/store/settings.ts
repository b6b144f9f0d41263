import { readFile } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { Failure, errnoOf, failureFrom } from '../base/failure';
import { NOTES } from './layout';

/** What a folder's owner set for the engine, whoever runs it: a part for each job. */
export const settingsPath = (folder: string): string => path.join(folder, NOTES, 'settings.json');

/**
 * One part of `.barkeep/settings.json`; what is not set is absent.
 * @param schema of that part; everything in it is optional
 * @throws Failure `usage` naming what is wrong in the file; `io`
 */
export async function readSettings<Schema extends z.ZodType>(folder: string, part: string, schema: Schema): Promise<z.infer<Schema>> {
  const file = settingsPath(folder);
  const attempted = `read the settings ${file}`;
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return '{}';
    throw failureFrom(error, attempted, file);
  });
  const all = z.looseObject({}).safeParse(jsonIn(text, file));
  const parsed = all.success ? schema.safeParse(all.data[part] ?? {}) : all;
  if (parsed.success) return parsed.data;
  const faults = parsed.error.issues.map(({ path: at, message }) => `${[part, ...at].join('.')}: ${message}`).join('; ');
  throw new Failure('usage', { attempted, file, why: `${faults}.`, remedy: 'Correct the file, or remove what is not known.' });
}

function jsonIn(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new Failure('usage', { attempted: `read the settings ${file}`, file, why: 'it is no JSON.', remedy: 'Correct the file.', cause: error });
  }
}
