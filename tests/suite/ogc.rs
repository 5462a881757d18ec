//! OGC API - Features and Tiles over HTTP: the answers agree with brute force over the same houses, pages join to the whole, and what is wrong is refused.

use std::collections::BTreeSet;

use sanshi::{app::ImportedKind, domain::access::Role};
use serde_json::{Value, json};

use crate::world::{Answer, Engine, World};

const ITEMS: &str = "/ogc/collections/houses/items";
const CRS84: &str = "http://www.opengis.net/def/crs/OGC/1.3/CRS84";
const EPSG: &str = "http://www.opengis.net/def/crs/EPSG/0/";

const EVENTS: &str = "house_code,date,kind,registration,facilities
A-1,2010-01-10,assessment,passive,missing
A-2,2010-01-10,assessment,proactive,fitted
";

fn world() -> World {
    World::new(Engine::Sqlite).unwrap().with_four_houses()
}

/// The reference community with its tiers public.
fn community() -> World {
    World::new(Engine::Sqlite).unwrap().demo()
}

fn ask(world: &World, query: &[(&str, &str)]) -> Answer {
    let query: Vec<String> = query.iter().map(|(name, value)| format!("{name}={}", encoded(value))).collect();
    world.get(&format!("{ITEMS}?{}", query.join("&")))
}

fn encoded(text: &str) -> String {
    text.bytes().map(|b| if b.is_ascii_alphanumeric() { char::from(b).to_string() } else { format!("%{b:02X}") }).collect()
}

fn codes(answer: &Answer) -> Vec<String> {
    assert_eq!(answer.status, 200, "{}", String::from_utf8_lossy(&answer.bytes));
    answer.json()["features"].as_array().unwrap().iter().map(|feature| feature["id"].as_str().unwrap().to_owned()).collect()
}

fn link(document: &Value, rel: &str) -> Option<String> {
    let links = document["links"].as_array().unwrap();
    links.iter().find(|link| link["rel"] == rel).map(|link| link["href"].as_str().unwrap().to_owned())
}

fn follow(world: &World, address: &str) -> Answer {
    world.get(address.strip_prefix(&world.url).unwrap_or_else(|| panic!("a link to another host: {address}")))
}

#[test]
fn every_link_from_the_landing_page_leads_somewhere_and_is_of_its_type() {
    let world = world();
    let (mut seen, mut waiting) = (BTreeSet::new(), vec![format!("{}/ogc", world.url)]);
    while let Some(address) = waiting.pop() {
        if !seen.insert(address.clone()) {
            continue;
        }
        let answer = follow(&world, &address);
        assert_eq!(answer.status, 200, "{address}");
        let kind = answer.headers["content-type"].to_str().unwrap().to_owned();
        if kind.contains("json") {
            let mut stack = vec![answer.json()];
            while let Some(value) = stack.pop() {
                if let (Some(href), Some(media_type)) = (value["href"].as_str(), value["type"].as_str()) {
                    // One tile stands for all that a template names.
                    let href = &href.replace("{tileMatrix}/{tileRow}/{tileCol}", "14/6668/13655");
                    assert!(follow(&world, href).headers["content-type"].to_str().unwrap().starts_with(media_type), "{href} is no {media_type}");
                    waiting.push(href.to_owned());
                }
                match value {
                    Value::Array(values) => stack.extend(values),
                    Value::Object(values) => stack.extend(values.into_iter().map(|(_, value)| value)),
                    _ => {}
                }
            }
        }
    }
    for path in [
        "/ogc/conformance",
        "/ogc/api",
        "/ogc/collections",
        "/ogc/collections/houses",
        ITEMS,
        "/ogc/collections/houses/queryables",
        "/ogc/collections/houses/schema",
        "/ogc/collections/houses/tiles",
        "/ogc/collections/houses/tiles/WebMercatorQuad",
        "/ogc/collections/houses/tiles/WebMercatorQuad/14/6668/13655",
        "/ogc/tiles",
        "/ogc/tiles/WebMercatorQuad",
        "/ogc/tiles/WebMercatorQuad/14/6668/13655",
        "/ogc/tileMatrixSets",
        "/ogc/tileMatrixSets/WebMercatorQuad",
    ] {
        assert!(seen.contains(&format!("{}{path}", world.url)), "{path} is linked");
    }
    let classes = world.get("/ogc/conformance").json();
    assert!(classes["conformsTo"].as_array().unwrap().contains(&json!("http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core")));
}

