import path from 'node:path';
import { CancellationToken } from 'vscode-jsonrpc';
import { replyAt, replyTo } from '../../../src/extension/browse/reply';
import type { Server } from '../../../src/extension/children/server';
import { inventoryMessage, monthsMessage, runningMessage, wordsMessage } from '../../../src/extension/dashboard/messages';
import { headingsOf, previewFacts, shareText } from '../../../src/extension/dbn/texts';
import { pageOf } from '../../../src/extension/months/page';
import type { FromBrowser } from '../../../src/protocol/browse';
import type { FromDashboard } from '../../../src/protocol/dashboard';
import type { ShowDbn } from '../../../src/protocol/dbn';
import type { ShowDetails } from '../../../src/protocol/details';
import type { MonthStanding } from '../../../src/protocol/monthly';
import { derivedKindOf, PREVIEW_WORDS, type PreviewWords, type ShowPreview } from '../../../src/protocol/preview';
import { checksRequest, coverageRequest, dayRequest, dbnRequest, inventoryRequest, statusRequest, verifyRequest } from '../../../src/protocol/rpc';
import type { Answer } from './stage';

/** Who answers the pages: what the editor's side says, with a real child that does the work. */

const ZONE = 'America/New_York';

/** @param heard every message from the page */
export async function dashboard(server: Server, folder: string, heard: FromDashboard[] = []): Promise<Answer> {
  const inventory = await server.request(inventoryRequest, { folder, zone: ZONE });
  return async (asked: FromDashboard) => {
    heard.push(asked);
    switch (asked.type) {
      case 'ready':
        return [
          wordsMessage(ZONE, 'en'), runningMessage([{ id: 1, job: { name: 'import', args: [], title: 'Import into ES 1m' }, said: 'read ES history.txt 62 %' }], []),
          inventoryMessage(inventory, 'ready', folder), { type: 'status', status: await server.request(statusRequest, { folder }) }, monthsMessage(MONTHS, undefined),
        ];
      case 'coverage':
        return [{ type: 'coverage', coverage: await server.request(coverageRequest, { folder, file: asked.file }) }];
      case 'day':
        return [{ type: 'day', day: await server.request(dayRequest, { folder, file: asked.file, day: asked.day }) }];
      case 'open':
      case 'mend':
      case 'fill':
      case 'cancel':
      case 'month':
      case 'run':
        return [];
    }
  };
}

/** @param at an instant to go to, unix ms UTC, once it is there */
export const browse = (server: Server, file: string, at?: number): Answer => {
  const looking = { server, file, zone: ZONE, token: CancellationToken.None };
  return async (asked: FromBrowser) => [await replyTo(asked, looking), ...(asked.type === 'ready' && at !== undefined ? await replyAt(at, looking) : [])];
};

export const months: Answer = () => [pageOf({ months: MONTHS, failure: undefined })];

export const details = (server: Server, file: string): Answer => async () => {
  const [report, checks] = await Promise.all([server.request(verifyRequest, { file }), server.request(checksRequest, {})]);
  const words = { why: 'Why it matters', remedy: 'What to do', examples: 'Examples', clean: 'Every check passed.', more: '{0} more', severities: { error: 'error', warning: 'warning', info: 'info' }, facts: [['Size', `${report.bytes} B`], ['Columns', report.columns.join(', ')]] as const };
  return [{ type: 'show', title: path.basename(file), summary: `${report.errors} errors`, report, checks, words } satisfies ShowDetails];
};

export const dbn = (server: Server, file: string): Answer => async () => {
  const preview = await server.request(dbnRequest, { file, zone: ZONE, rows: 40, whole: true });
  return [{ type: 'dbn', title: path.basename(file), facts: previewFacts(preview), share: shareText(preview), columns: headingsOf(preview), rows: preview.rows } satisfies ShowDbn];
};

/** @param address where the page fetches the file */
export const derived = (file: string, address: string): Answer => () => {
  const words = Object.fromEntries(PREVIEW_WORDS.map((word) => [word, word])) as unknown as PreviewWords;
  return [{ type: 'show', kind: derivedKindOf(file)!, title: path.basename(file), origin: 'Made from ES_1m.parquet; up to date.', address, words } satisfies ShowPreview];
};

/** Six years of months, some of which did not go well. */
const MONTHS: readonly MonthStanding[] = Array.from({ length: 70 }, (_, at): MonthStanding => {
  const month = `${2020 + Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, '0')}`;
  const source = `glbx-mdp3-${month}.dbn.zst`;
  if (at === 68) return { month, state: 'working', source, stage: 'features' };
  if (at === 69) return { month, state: 'waiting', source };
  if (at === 40) return { month, state: 'failed', failure: { month, source, stage: 'clean', kind: 'refused', message: 'Cannot clean: there is no front contract on 2023-05-04.', attempts: 2 } };
  const score = at % 17 === 3 ? 0.62 : 0.9 + (at % 10) / 100;
  return {
    month, state: 'finished', output: `${month}.parquet`,
    done: {
      month, source, output: `${month}.parquet`, statistics: `${month}.json`, bytes: 1, sha256: '', rawRows: 2, rows: 1, score, requiresReprocessing: score < 0.7, priority: score < 0.7 ? 'high' : null,
      reasons: score < 0.7 ? ['12 % of the seconds were filled'] : [], alerts: [], warnings: [], seconds: 60, stageSeconds: { clean: 20, features: 40 }, peakMemoryBytes: 1,
    },
  };
});
