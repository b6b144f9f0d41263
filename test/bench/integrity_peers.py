"""What is checked of bars by other means: `sealed` with csv and hashlib, `pandas`: all that verify checks of ordinary bars. Prints the rows and the faults found in them."""
import csv
import hashlib
import json
import sys
from datetime import datetime


def is_whole(open_, high, low, close, volume):
    return high >= max(open_, low, close) and low <= min(open_, close) and low > 0 and volume >= 0


def sealed(file):
    rows = faults = sequence = 0
    before = datetime.min
    seen = set()
    with open(file, newline="", encoding="utf-8") as lines:
        reader = csv.reader(lines)
        header = next(reader)
        order = [header.index(name) for name in sorted(header) if name != "checksum_sha256"]
        for row in reader:
            rows += 1
            time = datetime.fromisoformat(f"{row[0]} {row[1]}")
            seq = int(row[7])
            digest = hashlib.sha256("|".join([row[at] for at in order]).encode()).hexdigest()
            if digest != row[8] or seq <= sequence or time <= before or time in seen or not is_whole(*map(float, row[2:7])):
                faults += 1
            seen.add(time)
            before, sequence = time, seq
    return rows, faults


def plain(file):
    import pandas

    bars = pandas.read_csv(file)
    time = pandas.to_datetime(bars.Date + " " + bars.Time)
    step = time.diff().dt.total_seconds()
    low, high = bars[["Open", "Close"]].min(axis=1), bars[["Open", "Low", "Close"]].max(axis=1)
    wrong = (bars.High < high) | (bars.Low > low) | (bars.Low <= 0) | (bars.Volume < 0) | (bars.Volume % 1 != 0) | bars.isna().any(axis=1)
    wrong |= (step <= 0) | (step > 90) | (time.dt.second != 0) | time.duplicated() | bars.duplicated() | outlier(bars)
    return len(bars), int(wrong.sum())


def outlier(bars):
    """A price beyond twelve usual moves from both neighbours; usual is the median of the latest 64 moves of the close."""
    moves = bars.Close.diff().abs()
    usual = moves[moves > 0].rolling(64, min_periods=16).median().reindex(bars.index).ffill().shift()
    up = (bars.High - bars.High.shift()).clip(upper=bars.High - bars.High.shift(-1))
    down = (bars.Low.shift() - bars.Low).clip(upper=bars.Low.shift(-1) - bars.Low)
    return up.clip(lower=down) > 12 * usual


rows, faults = {"sealed": sealed, "pandas": plain}[sys.argv[1]](sys.argv[2])
print(json.dumps({"rows": rows, "faults": faults}))