#[test]
fn the_description_names_the_addresses_that_the_server_s_own_does_and_every_reference_in_it_leads_somewhere() {
    let world = world();
    let answer = world.get("/ogc/api");
    assert_eq!(answer.headers["content-type"], "application/vnd.oai.openapi+json;version=3.0");
    let (document, whole) = (answer.json(), world.get("/api/openapi.json").json());
    assert!(document["openapi"].as_str().unwrap().starts_with("3.0."));
    let paths = |document: &Value| document["paths"].as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(document["servers"], json!([{ "url": format!("{}/ogc", world.url) }]));
    assert_eq!(
        paths(&document),
        paths(&whole).into_iter().filter_map(|path| path.strip_prefix("/ogc").map(|path| if path.is_empty() { "/" } else { path }.to_owned())).collect()
    );
    let text = document.to_string();
    for reference in text.split("\"$ref\":\"#").skip(1) {
        let pointer = reference.split('"').next().unwrap();
        assert!(document.pointer(pointer).is_some(), "{pointer}");
    }
    // The parameters described are those taken.
    let described = document["paths"]["/collections/houses/items"]["get"]["parameters"].as_array().unwrap();
    let described: BTreeSet<&str> = described.iter().map(|one| one["$ref"].as_str().unwrap().rsplit('/').next().unwrap()).collect();
    let refused = world.get(&format!("{ITEMS}?nonsense=1")).json();
    let expected = refused["errors"][0]["expected"].as_str().unwrap().trim_start_matches("no other parameters than ").to_owned();
    assert_eq!(described, expected.split(", ").chain(["token"]).collect());
}

#[test]
fn pages_are_for_people_in_both_languages_without_anything_the_policy_forbids() {
    let world = world();
    world.import(ImportedKind::Houses, "house_code,lon,lat,address,kind\nX-<b>,120.05,31.72,<script>alert(1)</script>,rental\n");
    let paths = ["/ogc", "/ogc/conformance", "/ogc/api", "/ogc/collections", "/ogc/collections/houses", ITEMS, "/ogc/collections/houses/queryables"];
    let tiles = [
        "/ogc/tiles",
        "/ogc/tiles/WebMercatorQuad",
        "/ogc/collections/houses/tiles/WebMercatorQuad",
        "/ogc/tileMatrixSets",
        "/ogc/tileMatrixSets/WebMercatorQuad",
    ];
    for path in paths.into_iter().chain(tiles).map(str::to_owned).chain([format!("{ITEMS}/X-%3Cb%3E")]) {
        for (lang, word) in [("zh", "首页"), ("en", "Start")] {
            let page = world.get(&format!("{path}?f=html&lang={lang}"));
            assert_eq!((page.status, &page.headers["content-type"]), (200, &"text/html; charset=utf-8".parse().unwrap()), "{path}");
            let html = String::from_utf8(page.bytes).unwrap();
            assert!(html.contains(&format!("<html lang=\"{lang}\">")) && html.contains(word), "{path}");
            assert!(!html.contains("<script") && !html.contains("<style") && !html.contains(" style=") && !html.contains("<b>"), "{path}");
        }
    }
    assert_eq!(world.get("/ogc/page.css").headers["content-type"], "text/css; charset=utf-8");
    // A browser gets a page by itself, a program gets JSON, and a browser that reads Chinese a Chinese one.
    let browser = [("accept", "text/html,application/xhtml+xml,*/*;q=0.8"), ("accept-language", "zh-CN,zh;q=0.9,en;q=0.8")];
    let page = world.ask("GET", "/ogc", None, b"", &browser);
    assert_eq!((&page.headers["content-type"], &page.headers["content-language"]), (&"text/html; charset=utf-8".parse().unwrap(), &"zh".parse().unwrap()));
    assert_eq!(world.ask("GET", "/ogc", None, b"", &[("accept", "*/*")]).headers["content-type"], "application/json");
    assert_eq!(world.get("/ogc?f=xml").code(), "bad_parameter");
}

