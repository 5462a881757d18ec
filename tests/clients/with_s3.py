"""moto, a stand-in for S3 by other makers, holds a site's photos: they come, are read back, swept, checked and in a backup."""

import hashlib
import json
import logging
import os
import pathlib
import subprocess
import sys
import time
import urllib.request
from datetime import timedelta
from importlib.metadata import version

from expected import done, expect
from moto.core import DEFAULT_ACCOUNT_ID
from moto.s3.models import s3_backends
from moto.server import ThreadedMotoServer

binary, scratch = sys.argv[1:]
print("moto", version("moto"))
logging.getLogger("werkzeug").setLevel(logging.ERROR)
store = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
store.start()
host, port = store.get_host_and_port()
urllib.request.urlopen(urllib.request.Request(f"http://{host}:{port}/photos", method="PUT")).close()
bucket = s3_backends[DEFAULT_ACCOUNT_ID]["aws"].buckets["photos"]
known_as = {"URL": f"http://{host}:{port}", "BUCKET": "photos", "ACCESS_KEY": "access", "SECRET_KEY": "secret"}
os.environ |= {f"SANSHI_PHOTOS_S3_{name}": value for name, value in known_as.items()}


def sanshi(*arguments, site="site"):
    return subprocess.run([binary, *arguments, "--data", f"{scratch}/{site}"], capture_output=True, text=True)


class Served:
    """The site while it is served."""

    def __enter__(self):
        self.process = subprocess.Popen([binary, "serve", "--data", f"{scratch}/site", "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.url = self.process.stdout.readline().split()[-1].rstrip("/")
        return self

    def __exit__(self, *_):
        self.process.terminate()
        self.process.wait()

    def ask(self, path, body=None, kind="application/json"):
        request = urllib.request.Request(f"{self.url}{path}", body, {"authorization": f"Bearer {token}", "content-type": kind})
        with urllib.request.urlopen(request) as answer:
            return answer.read()


token = next(line for line in sanshi("token", "add", "--role", "officer").stdout.splitlines() if line.startswith("sanshi_"))
files = [file.read_bytes() for file in sorted(pathlib.Path(__file__).parent.glob("../data/photos/exif/Landscape_*.jpg"))]
hashes = [hashlib.sha256(file).hexdigest() for file in files]
places = sorted(f"{name[:2]}/{name}.jpg" for name in hashes)
with Served() as site:
    photos = [json.loads(site.ask("/api/photos", file, "image/jpeg")) for file in files]
    expect("each file is one object, named after its hash", sorted(bucket.keys), places)
    verified = json.loads(site.ask("/api/photos/verified", json.dumps({"hashes": hashes}).encode()))
    expect("all are read back and as they were stored", verified["verified"], len(files))
    expect("a photo is served from there", site.ask(f"/api/photos/{photos[0]['id']}/small")[:3], b"\xff\xd8\xff")
    site.ask(f"/api/photos/{photos[-1]['id']}/delete", b'{"reason":"a test"}')
    gone = f"{hashes[-1][:2]}/{hashes[-1]}.jpg"
    expect("a photo that is deleted goes with its object", sorted(bucket.keys), [place for place in places if place != gone])

kept = [place for place in places if place != gone]
old, young = (f"{letter * 2}/{letter * 64}.jpg" for letter in "ab")
for orphan in [old, young]:
    urllib.request.urlopen(urllib.request.Request(f"http://{host}:{port}/photos/{orphan}", b"an orphan", method="PUT")).close()
for place in [old, *kept]:
    bucket.keys[place].last_modified -= timedelta(days=2)
with Served():
    # It sweeps when it starts.
    for _ in range(300):
        if old not in bucket.keys:
            break
        time.sleep(0.1)
    time.sleep(1)
expect("an old orphan is swept, a young one and whatever has a row stay", sorted(bucket.keys), sorted([*kept, young]))

checked = sanshi("check")
expect("a site with its photos there is well", (checked.returncode, "all is well" in checked.stdout + checked.stderr), (0, True))
saved = sanshi("backup", f"{scratch}/copy.db")
expect("a backup is made when all are whole", saved.returncode, 0)
restored = sanshi("restore", f"{scratch}/copy.db", site="restored")
expect("and restored beside the same store", restored.returncode, 0)
del bucket.keys[kept[0]]
expect("a photo that is missing there is found out", sanshi("check").returncode, 1)
expect("and no backup is made without it", sanshi("backup", f"{scratch}/other.db").returncode, 1)
store.stop()
done()
