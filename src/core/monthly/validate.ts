import { Failure } from '../base/failure';
import type { Clock, Operation } from '../base/ports';
import type { MonthlyValidation, Stage } from '../../protocol/monthly';
import { contractDates } from './done';
import { processRows, type ProcessOptions, type RunStage } from './process';
import { dbnRows, parquetRows } from './rows';
import { monthAt, type Month } from './weight';
import { judgeMonth } from './work';

/**
 * Everything that is done to a month, on one local DBN or Parquet file, without writing anything: what would become of it.
 * @param reference the month whose bars weigh 1; default the file's newest
 * @throws Failure as reading and processing
 */
export async function validateFile(file: string, reference: Month | undefined, options: ProcessOptions, { clock, operation }: { clock: Clock; operation: Operation }): Promise<MonthlyValidation> {
  const stageSeconds: Partial<Record<Stage, number>> = {};
  const stage: RunStage = async (name, run) => {
    if (operation.signal.aborted) throw new Failure('cancelled', { attempted: `validate ${file}`, why: 'it was stopped.' });
    operation.progress({ step: name, done: Object.keys(stageSeconds).length, total: STAGES });
    const began = clock.now();
    const result = await run();
    stageSeconds[name] = (clock.now() - began) / 1000;
    return result;
  };
  const rows = file.endsWith('.parquet') ? await parquetRows(file) : await dbnRows(file, operation.signal);
  const processed = await processRows(rows, reference, options, stage);
  const newest = monthAt(processed.table.seconds.time.at(-1)!);
  const document = judgeMonth(processed, { month: newest, reference: reference ?? newest, now: clock.now(), stageSeconds, options });
  return { file, contracts: contractDates(processed), document };
}

/** clean, contract, hours, fill, label, features */
const STAGES = 6;
