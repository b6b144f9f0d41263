import { readdir } from 'node:fs/promises';
import path from 'node:path';
import type { SampleResult } from '../../protocol/results';
import { Failure, errnoOf, failureFrom } from '../base/failure';
import { durationOf } from '../base/timeframe';
import { textWriting, writeText } from '../disk/atomic';
import { replaceFile } from '../disk/backup';
import { contentOf } from '../disk/freeName';
import type { JobContext } from './context';
import { barsBetween, makeBars, ninjaTraderText } from './sampleBars';
import { sealManifest, sealedTrades, tamper } from './sampleTrades';

interface SampleFile {
  readonly file: string;
  readonly what: string;
  readonly text: string;
}

/** Tells a folder of ours from any other. */
const MARKER = path.join('.barkeep', 'sample.json');
const MARKER_TEXT = `${JSON.stringify({ sample: 1 })}\n`;

/**
 * Makes a folder with what a trading desk has: exports that overlap, one of them in the wrong zone, a sealed file and a
 * tampered copy. The same files every time, to the byte; what else is in the folder is left alone.
 * @throws Failure `refused` when the folder holds files and was not made here
 */
export async function makeSample(context: JobContext, folder: string): Promise<SampleResult> {
  await refuseOthers(folder);
  const files = sampleFiles();
  await putFile(context, folder, MARKER, MARKER_TEXT);
  for (const [done, { file, text }] of files.entries()) {
    context.operation.signal.throwIfAborted();
    context.operation.progress({ step: `writing ${file}`, done, total: files.length });
    await putFile(context, folder, file, text);
  }
  return { folder, files: files.map(({ file, what }) => ({ file, what })) };
}

/** Seven weeks across the end of summer time (2 November 2025), without a holiday. */
const FIRST_SUNDAY = Date.UTC(2025, 9, 5);
const WEEK = durationOf('1W');
const SEED = 20251102;

function sampleFiles(): SampleFile[] {
  const bars = makeBars(FIRST_SUNDAY, 7, SEED);
  const history = barsBetween(bars, FIRST_SUNDAY, FIRST_SUNDAY + 5 * WEEK);
  const recent = barsBetween(bars, FIRST_SUNDAY + 4 * WEEK, Infinity);
  const trades = sealedTrades(SEED);
  const sealed = 'trades_20251103_143000.csv';
  return [
    { file: 'ES history.txt', what: '5 weeks of 1-minute bars as NinjaTrader exports them: Pacific time, close stamps', text: ninjaTraderText(history, 'America/Los_Angeles') },
    { file: 'ES recent.txt', what: 'the next export: overlaps the last week and goes on for two', text: ninjaTraderText(recent, 'America/Los_Angeles') },
    { file: 'ES recent in Chicago time.txt', what: 'the same bars exported in another zone: a trap', text: ninjaTraderText(recent, 'America/Chicago') },
    { file: sealed, what: 'a sealed file: sequence numbers and a checksum in every row', text: trades },
    { file: `${sealed}.seal.json`, what: 'its seal manifest, which shows a cut tail as well', text: sealManifest(sealed, trades) },
    { file: 'trades_tampered_20251103_143000.csv', what: 'a copy in which one character was altered', text: tamper(trades) },
  ];
}

async function refuseOthers(folder: string): Promise<void> {
  const names = await readdir(folder).catch((error: unknown) => {
    if (errnoOf(error) === 'ENOENT') return [];
    throw failureFrom(error, `make sample data in ${folder}`, folder);
  });
  if (names.length === 0 || (await contentOf(path.join(folder, MARKER))) !== undefined) return;
  throw new Failure('refused', {
    attempted: `make sample data in ${folder}`,
    file: folder,
    why: 'the folder holds other files.',
    remedy: 'Name a folder that is empty or does not exist yet.',
  });
}

/** A file of ours that was changed meanwhile is backed up before it is made anew. */
async function putFile(context: JobContext, folder: string, file: string, text: string): Promise<void> {
  const target = path.join(folder, file);
  const present = await contentOf(target);
  if (present === text) return;
  if (present === undefined) await writeText(context.disk, target, text);
  else await replaceFile(context.disk, folder, target, textWriting(context.disk, target, text), 'the sample was made again');
}
