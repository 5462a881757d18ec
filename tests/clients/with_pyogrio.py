"""A newer GDAL reads a demo site: OGC API - Features by its OAPIF driver, OGC API - Tiles by its OGCAPI driver."""

import sys

import pyogrio
from expected import done, expect, houses, some, summary

url, _ = sys.argv[1:]
print("GDAL", ".".join(map(str, pyogrio.__gdal_version__)))
whole, all_houses = summary(url), houses(url)


def columns(source, **options):
    """Values by name of field."""
    meta, _, _, values = pyogrio.raw.read(source, **options)
    return dict(zip(meta["fields"], values))


read = columns(f"OAPIF:{url}/ogc", layer="houses")
expect("every house has its tier and kind", dict(zip(read["code"], zip(read["tier"], read["kind"]))) == {code: house[:2] for code, house in all_houses.items()}, True)
red = columns(f"OAPIF:{url}/ogc", layer="houses", where="tier = 'red'")
expect("an attribute filter gives the red houses", len(red["code"]), whole["by_tier"]["red"])

# From the collection to its tilesets, the tileset, the grid and the tile. The driver compares the collection's degrees with the grid's metres,
# so that of this grid it finds the two first zooms only.
for zoom in range(2):
    cells = columns(f"OGCAPI:{url}/ogc/collections/houses", layer=f"Zoom level {zoom}")
    expect(f"the cells of zoom {zoom} count the houses", int(sum(cells["total"])), whole["total"])
    expect(f"the cells of zoom {zoom} count the tiers", some({tier: int(sum(cells[tier])) for tier in whole["by_tier"]}), some(whole["by_tier"]))
done()
