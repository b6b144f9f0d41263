import assert from 'node:assert/strict';
import { Documents } from '../../src/cli/documents';
import { Server } from '../../src/extension/children/server';
import { documentChanges, documentPart, verifyDocumentRequest } from '../../src/protocol/rpc';
import { CLI } from '../support/barkeep';

describe('documents that are being edited', () => {
  it('become what the editor has, through 2,000 random changes', () => {
    let state = 11;
    const random = (below: number): number => (state = (state * 48271) % 2147483647) % below;
    const documents = new Documents();
    let text = 'añb📈\n'.repeat(50);
    documents.take({ document: 'd', text: text.slice(0, 7), first: true });
    assert.equal(documents.text('d', 1), undefined, 'not before the last part');
    documents.take({ document: 'd', text: text.slice(7), first: false, version: 1 });
    for (let version = 1; version < 2000; version++) {
      // Several cursors: an editor tells the last change first, so that no change moves another.
      const places = Array.from({ length: 1 + random(3) }, () => random(text.length + 1)).sort((a, b) => b - a);
      const changes = places.map((offset, at) => ({ offset, length: Math.min(random(4), (places[at - 1] ?? text.length) - offset), text: 'x\n,é'.slice(0, random(5)) }));
      for (const { offset, length, text: put } of changes) text = text.substring(0, offset) + put + text.substring(offset + length);
      documents.change({ document: 'd', from: version, version: version + 1, changes });
      assert.equal(documents.text('d', version + 1), text);
    }
  });

  it('are asked for anew when a change does not fit', () => {
    const documents = new Documents();
    documents.take({ document: 'd', text: 'a', first: true, version: 1 });
    documents.change({ document: 'd', from: 2, version: 3, changes: [] });
    assert.equal(documents.text('d', 1), undefined);
    assert.equal(documents.text('d', 3), undefined);
  });

  it('are verified by the child as they are, without a file', async () => {
    const server = new Server({ node: process.execPath, script: CLI }, (why) => { throw new Error(why); });
    try {
      const ask = (version: number): Promise<number | undefined> =>
        server.request(verifyDocumentRequest, { document: 'd', version, file: '/nowhere/untitled.csv' }).then((report) => report?.errors);
      assert.equal(await ask(1), undefined);
      void server.tell(documentPart, { document: 'd', text: 'time,open,high,low,close,volume\n2025-01-06T10:00:00Z,1,2,0.5,1,7\n', first: true });
      void server.tell(documentPart, { document: 'd', text: '2025-01-06T10:01:00Z,1,2,0.5,1,7\n', first: false, version: 1 });
      assert.equal(await ask(1), 0);
      void server.tell(documentChanges, { document: 'd', from: 1, version: 2, changes: [{ offset: 32 + 21, length: 1, text: 'x' }] });
      assert.equal(await ask(2), 1);
      assert.equal(await ask(1), undefined);
    } finally {
      server.dispose();
    }
  });
});
