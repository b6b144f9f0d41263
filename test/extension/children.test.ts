import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CancellationTokenSource } from 'vscode-jsonrpc/node';
import { Failure } from '../../src/core/base/failure';
import { runJob } from '../../src/extension/children/job';
import { childEnvironment, commandLine, type Program } from '../../src/extension/children/program';
import { Server } from '../../src/extension/children/server';
import type { Event } from '../../src/protocol/events';
import { verifyRequest } from '../../src/protocol/rpc';
import { until } from '../support/until';

/** The children are real processes that run a few lines of script in the place of the command line. */
let folder: string;
let programs = 0;
const program = (script: string): Program => {
  const file = path.join(folder, `${programs++}.cjs`);
  writeFileSync(file, script);
  return { node: process.execPath, script: file };
};
const say = (event: object): string => `console.log(${JSON.stringify(JSON.stringify({ version: 1, ...event }))});`;
/** Script that leaves a file: it has come as far as that. */
const mark = (file: string): string => `require('fs').writeFileSync(${JSON.stringify(file)}, '');`;
const unwatched = (): { signal: AbortSignal; onEvent: () => void } => ({ signal: new AbortController().signal, onEvent: () => undefined });

before(() => { folder = mkdtempSync(path.join(tmpdir(), 'barkeep-children-')); });
after(() => { rmSync(folder, { recursive: true }); });

describe('a job in a child of its own', () => {
  it('returns the result, and passes every event on', async () => {
    const events: Event[] = [];
    const script = `${say({ type: 'progress', step: 'reading', done: 1, total: 2 })} console.log('no event'); ${say({ type: 'result', command: 'backup', result: { outcome: 'made' } })} process.exitCode = 1;`;
    const outcome = await runJob(program(script), 'backup', ['backup'], { signal: new AbortController().signal, onEvent: (event) => events.push(event) });
    assert.deepEqual(outcome, { kind: 'done', result: { outcome: 'made' }, exitCode: 1 });
    assert.deepEqual(events.map(({ type }) => type), ['progress', 'result']);
  });

  it('is asked for events', async () => {
    const script = `console.log(JSON.stringify({ version: 1, type: 'result', command: 'sample', result: process.argv.slice(2) }))`;
    const outcome = await runJob(program(script), 'sample', ['sample', '/a b'], unwatched());
    assert.deepEqual(outcome.kind === 'done' && outcome.result, ['sample', '/a b', '--json']);
  });

  it('fails as the child says', async () => {
    const outcome = await runJob(program(`${say({ type: 'failure', kind: 'refused', message: 'm', attempted: 'a', why: 'w' })} process.exitCode = 3;`), 'import', ['import'], unwatched());
    assert.equal(outcome.kind === 'failed' && outcome.failure.kind, 'refused');
  });

  it('fails with what a crashed child wrote last', async () => {
    const outcome = await runJob(program(`console.error('out of luck'); process.exit(9)`), 'import', ['import'], unwatched());
    assert.match(outcome.kind === 'failed' ? outcome.failure.message : '', /code 9\. out of luck/);
  });

  it('fails when the program is not there', async () => {
    const outcome = await runJob({ node: '/no/such/node', script: 'x' }, 'import', ['import'], unwatched());
    assert.match(outcome.kind === 'failed' ? outcome.failure.message : '', /ENOENT/);
  });

  it('is interrupted when it is cancelled, and may put things in order first', async () => {
    const left = path.join(folder, 'in order');
    const script = `process.on('SIGINT', () => { require('fs').writeFileSync(${JSON.stringify(left)}, ''); process.exit(130); }); setInterval(() => {}, 1000); ${say({ type: 'start', command: 'import' })}`;
    const controller = new AbortController();
    const outcome = await runJob(program(script), 'import', ['import'], { signal: controller.signal, onEvent: () => { controller.abort(); } });
    assert.deepEqual(outcome, { kind: 'cancelled' });
    assert.equal(readFileSync(left, 'utf8'), '');
  });

  it('is killed when it does not heed that within five seconds', async () => {
    const script = `process.on('SIGINT', () => {}); setInterval(() => {}, 1000); ${say({ type: 'start', command: 'import' })}`;
    const controller = new AbortController();
    const started = Date.now();
    const outcome = await runJob(program(script), 'import', ['import'], { signal: controller.signal, onEvent: () => { controller.abort(); } });
    assert.deepEqual(outcome, { kind: 'cancelled' });
    assert.ok(Date.now() - started >= 4900);
  });
});

