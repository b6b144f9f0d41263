import { failureFrom } from '../base/failure';
import { withRoom } from '../disk/failures';
import { appendOperations, type WriteRecord } from '../disk/operations';
import type { JobContext } from './context';

/** Runs a job that writes and puts its writes, failed ones included, into the data folder's operations log. A full disk is told with what is free. */
export async function recorded<T>(context: JobContext, run: (context: JobContext) => Promise<T>): Promise<T> {
  const writes: WriteRecord[] = [];
  const disk = { ...context.disk, record: (write: WriteRecord) => void writes.push(write) };
  try {
    return await run({ ...context, disk });
  } catch (error) {
    throw await withRoom(error, context.folder);
  } finally {
    await appendOperations(context.disk, context.folder, writes).catch((error: unknown) => {
      // The work is done or has failed for a reason of its own; the log only tells of it.
      context.operation.log(failureFrom(error, 'write the operations log').message);
    });
  }
}
