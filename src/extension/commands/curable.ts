import type { Complaint, InventoryEntry, Remedy } from '../../protocol/inventory';
import { commandLine } from '../children/program';
import { t } from '../words';
import type { Target } from './target';

/** Something to complain about that can be mended. */
export interface Curable {
  readonly entry: InventoryEntry;
  readonly complaint: Complaint & { readonly remedy: Remedy };
}

export const curableIn = (entries: readonly InventoryEntry[]): Curable[] =>
  entries.flatMap((entry) => entry.complaints.flatMap((complaint) => (complaint.remedy === undefined ? [] : [{ entry, complaint: { ...complaint, remedy: complaint.remedy } }])));

/** What a remedy's command is about, told by its arguments. */
export function targetOfRemedy([command, ...args]: Remedy['command']): Target {
  if (command === 'backup' || command === 'restore') return args[0] === undefined ? {} : { kept: args[0] };
  const [ticker, timeframe] = command === 'import' ? args.slice(1) : args;
  return { ...(ticker === undefined ? {} : { ticker }), ...(timeframe === undefined ? {} : { timeframe }) };
}

/** The command that does the same; of an import, whose file only the user can name, the bars that are wanted: `ES 1h`. */
export const commandOf = ({ command }: Remedy): string => (command[0] === 'import' ? command.slice(2, 4).join(' ') : commandLine(command));

/** An entry of the list to choose from: the file and what is done for it, the command that does the same, and why. */
export const itemFor = ({ entry, complaint: { severity, message, remedy } }: Curable): { label: string; description: string; detail: string } => ({
  label: `$(${severity}) ${entry.file}: ${t(remedy.title)}`,
  description: commandOf(remedy),
  detail: message,
});
