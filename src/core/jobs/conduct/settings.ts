import { stat } from 'node:fs/promises';
import path from 'node:path';
import * as z from 'zod';
import { isZoneName } from '../../base/time';
import { readSettings } from '../../store/settings';

/** How exports are waited for and taken in: the part `conduct` of `.barkeep/settings.json` in the data folder. */
export interface ConductSettings {
  /** The folder exporters write into; a relative path starts at the data folder. Default `raw` in it, else the data folder itself. */
  readonly raw: string | undefined;
  /** A command for the shell that starts the exporter; without it, exports are only waited for. */
  readonly launch: string | undefined;
  /** When a run starts: a cron expression, and the zone of its wall clock. */
  readonly schedule: string;
  readonly zone: string;
  /** Runs start only on trading days of this instrument; empty: on every day of the expression. */
  readonly tradingDays: string;
  /** Instruments to wait for; empty: for every export that begins. */
  readonly expect: readonly string[];
  /** How long a run waits for its exports, minutes. */
  readonly timeoutMinutes: number;
  /** How long after the last export ended another one may still begin, seconds. */
  readonly settleSeconds: number;
  /** Instrument as exporters name it → ticker of the master, where they differ. */
  readonly tickers: Readonly<Record<string, string>>;
  /** How exports' times are read, as `--tz` and `--stamp` of import. */
  readonly timeZone: string | undefined;
  readonly stamp: 'open' | 'close' | undefined;
}

const zone = z.string().refine(isZoneName, 'there is no such time zone');

const ACCEPTED = z
  .strictObject({
    raw: z.string().min(1),
    launch: z.string().min(1),
    schedule: z.string().min(1),
    zone,
    tradingDays: z.string(),
    expect: z.array(z.string().min(1)),
    timeoutMinutes: z.number().positive(),
    settleSeconds: z.number().nonnegative(),
    tickers: z.record(z.string(), z.string().min(1)),
    timeZone: zone,
    stamp: z.enum(['open', 'close']),
  })
  .partial();

const DEFAULTS: ConductSettings = {
  raw: undefined,
  launch: undefined,
  schedule: '0 7 * * *',
  zone: 'America/Chicago',
  tradingDays: 'ES',
  expect: [],
  timeoutMinutes: 60,
  settleSeconds: 5,
  tickers: {},
  timeZone: undefined,
  stamp: undefined,
};

/** What the folder's settings say, over the defaults. @throws Failure `usage` naming what is wrong in the file; `io` */
export async function readConductSettings(folder: string): Promise<ConductSettings> {
  const given = await readSettings(folder, 'conduct', ACCEPTED);
  return { ...DEFAULTS, ...Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) };
}

/** The folder exporters write into, absolute: the one named, else the settings', else `raw` in the data folder, else that itself. */
export async function rawFolderOf(folder: string, named?: string): Promise<string> {
  if (named !== undefined) return path.resolve(named);
  const { raw } = await readConductSettings(folder);
  if (raw !== undefined) return path.resolve(folder, raw);
  const usual = path.join(folder, 'raw');
  return (await stat(usual).then((found) => found.isDirectory(), () => false)) ? usual : folder;
}
