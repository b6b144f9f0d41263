import type { Report } from '../../protocol/report';
import type { Operation } from '../base/ports';
import type { Files } from '../disk/files';
import { withUnpacked } from '../disk/packed';
import { followFile, type Follow } from '../integrity/follow';
import { verifyFile, type VerifyOptions } from '../integrity/verify';
import { requireGrowing, requireReadable } from './text';

/**
 * Verifies a CSV, or the CSV that is packed in a file (`X.csv.gz`): lines, rows and bytes are then those of what it holds.
 * @throws Failure as `verifyFile`; `usage` about a master and the like, `refused` when it does not unpack, `io` without room to unpack it
 */
export function verifyCsv(files: Files, file: string, options: VerifyOptions, operation: Operation): Promise<Report> {
  requireReadable(file, `verify ${file}`);
  return withUnpacked(files, file, operation.signal, (plain, from) => verifyFile(plain, { ...options, ...from }, operation));
}

/** Verifies a CSV as it grows. @throws Failure as `followFile`; `usage` about a packed file, a master and the like */
export function followCsv(file: string, options: VerifyOptions, operation: Operation, follow: Follow): Promise<Report> {
  requireGrowing(file, `follow ${file}`);
  requireReadable(file, `follow ${file}`);
  return followFile(file, options, operation, follow);
}
