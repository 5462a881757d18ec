"""What is true of the site by its own API, and how a difference is told. Standard library only."""

import json
import math
import sys
import urllib.request

failures = 0


def expect(promise, found, expected):
    """One check: prints what was expected and found where they differ."""
    global failures
    if found == expected:
        print(f"ok      {promise}: {brief(found)}")
    else:
        failures += 1
        print(f"FAILED  {promise}: expected {brief(expected)}; found {brief(found)}")


def brief(value):
    text = repr(value)
    return text if len(text) <= 200 else f"{text[:200]}…"


def done():
    sys.exit(f"{failures} checks failed" if failures else 0)


def get(url):
    with urllib.request.urlopen(url) as answer:
        return json.load(answer)


def post(url, body):
    request = urllib.request.Request(url, json.dumps(body).encode(), {"content-type": "application/json"})
    with urllib.request.urlopen(request) as answer:
        return json.load(answer)


def box(west, south, east, north):
    return {"type": "Polygon", "coordinates": [[[west, south], [east, south], [east, north], [west, north], [west, south]]]}


WORLD = {"type": "Polygon", "coordinates": [[[-179, -80], [0, -80], [179, -80], [179, 80], [0, 80], [-179, 80], [-179, -80]]]}


def summary(url, area=WORLD, date=None):
    """Counts of the houses in an area, today or on a day."""
    return post(f"{url}/api/areas/summary{f'?date={date}' if date else ''}", area)


def some(counts):
    """Those that are not 0, in order of name."""
    return dict(sorted((name, count) for name, count in counts.items() if count))


def houses(url):
    """All houses by code: tier, kind, longitude and latitude, from the pages of the site's own API."""
    all_houses, after = {}, ""
    while after is not None:
        page = post(f"{url}/api/areas/houses?limit=1000{after and '&after=' + urllib.request.quote(after)}", WORLD)
        for feature in page["features"]:
            one = feature["properties"]
            all_houses[one["code"]] = (one["tier"], one["kind"], *(round(way, 7) for way in feature["geometry"]["coordinates"]))
        after = page.get("next")
    return all_houses


def middle(url):
    """The middle quarter of the site: west, south, east, north."""
    west, south, east, north = get(f"{url}/api/site")["bounds"]
    return (west * 3 + east) / 4, (south * 3 + north) / 4, (west + east * 3) / 4, (south + north * 3) / 4


def tile_of(lon, lat, z):
    """Column and row of the tile with a place."""
    tiles = 1 << z
    y = (1 - math.asinh(math.tan(math.radians(lat))) / math.pi) / 2
    return int((lon / 360 + 0.5) * tiles), int(y * tiles)


def tile_box(x, y, z):
    """West, south, east, north of a tile."""
    tiles = 1 << z
    lat = lambda row: math.degrees(math.atan(math.sinh(math.pi * (1 - 2 * row / tiles))))
    return x / tiles * 360 - 180, lat(y + 1), (x + 1) / tiles * 360 - 180, lat(y)
