import { type ChildProcess, spawn } from 'node:child_process';

/** The program every child runs: the command line, by the editor's own Node. */
export interface Program {
  /** Path of the Node (or Electron) executable. */
  readonly node: string;
  /** Path of `dist/cli.js`. */
  readonly script: string;
}

/** Starts the program. Its input is a pipe only when `talk` is set; output and errors always are. */
export function launch(program: Program, args: readonly string[], talk: boolean): ChildProcess {
  return spawn(program.node, [program.script, ...args], { env: childEnvironment(process.env), stdio: [talk ? 'pipe' : 'ignore', 'pipe', 'pipe'], windowsHide: true });
}

/** The editor's environment without what steers the editor itself, and with what makes Electron run as Node. */
export function childEnvironment(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const kept = Object.entries(environment).filter(([name]) => !/^(VSCODE_|ELECTRON_|NODE_OPTIONS$)/.test(name));
  return { ...Object.fromEntries(kept), ELECTRON_RUN_AS_NODE: '1' };
}

/** The command a person would type for the same, quoted for a POSIX shell where it must be; who somebody is to a queue is not told. */
export const commandLine = (args: readonly string[]): string => ['barkeep', ...args.map((arg) => quote(arg.replace(/^(rediss?:\/\/).*@/s, '$1')))].join(' ');

const quote = (text: string): string => (/^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`);

/** The last `most` characters written to a stream, for the message when a child dies. */
export function tailOf(stream: NodeJS.ReadableStream | null, most = 4000): () => string {
  let tail = '';
  stream?.setEncoding('utf8').on('data', (text: string) => (tail = (tail + text).slice(-most)));
  return () => tail.trim();
}
