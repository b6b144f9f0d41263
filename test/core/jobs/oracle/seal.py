"""Reads what `seal` made of FOLDER/N.csv from FOLDER/N.before with csv and hashlib alone; prints what is wrong."""
import csv, hashlib, io, json, os, re, sys

folder = sys.argv[1]
for name in sorted(os.listdir(folder)):
    if not name.endswith('.before'):
        continue
    before = open(f'{folder}/{name}', 'rb').read()
    after = open(f'{folder}/{name[:-7]}.csv', 'rb').read()
    def wrong(what):
        print(f'{name}: {what}')
    text = after.decode('utf-8-sig')
    first = re.split(r'[\r\n]', text)[0]
    delimiter = first[first.rindex('file_seq') - 1]
    d = re.escape(delimiter).encode()
    stripped = re.sub(d + rb'file_seq' + d + rb'checksum_sha256(?=[\r\n]|$)', b'', re.sub(d + rb'\d+' + d + rb'[0-9a-f]{64}(?=[\r\n]|$)', b'', after))
    if stripped != before:
        wrong('without the two columns it is not what it was')
    rows = [row for row in csv.reader(io.StringIO(text, newline=''), delimiter=delimiter) if row and row != ['']]
    names, rows = rows[0], rows[1:]
    for i, cells in enumerate(rows, 1):
        row = dict(zip(names, cells))
        if row['file_seq'] != str(i):
            wrong(f'row {i} is numbered {row["file_seq"]}')
        digest = hashlib.sha256('|'.join(v for n, v in sorted(row.items()) if n != 'checksum_sha256').encode('utf-8')).hexdigest()
        if row['checksum_sha256'] != digest:
            wrong(f'row {i} has another checksum')
    manifest = json.load(open(f'{folder}/{name[:-7]}.csv.seal.json'))
    expected = {'file': f'{name[:-7]}.csv', 'rows': len(rows), 'firstSeq': 1 if rows else None, 'lastSeq': len(rows) or None, 'bytes': len(after), 'sha256': hashlib.sha256(after).hexdigest()}
    if {k: v for k, v in manifest.items() if k != 'sealedAt'} != expected:
        wrong(f'manifest {manifest}, expected {expected}')
