"""Reads a finished export as somebody else's program would: csv, json, gzip and hashlib only.

usage: audit.py FOLDER → one JSON object about the one export in it
"""
import csv, datetime, gzip, hashlib, io, json, os, sys

folder = sys.argv[1]
names = os.listdir(folder)
done = [name for name in names if name.endswith('.DONE')]
assert len(done) == 1, done
raw = open(os.path.join(folder, done[0]), 'rb').read()
if '.gz.' in done[0]:
    raw = gzip.decompress(raw)
text = raw.decode('utf-8')
lines = text.split('\r\n')
rows = list(csv.DictReader(io.StringIO(text, newline='')))
times = [datetime.datetime.fromisoformat(row['Date'] + 'T' + row['Time']) for row in rows]

seen, repeated, backward, sessions = set(), 0, 0, 0
for i, time in enumerate(times):
    repeated += time in seen
    seen.add(time)
    if i and time < times[i - 1]:
        if times[i - 1] - time > datetime.timedelta(hours=4):
            sessions += 1
        else:
            backward += 1

bad_seals = 0
if rows and 'checksum_sha256' in rows[0]:
    for number, row in enumerate(rows, 1):
        values = [row[column] for column in sorted(row) if column != 'checksum_sha256']
        bad_seals += hashlib.sha256('|'.join(values).encode()).hexdigest() != row['checksum_sha256'] or row['file_seq'] != str(number)

stem = done[0].replace('.gz.DONE', '').replace('.DONE', '')
signal = json.load(open(os.path.join(folder, f'export_complete_{stem}.json')))
manifest = os.path.join(folder, stem + '.seal.json')
report = os.path.join(folder, stem + '.integrity.json')
print(json.dumps({
    'names': sorted(names),
    'header': lines[0],
    'endsWhole': lines[-1] == '' and '\n' not in ''.join(lines),
    'rows': rows,
    'repeated': repeated,
    'backward': backward,
    'sessions': sessions,
    'badSeals': bad_seals,
    'signal': signal,
    'sha256': hashlib.sha256(raw).hexdigest(),
    'bytes': len(raw),
    'manifest': json.load(open(manifest)) if os.path.exists(manifest) else None,
    'report': json.load(open(report)) if os.path.exists(report) else None,
}))
