"""Makes CSV files with every fault a repair mends, and says by its own reckoning what each must become.

python3 repair.py FOLDER CASES: writes N.csv and N.json {repairs, out, rejected: [[code, text]], hidden} (texts in Latin-1, a character a byte).
"""
import csv, hashlib, io, json, random, sys

folder, cases = sys.argv[1], int(sys.argv[2])
INVALID = {'number-invalid', 'missing-cell', 'extra-cell', 'timestamp-invalid', 'ohlc-inconsistent', 'price-not-positive', 'price-too-large', 'volume-negative', 'volume-too-large'}


class Record:
    def __init__(self, kind, cells=(), fault=None, time=None):
        self.kind, self.cells, self.fault, self.time = kind, list(cells), fault, time


def write(cells, rng, delimiter):
    quote = lambda cell: '"' + cell.replace('"', '""') + '"'
    return delimiter.join(quote(c) if c and (any(x in c for x in delimiter + '"\r\n') or rng.random() < 0.1) else c for c in cells)


def parse(raw, delimiter):
    return next(csv.reader(io.StringIO(raw, newline=''), delimiter=delimiter), [])


def checksum(names, cells):
    row = dict(zip(names, cells))
    return hashlib.sha256('|'.join(v for n, v in sorted(row.items()) if n != 'checksum_sha256').encode('utf-8')).hexdigest()


def stamp(minute):
    return '2025-03-%02dT%02d:%02d:00Z' % (3 + minute // 1440, minute // 60 % 24, minute % 60)


def make(seed):
    rng = random.Random(seed)
    sealed = rng.random() < 0.5
    delimiter = rng.choice(',;\t')
    end = rng.choice(['\n', '\r\n'])
    names = ['timestamp', 'open', 'high', 'low', 'close', 'volume', 'nöte'] + (['file_seq', 'checksum_sha256'] if sealed else [])
    header = delimiter.join(names)
    rows, minute, seq = [], 0, 0
    for _ in range(rng.randint(30, 90)):
        minute += rng.choice([1, 1, 1, 2])
        at = minute - rng.choice([0] * 6 + [3, 7, 20])
        at = max(at, 0)
        cells = [stamp(at), '10.50', '11.00', '9.75', '10.5', '7', rng.choice(['', 'a', 'é', 'x "y"', 'two' + end + 'lines', '|', 'b' + delimiter])]
        fault = None
        if rng.random() < 0.12:
            fault = rng.choice(sorted(INVALID))
            if fault == 'number-invalid': cells[4] = 'x'
            if fault == 'timestamp-invalid': cells[0] = 'never'
            if fault == 'ohlc-inconsistent': cells[2] = '9.00'
            if fault == 'price-not-positive': cells[1] = cells[2] = cells[3] = cells[4] = '0'
            if fault == 'price-too-large': cells[2] = '1000000000000000'
            if fault == 'volume-negative': cells[5] = '-3'
            if fault == 'volume-too-large': cells[5] = '9007199254740993'
        seq += 1
        if sealed:
            cells += [str(seq + rng.choice([0] * 9 + [5])), '']
            cells[-1] = checksum(names, cells)
            if rng.random() < 0.08: cells[5] = '8' if cells[5] == '7' else cells[5]
        if fault == 'missing-cell': cells = cells[:-2]
        if fault == 'extra-cell': cells = cells + ['extra']
        rows.append(Record('row', cells, fault, None if fault == 'timestamp-invalid' or (fault == 'missing-cell' and len(cells) < 1) else at))
        if rng.random() < 0.1:
            rows.append(Record('row', rng.choice([r for r in rows if r.kind == 'row']).cells))
            twin = next(r for r in rows if r.kind == 'row' and r.cells == rows[-1].cells)
            rows[-1].fault, rows[-1].time = twin.fault, twin.time
        if rng.random() < 0.04: rows.append(Record('blank'))
        if rng.random() < 0.03: rows.append(Record('header'))
    if rows[-1].kind != 'row': rows.pop()
    for r in rows:
        r.raw = header if r.kind == 'header' else rng.choice(['', '', '  ']) if r.kind == 'blank' else write(r.cells, rng, delimiter)
    last_open = rng.random() < 0.5 and rows[-1].fault is None
    ends = [end] * len(rows)
    if last_open: ends[-1] = ''
    bom = '\ufeff' if rng.random() < 0.3 else ''
    text = bom + header + end + ''.join(r.raw + e for r, e in zip(rows, ends))
    repairs = [c for c in ('duplicates', 'invalid', 'sort', 'renumber', 'checksums') if rng.random() < 0.5]

    rejected, kept, seen = [], [], set()
    for r, e in zip(rows, ends):
        code = None
        if r.kind == 'row':
            copy = tuple(r.cells) in seen
            seen.add(tuple(r.cells))
            if 'duplicates' in repairs and copy: code = 'duplicate-row'
            if 'invalid' in repairs and r.fault: code = r.fault
        elif 'invalid' in repairs:
            code = 'blank-row' if r.kind == 'blank' else 'repeated-header'
        if code: rejected.append([code, '' if r.kind == 'blank' else r.raw])
        else: kept.append([r, e])
    if 'sort' in repairs:
        key, keyed = -1, []
        for r, e in kept:
            if r.time is not None: key = r.time
            keyed.append((key, r, e))
        keyed.sort(key=lambda each: each[0])
        kept = [[r, e] for _, r, e in keyed]
    out, number, hidden = bom + header + end, 0, 0
    for i, (r, e) in enumerate(kept):
        raw = r.raw
        if r.kind == 'row' and sealed and len(r.cells) == len(names):
            number += 1
            cells = list(r.cells)
            held = checksum(names, cells) == cells[-1]
            if 'renumber' in repairs: cells[-2] = str(number)
            changed = cells[-2] != r.cells[-2]
            if 'checksums' in repairs or (changed and held):
                cells[-1] = checksum(names, cells)
                if cells[-1] != r.cells[-1] and not held: hidden += 1
            # The two cells are the last; quotes around them stay.
            tail = raw
            at = tail.rindex(r.cells[-1])
            tail = tail[:at] + cells[-1] + tail[at + len(r.cells[-1]):]
            before = tail[:at]
            seq_at = before.rindex(r.cells[-2])
            tail = before[:seq_at] + cells[-2] + before[seq_at + len(r.cells[-2]):] + tail[at:]
            raw = tail
        out += raw + (e if e or i == len(kept) - 1 else end)
    latin = lambda s: s.encode('utf-8').decode('latin-1')
    return text.encode('utf-8'), {'repairs': repairs, 'out': latin(out), 'rejected': [[c, latin(t)] for c, t in rejected], 'hidden': hidden}


for seed in range(cases):
    content, expected = make(seed)
    open(f'{folder}/{seed}.csv', 'wb').write(content)
    json.dump(expected, open(f'{folder}/{seed}.json', 'w'))
