import { zoneNamed, type Zone } from '../base/time';
import { LIKELY_ZONES } from '../base/zones';
import type { Exceptions } from '../calendar/exceptions';
import { scannerOver } from '../table/csv/dialect';
import { Findings } from './findings';
import { GapJudge } from './gap';
import { isPause } from './hours';
import { Instants } from './instants';
import { isPlaced, type Layout } from './layout';
import { Row } from './row';
import { isBlank } from './structure';

/** A step between two rows of one instrument, µs of the wall clock. */
interface Pause {
  readonly from: number;
  readonly to: number;
  readonly instrument: string;
}

const DAY = 86_400_000_000;
/** Pauses looked at: the first weeks' tell as much as a year's. */
const ENOUGH = 100;

/**
 * The zones that the pauses of a file tell, the likeliest first: in them, and in no other, the daily hour and the weekend
 * in which its market is closed lie where its rows pause. None when its zone is known, or the first rows do not tell.
 * @param head the first bytes of the file; `whole`: that is all of it
 */
export function presumeZones(head: Buffer, whole: boolean, layout: Layout, name: string, exceptions: Exceptions | undefined): readonly Zone[] {
  if (isPlaced(layout.zone) || layout.tick || layout.interval === 0 || layout.interval >= DAY) return [];
  const pauses = pausesIn(head, whole, layout);
  if (pauses.length === 0) return [];
  const fits = LIKELY_ZONES.map((named) => {
    const zone = zoneNamed(named);
    const judge = new GapJudge(layout, name, exceptions, [zone]);
    return { zone, explained: pauses.filter(({ from, to, instrument }) => judge.fits(from, to, instrument)) };
  });
  const best = fits.reduce((a, b) => (b.explained.length > a.explained.length ? b : a));
  const told = best.explained.length >= 2 || best.explained.some(({ from, to }) => to - from >= DAY);
  if (!told || best.explained.length * 2 < pauses.length) return [];
  return fits.filter(({ explained }) => explained.length === best.explained.length).map(({ zone }) => zone);
}

function pausesIn(head: Buffer, whole: boolean, layout: Layout): Pause[] {
  const scanner = scannerOver(head, whole, layout.dialect.delimiter, layout.dialect.bom);
  const instants = new Instants(layout);
  const row = new Row(scanner, new Findings(0), layout.columns, instants.firstLane);
  const pauses: Pause[] = [];
  while (pauses.length < ENOUGH && scanner.next()) {
    if (isBlank(scanner)) continue;
    instants.read(row);
    const { time, lane } = row;
    if (Number.isNaN(time)) continue;
    if (time - lane.time > 1.5 * layout.interval && isPause(lane.time / 1000, time / 1000)) pauses.push({ from: lane.time, to: time, instrument: lane.instrument });
    if (!(time < lane.time)) lane.time = time;
  }
  return pauses;
}
