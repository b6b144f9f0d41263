import { chunkSteps } from './chunks';
import { dailySteps } from './daily';
import type { Anchor } from './resample';
import { resampling } from './resampling';
import { summarySteps } from './summaries';
import { STEPS, type Recipe, type StepName } from './work';

/** Everything made of a ticker's 1-minute master, in order of the steps; `only` some of them when they are named. */
export function recipesFor(ticker: string, anchor: Anchor, only: readonly StepName[] = STEPS): readonly Recipe[] {
  const all = [...resampling(ticker, anchor), ...dailySteps(ticker), ...summarySteps(ticker), ...chunkSteps(ticker, anchor)];
  return STEPS.filter((step) => only.includes(step)).flatMap((step) => all.filter((recipe) => recipe.step === step));
}
