import path from 'node:path';
import type { CancellationToken } from 'vscode-jsonrpc';
import { BLOCK, BROWSE_WORDS, type Browsed, type BrowseWord, type CsvReading, type FromBrowser, type Rows, type ToBrowser, zoneShown } from '../../protocol/browse';
import { browseRequest, candlesRequest, findRowRequest, monthRowsRequest, rowsRequest } from '../../protocol/rpc';
import type { Server } from '../children/server';
import { count, day, size, t } from '../words';

/** A file that is looked through. */
export interface Looking {
  readonly server: Server;
  /** Absolute. */
  readonly file: string;
  /** In which times are shown. */
  readonly zone: string;
  /** Of a CSV's local times, where the user has said it. */
  readonly tz?: string;
  /** What the times of CSVs are, where the user has said it. */
  readonly stamp?: 'open' | 'close';
  readonly token: CancellationToken;
}

/** What the page is answered. @throws Failure as the child tells it */
export async function replyTo(asked: FromBrowser, { server, file: name, zone, tz, stamp, token }: Looking): Promise<ToBrowser> {
  const file = { file: name, ...(tz === undefined ? {} : { tz }) };
  switch (asked.type) {
    case 'ready': {
      const [found, first] = await Promise.all([server.request(browseRequest, file, token), server.request(rowsRequest, { ...file, from: 0, count: BLOCK, zone }, token)]);
      return shown(name, zone, stamp === undefined || found.csv?.stamp === undefined ? found : { ...found, csv: { ...found.csv, stamp } }, first);
    }
    case 'rows':
      return { type: 'rows', from: asked.from, rows: await server.request(rowsRequest, { ...file, from: asked.from, count: asked.count, zone }, token) };
    case 'candles':
      return { type: 'candles', drawn: await server.request(candlesRequest, { ...file, from: asked.from, to: asked.to, most: asked.most }, token) };
    case 'months':
      return { type: 'months', months: await server.request(monthRowsRequest, file, token) };
    case 'find': {
      const row = await server.request(findRowRequest, { ...file, text: asked.text, zone }, token);
      return row === null ? { type: 'failure', text: t('There is no row at or after "{0}". Give a row\'s number, or a time such as 2025-11-03 09:30.', asked.text) } : { type: 'row', row };
    }
  }
}

/** Brings the first row at or after an instant, unix ms UTC, into view. */
export async function replyAt(instant: number, { server, file, token }: Looking): Promise<ToBrowser[]> {
  const row = await server.request(findRowRequest, { file, text: new Date(instant).toISOString().slice(0, 19).replace('T', ' '), zone: 'UTC' }, token);
  return row === null ? [] : [{ type: 'row', row, at: instant }];
}

function shown(file: string, wished: string, found: Browsed, first: Rows): ToBrowser {
  const { csv, rowGroups } = found;
  const zone = zoneShown(csv, wished);
  const span = found.start === undefined || found.end === undefined ? [] : [`${day(found.start, zone)} → ${day(found.end, zone)}`];
  const words = Object.fromEntries(BROWSE_WORDS.map((word) => [word, t(word)])) as Record<BrowseWord, string>;
  const groups = rowGroups === undefined ? [] : [count(rowGroups, '1 row group', '{0} row groups')];
  const summary = [count(found.rows, '1 row', '{0} rows'), ...span, size(found.bytes), ...groups, ...(csv === undefined ? [] : readingTexts(csv))].join(' · ');
  return { type: 'file', title: path.basename(file), summary, zone, file: found, first, words };
}

/** How a CSV was read. */
function readingTexts({ zone, told, stamp, leftOut }: CsvReading): string[] {
  return [zoneText(zone, told), ...(stamp === undefined ? [] : [stampText(stamp)]), ...(leftOut === 0 ? [] : [count(leftOut, '1 row left out that is no sound bar: see Problems', '{0} rows left out that are no sound bars: see Problems')])];
}

const stampText = (stamp: 'open' | 'close'): string => (stamp === 'close' ? t('each time is when its bar closes, as in the file; an import makes it the open') : t('each time is when its bar opens'));

function zoneText(zone: string, told: CsvReading['told']): string {
  switch (told) {
    case 'file':
      return t('times read in {0}, as the file says', zone);
    case 'setting':
      return t('times read in {0}, as the settings say', zone);
    case 'pauses':
      return t('times read in {0}, which the file\'s pauses tell', zone);
    case 'dates':
      return t('dates, which belong to no time zone');
    case 'nothing':
      return t('times shown as they are written: nothing tells their zone');
  }
}