#[test]
fn a_tile_of_the_houses_is_the_one_of_the_map_and_one_of_the_dataset_has_the_base_map_too() {
    let world = community();
    for (z, x, y) in [(14, 13655, 6668), (12, 3413, 1667), (16, 54_621, 26_673)] {
        let day = "date=2010-10-31";
        let (houses, base) = (world.get(&format!("/tiles/{z}/{x}/{y}.mvt?{day}")), world.get(&format!("/tiles/base/{z}/{x}/{y}.mvt")));
        assert!(!houses.bytes.is_empty() && !base.bytes.is_empty(), "{z}/{x}/{y} shows something");
        // The standard names the row before the column, and a day or an interval.
        for datetime in ["2010-10-31", "2009-01-01/2010-10-31T12:00:00Z"] {
            let tile = world.get(&format!("/ogc/collections/houses/tiles/WebMercatorQuad/{z}/{y}/{x}?datetime={datetime}"));
            assert_eq!((tile.status, &tile.headers["etag"], &tile.bytes), (200, &houses.headers["etag"], &houses.bytes), "{z}/{y}/{x}");
            let whole = world.get(&format!("/ogc/tiles/WebMercatorQuad/{z}/{y}/{x}?datetime={datetime}"));
            assert_eq!(whole.headers["content-type"], "application/vnd.mapbox-vector-tile");
            assert_eq!(layers(&whole.bytes), [layers(&base.bytes), layers(&houses.bytes)].concat());
            let tag = whole.headers["etag"].to_str().unwrap();
            let path = format!("/ogc/tiles/WebMercatorQuad/{z}/{y}/{x}?datetime={datetime}");
            assert_eq!(world.ask("GET", &path, Some(&world.staff), b"", &[("if-none-match", tag)]).status, 304);
            assert_eq!(world.ask("GET", &path, None, b"", &[("if-none-match", tag)]).status, 200, "the public sees other tiers");
        }
    }
    // The public sees what is published, in the tiles as everywhere.
    let path = "/ogc/collections/houses/tiles/WebMercatorQuad/14/6668/13655";
    assert_eq!(world.public_get(path).bytes, world.public_get("/tiles/14/13655/6668.mvt").bytes);
    assert_eq!(world.public_get(&format!("{path}?as=computed")).code(), "sign_in_needed");
}

fn layers(tile: &[u8]) -> Vec<(String, usize)> {
    let tile = fast_mvt::MvtReaderRef::new(tile).unwrap().to_tile().unwrap();
    tile.layers.iter().map(|layer| (layer.name().to_owned(), layer.features.len())).collect()
}

#[test]
fn a_tileset_says_where_its_tiles_are_and_what_is_in_them() {
    let world = community();
    let tileset = world.get("/ogc/collections/houses/tiles/WebMercatorQuad?datetime=2010-10-31").json();
    let template = link(&tileset, "item").unwrap();
    assert!(template.ends_with("/{tileMatrix}/{tileRow}/{tileCol}?datetime=2010-10-31"), "{template}");
    let described: BTreeSet<&str> = tileset["layers"].as_array().unwrap().iter().map(|layer| layer["id"].as_str().unwrap()).collect();
    assert_eq!(described, BTreeSet::from(["cells", "houses"]));
    // Within the limits of a zoom there is every house, once.
    for zoom in ["13", "14", "16"] {
        let limits = tileset["tileMatrixSetLimits"].as_array().unwrap().iter().find(|limits| limits["tileMatrix"] == zoom).unwrap();
        let range = |low: &str, high: &str| limits[low].as_u64().unwrap()..=limits[high].as_u64().unwrap();
        let mut found = 0;
        for row in range("minTileRow", "maxTileRow") {
            for column in range("minTileCol", "maxTileCol") {
                let filled = template.replace("{tileMatrix}", zoom).replace("{tileRow}", &row.to_string()).replace("{tileCol}", &column.to_string());
                let bytes = follow(&world, &filled).bytes;
                for layer in fast_mvt::MvtReaderRef::new(&bytes).unwrap().to_tile().unwrap().layers {
                    let schema = tileset["layers"].as_array().unwrap().iter().find(|described| described["id"] == layer.name()).unwrap();
                    for feature in layer.features {
                        for (name, value) in &feature.properties {
                            assert!(schema["propertiesSchema"]["properties"].get(name).is_some(), "{name} is not described");
                            if let ("total", fast_mvt::MvtValue::UInt(count)) = (name.as_str(), value) {
                                found += count - 1;
                            }
                        }
                        found += 1;
                    }
                }
            }
        }
        assert_eq!(found, 1675, "zoom {zoom}");
    }
    let whole = world.get("/ogc/tiles/WebMercatorQuad").json();
    let described: BTreeSet<&str> = whole["layers"].as_array().unwrap().iter().map(|layer| layer["id"].as_str().unwrap()).collect();
    assert!(described.is_superset(&BTreeSet::from(["houses", "cells", "water", "streets", "areas", "places"])), "{described:?}");
}

