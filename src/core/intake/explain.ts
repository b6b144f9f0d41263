import type { Timeframe } from '../base/timeframe';
import type { Agreement, Closes } from './agreement';
import { compareCloses, near } from './agreement';
import type { Reading, TimeKind } from './reading';
import { otherReadings, reread } from './reading';
import { WIDEST_SHIFT, voteForShift } from './shift';
import { lowerBound } from './sorted';

/** Why a file does not match as it is, and how well it does once that is put right. */
export interface Explanation {
  /** How to read the file instead; absent when only a constant shift fits, which no zone or stamp explains. */
  readonly reading?: Reading;
  /** The commonest shift, ms to add to the file's instants. */
  readonly shift: number;
  readonly agreement: Agreement;
  /** Zones that fit exactly as well as the one named. */
  readonly alsoFits: readonly string[];
}

export interface Given extends Reading {
  readonly timeframe: Timeframe;
  readonly kind: TimeKind;
  readonly tolerance: number;
}

/** Fewer matching moves than this prove nothing. */
export const PROOF = 10;
const SAMPLE = 1_000;
const SHORTLIST = 4;
/** A candidate that matches a smaller share of what the best one matches in the sample is not counted over all bars. */
const IN_REACH = 0.9;

interface Candidate {
  readonly reading?: Reading;
  place(times: Float64Array): Float64Array;
}

/**
 * Searches for what makes the file match the master: other zones (re-placing its wall-clock times, so right across
 * clock changes), the other stamp convention, and constant shifts of up to ±26 h in minutes. A sample of moves gives the
 * shortlist; the best few are then counted over all overlapping bars.
 * @returns undefined when nothing fits, or nothing fits clearly better than the file as it is
 */
export function explain(file: Closes, master: Closes, given: Given, asIs: Agreement): Explanation | undefined {
  const sample = sampleMoves(file, master, given.tolerance);
  if (sample.time.length < 2 * PROOF) return undefined;
  const ranked = candidatesFor(sample, master, given)
    .map((candidate) => ({ candidate, score: compareCloses({ ...sample, time: candidate.place(sample.time) }, master, given.tolerance).movesMatched }))
    .filter(({ score }) => score >= PROOF)
    .sort((a, b) => b.score - a.score);
  const trials = ranked
    .filter(({ score }, rank) => rank < SHORTLIST && score >= IN_REACH * ranked[0]!.score)
    .map(({ candidate }) => ({ candidate, agreement: compareCloses({ close: file.close, time: candidate.place(file.time) }, master, given.tolerance) }))
    .filter(({ agreement }) => fits(agreement) && isClearlyBetter(agreement, asIs));
  const best = trials.reduce<(typeof trials)[number] | undefined>((a, b) => (a === undefined || b.agreement.movesMatched > a.agreement.movesMatched ? b : a), undefined);
  if (best === undefined) return undefined;
  const { candidate, agreement } = best;
  const equals = trials.filter((trial) => trial !== best && trial.agreement.matched === agreement.matched && trial.candidate.reading?.stamp === candidate.reading?.stamp);
  return {
    ...(candidate.reading === undefined ? {} : { reading: candidate.reading }),
    shift: commonestShift(sample.time, candidate.place(sample.time)),
    agreement,
    alsoFits: equals.flatMap((trial) => trial.candidate.reading?.zone ?? []),
  };
}

/** Nine closes in ten and four moves in five match, no stretch is weak: this is the same market at the same time. */
export const fits = (agreement: Agreement): boolean =>
  agreement.matched >= 0.9 * agreement.compared &&
  (agreement.moves < PROOF || agreement.movesMatched >= 0.8 * agreement.moves) &&
  agreement.weakStretch === undefined;

function isClearlyBetter(agreement: Agreement, asIs: Agreement): boolean {
  const gained = agreement.movesMatched - asIs.movesMatched;
  const halvesDifferences = 2 * (agreement.compared - agreement.matched) <= asIs.compared - asIs.matched;
  return gained >= PROOF && (halvesDifferences || gained >= asIs.movesMatched);
}

/** Readings first, so that a shift is only named when no zone or stamp gives as many matches. */
function candidatesFor(sample: Closes, master: Closes, given: Given): Candidate[] {
  const readings = otherReadings(given, given.timeframe, given.kind).map((reading) => ({
    reading,
    place: (times: Float64Array) => reread(times, given, reading, given.timeframe),
  }));
  const shift = voteForShift(sample, master, given.tolerance);
  return shift === undefined ? readings : [...readings, { place: (times: Float64Array) => times.map((time) => time + shift) }];
}

/** Up to 1,000 moves spread evenly over the part of the file that any shift could put on the master, as pairs of bars. */
export function sampleMoves(file: Closes, master: Closes, tolerance: number): Closes {
  const from = Math.max(1, lowerBound(file.time, master.time[0]! - WIDEST_SHIFT));
  const to = lowerBound(file.time, master.time[master.time.length - 1]! + WIDEST_SHIFT + 1);
  const moves: number[] = [];
  for (let i = from; i < to; i++) if (!near(file.close[i]!, file.close[i - 1]!, tolerance)) moves.push(i);
  const stride = Math.max(1, moves.length / SAMPLE);
  const pairs: number[] = [];
  for (let k = 0; k < moves.length; k += stride) pairs.push(moves[Math.floor(k)]! - 1, moves[Math.floor(k)]!);
  return { time: Float64Array.from(pairs, (i) => file.time[i]!), close: Float64Array.from(pairs, (i) => file.close[i]!) };
}

/** What most times are moved by, ms. */
export function commonestShift(before: Float64Array, after: Float64Array): number {
  const counts = new Map<number, number>();
  before.forEach((time, i) => {
    const shift = after[i]! - time;
    if (!Number.isNaN(shift)) counts.set(shift, (counts.get(shift) ?? 0) + 1);
  });
  return [...counts].reduce<[number, number]>((most, entry) => (entry[1] > most[1] ? entry : most), [0, 0])[0];
}
