import path from 'node:path';
import { isoInstant } from '../base/time';
import { below, isRemote, nameOf, type Address } from '../cloud/address';
import { writeText } from '../disk/atomic';
import { withLock } from '../disk/lock';
import { NOTES } from '../disk/operations';
import type { MonthDone, MonthFailed, MonthStanding, MonthlyReport, Stage } from '../../protocol/monthly';
import { NAMING, type Naming } from './discover';
import { standings, type Looking } from './status';
import type { WorkContext } from './work';

/** Where finished months go, and the folder they are made in. */
export type Destination = Pick<Looking, 'dest' | 'work'>;

/** What became of the months: one report for people (Markdown) and one for programs (JSON), made again after every run. */
export function writeReport({ disk, clock, operation, places }: WorkContext, { dest, work }: Destination, naming: Naming = NAMING, elsewhere: readonly MonthFailed[] = []): Promise<MonthlyReport> {
  const how = { doing: 'writing the report', wait: true, signal: operation.signal };
  const write = async (file: Address, text: string): Promise<unknown> => (isRemote(file) ? (await places.store()).write(file, text) : writeText(disk, file, text));
  return withLock(disk, path.join(work, NOTES, 'monthly', 'report.lock'), how, async () => {
    const months = await standings({ disk, places, dest, work }, [], naming);
    const done = months.flatMap((month) => (month.state === 'finished' && month.done !== undefined ? [month.done] : []));
    const base = below(dest, 'processed-data', 'monthly', 'report');
    const report: MonthlyReport = {
      dest,
      made: clock.now(),
      done,
      failed: failedMonths(months, elsewhere),
      slowestStages: slowestStages(done),
      markdown: `${base}.md`,
      json: `${base}.json`,
    };
    await write(report.json, `${JSON.stringify(report, undefined, 1)}\n`);
    await write(report.markdown, reportMarkdown(report));
    return report;
  });
}

/** Those of this machine's notes, and those that other machines told of. */
function failedMonths(months: readonly MonthStanding[], elsewhere: readonly MonthFailed[]): MonthFailed[] {
  const here = months.flatMap((month) => (month.state === 'failed' ? [month.failure] : []));
  return [...here.filter(({ month }) => !elsewhere.some((other) => other.month === month)), ...elsewhere].sort((a, b) => (a.month < b.month ? -1 : 1));
}

function slowestStages(done: readonly MonthDone[]): MonthlyReport['slowestStages'] {
  const stages = new Map<Stage, { seconds: number; longest: { month: string; seconds: number } }>();
  for (const { month, stageSeconds } of done) {
    for (const [stage, seconds] of Object.entries(stageSeconds) as [Stage, number][]) {
      const before = stages.get(stage) ?? { seconds: 0, longest: { month, seconds: -1 } };
      stages.set(stage, { seconds: before.seconds + seconds, longest: seconds > before.longest.seconds ? { month, seconds } : before.longest });
    }
  }
  return [...stages].map(([stage, spent]) => ({ stage, ...spent })).sort((a, b) => b.seconds - a.seconds);
}

export function reportMarkdown(report: MonthlyReport): string {
  const { done, failed } = report;
  const again = done.filter((month) => month.requiresReprocessing);
  return [
    '# Months',
    '',
    `${isoInstant(report.made)} · ${done.length} processed · ${failed.length} failed · ${again.length} to process again`,
    ...section('Failed', failed.map(failedLine)),
    ...section('To process again', again.map(({ month, priority, reasons }) => `- **${month}** (priority ${priority ?? 'none'}): ${reasons.join(' ')}`)),
    ...section('Quality by month', done.length === 0 ? [] : qualityTable(done)),
    ...section('Slowest stages', stageTable(report)),
    ...section('Alerts', done.filter(({ alerts }) => alerts.length > 0).map(({ month, alerts }) => `- **${month}**: ${alerts.join(' ')}`)),
    ...section('Warnings', done.filter(({ warnings }) => warnings.length > 0).map(({ month, warnings }) => `- **${month}**: ${warnings.join(' ')}`)),
    '',
  ].join('\n');
}

const section = (title: string, lines: readonly string[]): string[] => (lines.length === 0 ? [] : ['', `## ${title}`, '', ...lines]);

/** The message ends with the remedy. */
function failedLine({ month, stage, message, attempts }: MonthFailed): string {
  const where = stage === undefined ? '' : ` at the stage ${stage}`;
  return `- **${month}**${where}, ${attempts === 1 ? 'first attempt' : `attempt ${attempts}`}: ${message}`;
}

const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;

function qualityTable(done: readonly MonthDone[]): string[] {
  const lines = done.map(({ month, score, rawRows, rows, seconds, peakMemoryBytes, output }) =>
    row([month, score.toFixed(3), rawRows, rows, seconds.toFixed(1), Math.round(peakMemoryBytes / 1e6), `\`${nameOf(output)}\``]));
  return [row(['month', 'score', 'raw rows', 'rows', 'seconds', 'peak MB', 'file']), row(['---', '--:', '--:', '--:', '--:', '--:', '---']), ...lines];
}

function stageTable({ slowestStages: stages }: MonthlyReport): string[] {
  if (stages.length === 0) return [];
  const lines = stages.map(({ stage, seconds, longest }) => row([stage, seconds.toFixed(1), `${longest.seconds.toFixed(1)} (${longest.month})`]));
  return [row(['stage', 'seconds in all', 'longest']), row(['---', '--:', '---']), ...lines];
}
