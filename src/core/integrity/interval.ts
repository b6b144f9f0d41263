import { mostFrequent, scannerOver } from '../table/csv/dialect';
import { Findings } from './findings';
import { Instants } from './instants';
import type { Layout } from './layout';
import { isBlank } from './structure';
import { Row } from './row';

/** Positive steps that decide on the interval. */
const SAMPLED_STEPS = 1000;

/**
 * The most frequent positive step from bar to bar of one instrument among the first 1,000 (fewer when the first bytes
 * hold fewer), µs; the smaller of equals; 0 when there is none. In a file whose rows fall, the most frequent step back.
 */
export function sampleInterval(head: Buffer, whole: boolean, layout: Layout): number {
  const scanner = scannerOver(head, whole, layout.dialect.delimiter, layout.dialect.bom);
  const instants = new Instants(layout);
  const row = new Row(scanner, new Findings(0), layout.columns, instants.firstLane);
  const steps: number[] = [];
  while (steps.length < SAMPLED_STEPS && scanner.next()) {
    if (isBlank(scanner)) continue;
    instants.read(row);
    if (Number.isNaN(row.time)) continue;
    const step = layout.falling ? row.lane.time - row.time : row.time - row.lane.time;
    if (step > 0) steps.push(step);
    row.lane.time = row.time;
  }
  return mostFrequent(steps) ?? 0;
}
