import assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { TOOLS } from '../../../src/protocol/tools';

/** What an agent in the editor calls, called as the editor calls it. */
const call = async (name: string, input: object): Promise<string> => {
  const { content } = await vscode.lm.invokeTool(`barkeep_${name}`, { input, toolInvocationToken: undefined });
  return content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : '')).join('');
};

describe('tools for agents', () => {
  it('are offered, all of the table', () => {
    const offered = vscode.lm.tools.map(({ name }) => name).filter((name) => name.startsWith('barkeep_'));
    assert.deepEqual(offered.sort(), TOOLS.map(({ name }) => `barkeep_${name}`).sort());
  });

  it('answer with the result of the command', async () => {
    assert.match(await call('verify', { file: 'trades_valid.csv' }), /"errors": 0/);
    assert.match(await call('inventory', {}), /"entries"/);
  });

  it('tell an agent what was wrong with its call', async () => {
    await assert.rejects(call('verify', { file: 'nowhere.csv' }), /no such file/);
    await assert.rejects(call('verify', { file: 'trades_valid.csv', depth: 1 }), /takes no "depth"|depth/);
    await assert.rejects(call('import', { file: 'trades_valid.csv', ticker: 'ES' }), /needs "timeframe"|timeframe/);
  });
});
