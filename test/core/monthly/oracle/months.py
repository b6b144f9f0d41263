"""A plain and slow reading of the specification of monthly processing: one-second rows in, labels and features out.

    python3 months.py raw|filled IN.csv OUT.bin [REFERENCE]

IN.csv   time (unix seconds), symbol, open, high, low, close, volume; no header. `raw`: as traded, every symbol;
         `filled`: the grid that is labelled, one contract after the other.
OUT.bin  float64, native order: rows, then each column in turn: time, open, high, low, close, volume, 1 where the contract
         changed, label and weight of the six modes, the 43 features.
REFERENCE  the month whose bars weigh 1, such as 2025-11; otherwise the newest of the rows.

Nothing is taken from the product: windows are slices, sums are math.fsum, daylight saving time is the rule of the law.
"""

import csv
import math
import sys
from array import array
from datetime import datetime, timedelta, timezone

NAN = math.nan
TICK = 0.25
MODES = [("long", 6, 12), ("long", 8, 16), ("long", 10, 20), ("short", 6, 12), ("short", 8, 16), ("short", 10, 20)]


# ---- Chicago -----------------------------------------------------------------------------------------------------

def sunday(year, month, nth):
    """The nth Sunday of a month."""
    first = datetime(year, month, 1, tzinfo=timezone.utc)
    return first + timedelta(days=(6 - first.weekday()) % 7 + 7 * (nth - 1))


def chicago(time):
    """The wall clock of an instant: standard time is UTC-6; summer time from 2 a.m. on March's second Sunday to 2 a.m. on November's first."""
    utc = datetime.fromtimestamp(time, timezone.utc)
    begins = sunday(utc.year, 3, 2) + timedelta(hours=8)
    ends = sunday(utc.year, 11, 1) + timedelta(hours=7)
    return utc - timedelta(hours=5 if begins <= utc < ends else 6)


def second_of_day(wall):
    return wall.hour * 3600 + wall.minute * 60 + wall.second


# ---- From raw rows to the grid -----------------------------------------------------------------------------------

def is_clean(row):
    _, _, o, h, l, c, v = row
    prices = [o, h, l, c]
    if any(math.isnan(p) or p <= 0 for p in prices):
        return False
    if any(p < 500 or p > 10_000 for p in prices):
        return False
    if h < max(o, l, c) - 0.01 or l > min(o, h, c) + 0.01:
        return False
    if h == l and o != c:
        return False
    return not (math.isnan(v) or v < 0)


def primary(rows):
    """The rows of each Chicago date's symbol of highest volume; spreads are never it."""
    volumes = {}
    for row in rows:
        if "-" in row[1]:
            continue
        day = volumes.setdefault(chicago(row[0]).date(), {})
        day[row[1]] = day.get(row[1], 0) + row[6]
    chosen = {date: min(day, key=lambda symbol: (-day[symbol], symbol)) for date, day in volumes.items()}
    return [row for row in rows if chosen.get(chicago(row[0]).date()) == row[1]]


def fill(rows):
    """27,000 seconds for each date there is; a second without a row carries the close before it, the first one back."""
    days = {}
    for row in rows:
        wall = chicago(row[0])
        second = second_of_day(wall)
        if 27_000 <= second < 54_000:
            days.setdefault(wall.date(), {})[second] = row
    grid = []
    last = None
    for date in sorted(days):
        day = days[date]
        first = min(day)
        midnight = day[first][0] - first
        last = last or day[first]
        for second in range(27_000, 54_000):
            if second in day:
                last = day[second]
                grid.append(last)
            else:
                close = last[5]
                grid.append((midnight + second, last[1], close, close, close, close, 0.0))
    return grid


# ---- Labels ------------------------------------------------------------------------------------------------------

def events(rows):
    """Bars k that follow a change of the contract or a gap of more than 20 points."""
    return [k for k in range(1, len(rows)) if rows[k][1] != rows[k - 1][1] or abs(rows[k][5] - rows[k - 1][5]) > 20.0]


def affected_bars(rows):
    affected = set()
    for k in events(rows):
        affected.update(range(max(0, k - 1), min(len(rows), k + 6)))
    return affected


