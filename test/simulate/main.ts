import { simulate, type Fleet } from './fleet';

/**
 * `npm run simulate`: the tables of docs/capacity.md. What one month takes was measured (`npm run bench -- monthly`);
 * the rest are the assumptions named there. Option: `--records-per-second N`, what one core of yours does; default the least
 * that bench lets pass.
 */
const given = process.argv.indexOf('--records-per-second');
const SPEED = given < 0 ? 250_000 : Number(process.argv[given + 1]);
if (!(SPEED > 0)) throw new Error('give --records-per-second a number above 0');

/** A full month of one instrument, three symbols: records, and bytes moved: the source down, the result up and read back once. */
export const MONTH = { records: 1_753_000, down: 22.4e6, up: 35.5e6 };
const MONTHS = 184;

export const BASE: Fleet = {
  workers: 1000,
  months: MONTHS * 500,
  compute: MONTH.records / SPEED,
  bytes: MONTH.down + 2 * MONTH.up,
  network: 40e6,
  store: 12.5e9,
  queue: { perSecond: 50_000, perMonth: 300, perRenewal: 3 },
  lease: 60,
  deathsPerHour: 0.05,
  replacement: 120,
  silent: 0.2,
  passing: 0.02,
  retryWait: 30,
  seed: 1,
};

const row = (cells: readonly (string | number)[]): string => `| ${cells.join(' | ')} |`;
const percent = (share: number): string => `${(share * 100).toFixed(share < 0.1 ? 1 : 0)} %`;
const time = (hours: number): string => (hours < 1 ? `${(hours * 60).toFixed(1)} min` : hours < 48 ? `${hours.toFixed(1)} h` : `${(hours / 24).toFixed(1)} d`);

function print(): void {
  console.log('Fifteen years, one to 500 instruments:\n');
  console.log([row(['instruments', 'months', 'TB moved', '2 workers', '16', '100', '1,000']), row(['--:', '--:', '--:', '--:', '--:', '--:', '--:'])].join('\n'));
  for (const instruments of [1, 10, 50, 100, 500]) {
    const months = MONTHS * instruments;
    console.log(row([instruments, months, ((months * BASE.bytes) / 1e12).toFixed(2), ...[2, 16, 100, 1000].map((workers) => time(simulate({ ...BASE, workers, months }).hours))]));
  }
  const cases: [string, Partial<Fleet>][] = [
    ['as assumed', {}],
    ['no failures', { deathsPerHour: 1e-9, passing: 0 }],
    ['every worker dies once an hour', { deathsPerHour: 1 }],
    ['every worker dies every six minutes', { deathsPerHour: 10 }],
    ['every tenth month meets a busy store', { passing: 0.1 }],
    ['a lease of ten minutes', { lease: 600, deathsPerHour: 1 }],
    ['a store of 1 GB/s', { store: 1e9 }],
    ['a queue of 2,000 commands/s', { queue: { ...BASE.queue, perSecond: 2000 } }],
    ['4,000 workers', { workers: 4000 }],
  ];
  console.log('\n1,000 workers, 92,000 months:\n');
  console.log([row(['', 'time', 'published', 'deaths', 'tried later', 'second worker found it published', 'useful time', 'store', 'queue']), row(['---', ...Array<string>(8).fill('--:')])].join('\n'));
  for (const [name, change] of cases) {
    const { hours, published, deaths, retries, foundPublished, useful, storeLoad, queueLoad } = simulate({ ...BASE, ...change });
    console.log(row([name, time(hours), published, deaths, retries, foundPublished, percent(useful), percent(storeLoad), percent(queueLoad)]));
  }
}

if (require.main === module) print();