describe('the long-lived child', () => {
  const RPC = `const { createMessageConnection, StreamMessageReader, StreamMessageWriter, ResponseError } = require(${JSON.stringify(require.resolve('vscode-jsonrpc/node'))});
    const connection = createMessageConnection(new StreamMessageReader(process.stdin), new StreamMessageWriter(process.stdout));
    connection.onRequest('verify', handler); connection.onClose(() => process.exit()); connection.listen();`;
  let server: Server | undefined;
  const crashes: string[] = [];
  const serve = (handler: string): Server => (server = new Server(program(`const handler = ${handler}; ${RPC}`), (why) => crashes.push(why)));
  afterEach(() => {
    server?.dispose();
    crashes.length = 0;
  });

  it('answers, one process for all requests', async () => {
    const barkeep = serve(`() => process.pid`);
    const [one, two] = [await barkeep.request(verifyRequest, { file: 'a' }), await barkeep.request(verifyRequest, { file: 'b' })];
    assert.equal(one, two);
  });

  it('passes a failure on with its facts', async () => {
    const barkeep = serve(`() => new ResponseError(5, 'm', { type: 'failure', kind: 'io', attempted: 'read x', why: 'the disk is full.' })`);
    await assert.rejects(barkeep.request(verifyRequest, { file: 'a' }), (error) => error instanceof Failure && error.kind === 'io' && error.facts.why === 'the disk is full.');
  });

  it('is told of cancellation', async () => {
    const source = new CancellationTokenSource();
    const begun = path.join(folder, 'to be cancelled');
    const barkeep = serve(`(_, token) => new Promise((_, reject) => { ${mark(begun)} token.onCancellationRequested(() => reject(new ResponseError(-32800, 'cancelled'))); })`);
    const asked = barkeep.request(verifyRequest, { file: 'a' }, source.token);
    await until('the request to arrive', () => existsSync(begun));
    source.cancel();
    await assert.rejects(asked, (error) => error instanceof Failure && error.kind === 'cancelled');
  });

  it('is not waited for by who has given the request up', async () => {
    const source = new CancellationTokenSource();
    const barkeep = serve(`() => new Promise(() => undefined)`);
    const asked = barkeep.request(verifyRequest, { file: 'a' }, source.token);
    source.cancel();
    await assert.rejects(asked, (error) => error instanceof Failure && error.kind === 'cancelled');
  });

  it('is told to end work that has no end of its own, and answers with what there is', async () => {
    const source = new CancellationTokenSource();
    const begun = path.join(folder, 'to be ended');
    const barkeep = serve(`(_, token) => new Promise((resolve) => { ${mark(begun)} const look = setInterval(() => { if (token.isCancellationRequested) { clearInterval(look); resolve('so far'); } }, 20); })`);
    const asked = barkeep.requestUntil(verifyRequest, { file: 'a' }, source.token);
    await until('the request to arrive', () => existsSync(begun));
    source.cancel();
    assert.equal(await asked, 'so far');
  });

  it('is started again when it dies, sends the request again and reports once', async () => {
    const marker = path.join(folder, 'died');
    const barkeep = serve(`() => { const fs = require('fs'); if (!fs.existsSync(${JSON.stringify(marker)})) { fs.writeFileSync(${JSON.stringify(marker)}, ''); console.error('ouch'); process.exit(7); } return 'answer'; }`);
    const answers = await Promise.all([barkeep.request(verifyRequest, { file: 'a' }), barkeep.request(verifyRequest, { file: 'b' })]);
    assert.deepEqual(answers, ['answer', 'answer']);
    assert.equal(crashes.length, 1);
    assert.match(crashes[0]!, /code 7\. ouch/);
  });

  it('gives a request up that it dies with every time', async () => {
    const barkeep = serve(`() => process.exit(7)`);
    await assert.rejects(barkeep.request(verifyRequest, { file: 'a' }), (error) => error instanceof Failure && error.kind === 'internal');
    assert.equal(crashes.length, 1);
  });
});

describe('a command line', () => {
  it('is quoted for a shell where it must be', () => {
    assert.equal(commandLine(['import', "/d/ES 'last'.txt", 'ES', '1m', '--tz', 'America/Chicago']), `barkeep import '/d/ES '\\''last'\\''.txt' ES 1m --tz America/Chicago`);
  });

  it('runs without what steers the editor', () => {
    assert.deepEqual(childEnvironment({ PATH: '/bin', VSCODE_PID: '1', NODE_OPTIONS: '--inspect', ELECTRON_NO_ASAR: '1' }), { PATH: '/bin', ELECTRON_RUN_AS_NODE: '1' });
  });
});
