import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { unattended } from '../../../../src/core/base/ports';
import { rowChecksum } from '../../../../src/core/integrity/seal';
import { verifyText } from '../../../../src/core/integrity/verify';

type Row = Readonly<Record<string, string>>;

/** A row of each contract that is as it should be. */
const GOOD = {
  active_calendar_signals: { timestamp: '2024-09-10T14:30:00Z', calendar_id: 'CAL8_USD_NFP_HIGH', symbol: 'EURUSD', impact_level: 'HIGH', proximity_state: 'PRE_1H', anticipation_event: '', direction_bias: 'NEUTRAL', confidence_score: '0.75' },
  reentry_decisions: { timestamp: '2024-09-10T14:30:15Z', trade_id: 'T1', hybrid_id: 'H1', symbol: 'EURUSD', outcome_class: 'WIN', duration_class: 'FLASH', reentry_action: 'R1', parameter_set_id: 'P1', resolved_tier: 'TIER1', chain_position: 'O', lot_size: '0.1', stop_loss: '20', take_profit: '40.5' },
  trade_results: { timestamp: '2024-09-10T14:30:00Z', trade_id: 'T1', symbol: 'EURUSD', direction: 'BUY', lot_size: '0.1', open_price: '1.105', close_price: '1.1075', open_time: '2024-09-10T14:00:00Z', close_time: '2024-09-10T14:30:00Z', duration_minutes: '30', profit_loss: '25.0', profit_loss_pips: '25.0', stop_loss: '', take_profit: '1.1075', close_reason: 'TP', commission: '0.5', swap: '-0.15', magic_number: '12345', comment: '' },
  health_metrics: { timestamp: '2024-09-10T14:30:45Z', service_name: 'bridge', metric_name: 'latency', metric_value: '12.5', metric_unit: 'ms', health_status: 'HEALTHY', cpu_usage_percent: '12.5', memory_usage_percent: '0', disk_usage_percent: '100', active_connections: '3', messages_processed: '1200', error_count: '0', uptime_seconds: '86400.5' },
} as const satisfies Readonly<Record<string, Row>>;
type Name = keyof typeof GOOD;
const NAMES = Object.keys(GOOD) as Name[];

/** The file of a contract, sealed, so that the contract is all there is to find fault with. */
function fileOf(rows: readonly Row[]): string {
  const columns = ['file_seq', ...Object.keys(rows[0]!), 'checksum_sha256'];
  const lines = rows.map((row, at) => {
    const values = [String(at + 1), ...Object.values(row)];
    return [...values, rowChecksum(columns, values)].join(',');
  });
  return [columns.join(','), ...lines, ''].join('\n');
}

const verify = (name: Name, text: string): ReturnType<typeof verifyText> => verifyText(`/nowhere/${name}_20240910_143000.csv`, text, { examples: 10_000 }, unattended);

/** What breaks each contract: one change to the good row, one violation. */
const BAD: Readonly<Record<Name, Readonly<Record<string, readonly string[]>>>> = {
  active_calendar_signals: { timestamp: ['', '2024-09-10', '14:30'], calendar_id: ['CAL7_X', '', 'none'], symbol: ['EUR', 'eurusd', 'EURUSDUSD', 'EUR/USD'], impact_level: ['high', ''], proximity_state: ['NEAR'], direction_bias: ['UP'], confidence_score: ['1.01', '-0.1', 'NaN', ''] },
  reentry_decisions: { trade_id: [''], hybrid_id: [''], outcome_class: ['win'], duration_class: ['SHORT'], reentry_action: ['R3'], parameter_set_id: [''], resolved_tier: ['TIER4'], chain_position: ['R3'], lot_size: ['0', '-1', ''], stop_loss: ['0', ''], take_profit: ['0', 'x'] },
  trade_results: { direction: ['LONG'], lot_size: ['0'], open_price: ['x'], close_price: [''], open_time: ['2024-09-10T14:30:01Z', '2024-09-10'], close_time: ['2024-09-10T13:59:59Z', ''], duration_minutes: ['28.9', '31.1', '-30', '', 'INF', 'NaN'], profit_loss: ['1,5', 'NaN'], stop_loss: ['x'], close_reason: ['EOD'], magic_number: ['1.5'] },
  health_metrics: { service_name: [''], metric_value: ['fast'], health_status: ['OK'], cpu_usage_percent: ['100.1'], memory_usage_percent: ['-1'], disk_usage_percent: ['101'], active_connections: ['1.5', '-1'], messages_processed: ['many'], error_count: ['-1'], uptime_seconds: [''] },
};

