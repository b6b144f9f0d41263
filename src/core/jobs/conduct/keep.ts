import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConductRun } from '../../../protocol/exports';
import { failureFrom } from '../../base/failure';
import { formatInstant, isoInstant } from '../../base/time';
import { writeText } from '../../disk/atomic';
import { diskFailure } from '../../disk/failures';
import { ifThere } from '../../disk/files';
import { parseObject } from '../../disk/holder';
import { NOTES } from '../../disk/operations';
import { Bell } from '../../exports/bell';
import { duration } from '../../exports/words';
import { giveUp } from './giveUp';
import { beginRun, resumeRun } from './run';
import type { ConductContext } from './bench';
import { dueNow, forgiven, nextDue, requireSchedule, type Due, type Schedule } from './schedule';
import { isOver, isRunId, readRuns, type RunOrder } from './state';

/** Keeping a schedule: runs when they are due or asked for, until it is stopped. */

/** A file of this name in the raw folder asks for a run; its content is the run's id. */
export const TRIGGER = 'export_trigger.txt';

/** How long an empty trigger file may be one just being written, ms. */
const BEING_WRITTEN = 250;
const MINUTE = 60_000;
const FORMAT = 'yyyy-MM-dd HH:mm ZZZZ';

/** The caller is the conductor. @returns the runs there were @throws Failure `usage`; a run that fails is told, and the schedule kept */
export async function keepSchedule(context: ConductContext, order: RunOrder, schedule: Schedule): Promise<ConductRun[]> {
  requireSchedule(schedule);
  const runs: ConductRun[] = [];
  const attempt = async (work: () => Promise<ConductRun | undefined>): Promise<void> => {
    try {
      const run = await work();
      if (run !== undefined) runs.push(run);
    } catch (error) {
      context.operation.log(failureFrom(error, 'conduct the exports').message);
    }
  };
  const bell = new Bell(order.raw, context.operation.signal);
  try {
    await attempt(() => resumeRun(context));
    let last = (await readLast(context)) ?? context.clock.now();
    tellNext(context, schedule);
    do {
      last = forgiven(last, context.clock.now());
      const due = dueNow(schedule, last, context.clock.now());
      const id = await triggered(context, order);
      if (due === undefined && id === undefined) continue;
      if (due !== undefined) {
        last = due.at;
        await writeLast(context, last);
        context.operation.log(dueText(due, schedule, context.clock.now()));
      } else context.operation.log(`${TRIGGER} asks for a run`);
      await attempt(() => resumeRun(context));
      if (context.operation.signal.aborted) break;
      await attempt(async () => {
        runs.push(...(await giveUp(context)));
        return beginRun(context, order, id === '' ? undefined : id);
      });
      tellNext(context, schedule);
    } while (await bell.wait(100, context.poll));
  } finally {
    bell.close();
  }
  return runs;
}

function dueText({ at, missed }: Due, { zone }: Schedule, now: number): string {
  const when = `due at ${formatInstant(at, zone, FORMAT)}`;
  if (now - at < MINUTE) return when;
  const others = missed === 0 ? '' : `, ${missed} earlier ${missed === 1 ? 'time' : 'times'} as well`;
  return `${when}, ${duration((now - at) / 1000)} late${others}: the machine slept, or the schedule was not kept. It runs once now.`;
}

function tellNext({ clock, operation }: ConductContext, schedule: Schedule): void {
  const next = nextDue(schedule, clock.now());
  operation.log(next === undefined ? 'no run is due in the next two months' : `next run: ${formatInstant(next, schedule.zone, FORMAT)}`);
}

/**
 * The id in the trigger file, which is deleted; undefined when there is none, empty when it names none that can be used. One
 * that names a run which was cut is left from before the cut: that run is taken up again anyway.
 */
async function triggered({ disk, folder, operation }: ConductContext, { raw }: RunOrder): Promise<string | undefined> {
  const file = path.join(raw, TRIGGER);
  try {
    const id = await idIn(disk, file);
    if (id === undefined) return undefined;
    await ifThere(disk.files.unlink(file));
    await disk.files.syncFolder(raw);
    if (id !== '' && !isRunId(id)) operation.log(`${TRIGGER} holds "${id.slice(0, 80)}", which cannot name a run: it gets a name of its own.`);
    const same = (await readRuns(disk, folder)).find((run) => run.id === id);
    return isRunId(id) && (same === undefined || isOver(same)) ? id : '';
  } catch (error) {
    operation.log(diskFailure(error, `take the trigger ${file}`, file, 0).message);
    return undefined;
  }
}

/** Who makes a file writes it a moment later: one that is empty is read once more. */
async function idIn({ files }: ConductContext['disk'], file: string): Promise<string | undefined> {
  const read = async (): Promise<string | undefined> => (await ifThere(files.readFile(file)))?.bytes.toString('utf8').trim();
  const id = await read();
  if (id !== '') return id;
  await sleep(BEING_WRITTEN);
  return read();
}

const lastFile = (folder: string): string => path.join(folder, NOTES, 'conduct', 'schedule', 'last.json');

/** The last due time that was dealt with, so that one missed while nothing ran is made up for. */
async function readLast({ disk, folder }: ConductContext): Promise<number | undefined> {
  const content = await ifThere(disk.files.readFile(lastFile(folder)));
  const due = content === undefined ? undefined : parseObject(content.bytes.toString('utf8'))?.['due'];
  const at = typeof due === 'string' ? Date.parse(due) : NaN;
  return Number.isNaN(at) ? undefined : at;
}

const writeLast = ({ disk, folder }: ConductContext, due: number): Promise<unknown> => writeText(disk, lastFile(folder), `${JSON.stringify({ due: isoInstant(due) })}\n`);

