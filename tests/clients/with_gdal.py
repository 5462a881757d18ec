"""GDAL reads a demo site: features by its OAPIF driver, tiles by its MVT driver."""

import collections
import json
import os
import re
import subprocess
import sys

from expected import box, done, expect, get, houses, middle, some, summary, tile_box, tile_of

url, scratch = sys.argv[1:]
features = f"OAPIF:{url}/ogc"


def run(*command, **settings):
    """Standard output, and what was logged."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=300, env=os.environ | settings)
    if done.returncode != 0:
        return f"exit {done.returncode}: {done.stderr}", done.stderr
    return done.stdout, done.stderr


def read(source, *options, **settings):
    """Features as GeoJSON, and what was logged."""
    said, log = run("ogr2ogr", "-f", "GeoJSON", "/vsistdout/", source, *options, **settings)
    try:
        return json.loads(said)["features"], log
    except json.JSONDecodeError:
        expect(f"ogr2ogr reads {source} {' '.join(options)}", said + log, "GeoJSON")
        return [], log


def count_in(text):
    found = re.search(r"Feature Count: (\d+)", text)
    return int(found[1]) if found else text


def by(features, name):
    return dict(sorted(collections.Counter(feature["properties"][name] for feature in features).items()))


whole, all_houses = summary(url), houses(url)
print(run("ogrinfo", "--version")[0].strip())

# Features.
said, _ = run("ogrinfo", "-ro", "-al", "-so", features, "houses")
expect("ogrinfo counts the houses", count_in(said), whole["total"])
expect("ogrinfo sees points", "Geometry: Point" in said, True)
fields = {name: "String" for name in ["id", "code", "tier", "kind", "address", "door_plate", "area_code"]} | {"score": "Real"}
expect("ogrinfo sees the fields", dict(re.findall(r"^(\w+): (String|Real|Integer)", said, re.M)), fields)
said, _ = run("ogrinfo", "-ro", features)
expect("houses are the one layer", re.findall(r"^\d+: (\S+)", said, re.M), ["houses"])

west, south, east, north = middle(url)
inside, log = read(features, "houses", "-spat", *map(str, (west, south, east, north)), CPL_DEBUG="ON")
expect("a box gives the houses that the area query counts", len(inside), summary(url, box(west, south, east, north))["total"])
expect("the server is asked for the box", "bbox=" in log, True)

for tier in ["green", "red"]:
    found, log = read(features, "houses", "-where", f"tier = '{tier}'", CPL_DEBUG="ON")
    expect(f"an attribute filter gives the {tier} houses", (len(found), set(by(found, "tier"))), (whole["by_tier"][tier], {tier}))
    expect("the server is asked for the attribute", bool(re.search(rf"[?&](tier={tier}|filter=\S*tier)", log)), True)

package = f"{scratch}/houses.gpkg"
said, _ = run("ogr2ogr", "-f", "GPKG", package, features, "houses", "--config", "OAPIF_PAGE_SIZE", "500")
copied, _ = read(package, "houses")
expect("a GeoPackage has every house with its tier, kind and place", {
    feature["properties"]["code"]: (feature["properties"]["tier"], feature["properties"]["kind"], *(round(way, 7) for way in feature["geometry"]["coordinates"]))
    for feature in copied
} == all_houses, True)
expect("a GeoPackage has the tiers that the summary counts", by(copied, "tier"), some(whole["by_tier"]))

# Tiles.
zoom = 14
columns_rows = sorted({tile_of(lon, lat, zoom) for *_, lon, lat in all_houses.values()})
seen = []
for x, y in columns_rows:
    tile, _ = read(f"MVT:{url}/tiles/{zoom}/{x}/{y}.mvt", "houses", "-t_srs", "EPSG:4326")
    expect(f"tile {zoom}/{x}/{y} has the houses that its box has", len(tile), summary(url, box(*tile_box(x, y, zoom)))["total"])
    seen += tile
expect("the tiles have each house once", sorted(feature["properties"]["code"] for feature in seen), sorted(all_houses))
expect("the tiles have the tiers that the summary counts", by(seen, "tier"), some(whole["by_tier"]))
step = 360 / 2**zoom / 4096
away = max(max(abs(a - b) for a, b in zip(feature["geometry"]["coordinates"], all_houses[feature["properties"]["code"]][2:])) for feature in seen) if seen else None
expect("the tiles have each house at its place, to a step of their grid", away is not None and away <= step, True)

x, y = tile_of(*all_houses[min(all_houses)][2:], 12)
cells, _ = read(f"MVT:{url}/tiles/12/{x}/{y}.mvt", "cells")
expect("cells count the houses of the tile's box", sum(cell["properties"]["total"] for cell in cells), summary(url, box(*tile_box(x, y, 12)))["total"])

# GDAL takes a zoom for a folder of tiles, and learns from the TileJSON which there are.
with open(f"{scratch}/tiles.json", "w") as file:
    json.dump(get(f"{url}/tiles.json"), file)
said, _ = run("ogrinfo", "-ro", "-al", "-so", f"MVT:{url}/tiles/{zoom}", "houses", "-oo", "TILE_EXTENSION=mvt", "-oo", f"METADATA_FILE={scratch}/tiles.json")
expect("all tiles of a zoom as one source count the houses", count_in(said), whole["total"])

base = get(f"{url}/ogc/tiles/WebMercatorQuad")
x, y = columns_rows[0]
said, _ = run("ogrinfo", "-ro", f"MVT:{url}/tiles/base/{zoom}/{x}/{y}.mvt")
layers = set(re.findall(r"^\d+: (\S+)", said, re.M))
expect("the base map's layers are those that the tileset names", bool(layers) and layers <= {layer["id"] for layer in base["layers"]}, True)
done()
