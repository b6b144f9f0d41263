import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { errnoOf, Failure, failureFrom } from '../../base/failure';
import { BUILT_IN, builtIn, builtInFor, type BuiltIn } from './builtin';
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

/** A schema as it was found: its text, or a part of a data package; compared with what is found later, it tells whether it changed. */
export type Located = { readonly builtIn: BuiltIn } | { readonly name: string; readonly text: string } | { readonly name: string; readonly descriptor: unknown } | BrokenContract | undefined;

export const findContract = async (file: string, wish?: string): Promise<Found> => read(await locateContract(file, wish));

/**
 * The schema of a CSV file: `<file>.schema.json` beside it (`x.csv.schema.json`), then `<stem>.schema.json`, then the
 * schema its resource in `datapackage.json` has, then the built-in contract its name selects; undefined when there is none.
 * @param wish a schema file, the name of a built-in contract, or `none`; undefined: as above
 * @throws Failure `usage` when the schema asked for does not exist; `io` when one is there but cannot be read
 */
export async function locateContract(file: string, wish?: string): Promise<Located> {
  if (wish === 'none') return undefined;
  const named = BUILT_IN.find((name) => name === wish);
  if (named !== undefined) return { builtIn: named };
  if (wish !== undefined) return { name: wish, text: await requireText(wish) };
  for (const candidate of candidatesOf(file)) {
    const text = await textOf(candidate);
    if (text !== undefined) return { name: candidate, text };
  }
  const packaged = await fromPackage(file);
  if (packaged !== undefined) return packaged;
  const name = builtInFor(file);
  return name === undefined ? undefined : { builtIn: name };
}

async function read(located: Located): Promise<Found> {
  if (located === undefined || 'broken' in located) return located;
  if ('builtIn' in located) return builtIn(located.builtIn);
  if ('descriptor' in located) return usable(located.descriptor, located.name);
  const json = parse(located.text);
  return 'value' in json ? usable(json.value, located.name) : { broken: `${located.name} is no JSON: ${json.why}` };
}

/** `x.csv.gz.DONE` → `x.csv.gz.DONE.schema.json`, `x.csv.gz.schema.json`, `x.csv.schema.json`, `x.schema.json` */
function candidatesOf(file: string): string[] {
  const named = namesOf(file);
  const plain = named.at(-1)!;
  return [...new Set([...named, plain.slice(0, plain.length - path.extname(plain).length)])].map((name) => `${name}.schema.json`);
}

/** A file's name, then what it was called before it was finished, then before it was packed. */
function namesOf(file: string): string[] {
  const finished = file.replace(/\.(?:DONE|tmp)$/i, '');
  return [file, finished, finished.replace(/\.gz$/i, '')];
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

async function fromPackage(file: string): Promise<Located> {
  const folder = path.dirname(file);
  const name = path.join(folder, 'datapackage.json');
  const text = await textOf(name);
  if (text === undefined) return undefined;
  const json = parse(text);
  if (!('value' in json)) return { broken: `${name} is no JSON: ${json.why}` };
  const base = path.basename(file);
  const { schemaIn } = await import('./package');
  const { schema, fault } = schemaIn(json.value, namesOf(base));
  if (fault !== undefined) return { broken: `${name} is no data package: ${fault}` };
  if (schema === undefined) return undefined;
  if (typeof schema !== 'string') return { name: `the schema of ${base} in ${name}`, descriptor: schema };
  if (/^[a-z]+:\/\//i.test(schema)) return { broken: `${name} names the schema ${schema}: only files are read` };
  // A data package may not lead out of its own folder.
  if (path.isAbsolute(schema) || path.normalize(schema).startsWith('..')) return { broken: `${name} names the schema ${schema}, which lies outside its folder` };
  const beside = path.join(folder, schema);
  const found = await textOf(beside);
  return found === undefined ? { broken: `${name} names the schema ${schema}, which does not exist` } : { name: beside, text: found };
}
