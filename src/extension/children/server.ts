import type { ChildProcess } from 'node:child_process';
import { type CancellationToken, createMessageConnection, type MessageConnection, type NotificationType, type RequestType, ResponseError, StreamMessageReader, StreamMessageWriter } from 'vscode-jsonrpc/node';
import { Failure } from '../../core/base/failure';
import type { FailureEvent } from '../../protocol/events';
import { launch, type Program, tailOf } from './program';

/** Times a request is sent again after the child died with it, before the request itself is held responsible. */
const RETRIES = 2;
const FIRST_DELAY = 200;
const LONGEST_DELAY = 30_000;
const SETTLED = 60_000;
const REQUEST_CANCELLED = -32800;

interface Live {
  readonly child: ChildProcess;
  readonly connection: MessageConnection;
  /** Resolves when the child has gone, for whatever reason. */
  readonly gone: Promise<void>;
}

/**
 * The long-lived child: started by the first request, started again (after a delay that doubles) when it dies. A
 * request it died with is sent again, so a crash loses nothing; it is reported once, until the child has been well
 * for a minute.
 */
export class Server {
  readonly #program: Program;
  readonly #report: (why: string) => void;
  readonly #listeners: ((connection: MessageConnection) => void)[] = [];
  #live: Live | undefined;
  #crashes = 0;
  #disposed = false;

  /** @param report told once when the child has crashed */
  constructor(program: Program, report: (why: string) => void) {
    this.#program = program;
    this.#report = report;
  }

  /** Hears a notification from every child that will be started. */
  on<Params>(type: NotificationType<Params>, listener: (params: Params) => void): void {
    this.#listeners.push((connection) => connection.onNotification(type, listener));
  }

  /** Resolves when it is on its way; whether it arrives nobody tells. */
  async tell<Params>(type: NotificationType<Params>, params: Params): Promise<void> {
    const live = (this.#live ??= this.#start());
    // A child that dies with it is noticed by the next request.
    await Promise.race([live.connection.sendNotification(type, params).catch(() => undefined), live.gone]);
  }

  /** @throws Failure as the child told it; `cancelled` as soon as the token is cancelled: the child is told, and may be too busy to answer */
  request<Params, Answer>(type: RequestType<Params, Answer, unknown>, params: Params, token?: CancellationToken): Promise<Answer> {
    const givenUp = givenUpBy(token, type.method);
    return Promise.race([this.requestUntil(type, params, token), givenUp.happens]).finally(givenUp.release);
  }

  /** The same for work without an end of its own: the token ends it, and what there is by then is the answer. */
  async requestUntil<Params, Answer>(type: RequestType<Params, Answer, unknown>, params: Params, token?: CancellationToken): Promise<Answer> {
    for (let attempt = 0; ; attempt++) {
      const live = (this.#live ??= this.#start());
      const answer = await this.#ask(live, type, params, token);
      if (answer !== 'gone') return answer.value;
      if (this.#disposed || token?.isCancellationRequested === true) throw cancelled(type.method);
      if (attempt === RETRIES) throw crashed(type.method);
      await delay(Math.min(FIRST_DELAY * 2 ** (this.#crashes - 1), LONGEST_DELAY));
    }
  }

  dispose(): void {
    this.#disposed = true;
    this.#live?.connection.dispose();
    this.#live?.child.kill();
  }

  async #ask<Params, Answer>(live: Live, type: RequestType<Params, Answer, unknown>, params: Params, token?: CancellationToken): Promise<{ value: Answer } | 'gone'> {
    const asked = live.connection.sendRequest(type, params, token).then((value) => ({ value }));
    const lost = live.gone.then(() => 'gone' as const);
    try {
      return await Promise.race([asked, lost]);
    } catch (error) {
      // A write to a child that has just died may fail before its end is heard of.
      if (!(error instanceof ResponseError)) await Promise.race([live.gone, delay(FAREWELL)]);
      if (live !== this.#live) return 'gone';
      throw failureOf(error, type.method);
    }
  }

  #start(): Live {
    const child = launch(this.#program, ['serve'], true);
    const connection = createMessageConnection(new StreamMessageReader(child.stdout!), new StreamMessageWriter(child.stdin!));
    const errors = tailOf(child.stderr);
    const settled = setTimeout(() => (this.#crashes = 0), SETTLED).unref();
    const gone = new Promise<void>((resolve) => {
      const end = (why: string): void => {
        if (this.#live?.child !== child) return;
        this.#live = undefined;
        clearTimeout(settled);
        if (!this.#disposed && ++this.#crashes === 1) this.#report(`${why} ${errors()}`.trim());
        connection.dispose();
        resolve();
      };
      child.once('error', (error) => { end(error.message); });
      child.once('close', (code, signal) => { end(`it ended with ${signal ?? `code ${code ?? '?'}`}.`); });
    });
    for (const listen of this.#listeners) listen(connection);
    // A write to a child that has just died fails here as well as at `close`, which is where it is dealt with.
    connection.onError(() => undefined);
    child.stdin!.on('error', () => undefined);
    connection.listen();
    return { child, connection, gone };
  }
}

/** How long the end of a child may take to be heard of once it cannot be written to, ms. */
const FAREWELL = 2000;

const delay = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

function givenUpBy(token: CancellationToken | undefined, method: string): { happens: Promise<never>; release: () => void } {
  let listener: { dispose(): void } | undefined;
  const happens = new Promise<never>((_, reject) => { listener = token?.onCancellationRequested(() => { reject(cancelled(method)); }); });
  return { happens, release: () => listener?.dispose() };
}

function failureOf(error: unknown, method: string): Failure {
  if (!(error instanceof ResponseError)) return internal(method, error instanceof Error ? error.message : String(error), error);
  if (error.code === REQUEST_CANCELLED) return cancelled(method);
  const told: unknown = error.data;
  return isFailureEvent(told) ? new Failure(told.kind, told) : internal(method, error.message, error);
}

const isFailureEvent = (value: unknown): value is FailureEvent => typeof value === 'object' && value !== null && 'type' in value && value.type === 'failure';

const cancelled = (method: string): Failure => new Failure('cancelled', { attempted: method, why: 'it was cancelled.' });
const internal = (method: string, why: string, cause: unknown): Failure => new Failure('internal', { attempted: method, why, cause });
const crashed = (method: string): Failure =>
  new Failure('internal', { attempted: method, why: 'the process that does it ended every time.', remedy: 'The log says how; please report this.' });
