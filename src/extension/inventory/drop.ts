import * as vscode from 'vscode';
import { Named, targetOf } from '../commands/target';
import { isImportable, urisIn } from './dropped';
import type { Node } from './tree-model';
import { t } from '../words';

const URIS = 'text/uri-list';

/** Vendor files dropped on a ticker or master of the inventory are imported into it, each with its plan shown first. */
export const importDropped: vscode.TreeDragAndDropController<Node> = {
  dragMimeTypes: [],
  dropMimeTypes: [URIS, 'files'],
  handleDrop: async (node, data) => {
    const sources = await filesIn(data);
    if (sources.length === 0) {
      void vscode.window.showInformationMessage(t('Drop a CSV, text or DBN file that lies on this machine to import it.'));
      return;
    }
    const { ticker, timeframe } = targetOf(node);
    const into = { ...(ticker === undefined ? {} : { ticker }), ...(timeframe === undefined ? {} : { timeframe }) };
    for (const source of sources) await vscode.commands.executeCommand('barkeep.import', new Named({ source, ...into }));
  },
};

async function filesIn(data: vscode.DataTransfer): Promise<vscode.Uri[]> {
  const listed = urisIn((await data.get(URIS)?.asString()) ?? '').map((text) => vscode.Uri.parse(text));
  const handed = [...data].flatMap(([, item]) => item.asFile()?.uri ?? []);
  const all = new Map([...listed, ...handed].filter(({ scheme, path }) => scheme === 'file' && isImportable(path)).map((uri) => [uri.fsPath, uri]));
  return [...all.values()];
}
