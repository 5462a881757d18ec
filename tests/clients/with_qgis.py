"""QGIS reads a demo site by its own OGC API - Features provider, without a screen."""

import os
import shutil
import sqlite3
import subprocess
import sys

from expected import box, done, expect, houses, middle, summary

url, scratch = sys.argv[1:]
whole, all_houses = summary(url), houses(url)
source = f"OAPIF://url='{url}/ogc' typename='houses' pagingEnabled='true'"
# Debian wraps the program in a script that gives it an option of the desktop, which it refuses.
program = shutil.which("qgis_process.bin") or "qgis_process"
# Its Python is the system's, whichever one runs this script.
quiet = os.environ | {"QT_QPA_PLATFORM": "offscreen", "XDG_RUNTIME_DIR": scratch, "HOME": scratch, "PATH": "/usr/bin:/bin"}
print(subprocess.run([program, "--version"], capture_output=True, text=True, env=quiet).stdout.partition("\n")[0])


def process(algorithm, name, **parameters):
    """The houses that an algorithm of QGIS gives: tier by code."""
    result = f"{scratch}/{name}.gpkg"
    given = [f"{key}={value}" for key, value in parameters.items()]
    ran = subprocess.run([program, "run", algorithm, "--", *given, f"OUTPUT={result}"], capture_output=True, text=True, env=quiet, timeout=300)
    if not os.path.exists(result):
        expect(f"QGIS runs {algorithm}", ran.stdout[-300:] + ran.stderr[-300:], f"{name}.gpkg")
        return {}
    with sqlite3.connect(result) as package:
        (table,) = package.execute("select table_name from gpkg_contents").fetchone()
        return dict(package.execute(f'select code, tier from "{table}"'))


expect("QGIS reads every house with its tier", process("native:savefeatures", "all", INPUT=source) == {code: house[0] for code, house in all_houses.items()}, True)
red = process("native:extractbyexpression", "red", INPUT=source, EXPRESSION="\"tier\" = 'red'")
expect("an expression of QGIS gives the red houses", (len(red), set(red.values())), (whole["by_tier"]["red"], {"red"}))
west, south, east, north = middle(url)
inside = process("native:extractbyextent", "inside", INPUT=source, EXTENT=f"{west},{east},{south},{north} [EPSG:4326]")
expect("an extent gives the houses that the area query counts", len(inside), summary(url, box(west, south, east, north))["total"])
done()
