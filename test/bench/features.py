"""The features of monthly processing as a vectorised pandas script would compute them: what people do without Barkeep.

    python3 features.py IN.bin OUT.bin

IN.bin   float64: rows, then time (unix seconds), open, high, low, close, volume, a column each
OUT.bin  float64: the seconds it took, then the 43 features, a column each
"""

import sys
import time

import numpy as np
import pandas as pd


def slope(values, width):
    """Least squares over 0 … width−1 of each window, as one matrix product."""
    weights = np.arange(width) - (width - 1) / 2
    result = np.full(len(values), np.nan)
    result[width - 1 :] = np.lib.stride_tricks.sliding_window_view(values.to_numpy(), width) @ weights / (weights**2).sum()
    return pd.Series(result)


def ratio(a, b):
    return a / b.where(b != 0)


def features(times, o, h, l, c, v):
    relative = ratio(v, v.rolling(30).mean())
    slope5 = slope(v, 5)
    out = [relative, slope(v.rolling(5).mean(), 30), slope5, relative * slope5]

    traded = v.rolling(300).sum()
    vwap = ((c * v).rolling(300).sum() / traded.where(traded != 0)).fillna(c)
    out += [vwap, (c - vwap) / vwap * 100, slope(vwap, 30), c - h.rolling(1800).max(), c - l.rolling(1800).min()]

    sh, sl, mh, ml = h.rolling(300).max(), l.rolling(300).min(), h.rolling(900).max(), l.rolling(900).min()
    ss, ms = sh - sl, mh - ml
    touches = [((c >= high - 0.05 * size) | (c <= low + 0.05 * size)).astype(float) for high, low, size in ((sh, sl, ss), (mh, ml, ms))]
    out += [sh, sl, ss, ratio(c - sl, ss), mh, ml, ms, ratio(ss, ms), *touches]

    r30, r60 = c / c.shift(30) - 1, c / c.shift(60) - 1
    out += [r30, r60, c / c.shift(300) - 1, r30 - r60, (c / c.shift(1) - 1).rolling(30).std()]

    before = c.shift(1)
    tr = pd.concat([h - l, (h - before).abs(), (l - before).abs()], axis=1).max(axis=1)
    a30, a60, a300 = tr.rolling(30).mean(), tr.rolling(60).mean(), tr.rolling(300).mean()
    breakout = ratio(a30 - a30.rolling(300).mean(), a30.rolling(300).std())
    out += [a30, a300, ratio(a30, a300), ratio(a30 - a60, a60), breakout, a30.rolling(300).rank(pct=True) * 100]

    ups = (c > before).astype(float)
    u30, u60 = 100 * ups.rolling(30).mean(), 100 * ups.rolling(60).mean()
    out += [h - l, ratio(h - l, a30), u30, u60, (u30 - u60).abs(), 2 * (u30 - 50).abs()]

    wall = pd.to_datetime(times, unit="s", utc=True).dt.tz_convert("America/Chicago")
    hour = wall.dt.hour + wall.dt.minute / 60 + wall.dt.second / 3600
    parts = [(7.5, 8.5), (8.5, 9.25), (9.25, 11), (11, 13), (13, 14.5), (14.5, 15)]
    return out + [pd.Series(np.zeros(len(c)))] + [((hour >= a) & (hour < b)).astype(float) for a, b in parts]


def main(source, target):
    numbers = np.fromfile(source)
    columns = [pd.Series(column) for column in numbers[1:].reshape(6, int(numbers[0]))]
    began = time.perf_counter()
    found = features(*columns)
    took = time.perf_counter() - began
    np.concatenate([[took], *[column.to_numpy(dtype=float) for column in found]]).tofile(target)


main(*sys.argv[1:])
