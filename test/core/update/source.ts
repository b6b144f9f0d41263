import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export type Bar = readonly [time: number, open: number | null, high: number | null, low: number | null, close: number | null, volume: number | null];

/** One answer of the server: a body, or a status with what goes with it; `silent` never answers, `dripping` never ends. */
export type Answer = { readonly bars: readonly Bar[]; readonly zone?: string } | { readonly status: number; readonly body?: string; readonly headers?: Record<string, string> } | { readonly text: string } | 'silent' | 'dripping';

/** The chart service's answer for bars whose times are unix ms. */
export const chartOf = (bars: readonly Bar[], zone = 'America/New_York'): string => {
  const column = (at: number): (number | null)[] => bars.map((bar) => bar[at]!);
  const quote = { open: column(1), high: column(2), low: column(3), close: column(4), volume: column(5) };
  return JSON.stringify({ chart: { result: [{ meta: { exchangeTimezoneName: zone }, timestamp: bars.map(([time]) => time / 1000), indicators: { quote: [quote] } }], error: null } });
};

/** A local server in the place of the source: gives its answers in turn, the last one for good, and keeps what was asked. */
export class Source {
  readonly asked: URL[] = [];
  answers: readonly Answer[] = [];
  readonly #server: Server;

  private constructor(server: Server) {
    this.#server = server;
  }

  get address(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  static async open(): Promise<Source> {
    const source: Source = new Source(
      createServer((request, response) => {
        source.asked.push(new URL(request.url ?? '/', 'http://source'));
        const answer = source.answers[Math.min(source.asked.length, source.answers.length) - 1] ?? { status: 404 };
        if (answer === 'silent') return;
        if (answer === 'dripping') {
          const drip = setInterval(() => response.write(' '), 20);
          response.on('close', () => { clearInterval(drip); });
          return;
        }
        if ('status' in answer) response.writeHead(answer.status, answer.headers).end(answer.body ?? '');
        else response.writeHead(200, { 'Content-Type': 'application/json' }).end('text' in answer ? answer.text : chartOf(answer.bars, answer.zone));
      }),
    );
    await new Promise<void>((resolve) => source.#server.listen(0, '127.0.0.1', resolve));
    return source;
  }

  replay(...answers: Answer[]): void {
    this.asked.length = 0;
    this.answers = answers;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}
