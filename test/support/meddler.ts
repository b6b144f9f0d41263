import { Agent, createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** What happens to a request on its way; undefined: it passes. */
export interface Meddling {
  /** Answered by us, not passed on. */
  readonly status?: number;
  /** The store's word for it. */
  readonly code?: string;
  /** Milliseconds before it passes. */
  readonly delay?: number;
  /** It passes when this has come. */
  readonly held?: Promise<void>;
  /** The answer breaks off after so many bytes of its body. */
  readonly cutAfter?: number;
  /** After so many bytes of its body the answer stands still. */
  readonly stallAfter?: number;
  /** One byte of the answer's body is changed. */
  readonly flip?: number;
  /** One byte of what is sent is changed. */
  readonly flipSent?: number;
  /** It is carried out, but the connection breaks before the answer. */
  readonly loseAnswer?: boolean;
  /** Passed on with another path. */
  readonly rewrite?: string;
}

export interface Seen {
  readonly method: string;
  readonly url: string;
  readonly range: string | undefined;
  /** It was passed on and the store agreed. */
  passed: boolean;
}

/** Stands between a client and a real store: passes everything on as it is, signature included, unless told otherwise. */
export interface Meddler {
  readonly endpoint: string;
  readonly requests: Seen[];
  meddle(how: ((seen: Seen) => Meddling | undefined) | undefined): void;
  stop(): Promise<void>;
}

export async function startMeddler(target: string): Promise<Meddler> {
  const { hostname, port } = new URL(target);
  const agent = new Agent({ keepAlive: true });
  const requests: Seen[] = [];
  let how: ((seen: Seen) => Meddling | undefined) | undefined;
  const server = createServer((incoming, answer) => {
    const seen: Seen = { method: incoming.method!, url: incoming.url!, range: incoming.headers.range, passed: false };
    requests.push(seen);
    void pass(incoming, answer, seen, how?.(seen) ?? {}).catch(() => incoming.destroy());
  });

  async function pass(incoming: IncomingMessage, answer: ServerResponse, seen: Seen, meddling: Meddling): Promise<void> {
    if (meddling.delay !== undefined) await sleep(meddling.delay);
    await meddling.held;
    if (meddling.status !== undefined) {
      incoming.resume();
      answer.writeHead(meddling.status, { 'content-type': 'application/xml', connection: 'close' });
      answer.end(`<?xml version="1.0"?><Error><Code>${meddling.code ?? 'AccessDenied'}</Code><Message>of a test</Message></Error>`);
      return;
    }
    const outgoing = request({ hostname, port, agent, method: seen.method, path: meddling.rewrite ?? seen.url, headers: incoming.headers });
    outgoing.once('error', () => incoming.destroy());
    outgoing.once('response', (response) => { back(response, answer, seen, meddling); });
    let sent = 0;
    incoming.on('data', (data: Buffer) => { outgoing.write(flipped(data, sent, meddling.flipSent)); sent += data.length; });
    incoming.once('end', () => outgoing.end());
  }

  function back(response: IncomingMessage, answer: ServerResponse, seen: Seen, { cutAfter, stallAfter, flip, loseAnswer }: Meddling): void {
    seen.passed = response.statusCode! < 300;
    if (loseAnswer === true) {
      response.resume().once('end', () => answer.destroy());
      return;
    }
    answer.writeHead(response.statusCode!, response.rawHeaders);
    let bytes = 0;
    response.on('data', (data: Buffer) => {
      const most = Math.min(cutAfter ?? Infinity, stallAfter ?? Infinity);
      const rest = Math.min(data.length, Math.max(0, most - bytes));
      answer.write(flipped(data.subarray(0, rest), bytes, flip));
      bytes += data.length;
      if (bytes <= most) return;
      response.pause();
      if (cutAfter === undefined) return;
      // What was written so far is let out first.
      setTimeout(() => { answer.socket?.destroy(); response.destroy(); }, 20);
    });
    response.once('end', () => answer.end());
    response.once('error', () => answer.destroy());
  }

  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  return {
    endpoint: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    requests,
    meddle: (next) => { how = next; },
    stop: async () => {
      agent.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A piece of a stream with one byte changed, when that lies in it. */
function flipped(piece: Buffer, from: number, at: number | undefined): Buffer {
  if (at === undefined || at < from || at >= from + piece.length) return piece;
  const copy = Buffer.from(piece);
  copy[at - from]! ^= 0xff;
  return copy;
}