#[test]
fn tiles_that_are_not_there_and_days_that_are_none_are_refused() {
    let world = world();
    for tiles in ["/ogc/tiles/WebMercatorQuad", "/ogc/collections/houses/tiles/WebMercatorQuad"] {
        for nowhere in ["17/0/0", "3/8/0", "3/0/8", "1/-1/0", "a/0/0", "14/0/16384"] {
            assert_eq!(world.get(&format!("{tiles}/{nowhere}")).code(), "not_found", "{tiles}/{nowhere}");
        }
        for wrong in ["datetime=yesterday", "datetime=2010-02-30", "datetime=", "colour=red", "as=secret", "f=html", "datetime=2010-01-01&datetime=2010-01-02"]
        {
            assert_eq!(world.get(&format!("{tiles}/1/0/0?{wrong}")).code(), "bad_parameter", "{wrong}");
        }
        assert_eq!(world.get(&format!("{tiles}?datetime=yesterday")).code(), "bad_parameter");
    }
    assert_eq!(world.get("/ogc/tiles/WorldCRS84Quad").status, 404);
}

#[test]
fn pages_of_houses_join_to_the_whole() {
    let world = community();
    let whole = ask(&world, &[("limit", "10000")]);
    assert_eq!(whole.headers["content-type"], "application/geo+json");
    let (all, total) = (codes(&whole), whole.json()["numberMatched"].as_u64().unwrap());
    assert_eq!((all.len() as u64, total, link(&whole.json(), "next")), (total, 1675, None));
    // By the index, and one by one.
    for query in ["limit=500", "limit=500&filter=code%20like%20%27%25%27"] {
        let (mut joined, mut address) = (Vec::new(), Some(format!("{}{ITEMS}?{query}", world.url)));
        while let Some(next) = address {
            let answer = follow(&world, &next);
            let page = answer.json();
            assert_eq!(page["numberMatched"], total);
            assert_eq!(page["numberReturned"], page["features"].as_array().unwrap().len());
            assert_eq!(link(&page, "self").unwrap(), next);
            joined.extend(codes(&answer));
            address = link(&page, "next");
        }
        assert_eq!(joined, all, "{query}");
    }
    assert_eq!(ask(&world, &[]).json()["numberReturned"], 10);
    let stamp = whole.json()["timeStamp"].as_str().unwrap().to_owned();
    assert!(stamp.len() == 20 && stamp.ends_with('Z'), "{stamp}");
    // The last page that is just full has no next one.
    assert!(link(&ask(&world, &[("limit", "1675")]).json(), "next").is_none());
}

#[test]
fn a_house_is_the_same_alone_and_in_a_page() {
    let world = world();
    let page = ask(&world, &[("code", "A-2")]).json();
    let mut alone = world.get(&format!("{ITEMS}/A-2"));
    assert_eq!((alone.status, &alone.headers["content-crs"]), (200, &format!("<{CRS84}>").parse().unwrap()));
    let mut house = alone.json();
    assert_eq!(link(&house, "collection").unwrap(), format!("{}/ogc/collections/houses", world.url));
    house.as_object_mut().unwrap().remove("links");
    assert_eq!(page["features"], json!([house]));
    assert_eq!(house["geometry"], json!({ "type": "Point", "coordinates": [120.0502, 31.7202] }));
    assert_eq!(house["properties"]["score"], Value::Null);
    alone = world.get(&format!("{ITEMS}/A-9"));
    assert_eq!((alone.status, alone.code().as_str()), (404, "not_found"));
    assert_eq!(world.get("/ogc/collections/cars/items").status, 404);
}

#[test]
fn the_edges_of_a_box_count_and_heights_do_not() {
    let world = world();
    for (bbox, expected) in [
        ("120.0501,31.7201,120.0503,31.7203", &["A-1", "A-2", "A-3"][..]),
        ("120.0501,31.7201,120.0501,31.7201", &["A-1"]),
        ("120.05011,31.7201,120.0503,31.7203", &["A-2", "A-3"]),
        ("120.0501,31.7201,-10,120.0503,31.7203,10", &["A-1", "A-2", "A-3"]),
        ("170,-10,-170,10", &[]),
        ("120.05025,-90,-170,90", &["A-3", "A-4"]),
        ("-180,-90,180,90", &["A-1", "A-2", "A-3", "A-4"]),
    ] {
        let answer = ask(&world, &[("bbox", bbox)]);
        assert_eq!(
            (codes(&answer), &answer.json()["numberMatched"]),
            (expected.iter().map(|code| (*code).to_owned()).collect(), &json!(expected.len())),
            "{bbox}"
        );
    }
}