def outcome(rows, affected, i, side, stop, target):
    """The index of the bar that reached the target first, or None."""
    if i in affected or i == len(rows) - 1:
        return None
    entry = i + 1
    price = rows[entry][2]
    sign = 1 if side == "long" else -1
    goal = price + sign * TICK * target
    limit = price - sign * TICK * stop
    for k in range(entry, min(entry + 900, len(rows))):
        if k in affected:
            return None
        high, low = rows[k][3], rows[k][4]
        won = high >= goal if sign > 0 else low <= goal
        lost = low <= limit if sign > 0 else high >= limit
        if lost:
            return None
        if won:
            return k
    return None


def clip(value):
    return min(max(value, 0.5), 2.0)


def labels(rows, reference):
    affected = affected_bars(rows)
    months = [(lambda d: d.year * 12 + d.month - 1)(datetime.fromtimestamp(row[0], timezone.utc)) for row in rows]
    newest = max(months) if reference is None else reference
    columns = []
    for side, stop, target in MODES:
        flags, weights = [], []
        for i in range(len(rows)):
            hit = outcome(rows, affected, i, side, stop, target)
            decay = math.exp(-0.05 * (newest - months[i]))
            flags.append(0.0 if hit is None else 1.0)
            if hit is None:
                weights.append(decay)
                continue
            entry = rows[i + 1][2]
            scanned = rows[i + 1 : hit + 1]
            against = entry - min(r[4] for r in scanned) if side == "long" else max(r[3] for r in scanned) - entry
            mae = max(0.0, against) / TICK
            seconds = rows[hit][0] - rows[i + 1][0]
            weights.append(clip(2 - 1.5 * mae / stop) * clip(2 - 1.5 * (seconds - 300) / 600) * decay)
        columns += [flags, weights]
    return columns


# ---- Features ----------------------------------------------------------------------------------------------------

def rolling(values, width, compute):
    """compute(the last `width` values), NaN until there are as many or while one of them is NaN."""
    result = [NAN] * len(values)
    hole = -1
    for i, value in enumerate(values):
        if math.isnan(value):
            hole = i
        if i + 1 >= width and hole <= i - width:
            result[i] = compute(values[i + 1 - width : i + 1])
    return result


def mean(values):
    return math.fsum(values) / len(values)


def deviation(values):
    centre = mean(values)
    spread = math.sqrt(math.fsum([(v - centre) ** 2 for v in values]) / (len(values) - 1))
    return 0.0 if spread < 1e-12 * abs(centre) else spread


def slope(values):
    width = len(values)
    middle = (width - 1) / 2
    centre = mean(values)
    return math.fsum([(k - middle) * (v - centre) for k, v in enumerate(values)]) / math.fsum([(k - middle) ** 2 for k in range(width)])


def percentile(values):
    last = values[-1]
    less = sum([v < last for v in values])
    return (less + (values.count(last) + 1) / 2) / len(values) * 100


def ratio(a, b):
    return NAN if b == 0 else a / b


def each(function, *columns):
    return [function(*values) for values in zip(*columns)]


def volume_features(o, h, l, c, v):
    relative = each(ratio, v, rolling(v, 30, mean))
    slope5 = rolling(v, 5, slope)
    return [relative, rolling(rolling(v, 5, mean), 30, slope), slope5, each(lambda a, b: a * b, relative, slope5)]


def price_features(o, h, l, c, v):
    turnover = rolling(each(lambda a, b: a * b, c, v), 300, math.fsum)
    traded = rolling(v, 300, math.fsum)
    vwap = [c[i] if i < 299 or traded[i] == 0 else turnover[i] / traded[i] for i in range(len(c))]
    return [
        vwap,
        each(lambda close, average: (close - average) / average * 100, c, vwap),
        rolling(vwap, 30, slope),
        each(lambda close, highest: close - highest, c, rolling(h, 1800, max)),
        each(lambda close, lowest: close - lowest, c, rolling(l, 1800, min)),
    ]


