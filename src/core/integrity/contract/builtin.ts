import path from 'node:path';
import type { Contract, RowRule } from './contract';
import { ownMatching } from './pattern';
import { readDatetime } from './time';

/** The contracts of the files an automated trading system exchanges, each a Table Schema and what that cannot say. */

type Constraints = Readonly<Record<string, unknown>>;
interface Described {
  readonly name: string;
  readonly type: string;
  readonly constraints: Constraints;
}
const field = (type: string) => (name: string, constraints: Constraints = {}): Described => ({ name, type, constraints: { required: true, ...constraints } });
const text = field('string');
const number = field('number');
const integer = field('integer');
const time = field('datetime');
const choice = (name: string, ...values: readonly string[]): Described => text(name, { enum: values });
const optional = { required: false };
const positive = { exclusiveMinimum: 0 };
const percent = { minimum: 0, maximum: 100 };

const SEAL = [integer('file_seq', { minimum: 1 }), text('checksum_sha256', { pattern: '[0-9a-f]{64}' })];

const SCHEMAS = {
  active_calendar_signals: [
    time('timestamp'),
    text('calendar_id', { pattern: 'CAL[85]_.*|NONE' }),
    text('symbol', { pattern: '[A-Z]{6,8}' }),
    choice('impact_level', 'HIGH', 'MEDIUM', 'LOW'),
    choice('proximity_state', 'PRE_1H', 'AT_EVENT', 'POST_30M'),
    text('anticipation_event', optional),
    choice('direction_bias', 'BULLISH', 'BEARISH', 'NEUTRAL'),
    number('confidence_score', { minimum: 0, maximum: 1 }),
  ],
  reentry_decisions: [
    time('timestamp'),
    text('trade_id'),
    text('hybrid_id'),
    text('symbol'),
    choice('outcome_class', 'WIN', 'LOSS', 'BREAKEVEN'),
    choice('duration_class', 'FLASH', 'QUICK', 'NORMAL', 'LONG', 'EXTENDED'),
    choice('reentry_action', 'R1', 'R2', 'HOLD', 'NO_REENTRY'),
    text('parameter_set_id'),
    choice('resolved_tier', 'EXACT', 'TIER1', 'TIER2', 'TIER3', 'GLOBAL'),
    choice('chain_position', 'O', 'R1', 'R2'),
    number('lot_size', positive),
    number('stop_loss', positive),
    number('take_profit', positive),
  ],
  trade_results: [
    time('timestamp'),
    text('trade_id'),
    text('symbol'),
    choice('direction', 'BUY', 'SELL'),
    number('lot_size', positive),
    number('open_price'),
    number('close_price'),
    time('open_time'),
    time('close_time'),
    number('duration_minutes'),
    number('profit_loss'),
    number('profit_loss_pips'),
    number('stop_loss', optional),
    number('take_profit', optional),
    choice('close_reason', 'TP', 'SL', 'MANUAL', 'TIMEOUT'),
    number('commission'),
    number('swap'),
    integer('magic_number'),
    text('comment', optional),
  ],
  health_metrics: [
    time('timestamp'),
    text('service_name'),
    text('metric_name'),
    number('metric_value'),
    text('metric_unit'),
    choice('health_status', 'HEALTHY', 'DEGRADED', 'UNHEALTHY'),
    number('cpu_usage_percent', percent),
    number('memory_usage_percent', percent),
    number('disk_usage_percent', percent),
    integer('active_connections', { minimum: 0 }),
    integer('messages_processed', { minimum: 0 }),
    integer('error_count', { minimum: 0 }),
    number('uptime_seconds', { minimum: 0 }),
  ],
} as const;

export type BuiltIn = keyof typeof SCHEMAS;
export const BUILT_IN = Object.keys(SCHEMAS) as readonly BuiltIn[];

const MINUTE = 60_000;

/** Texts that are no times or numbers have a fault of their own. */
const RULES: Readonly<Partial<Record<BuiltIn, readonly RowRule[]>>> = {
  trade_results: [
    {
      columns: ['open_time', 'close_time'],
      at: 'close_time',
      fault: ([open, close]) => (readDatetime(close!)! < readDatetime(open!)! ? `a time not before open_time (${open})` : undefined),
    },
    {
      columns: ['open_time', 'close_time', 'duration_minutes'],
      at: 'duration_minutes',
      fault: ([open, close, minutes]) => {
        const between = (readDatetime(close!)! - readDatetime(open!)!) / MINUTE;
        return Number.isFinite(between) && !(Math.abs(Number(minutes) - between) <= 1) ? `${Number(between.toFixed(2))} (from open_time to close_time), within 1` : undefined;
      },
    },
  ],
};

/** Table Schema takes NaN and INF for numbers; nothing these files are read by does. */
const finite = (name: string): RowRule => ({ columns: [name], at: name, fault: ([value]) => (['NaN', 'INF', '-INF'].includes(value!) ? 'a finite number' : undefined) });

/** The contract of a file by the pattern of its name: `trade_results_20240910_143030.csv`; undefined when it has none. */
export const builtInFor = (file: string): BuiltIn | undefined => BUILT_IN.find((name) => path.basename(file).startsWith(`${name}_`));

export async function builtIn(name: BuiltIn): Promise<Contract> {
  const { contractOf } = await import('./descriptor');
  const fields = [...SEAL, ...SCHEMAS[name]];
  const numbers = fields.filter(({ type }) => type === 'number').map((described) => finite(described.name));
  const contract = contractOf({ fields }, `the built-in contract ${name}`, ownMatching, [...numbers, ...(RULES[name] ?? [])]);
  if (typeof contract === 'string') throw new Error(`${name}: ${contract}`);
  return contract;
}