#[test]
fn a_datetime_shows_the_tiers_of_its_end() {
    let world = world();
    world.import(ImportedKind::Events, EVENTS);
    let world = world.published();
    let tiers = |datetime: &str| {
        let page = ask(&world, &[("datetime", datetime)]);
        assert_eq!(page.status, 200, "{datetime}");
        let page = page.json();
        page["features"].as_array().unwrap().iter().map(|house| house["properties"]["tier"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    for after in ["2010-02-01", "2010-02-01T12:00:00Z", "2010-02-01T12:00:00.25+08:00", "2009-01-01/2010-02-01", "../2010-02-01", "/2010-02-01"] {
        assert_eq!(tiers(after), ["red", "green", "unrated", "none"], "{after}");
    }
    assert_eq!(tiers("2009-12-31"), ["unrated", "unrated", "unrated", "none"]);
    assert_eq!(tiers("2009-12-31/.."), tiers(&world.app.today().to_string()));
    assert_eq!(codes(&ask(&world, &[("datetime", "2010-02-01"), ("tier", "red,green")])), ["A-1", "A-2"]);
    assert_eq!(codes(&ask(&world, &[("datetime", "2010-02-01"), ("filter", "tier = 'red'")])), ["A-1"]);
    assert_eq!(world.get(&format!("{ITEMS}/A-1?datetime=2010-02-01")).json()["properties"]["tier"], "red");
    for bad in ["2010-02-30", "2010", "2010-02-01T12:00:00", "2010-02-01/2010-01-01", "../..", "now"] {
        assert_eq!((ask(&world, &[("datetime", bad)]).status, ask(&world, &[("datetime", bad)]).code().as_str()), (400, "bad_parameter"), "{bad}");
    }
}

#[test]
fn who_asks_decides_whose_tiers_are_shown_and_asked_about() {
    let world = world();
    world.import(ImportedKind::Events, EVENTS);
    let query = format!("{ITEMS}?datetime=2010-02-01&filter=tier%3D'red'%20or%20score%20%3E%3D%200");
    // The worse tier of A-1 is not confirmed yet: neither it nor its score is to be had by asking about it.
    let public = |path: &str| world.ask("GET", path, None, b"", &[]);
    assert_eq!(codes(&public(&query)), ["A-2"]);
    assert_eq!(public(&query).json()["features"][0]["properties"].get("published"), None);
    let officer = world.token(Role::Officer);
    let staff = world.ask("GET", &query, Some(&officer), b"", &[]);
    assert_eq!(codes(&staff), ["A-1", "A-2"]);
    let first = &staff.json()["features"][0]["properties"];
    assert_eq!((&first["tier"], &first["published"]), (&json!("red"), &json!("unrated")));
    assert_eq!(public(&format!("{ITEMS}?as=computed")).code(), "sign_in_needed");
    // Nor is the public told the future.
    assert_eq!(public(&format!("{ITEMS}?datetime=2999-01-01")).json()["day"], world.app.today().to_string());
    let as_public = world.ask("GET", &format!("{query}&as=published"), Some(&officer), b"", &[]);
    assert_eq!(codes(&as_public), ["A-2"]);
}

#[test]
fn properties_select_houses() {
    let world = world();
    for (name, value, expected) in [
        ("code", "A-3", &["A-3"][..]),
        ("kind", "owner_occupied", &["A-4"]),
        ("kind", "business,rental", &["A-1", "A-2", "A-3"]),
        ("area_code", "V2", &[]),
        ("code", "zzz", &[]),
    ] {
        assert_eq!(codes(&ask(&world, &[(name, value)])), expected, "{name}={value}");
    }
    assert_eq!(codes(&ask(&world, &[("area_code", "V1"), ("kind", "rental"), ("bbox", "120.05,31.72,120.0502,31.73")])), ["A-1", "A-2"]);
    assert_eq!(codes(&ask(&world, &[("area_code", "V1"), ("kind", "rental"), ("code", "A-4")])), Vec::<String>::new());
}

#[test]
fn coordinates_are_in_the_system_and_the_order_that_was_asked_for() {
    let world = world();
    let (lon, lat) = (120.0501_f64, 31.7201_f64);
    // EPSG:3857 (IOGP Guidance Note 7-2, 4.1.3.1).
    let (x, y) = (6_378_137.0 * lon.to_radians(), 6_378_137.0 * (std::f64::consts::FRAC_PI_4 + lat.to_radians() / 2.0).tan().ln());
    for (crs, expected) in
        [(CRS84.to_owned(), [lon, lat]), (format!("{EPSG}4326"), [lat, lon]), (format!("{EPSG}4490"), [lat, lon]), (format!("{EPSG}3857"), [x, y])]
    {
        let answer = ask(&world, &[("code", "A-1"), ("crs", &crs)]);
        assert_eq!(answer.headers["content-crs"], format!("<{crs}>"));
        let page = answer.json();
        let found: Vec<f64> = page["features"][0]["geometry"]["coordinates"].as_array().unwrap().iter().map(|n| n.as_f64().unwrap()).collect();
        assert!(found.iter().zip(expected).all(|(found, expected)| (found - expected).abs() < 1e-7), "{crs}: {found:?}");
        // What was given out finds the house again, to the last digit.
        let bbox = format!("{0:?},{1:?},{0:?},{1:?}", found[0], found[1]);
        assert_eq!(codes(&ask(&world, &[("bbox", &bbox), ("bbox-crs", &crs)])), ["A-1"], "{crs} {bbox}");
        let point = format!("s_intersects(geometry, POINT({:?} {:?}))", found[0], found[1]);
        assert_eq!(codes(&ask(&world, &[("filter", &point), ("filter-crs", &crs)])), ["A-1"], "{crs} {point}");
        let alone = world.get(&format!("{ITEMS}/A-1?crs={}", encoded(&crs)));
        assert_eq!((&alone.headers["content-crs"], &alone.json()["geometry"]), (&answer.headers["content-crs"], &page["features"][0]["geometry"]));
    }
    let collection = world.get("/ogc/collections/houses").json();
    assert_eq!((collection["storageCrs"].as_str().unwrap(), collection["crs"].as_array().unwrap().len()), (CRS84, 4));
    for parameter in ["crs", "bbox-crs", "filter-crs"] {
        assert_eq!(ask(&world, &[(parameter, &format!("{EPSG}9999"))]).code(), "bad_parameter");
    }
    // The order of the axes matters.
    assert_eq!(ask(&world, &[("bbox", "120,31,121,32"), ("bbox-crs", &format!("{EPSG}4326"))]).code(), "bad_parameter");
}

#[test]
fn a_filter_as_text_as_json_and_by_brute_force_means_the_same_houses() {
    let world = community();
    let whole = ask(&world, &[("limit", "10000"), ("datetime", "2010-10-31")]).json();
    let houses = whole["features"].as_array().unwrap();
    let (mid_lon, mid_lat) = (
        houses.iter().map(|h| h["geometry"]["coordinates"][0].as_f64().unwrap()).sum::<f64>() / houses.len() as f64,
        houses.iter().map(|h| h["geometry"]["coordinates"][1].as_f64().unwrap()).sum::<f64>() / houses.len() as f64,
    );
    let text = |house: &Value, name: &str| house["properties"][name].as_str().unwrap().to_owned();
    let score = |house: &Value| house["properties"]["score"].as_f64();
    let east = |house: &Value| house["geometry"]["coordinates"][0].as_f64().unwrap() >= mid_lon;
    let ring = json!([[mid_lon, 20.0], [179.0, 20.0], [179.0, 40.0], [mid_lon, 40.0], [mid_lon, 20.0]]);
    let first = text(&houses[0], "code");
    let property = |name: &str| json!({ "property": name });
    type Means<'a> = Box<dyn Fn(&Value) -> bool + 'a>;
    let cases: Vec<(String, Value, Means)> = vec![
        ("tier = 'red'".to_owned(), json!({ "op": "=", "args": [property("tier"), "red"] }), Box::new(|h| text(h, "tier") == "red")),
        ("'rental' <> kind".to_owned(), json!({ "op": "<>", "args": ["rental", property("kind")] }), Box::new(|h| text(h, "kind") != "rental")),
        (
            "score < 10 OR score >= 16.5".to_owned(),
            json!({ "op": "or", "args": [{ "op": "<", "args": [property("score"), 10] }, { "op": ">=", "args": [property("score"), 16.5] }] }),
            Box::new(|h| score(h).is_some_and(|score| !(10.0..16.5).contains(&score))),
        ),
        (
            "NOT (score > 11)".to_owned(),
            json!({ "op": "not", "args": [{ "op": ">", "args": [property("score"), 11] }] }),
            Box::new(|h| score(h).is_some_and(|score| score <= 11.0)),
        ),
        (
            "score is null AND kind = 'rental'".to_owned(),
            json!({ "op": "and", "args": [{ "op": "isNull", "args": [property("score")] }, { "op": "=", "args": [property("kind"), "rental"] }] }),
            Box::new(|h| score(h).is_none() && text(h, "kind") == "rental"),
        ),
        ("score IS NOT NULL".to_owned(), json!({ "op": "not", "args": [{ "op": "isNull", "args": [property("score")] }] }), Box::new(|h| score(h).is_some())),
        (
            "score between 10 and 15".to_owned(),
            json!({ "op": "between", "args": [property("score"), 10, 15] }),
            Box::new(|h| score(h).is_some_and(|s| (10.0..=15.0).contains(&s))),
        ),
        (
            "score not between 10 and 15".to_owned(),
            json!({ "op": "not", "args": [{ "op": "between", "args": [property("score"), 10, 15] }] }),
            Box::new(|h| score(h).is_some_and(|s| !(10.0..=15.0).contains(&s))),
        ),
        (
            "tier in ('green', 'star')".to_owned(),
            json!({ "op": "in", "args": [property("tier"), ["green", "star"]] }),
            Box::new(|h| ["green", "star"].contains(&text(h, "tier").as_str())),
        ),
        (
            "\"code\" like '%1' and address not like '%2%'".to_owned(),
            json!({ "op": "and", "args": [{ "op": "like", "args": [property("code"), "%1"] }, { "op": "not", "args": [{ "op": "like", "args": [property("address"), "%2%"] }] }] }),
            Box::new(|h| text(h, "code").ends_with('1') && !text(h, "address").contains('2') && !text(h, "address").is_empty()),
        ),
        (
            format!("code <= '{first}' or false"),
            json!({ "op": "or", "args": [{ "op": "<=", "args": [property("code"), first] }, false] }),
            Box::new(|h| text(h, "code") == first),
        ),
        (
            format!("S_INTERSECTS(geometry, POLYGON(({mid_lon:?} 20, 179 20, 179 40, {mid_lon:?} 40, {mid_lon:?} 20)))"),
            json!({ "op": "s_intersects", "args": [property("geometry"), { "type": "Polygon", "coordinates": [ring] }] }),
            Box::new(east),
        ),
        (
            format!("s_intersects(BBOX({mid_lon:?}, {mid_lat:?}, 180, 90), geometry) and tier = 'green'"),
            json!({ "op": "and", "args": [{ "op": "s_intersects", "args": [{ "bbox": [mid_lon, mid_lat, 180, 90] }, property("geometry")] }, { "op": "=", "args": [property("tier"), "green"] }] }),
            Box::new(|h| east(h) && h["geometry"]["coordinates"][1].as_f64().unwrap() >= mid_lat && text(h, "tier") == "green"),
        ),
        (
            "tier = 'red' or tier = 'green' and score > 15".to_owned(),
            json!({ "op": "or", "args": [{ "op": "=", "args": [property("tier"), "red"] }, { "op": "and", "args": [{ "op": "=", "args": [property("tier"), "green"] }, { "op": ">", "args": [property("score"), 15] }] }] }),
            Box::new(|h| text(h, "tier") == "red" || text(h, "tier") == "green" && score(h).is_some_and(|s| s > 15.0)),
        ),
        (
            "date('2010-01-01') < date('2010-01-02')".to_owned(),
            json!({ "op": "<", "args": [{ "date": "2010-01-01" }, { "date": "2010-01-02" }] }),
            Box::new(|_| true),
        ),
    ];
    for (as_text, as_json, means) in cases {
        let expected: Vec<String> = houses.iter().filter(|house| means(house)).map(|house| text(house, "code")).collect();
        assert!(!expected.is_empty(), "{as_text} says nothing");
        let common = [("limit", "10000"), ("datetime", "2010-10-31")];
        let by_text = ask(&world, &[common[0], common[1], ("filter", &as_text)]);
        assert_eq!(codes(&by_text), expected, "{as_text}");
        assert_eq!(by_text.json()["numberMatched"], expected.len());
        let as_json = as_json.to_string();
        assert_eq!(codes(&ask(&world, &[common[0], common[1], ("filter-lang", "cql2-json"), ("filter", &as_json)])), expected, "{as_json}");
        // With a box and a property beside it, all hold at once.
        let both: Vec<String> = houses.iter().filter(|h| means(h) && east(h) && text(h, "kind") == "rental").map(|h| text(h, "code")).collect();
        let bbox = format!("{mid_lon:?},-90,180,90");
        assert_eq!(codes(&ask(&world, &[common[0], common[1], ("filter", &as_text), ("bbox", &bbox), ("kind", "rental")])), both, "{as_text} in a box");
    }
}

#[test]
fn the_queryables_are_the_fields_that_filters_take() {
    let world = world();
    let answer = world.get("/ogc/collections/houses/queryables");
    assert_eq!(answer.headers["content-type"], "application/schema+json");
    let schema = answer.json();
    for (name, property) in schema["properties"].as_object().unwrap() {
        let filter = match property["type"].as_str() {
            Some("string") => format!("{name} = 'x'"),
            Some("number") => format!("{name} = 1"),
            _ => format!("s_intersects({name}, POINT(120 31))"),
        };
        assert_eq!(codes(&ask(&world, &[("filter", &filter)])), Vec::<String>::new(), "{filter}");
    }
}

#[test]
fn a_wrong_filter_is_refused_with_its_place() {
    let world = world();
    let deep = format!("{}true{}", "(".repeat(100), ")".repeat(100));
    let long = vec!["code = 'x'"; 300].join(" or ");
    for (filter, place) in [
        ("colour = 'red'", "character 1"),
        ("tier == 'red'", "character 7"),
        ("tier = ", "character 8"),
        ("tier = 'red", "character 8"),
        ("tier = 'red' and", "character 17"),
        ("tier = 'red' code", "character 14"),
        ("score = 'ten'", "character 1"),
        ("tier like 5", "character 11"),
        ("score between 1", "character 16"),
        ("tier in ()", "character 10"),
        ("tier is red", "character 9"),
        ("geometry = 'x'", "character 1"),
        ("s_intersects(geometry, POLYGON((0 0, 1 1, 1 0, 0 1, 0 0)))", "character 24"),
        ("s_intersects(geometry, LINESTRING(0 0, 1 1))", "character 24"),
        ("s_intersects(geometry, BBOX(0, 0, 1))", "character 24"),
        ("tier = 'red'; drop table houses", "character 13"),
        ("score > 1e999", "character 9"),
        (&deep, "character"),
        (&long, "character"),
    ] {
        let answer = ask(&world, &[("filter", filter)]);
        assert_eq!((answer.status, answer.code().as_str()), (400, "bad_parameter"), "{filter}");
        let problem = answer.json();
        assert_eq!(problem["errors"][0]["field"], "filter");
        assert!(problem["detail"].as_str().unwrap().contains(&format!("at {place}")), "{filter}: {}", problem["detail"]);
    }
    let nested = (0..40).fold(json!(true), |inner, _| json!({ "op": "not", "args": [inner] })).to_string();
    for (filter, place) in [
        ("{", "the start"),
        ("{}", "$.op"),
        (r#"{"op": "xor", "args": [true, true]}"#, "$.op"),
        (r#"{"op": "and", "args": [true, {"op": "=", "args": [{"property": "colour"}, 1]}]}"#, "$.args[1].args[0].property"),
        (r#"{"op": "=", "args": [{"property": "tier"}]}"#, "$.args"),
        (r#"{"op": "=", "args": [{"property": "tier"}, 1]}"#, "$.args"),
        (r#"{"op": "s_intersects", "args": [{"property": "geometry"}, {"type": "Polygon", "coordinates": []}]}"#, "$.args"),
        (&nested, "$.args"),
    ] {
        let answer = ask(&world, &[("filter-lang", "cql2-json"), ("filter", filter)]);
        assert_eq!((answer.status, answer.code().as_str()), (400, "bad_parameter"), "{filter}");
        let problem = answer.json();
        assert!(problem["detail"].as_str().unwrap().contains(&format!("at {place}")), "{filter}: {}", problem["detail"]);
    }
    assert_eq!(ask(&world, &[("filter", "true"), ("filter-lang", "sql")]).code(), "bad_parameter");
}

#[test]
fn unknown_doubled_empty_and_wrong_parameters_are_refused() {
    let world = world();
    for query in [
        "colour=red",
        "limit=0",
        "limit=10001",
        "limit=ten",
        "limit=-1",
        "limit=1&limit=2",
        "bbox=",
        "bbox=1,2,3",
        "bbox=1,2,3,x",
        "bbox=0,0,0,95",
        "bbox=0,9,9,0",
        "token=zz",
        "token=0",
        "tier=purple",
        "kind=castle",
        "crs=EPSG",
        "f=xml",
        "lang=fr",
        "as=secret",
        "code=",
    ] {
        let answer = world.get(&format!("{ITEMS}?{query}"));
        assert_eq!((answer.status, answer.code().as_str()), (400, "bad_parameter"), "{query}");
    }
    for path in
        ["/ogc", "/ogc/conformance", "/ogc/api", "/ogc/collections", "/ogc/collections/houses", "/ogc/collections/houses/queryables", &format!("{ITEMS}/A-1")]
    {
        assert_eq!(world.get(&format!("{path}?colour=red")).code(), "bad_parameter", "{path}");
    }
}