def consolidation_features(o, h, l, c, v):
    def ranges(width):
        high, low = rolling(h, width, max), rolling(l, width, min)
        return high, low, each(lambda a, b: a - b, high, low)

    def touch(close, high, low, size):
        if math.isnan(size):
            return 0.0
        return 1.0 if close >= high - 0.05 * size or close <= low + 0.05 * size else 0.0

    short, medium = ranges(300), ranges(900)
    position = each(lambda close, low, size: ratio(close - low, size), c, short[1], short[2])
    return [*short, position, *medium, each(ratio, short[2], medium[2]), each(touch, c, *short), each(touch, c, *medium)]


def return_features(o, h, l, c, v):
    def returns(k):
        return [NAN if i < k else c[i] / c[i - k] - 1 for i in range(len(c))]

    r30, r60 = returns(30), returns(60)
    return [r30, r60, returns(300), each(lambda a, b: a - b, r30, r60), rolling(returns(1), 30, deviation)]


def true_ranges(h, l, c):
    return [h[0] - l[0]] + [max(h[i] - l[i], abs(h[i] - c[i - 1]), abs(l[i] - c[i - 1])) for i in range(1, len(c))]


def volatility_features(o, h, l, c, v):
    tr = true_ranges(h, l, c)
    atr30, atr60, atr300 = rolling(tr, 30, mean), rolling(tr, 60, mean), rolling(tr, 300, mean)
    usual, spread = rolling(atr30, 300, mean), rolling(atr30, 300, deviation)
    return [
        atr30,
        atr300,
        each(ratio, atr30, atr300),
        each(lambda a, b: ratio(a - b, b), atr30, atr60),
        each(lambda a, m, s: ratio(a - m, s), atr30, usual, spread),
        rolling(atr30, 300, percentile),
    ]


def microstructure_features(o, h, l, c, v):
    size = each(lambda a, b: a - b, h, l)
    ups = [1.0 if i > 0 and c[i] > c[i - 1] else 0.0 for i in range(len(c))]
    up30 = [100 * share for share in rolling(ups, 30, mean)]
    up60 = [100 * share for share in rolling(ups, 60, mean)]
    return [
        size,
        each(ratio, size, rolling(true_ranges(h, l, c), 30, mean)),
        up30,
        up60,
        each(lambda a, b: abs(a - b), up30, up60),
        [2 * abs(share - 50) for share in up30],
    ]


def time_features(times):
    hours = [second_of_day(chicago(time)) / 3600 for time in times]
    parts = [(7.5, 8.5), (8.5, 9.25), (9.25, 11), (11, 13), (13, 14.5), (14.5, 15)]
    return [[0.0] * len(times)] + [[1.0 if start <= hour < end else 0.0 for hour in hours] for start, end in parts]


def features(rows):
    columns = [[row[k] for row in rows] for k in range(2, 7)]
    categories = [
        (volume_features, 30, 4),
        (price_features, 30, 5),
        (consolidation_features, 900, 10),
        (return_features, 300, 5),
        (volatility_features, 300, 6),
        (microstructure_features, 60, 6),
    ]
    result = []
    for compute, fewest, count in categories:
        result += compute(*columns) if len(rows) >= fewest else [[NAN] * len(rows) for _ in range(count)]
    return result + time_features([row[0] for row in rows])


# ------------------------------------------------------------------------------------------------------------------

def read(path):
    with open(path, newline="") as file:
        return [(int(time), symbol, *map(float, numbers)) for time, symbol, *numbers in csv.reader(file)]


def main(stage, source, target, reference=None):
    rows = read(source)
    if stage == "raw":
        rows = fill(primary([row for row in rows if is_clean(row)]))
    if reference is not None:
        year, month = reference.split("-")
        reference = int(year) * 12 + int(month) - 1
    bars = [[float(row[k]) for row in rows] for k in (0, 2, 3, 4, 5, 6)]
    changed = [float(k > 0 and rows[k][1] != rows[k - 1][1]) for k in range(len(rows))]
    with open(target, "wb") as file:
        for column in [[float(len(rows))], *bars, changed, *labels(rows, reference), *features(rows)]:
            array("d", column).tofile(file)


main(*sys.argv[1:])
