import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { errnoOf, Failure, failureFrom } from '../../base/failure';
import { BUILT_IN, builtIn, builtInFor } from './builtin';
import type { Contract } from './contract';
import { boundedMatching } from './pattern';

/*
 * Most files have no contract: what reads one, and the checking library with it, is loaded when there is one to read.
 */

/** A schema that is there but cannot be used: a finding, as it is data that is wrong. */
export interface BrokenContract {
  readonly broken: string;
}
export type Found = Contract | BrokenContract | undefined;

/**
 * The contract of a CSV file: `<file>.schema.json` beside it (`x.csv.schema.json`), then `<stem>.schema.json`, then the
 * schema its resource in `datapackage.json` has, then the built-in contract its name selects; undefined when there is none.
 * @param wish a schema file, the name of a built-in contract, or `none`; undefined: as above
 * @throws Failure `usage` when the schema asked for does not exist; `io` when one is there but cannot be read
 */
export async function findContract(file: string, wish?: string): Promise<Found> {
  if (wish === 'none') return undefined;
  const named = BUILT_IN.find((name) => name === wish);
  if (named !== undefined) return builtIn(named);
  if (wish !== undefined) return fromFile(wish, await requireText(wish));
  for (const candidate of candidatesOf(file)) {
    const text = await textOf(candidate);
    if (text !== undefined) return fromFile(candidate, text);
  }
  const packaged = await fromPackage(file);
  if (packaged !== undefined) return packaged;
  const name = builtInFor(file);
  return name === undefined ? undefined : builtIn(name);
}

/** `x.csv.DONE` → `x.csv.DONE.schema.json`, `x.csv.schema.json`, `x.schema.json` */
function candidatesOf(file: string): string[] {
  const finished = file.replace(/\.(?:DONE|tmp)$/i, '');
  const stem = finished.slice(0, finished.length - path.extname(finished).length);
  return [...new Set([file, finished, stem])].map((name) => `${name}.schema.json`);
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR', 'ENAMETOOLONG'].includes(errnoOf(error) ?? '')) return undefined;
    throw failureFrom(error, `read the schema ${file}`, file);
  }
}

async function requireText(file: string): Promise<string> {
  const text = await textOf(file);
  if (text !== undefined) return text;
  throw new Failure('usage', { attempted: `read the schema ${file}`, file, why: 'there is no such file.', remedy: `Give the path of a Table Schema, ${BUILT_IN.join(', ')} or none.` });
}

async function fromFile(file: string, text: string): Promise<Found> {
  const json = parse(text);
  return 'value' in json ? usable(json.value, file) : { broken: `${file} is no JSON: ${json.why}` };
}

async function usable(descriptor: unknown, name: string): Promise<Contract | BrokenContract> {
  const { contractOf } = await import('./descriptor');
  const contract = contractOf(descriptor, name, await boundedMatching());
  return typeof contract === 'string' ? { broken: `${name} is no Table Schema: ${contract}` } : contract;
}

function parse(text: string): { readonly value: unknown } | { readonly why: string } {
  try {
    return { value: JSON.parse(text.replace(/^\uFEFF/, '')) };
  } catch (error) {
    return { why: error instanceof Error ? error.message : String(error) };
  }
}

async function fromPackage(file: string): Promise<Found> {
  const folder = path.dirname(file);
  const name = path.join(folder, 'datapackage.json');
  const text = await textOf(name);
  if (text === undefined) return undefined;
  const json = parse(text);
  if (!('value' in json)) return { broken: `${name} is no JSON: ${json.why}` };
  const base = path.basename(file);
  const { schemaIn } = await import('./package');
  const { schema, fault } = schemaIn(json.value, base);
  if (fault !== undefined) return { broken: `${name} is no data package: ${fault}` };
  if (schema === undefined) return undefined;
  if (typeof schema !== 'string') return usable(schema, `the schema of ${base} in ${name}`);
  if (/^[a-z]+:\/\//i.test(schema)) return { broken: `${name} names the schema ${schema}: only files are read` };
  // A data package may not lead out of its own folder.
  if (path.isAbsolute(schema) || path.normalize(schema).startsWith('..')) return { broken: `${name} names the schema ${schema}, which lies outside its folder` };
  const beside = path.join(folder, schema);
  const found = await textOf(beside);
  return found === undefined ? { broken: `${name} names the schema ${schema}, which does not exist` } : fromFile(beside, found);
}
