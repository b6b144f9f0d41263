import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { errnoOf, Failure, failureFrom } from '../base/failure';
import type { Operation } from '../base/ports';
import type { Source } from '../table/csv/source';
import { startOfFile } from '../table/csv/place';
import { thousands, type Findings } from './findings';

/** What a writer noted of a CSV it sealed, in `<file>.seal.json` beside it: finds what row checksums cannot, such as a cut tail. */
export interface SealManifest {
  /** Name of the CSV, without its folder. */
  readonly file: string;
  readonly rows: number;
  /** Bounds of file_seq; null when there are no rows. */
  readonly firstSeq: number | null;
  readonly lastSeq: number | null;
  readonly bytes: number;
  /** SHA-256 of the whole file, 64 lower-case hexadecimal digits. */
  readonly sha256: string;
  /** ISO instant. */
  readonly sealedAt: string;
}

/** `X.csv` and the finished `X.csv.DONE` share one, and the packed `X.csv.gz.DONE`: it tells of what is in it. */
export const manifestOf = (file: string): string => `${file.replace(/(\.gz)?(\.DONE)?$/i, '')}.seal.json`;

/**
 * The manifest of a CSV: undefined when there is none, `unreadable` when it is no manifest.
 * @throws Failure `io` when it is there but cannot be read
 */
export async function readManifest(file: string): Promise<SealManifest | 'unreadable' | undefined> {
  const name = manifestOf(file);
  let text: string;
  try {
    text = await readFile(name, 'utf8');
  } catch (error) {
    if (errnoOf(error) === 'ENOENT' || errnoOf(error) === 'ENAMETOOLONG') return undefined;
    throw failureFrom(error, `read the seal manifest ${name}`, name);
  }
  return parseManifest(text) ?? 'unreadable';
}

function parseManifest(text: string): SealManifest | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isManifest(value) ? value : undefined;
}

const isManifest = (value: unknown): value is SealManifest =>
  typeof value === 'object' && value !== null && 'rows' in value && typeof value.rows === 'number' && 'sha256' in value && typeof value.sha256 === 'string';

/** What the pass saw of the file. */
export interface SealedFacts {
  readonly rows: number;
  /** NaN when no row has a valid one. */
  readonly firstSeq: number;
  readonly lastSeq: number;
  readonly sha256: string;
}

/** truncated-tail and manifest-mismatch. A file that differs in several ways has one finding, the most telling. */
export function checkManifest(findings: Findings, manifest: SealManifest | 'unreadable', facts: SealedFacts): void {
  const report = (code: 'truncated-tail' | 'manifest-mismatch', message: string): void => {
    findings.add(code, 0, '', () => ({ message, place: startOfFile }));
  };
  if (manifest === 'unreadable') {
    report('manifest-mismatch', 'The seal manifest beside the file is damaged: it is no JSON of the expected form.');
  } else if (facts.rows < manifest.rows) {
    if (findings.totalOf('truncated-tail') === 0) report('truncated-tail', `${thousands(facts.rows)} rows, but ${thousands(manifest.rows)} were sealed.`);
  } else if (findings.totalOf('truncated-tail') === 0) {
    const mismatch = describeMismatch(manifest, facts);
    if (mismatch !== undefined) report('manifest-mismatch', mismatch);
  }
}

function describeMismatch(manifest: SealManifest, facts: SealedFacts): string | undefined {
  if (facts.rows > manifest.rows) return `${thousands(facts.rows)} rows, but only ${thousands(manifest.rows)} were sealed.`;
  for (const [name, sealed, now] of [['first', manifest.firstSeq, facts.firstSeq], ['last', manifest.lastSeq, facts.lastSeq]] as const) {
    if (typeof sealed === 'number' && sealed !== now) return `The ${name} file_seq is ${Number.isNaN(now) ? 'missing' : now}, but ${sealed} was sealed.`;
  }
  if (facts.sha256 === manifest.sha256) return undefined;
  return `The SHA-256 of the file is ${facts.sha256}, but ${manifest.sha256} was sealed.`;
}

/** Digests a file as it goes by. */
export const fileDigest = (): { update(chunk: Uint8Array): void; digest(): string } => {
  const hash = createHash('sha256');
  return { update: (chunk) => void hash.update(chunk), digest: () => hash.digest('hex') };
};

/** Digests a file of which not all bytes go by. */
export async function digestWhole(source: Source, digest: { update(chunk: Uint8Array): void }, { signal }: Operation, attempted: string): Promise<void> {
  const chunk = Buffer.allocUnsafe(CHUNK);
  for (let position = 0; position < source.bytes; ) {
    if (signal.aborted) throw new Failure('cancelled', { attempted, why: 'it was cancelled.' });
    const count = await source.read(chunk, position);
    if (count === 0) return;
    digest.update(chunk.subarray(0, Math.min(count, source.bytes - position)));
    position += count;
  }
}

const CHUNK = 512 * 1024;
