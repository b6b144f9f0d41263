// Plays another program's exporter: writes a CSV of minute bars with its lock and signals, each by its own plain means.
// node exporter.mjs FOLDER INSTRUMENT '{"bars": 1000, …}'
import { closeSync, existsSync, mkdirSync, openSync, renameSync, unlinkSync, writeFileSync, writeSync, statSync } from 'node:fs';
import path from 'node:path';

/**
 * bars, seed; chunk: rows written at once, pause: ms after each; signals: false = none, 'logs' = in logs/; progress: rows from
 * signal to signal (0 = never); lock: false = none; done: false = no `.DONE`; dieAt: row at which it is killed; waits: row at
 * which it stands still until there is such a file in the folder; counters: into the signals; stamp: of the names; exit: the code it ends with.
 */
const DEFAULTS = { bars: 1000, seed: 1, chunk: 10_000, pause: 0, signals: true, progress: 100_000, lock: true, done: true, stamp: '20251113_212632', waits: {}, counters: undefined, exit: 0 };
const [folder, instrument, given = '{}'] = process.argv.slice(2);
const how = { ...DEFAULTS, ...JSON.parse(given) };
const name = `MinuteDataExport_${instrument}_${how.stamp}_UTC.csv`;
const csv = path.join(folder, name);
const lock = path.join(folder, `DataExport_${instrument}.lock`);
const signals = how.signals === 'logs' ? path.join(folder, 'logs') : folder;
const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

function signal(file, fields) {
  if (how.signals === false) return;
  mkdirSync(signals, { recursive: true });
  writeFileSync(path.join(signals, file), JSON.stringify(fields, undefined, 2));
}
const fields = (status, rows, last) => ({
  status, filePath: `C:\\data\\raw\\${name}`, fileName: name, dataType: 'Minute', instrument, totalBarsProcessed: rows, gapsDetected: 0, invalidDataSkipped: 0,
  fileSizeBytes: statSync(csv).size, fileSizeMB: 0, [status === 'complete' ? 'completedAt' : 'lastUpdateTime']: new Date().toISOString(), lastBarTime: last, ...how.counters,
});

let state = how.seed;
const random = () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32;
let price = 26_000;
const at = (i) => new Date(Date.UTC(2024, 0, 1) + i * 60_000).toISOString();
function row(i) {
  const open = price;
  price += Math.round((random() - 0.5) * 8);
  const [high, low] = [Math.max(open, price) + Math.round(random() * 3), Math.min(open, price) - Math.round(random() * 3)];
  const [o, h, l, c] = [open, high, low, price].map((ticks) => (ticks / 4).toFixed(2));
  const time = at(i);
  return `${time.slice(0, 10)},${time.slice(11, 19)},${o},${h},${l},${c},${1 + Math.floor(random() * 900)},${instrument}\r\n`;
}

if (how.lock) writeFileSync(lock, String(process.pid), { flag: 'wx' });
signal(`export_start_${how.stamp}.json`, { status: 'started', instrument, dataType: 'Minute', startedAt: new Date().toISOString() });
const file = openSync(csv, 'w');
if (how.bars > 0) writeSync(file, 'Date,Time,Open,High,Low,Close,Volume,Instrument\r\n');
let reported = 0;
for (let i = 0; i < how.bars; ) {
  const until = Math.min(how.bars, i + how.chunk, ...[how.dieAt, ...Object.keys(how.waits).map(Number)].filter((row) => row > i));
  let text = '';
  for (; i < until; i++) text += row(i);
  writeSync(file, text);
  if (i === how.dieAt) process.kill(process.pid, 'SIGKILL');
  while (i in how.waits && !existsSync(path.join(folder, how.waits[i]))) await sleep(50);
  if (how.progress > 0 && i - reported >= how.progress && i < how.bars) signal(`export_progress_${name}.json`, fields('in_progress', (reported = i), at(i - 1)));
  await sleep(how.pause);
}
closeSync(file);
console.log(`${how.bars} bars written`);
signal(`export_complete_${name}.json`, fields('complete', how.bars, how.bars > 0 ? at(how.bars - 1) : null));
if (how.done && how.bars > 0) renameSync(csv, `${csv}.DONE`);
if (how.lock) unlinkSync(lock);
process.exitCode = how.exit;
