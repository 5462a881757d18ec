"""OWSLib reads a demo site as OGC API - Features (it has no client for Tiles)."""

import sys

from expected import box, done, expect, houses, middle, some, summary
from owslib.ogcapi.features import Features
from owslib import __version__

url, _ = sys.argv[1:]
print("OWSLib", __version__)
whole, all_houses = summary(url), houses(url)
site = Features(f"{url}/ogc")

conformance = site.conformance()["conformsTo"]
for name in ["ogcapi-features-1/1.0/conf/core", "ogcapi-features-2/1.0/conf/crs", "ogcapi-features-3/1.0/conf/filter", "ogcapi-tiles-1/1.0/conf/core"]:
    expect(f"{name} is implemented", f"http://www.opengis.net/spec/{name}" in conformance, True)
expect("the landing page leads to the description", site.api()["openapi"][:4], "3.0.")
expect("houses are the one collection of features", site.feature_collections(), ["houses"])
expect("the collection says its extent", len(site.collection("houses")["extent"]["spatial"]["bbox"][0]), 4)
queryables = site.collection_queryables("houses")["properties"]
expect("filters may ask about", sorted(queryables), ["address", "area_code", "code", "geometry", "kind", "score", "tier"])

page = site.collection_items("houses", limit=1)
expect("a page of one says how many there are", (page["numberReturned"], page["numberMatched"]), (1, whole["total"]))
west, south, east, north = middle(url)
inside = site.collection_items("houses", bbox=[west, south, east, north], limit=10000)
expect("a box gives the houses that the area query counts", len(inside["features"]), summary(url, box(west, south, east, north))["total"])
for tier, count in some(whole["by_tier"]).items():
    found = site.collection_items("houses", filter=f"tier = '{tier}'", limit=10000)
    expect(f"a CQL2 filter gives the {tier} houses", (len(found["features"]), {house["properties"]["tier"] for house in found["features"]}), (count, {tier}))
both = site.collection_items("houses", filter="tier = 'green' AND kind = 'rental'", limit=1)["numberMatched"]
expect("a filter of two conditions", both, sum(house[:2] == ("green", "rental") for house in all_houses.values()))

joined, token = {}, {}
while True:
    page = site.collection_items("houses", limit=400, **token)
    joined |= {house["id"]: (house["properties"]["tier"], house["properties"]["kind"], *(round(way, 7) for way in house["geometry"]["coordinates"])) for house in page["features"]}
    onward = [link["href"] for link in page["links"] if link["rel"] == "next"]
    if not onward:
        break
    token = {"token": onward[0].split("token=")[1].split("&")[0]}
expect("pages join to all houses with their tier, kind and place", joined == all_houses, True)

code = min(all_houses)
expect("a house by its code", site.collection_item("houses", code)["properties"]["tier"], all_houses[code][0])
past = site.collection_items("houses", datetime_="2010-10-31", limit=10000)
by_tier = {}
for house in past["features"]:
    by_tier[house["properties"]["tier"]] = by_tier.get(house["properties"]["tier"], 0) + 1
expect("a day in the past has its own tiers", by_tier, some(summary(url, date="2010-10-31")["by_tier"]))
try:
    found = site.collection_items("houses", filter="colour = 'red'")
except RuntimeError as refused:
    found = str(refused)
expect("a wrong filter is refused with its code", "bad_parameter" in str(found), True)
done()