describe('the built-in contracts', () => {
  for (const name of NAMES) {
    it(`${name}: a file that keeps it`, async () => {
      assert.deepEqual((await verify(name, fileOf([GOOD[name], { ...GOOD[name], timestamp: '2024-09-10T14:31:00Z' }]))).totals, {});
    });

    it(`${name}: every cell that breaks it`, async () => {
      for (const [column, values] of Object.entries(BAD[name])) {
        for (const value of values) {
          const { totals, findings } = await verify(name, fileOf([GOOD[name], { ...GOOD[name], [column]: value.includes(',') ? `"${value}"` : value }]));
          const what = `${column}: "${value}"`;
          assert.equal(totals['schema-violation'], 1, what);
          const finding = findings.find(({ code }) => code === 'schema-violation')!;
          assert.equal(finding.row, 2, what);
          assert.ok(finding.column === column || finding.message.includes(column) || ['close_time', 'duration_minutes'].includes(finding.column!), `${what}: ${finding.message}`);
        }
      }
    });

    it(`${name}: columns that are missing or too many`, async () => {
      const [first, ...rest] = Object.entries(GOOD[name]);
      const { totals, findings } = await verify(name, fileOf([Object.fromEntries([...rest, ['surprise', first![1]]])]));
      assert.equal(totals['schema-violation'], 2);
      assert.deepEqual(findings.filter(({ code }) => code === 'schema-violation').map(({ column, row }) => [row, column]), [[0, first![0]], [0, 'surprise']]);
    });
  }

  it('leave a minute for the rounding of durations', async () => {
    for (const minutes of ['29', '31', '30.5']) assert.equal((await verify('trade_results', fileOf([{ ...GOOD.trade_results, duration_minutes: minutes }]))).totals['schema-violation'], undefined, minutes);
  });

  it('need the seal', async () => {
    const text = 'timestamp,trade_id\n2024-09-10T14:30:00Z,T1\n';
    const { findings } = await verify('trade_results', text);
    const missing = findings.filter(({ row }) => row === 0).map(({ column }) => column);
    assert.ok(missing.includes('file_seq') && missing.includes('checksum_sha256'));
  });

  it('find what an independent reading of the rules in Python finds', async () => {
    let broken = 0;
    for (const name of NAMES) {
      const rows = mutated(name, 1500);
      const text = fileOf(rows);
      const expected = JSON.parse(execFileSync('python3', ['-c', ORACLE, name], { input: text, encoding: 'utf8' })) as number[];
      const { findings, totals } = await verify(name, text);
      const found = findings.filter(({ code }) => code === 'schema-violation').flatMap(({ row, lastRow }) => Array.from({ length: lastRow - row + 1 }, (_, i) => row + i));
      assert.deepEqual(found.sort((a, b) => a - b), expected, name);
      assert.equal(totals['schema-violation'], expected.length);
      broken += expected.length;
    }
    assert.ok(broken > 1000 && broken < 5000, `${broken} rows broken`);
  });
});

const SPICE = ['', '0', '1', '-1', '100', '100.5', '0.5', '29.5', '31.01', 'NaN', 'x', 'EURUSD', 'GBPJPYx', 'USDJPYXX', 'HIGH', 'R2', 'R1', 'TP', 'NONE', 'CAL5_', '2024-09-10T14:00:00Z', '2024-09-10T14:30:30+00:00', '2024-09-10T10:30:00-04:00', '2024-02-30T00:00:00Z', 'GLOBAL', 'SELL', 'LOW', 'O'];

function mutated(name: Name, count: number): Row[] {
  let seed = name.length * 7919;
  const random = (below: number): number => (seed = (seed * 48271) % 2147483647) % below;
  return Array.from({ length: count }, () => Object.fromEntries(Object.entries(GOOD[name]).map(([column, value]) => [column, random(12) === 0 ? SPICE[random(SPICE.length)]! : value])));
}

