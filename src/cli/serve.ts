import path from 'node:path';
import {
  createMessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
  type CancellationToken,
  type MessageConnection,
} from 'vscode-jsonrpc/node';
import { unattended, type Operation } from '../core/base/ports';
import { zoneNamed } from '../core/base/time';
import { cellAt } from '../core/integrity/cell';
import { verifyText } from '../core/integrity/verify';
import { openDisk } from '../core/disk/disk';
import { nodeFiles } from '../core/disk/files';
import type { JobContext } from '../core/jobs/context';
import { coverage, dayCoverage } from '../core/jobs/coverage';
import { takeStatus, WRITE_LIMIT } from '../core/jobs/status';
import { followCsv, verifyCsv } from '../core/jobs/verify';
import { coverageRequest, dayRequest, statusRequest } from '../protocol/rpc';
import { takeInventory } from '../core/store/inventory';
import { findDataFolder } from '../core/store/layout';
import { previewDbn } from '../core/table/dbn/preview';
import type { Report } from '../protocol/report';
import { cellRequest, checksRequest, inventoryRequest, monthsRequest, dbnRequest, documentChanges, documentClosed, documentPart, followedSoFar, followRequest, storedTextRequest, verifyDocumentRequest, verifyProgress, verifyRequest, type VerifyParams } from '../protocol/rpc';
import { answer, signalOf } from './answer';
import { Documents } from './documents';
import { statusOf, storedText } from './fleet';
import { answerBrowser } from './looking';
import { checkNotes } from './show/checks';
import { verifyOptions } from './verify';
import { readOnly } from './writes';

/** Answers an editor until it closes the connection. */
export async function serve(): Promise<void> {
  const connection = createMessageConnection(new StreamMessageReader(process.stdin), new StreamMessageWriter(process.stdout));
  connection.onRequest(verifyRequest, (params, token) => answer('verify', () => verify(connection, params, token)));
  connection.onRequest(followRequest, (params, token) => answer('follow', () => follow(connection, params, token)));
  connection.onRequest(cellRequest, ({ file, tz, ...place }) => answer('read a cell', () => Promise.resolve(cellAt(place, { name: file, ...(tz === undefined ? {} : { zone: zoneNamed(tz) }) }) ?? null)));
  answerDocuments(connection);
  connection.onRequest(inventoryRequest, ({ folder, zone, depth }, token) =>
    answer('take the inventory', () => takeInventory(folder, zone, watched(token), { now: Date.now }, depth)),
  );
  connection.onRequest(checksRequest, () => checkNotes());
  const disk = openDisk({ clock: { now: Date.now }, command: 'barkeep serve', files: readOnly(nodeFiles, 'monthlyStatus') });
  const contextFor = (token: CancellationToken): JobContext => ({ disk, clock: { now: Date.now }, folder: '', operation: watched(token) });
  connection.onRequest(monthsRequest, (params, token) => answer('see how far the months are', () => statusOf(contextFor(token), params)));
  connection.onRequest(storedTextRequest, (params, token) => answer(`read ${params.address}`, () => storedText(contextFor(token), params.address, params)));
  connection.onRequest(dbnRequest, ({ file, ...options }, token) => answer(`preview ${file}`, () => previewDbn(file, { ...options, signal: watched(token).signal })));
  connection.onRequest(statusRequest, ({ folder }, token) => answer(`see how writing to ${folder} goes`, () => takeStatus({ ...contextFor(token), folder }, { limit: WRITE_LIMIT })));
  connection.onRequest(coverageRequest, (params) => answer(`see which bars ${params.file} has`, () => coverage(params)));
  connection.onRequest(dayRequest, (params) => answer(`see which bars ${params.file} has on ${params.day}`, () => dayCoverage(params)));
  answerBrowser(connection);
  const closed = new Promise<void>((resolve) => connection.onClose(resolve));
  connection.listen();
  await closed;
}

/** @param text instead of what is on the disk */
async function verify(connection: MessageConnection, params: VerifyParams, token: CancellationToken, text?: string): Promise<Report> {
  const options = await verifyOptions(params, await findDataFolder(path.dirname(params.file)));
  const operation: Operation = {
    ...watched(token),
    progress: (update) => void connection.sendNotification(verifyProgress, { file: params.file, ...update }),
  };
  return text === undefined ? verifyCsv(nodeFiles, params.file, options, operation) : verifyText(params.file, text, options, operation);
}

async function follow(connection: MessageConnection, params: VerifyParams, token: CancellationToken): Promise<Report> {
  const options = await verifyOptions(params, await findDataFolder(path.dirname(params.file)));
  const report = (found: Report): void => void connection.sendNotification(followedSoFar, { file: params.file, report: found });
  return followCsv(params.file, options, unattended, { stop: watched(token).signal, report });
}

/** Documents that are being edited. */
function answerDocuments(connection: MessageConnection): void {
  const documents = new Documents();
  connection.onNotification(documentPart, (part) => { documents.take(part); });
  connection.onNotification(documentChanges, (changes) => { documents.change(changes); });
  connection.onNotification(documentClosed, ({ document }) => { documents.close(document); });
  connection.onRequest(verifyDocumentRequest, (params, token) => {
    const text = documents.text(params.document, params.version);
    return text === undefined ? null : answer('verify', () => verify(connection, params, token, text));
  });
}

const watched = (token: CancellationToken): Operation => ({ ...unattended, signal: signalOf(token) });
