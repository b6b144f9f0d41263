import type { Bars } from '../base/bar';
import { countBars } from '../base/bar';
import { differs, textWriting, type Writing } from '../disk/atomic';
import type { Disk } from '../disk/disk';
import { madeMetadata, type MadeFrom } from '../store/provenance';
import { ownMetadata } from '../store/lineage';
import { masterColumns, writeMaster } from '../table/master';
import { describeParquet, readBars } from '../table/parquet';
import { dailyExtremes } from './extremes';
import { RESAMPLED, resample, type Anchor, type Resampled } from './resample';

/** One derived file: its name, and how it is made. */
export interface Recipe {
  /** File name in the data folder. */
  readonly output: string;
  /** What is made, its version and every option; a file made by another one is out of date. */
  readonly name: string;
  make(bars: Bars, from: MadeFrom, disk: Disk): Made;
}

/** A derived file in memory, ready to be written. */
export interface Made {
  /** Bars, or days. */
  readonly rows: number;
  /** @param target named in failures */
  writing(target: string): Writing;
}

/** Everything made of a ticker's 1-minute master, in order. */
export const recipesFor = (ticker: string, anchor: Anchor): readonly Recipe[] => [...RESAMPLED.map((timeframe) => resampling(ticker, timeframe, anchor)), extremes(ticker)];

function resampling(ticker: string, timeframe: Resampled, anchor: Anchor): Recipe {
  const output = `${ticker}_${timeframe}.parquet`;
  return {
    output,
    name: `resample 1 anchor=${anchor}`,
    make(bars, from) {
      const joined = resample(bars, timeframe, anchor);
      const metadata = { ...ownMetadata(output), ...madeMetadata(from) };
      return { rows: countBars(joined), writing: () => parquetWriting(joined, metadata) };
    },
  };
}

function extremes(ticker: string): Recipe {
  return {
    output: `${ticker}_daily_hod_lod.json`,
    name: 'daily_hod_lod 1',
    make(bars, _from, disk) {
      const days = dailyExtremes(bars);
      return { rows: Object.keys(days).length, writing: (target) => textWriting(disk, target, JSON.stringify(days, null, 2)) };
    },
  };
}

/** A bar's six values, uncompressed. */
const BAR_BYTES = 48;

function parquetWriting(bars: Bars, metadata: Readonly<Record<string, string>>): Writing {
  const volume = bars.volume.every((value) => Number.isSafeInteger(value)) ? 'BIGINT' : 'DOUBLE';
  return {
    needs: BAR_BYTES * countBars(bars),
    produce: (temporary) => writeMaster(temporary, { changes: bars, volume, metadata }),
    async verify(temporary) {
      const schema = (columns: readonly { name: string; type: string }[]): string => columns.map(({ name, type }) => `${name} ${type}`).join(', ');
      const { columns, metadata: noted } = await describeParquet(temporary);
      if (schema(columns) !== schema(masterColumns(volume))) throw differs(temporary, `its columns are ${schema(columns)}.`);
      for (const [key, value] of Object.entries(metadata)) if (noted[key] !== value) throw differs(temporary, `its note ${key} is not what was written.`);
      const read = await readBars(temporary);
      for (const name of ['time', 'open', 'high', 'low', 'close', 'volume'] as const) {
        if (!sameValues(read[name], bars[name])) throw differs(temporary, `its column ${name} is not what was written.`);
      }
    },
  };
}

const sameValues = (a: Float64Array, b: Float64Array): boolean => a.length === b.length && a.every((value, at) => value === b[at] || (Number.isNaN(value) && Number.isNaN(b[at])));