/** The rules again, from the words of the interface documents. */
const ORACLE = String.raw`
import csv, json, math, re, sys
from datetime import datetime
def when(text):
    if not re.fullmatch(r'\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)?', text): raise ValueError
    return datetime.fromisoformat(text.replace('Z', '+00:00'))
def num(text, low=None, above=None, high=None):
    value = float(text)
    if not math.isfinite(value): raise ValueError
    if low is not None and not value >= low or above is not None and not value > above or high is not None and not value <= high: raise ValueError
    return value
def whole(text, low=None):
    if not re.fullmatch(r'[+-]?\d+', text) or low is not None and int(text) < low: raise ValueError
def among(*words):
    def check(text):
        if text not in words: raise ValueError
    return check
def like(pattern):
    def check(text):
        if not re.fullmatch(pattern, text): raise ValueError
    return check
some = like('.+')
positive = lambda text: num(text, above=0)
percent = lambda text: num(text, 0, None, 100)
maybe = lambda check: lambda text: text == '' or check(text)
anything = lambda text: None
seal = {'file_seq': lambda text: whole(text, 1), 'checksum_sha256': like('[0-9a-f]{64}')}
rules = {
  'active_calendar_signals': {'timestamp': when, 'calendar_id': like('(CAL8_|CAL5_).*|NONE'), 'symbol': like('[A-Z]{6,8}'), 'impact_level': among('HIGH', 'MEDIUM', 'LOW'),
    'proximity_state': among('PRE_1H', 'AT_EVENT', 'POST_30M'), 'anticipation_event': anything, 'direction_bias': among('BULLISH', 'BEARISH', 'NEUTRAL'), 'confidence_score': lambda text: num(text, 0, None, 1)},
  'reentry_decisions': {'timestamp': when, 'trade_id': some, 'hybrid_id': some, 'symbol': some, 'outcome_class': among('WIN', 'LOSS', 'BREAKEVEN'), 'duration_class': among('FLASH', 'QUICK', 'NORMAL', 'LONG', 'EXTENDED'),
    'reentry_action': among('R1', 'R2', 'HOLD', 'NO_REENTRY'), 'parameter_set_id': some, 'resolved_tier': among('EXACT', 'TIER1', 'TIER2', 'TIER3', 'GLOBAL'), 'chain_position': among('O', 'R1', 'R2'),
    'lot_size': positive, 'stop_loss': positive, 'take_profit': positive},
  'trade_results': {'timestamp': when, 'trade_id': some, 'symbol': some, 'direction': among('BUY', 'SELL'), 'lot_size': positive, 'open_price': num, 'close_price': num, 'open_time': when, 'close_time': when,
    'duration_minutes': num, 'profit_loss': num, 'profit_loss_pips': num, 'stop_loss': maybe(num), 'take_profit': maybe(num), 'close_reason': among('TP', 'SL', 'MANUAL', 'TIMEOUT'), 'commission': num, 'swap': num,
    'magic_number': whole, 'comment': anything},
  'health_metrics': {'timestamp': when, 'service_name': some, 'metric_name': some, 'metric_value': num, 'metric_unit': some, 'health_status': among('HEALTHY', 'DEGRADED', 'UNHEALTHY'), 'cpu_usage_percent': percent,
    'memory_usage_percent': percent, 'disk_usage_percent': percent, 'active_connections': lambda text: whole(text, 0), 'messages_processed': lambda text: whole(text, 0), 'error_count': lambda text: whole(text, 0),
    'uptime_seconds': lambda text: num(text, 0)},
}[sys.argv[1]]
def breaks(row):
    try:
        for column, check in {**seal, **rules}.items(): check(row[column])
        if 'open_time' in rules:
            opened, closed = when(row['open_time']), when(row['close_time'])
            if closed < opened or abs(float(row['duration_minutes']) - (closed - opened).total_seconds() / 60) > 1: return True
    except ValueError:
        return True
    return False
print(json.dumps([number for number, row in enumerate(csv.DictReader(sys.stdin), 1) if breaks(row)]))
`;
