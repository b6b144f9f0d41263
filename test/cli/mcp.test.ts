import assert from 'node:assert/strict';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { ElicitRequestSchema, type CallToolResult } from '@modelcontextprotocol/sdk/types.js';
import { brief } from '../../src/protocol/brief';
import { commandLineOf, faultIn, TOOLS } from '../../src/protocol/tools';
import { barkeep, CLI } from '../support/barkeep';
import { PATIENCE } from '../support/until';

/** A real client of the protocol's own library speaks to the built program. */
describe('barkeep mcp', () => {
  let folder: string;
  let bars: string;
  let client: Client;

  const connect = async (asked?: (message: string) => 'accept' | 'decline'): Promise<Client> => {
    const connecting = new Client({ name: 'test', version: '1' }, { capabilities: asked === undefined ? {} : { elicitation: {} } });
    if (asked !== undefined) {
      connecting.setRequestHandler(ElicitRequestSchema, ({ params }) => {
        const action = asked(params.message);
        return action === 'accept' ? { action, content: {} } : { action };
      });
    }
    await connecting.connect(new StdioClientTransport({ command: process.execPath, args: [CLI, 'mcp', '--data', bars], stderr: 'pipe' }));
    return connecting;
  };
  const call = async (name: string, given: Record<string, unknown> = {}, who = client): Promise<{ text: string; isError: boolean }> => {
    const { content, isError } = (await who.callTool({ name, arguments: given }, undefined, { timeout: PATIENCE })) as CallToolResult;
    const [first] = content;
    assert.equal(first?.type, 'text');
    return { text: first.text, isError: isError === true };
  };
  const minutes = (file: string, from: number, count: number): void => {
    const rows = Array.from({ length: count }, (_, n) => `20250106 ${String(9 + Math.floor((from + n) / 60)).padStart(2, '0')}${String((from + n) % 60).padStart(2, '0')}00;10;12;9;11;${100 + n}`);
    writeFileSync(path.join(bars, file), `${rows.join('\n')}\n`);
  };

  before(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), 'barkeep-mcp-'));
    bars = path.join(folder, 'bars of mine');
    mkdirSync(bars);
    // A data folder further up is not the one that was named.
    mkdirSync(path.join(folder, '.barkeep'));
    minutes('first.txt', 0, 60);
    minutes('later.txt', 30, 60);
    client = await connect();
  });
  after(async () => {
    await client.close();
    rmSync(folder, { recursive: true });
  });

  it('lists every tool with its input, and says which ones change files', async () => {
    const { tools } = await client.listTools();
    assert.deepEqual(tools.map(({ name }) => name), TOOLS.map(({ name }) => name));
    for (const tool of tools) {
      const { writes, input } = TOOLS.find(({ name }) => name === tool.name)!;
      assert.equal(tool.annotations?.readOnlyHint, !writes, tool.name);
      assert.deepEqual(tool.inputSchema.required, input.required);
      assert.equal('confirm' in tool.inputSchema.properties!, writes, tool.name);
    }
  });

  it('imports only once the code of that very plan is given, then answers all the other questions', async () => {
    const request = { file: 'first.txt', ticker: 'ES', timeframe: '1m', zone: 'America/Chicago' };
    const master = path.join(bars, 'ES_1m.parquet');
    const plan = await call('import', request);
    const code = /"confirm": "([0-9a-f]{12})"/.exec(plan.text)?.[1];
    assert.ok(code !== undefined && !plan.isError, plan.text);
    assert.match(plan.text, /60/);
    const wrong = await call('import', { ...request, confirm: '0123456789ab' });
    assert.ok(wrong.isError && /another plan/.test(wrong.text), wrong.text);
    const otherRequest = await call('import', { ...request, zone: 'America/New_York', confirm: code });
    assert.ok(otherRequest.isError, otherRequest.text);
    minutes('first.txt', 0, 59);
    assert.ok((await call('import', { ...request, confirm: code })).isError, 'the file has changed since');
    assert.ok(!existsSync(master), 'nothing was written yet');
    minutes('first.txt', 0, 60);
    const done = await call('import', { ...request, confirm: code });
    assert.ok(!done.isError && existsSync(master), done.text);

    assert.match((await call('inventory')).text, /"ES"/);
    assert.match((await call('verify', { file: 'first.txt' })).text, /^Exit code 0.*\n\{[\s\S]*"rows": 60/);
    assert.match((await call('align', { file: 'later.txt', ticker: 'ES', zone: 'America/Chicago' })).text, /"verdict"/);
    assert.match((await call('continuity', { ticker: 'ES', year: 2025 })).text, /^Exit code [01]/);
  });

  it('repairs only once the code of that very plan is given', async () => {
    minutes('copied.txt', 0, 20);
    const file = path.join(bars, 'copied.txt');
    const sound = readFileSync(file, 'utf8');
    const [first] = sound.split('\n');
    writeFileSync(file, `${first}\n${sound}`);
    assert.match((await call('repair', { file: 'copied.txt' })).text, /--drop-duplicates/);
    const plan = await call('repair', { file: 'copied.txt', dropDuplicates: true });
    const code = /"confirm": "([0-9a-f]{12})"/.exec(plan.text)?.[1];
    assert.ok(code !== undefined && !plan.isError, plan.text);
    assert.equal(readFileSync(file, 'utf8'), `${first}\n${sound}`, 'nothing was written yet');
    const done = await call('repair', { file: 'copied.txt', dropDuplicates: true, confirm: code });
    assert.ok(!done.isError && /"outcome": "repaired"/.test(done.text), done.text);
    assert.equal(readFileSync(file, 'utf8'), sound);
  });

  it('asks the person itself where the client can, and heeds the answer', async () => {
    const before = readFileSync(path.join(bars, 'ES_1m.parquet'));
    const messages: string[] = [];
    const refusing = await connect((message) => { messages.push(message); return 'decline'; });
    const request = { file: 'later.txt', ticker: 'ES', timeframe: '1m', zone: 'America/Chicago', onConflict: 'replace' };
    const refused = await call('import', request, refusing);
    await refusing.close();
    assert.ok(refused.isError && /did not agree/.test(refused.text), refused.text);
    assert.match(messages.join(), /ES_1m\.parquet/);
    assert.deepEqual(readFileSync(path.join(bars, 'ES_1m.parquet')), before);
    const agreeing = await connect(() => 'accept');
    const done = await call('import', request, agreeing);
    await agreeing.close();
    assert.ok(!done.isError, done.text);
    assert.notDeepEqual(readFileSync(path.join(bars, 'ES_1m.parquet')), before);
  });

  it('answers calls that make no sense with what would', async () => {
    const cases: [string, Record<string, unknown>, RegExp][] = [
      ['drop', {}, /no tool "drop"\. Tools: inventory/],
      ['verify', {}, /verify needs "file"/],
      ['verify', { file: 7 }, /"file" of verify must be a text/],
      ['verify', { file: '--strict' }, /dash/],
      ['verify', { file: 'first.txt', depth: 1 }, /takes no "depth"\. It takes: file/],
      ['verify', { file: 'first.txt', confirm: 'x' }, /takes no "confirm"/],
      ['verify', { file: 'nowhere.csv' }, /no such file/],
      ['verify', { file: 'first.txt', zone: 'Mars/Olympus' }, /Mars\/Olympus/],
      ['continuity', { ticker: 'ES', year: 2025.5 }, /whole number/],
      ['continuity', { ticker: 'ES', year: 1200 }, /from 1900 to 2099/],
      ['align', { file: 'first.txt', ticker: 'ES', stamp: 'noon' }, /one of close, open/],
      ['repair', { file: 'first.txt', sort: 'yes' }, /true or false/],
      ['repair', { file: 'first.txt', checksums: true }, /takes no "checksums"/],
      ['import', { file: 'nowhere.txt', ticker: 'ES', timeframe: '1m' }, /no such file/],
    ];
    for (const [name, given, expected] of cases) {
      const { text, isError } = await call(name, given);
      assert.ok(isError, `${name} ${JSON.stringify(given)}: ${text}`);
      assert.match(text, expected);
    }
  });

  it('ends with exit code 2 where there is no such folder', async () => {
    const { code, stderr } = await barkeep(['mcp', '--data', path.join(folder, 'nowhere')]);
    assert.equal(code, 2);
    assert.match(stderr, /nowhere/);
  });
});

describe('tools for agents', () => {
  it('make command lines that the program understands', async () => {
    for (const tool of TOOLS) {
      const given = Object.fromEntries(Object.entries(tool.input.properties).map(([name, field]) => [name, field.type === 'boolean' ? true : field.type === 'string' ? (field.enum?.[0] ?? 'x') : (field.minimum ?? 1)]));
      assert.equal(faultIn(tool, given), undefined);
      const { stderr, stdout } = await barkeep(commandLineOf(tool, given, tool.writes));
      assert.doesNotMatch(stderr + stdout, /unknown option|too many arguments|missing required/, tool.name);
    }
  });

  it('are sent results that fit, and are told what was left out', () => {
    const text = brief({ findings: Array.from({ length: 5000 }, (_, row) => ({ row })), rows: 5000 }, 2000);
    assert.ok(text.length <= 2000);
    const { findings, rows } = JSON.parse(text) as { findings: unknown[]; rows: number };
    assert.equal(rows, 5000);
    assert.equal(findings.at(-1), `… and ${5000 - (findings.length - 1)} more, left out here`);
  });
});
