import assert from 'node:assert/strict';
import { CancellationTokenSource } from 'vscode-jsonrpc/node';
import { signalOf } from '../../src/cli/answer';

describe('the signal of a request', () => {
  it('is aborted when the request is cancelled', () => {
    const source = new CancellationTokenSource();
    const signal = signalOf(source.token);
    assert.equal(signal.aborted, false);
    source.cancel();
    assert.equal(signal.aborted, true);
  });

  it('is aborted from the start when the request was cancelled while it was waiting', () => {
    const source = new CancellationTokenSource();
    source.cancel();
    assert.equal(signalOf(source.token).aborted, true);
  });
});
