import { Failure } from '../base/failure';
import { momentUtc } from '../base/time';
import { isInOrder, surveyTimes, type TimeSurvey } from '../table/survey';
import { adviceOn } from './advice';

/**
 * Makes sure a master's times are there, whole milliseconds, and rise strictly; we never repair one silently.
 * @throws Failure `refused` naming the first row at fault
 */
export async function requireSound(master: string): Promise<void> {
  if (await isInOrder(master)) return;
  const why = unsoundness(await surveyTimes(master)) ?? 'its times do not rise';
  throw new Failure('refused', {
    attempted: `use the master ${master}`,
    file: master,
    why: `${why}.`,
    ...(await adviceOn(master)),
  });
}

/** What is wrong with a master's times, as a clause; undefined when nothing is. */
export function unsoundness(survey: TimeSurvey): string | undefined {
  const where = survey.firstFault === undefined ? '' : `, first in row ${survey.firstFault.row} at ${momentUtc(survey.firstFault.time)}`;
  if (survey.missing > 0) return `${survey.missing} rows have no time`;
  if (survey.backward > 0) return `its rows are not in order of time (${survey.backward} steps back${where})`;
  if (survey.repeated > 0) return `${survey.repeated} bars have the time of the bar before${where}`;
  if (survey.fractional > 0) return `${survey.fractional} times are no whole milliseconds`;
  return undefined;
}
