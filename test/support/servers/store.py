"""OpenStack Swift with its S3 face, whole in one process on loopback: /usr/bin/python3 store.py FOLDER

Everything is kept in FOLDER. Prints the port once it answers; ends when its standard input does. The only user is
`test:tester` with the key `testing`.
"""
import os
import sys

import eventlet

eventlet.patcher.monkey_patch(all=False, socket=True, select=True, thread=True, time=True)

from eventlet import tpool, wsgi
from swift.common import storage_policy, utils
from swift.common import wsgi as swift_wsgi
from swift.common.ring import RingBuilder

folder = os.path.abspath(sys.argv[1])

COMMON = f'''[DEFAULT]
swift_dir = {folder}
devices = {folder}/data
mount_check = false
fallocate_reserve = 0
log_level = ERROR
'''
STORAGE = COMMON + '''[app:main]
use = egg:swift#%s
'''
PROXY = COMMON + '''[pipeline:main]
pipeline = catch_errors cache listing_formats s3api tempauth copy slo proxy-server
[filter:catch_errors]
use = egg:swift#catch_errors
[filter:cache]
use = egg:swift#memcache
memcache_servers = 127.0.0.1:9
[filter:listing_formats]
use = egg:swift#listing_formats
[filter:s3api]
use = egg:swift#s3api
location = us-east-1
min_segment_size = 65536
[filter:tempauth]
use = egg:swift#tempauth
user_test_tester = testing .admin
[filter:copy]
use = egg:swift#copy
[filter:slo]
use = egg:swift#slo
[app:proxy-server]
use = egg:swift#proxy
account_autocreate = true
'''
POLICY = '''[swift-hash]
swift_hash_path_prefix = test
swift_hash_path_suffix = test
[storage-policy:0]
name = one
default = yes
'''


def write(name, text):
    path = os.path.join(folder, name)
    with open(path, 'w') as file:
        file.write(text)
    return path


def serve(sock, configuration):
    app = swift_wsgi.loadapp(configuration, global_conf={'log_name': os.path.basename(configuration)})
    # The header must stay `ETag`: clients do not know `Etag`.
    eventlet.spawn(wsgi.server, sock, app, utils.NullLogger(), protocol=swift_wsgi.SwiftHttpProtocol,
                   capitalize_response_headers=False, socket_timeout=60)


def listen():
    return eventlet.listen(('127.0.0.1', 0))


os.makedirs(os.path.join(folder, 'data', 'd'), exist_ok=True)
write('swift.conf', POLICY)
utils.set_swift_dir(folder)
storage_policy.reload_storage_policies()
utils.validate_configuration()

storage = {kind: listen() for kind in ('account', 'container', 'object')}
for kind, sock in storage.items():
    ring = RingBuilder(2, 1, 0)
    ring.add_dev({'id': 0, 'region': 1, 'zone': 1, 'weight': 1, 'ip': '127.0.0.1', 'port': sock.getsockname()[1], 'device': 'd', 'meta': ''})
    ring.rebalance()
    ring.get_ring().save(os.path.join(folder, f'{kind}.ring.gz'))
for kind, sock in storage.items():
    serve(sock, write(f'{kind}.conf', STORAGE % kind))

proxy = listen()
serve(proxy, write('proxy.conf', PROXY))
print(proxy.getsockname()[1], flush=True)
tpool.execute(sys.stdin.read)
