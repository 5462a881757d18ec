//! A round to carry along: GPX 1.1 (topografix.com/GPX/1/1), KML 2.2 (OGC 07-147r2) and GeoJSON (RFC 7946).

use std::fmt::Write;

use serde_json::{Value, json};

use crate::{
    domain::round::{Sheet, SheetStop, SheetTeam},
    earth::LonLat,
};

/// A waypoint for each stop and a track for each team.
#[must_use]
pub fn gpx(sheet: &Sheet) -> String {
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n");
    let _ = writeln!(
        text,
        "<gpx version=\"1.1\" creator=\"sanshi\" xmlns=\"http://www.topografix.com/GPX/1/1\">\n<metadata><name>{}</name><desc>{}</desc></metadata>",
        xml(&sheet.title),
        xml(&sheet.ways.en)
    );
    for team in &sheet.teams {
        for stop in &team.stops {
            let (lon, lat) = (stop.place.lon(), stop.place.lat());
            let _ =
                writeln!(text, "<wpt lat=\"{lat:.7}\" lon=\"{lon:.7}\"><name>{}</name><desc>{}</desc></wpt>", xml(&name(team, stop)), xml(&description(stop)));
        }
    }
    for team in &sheet.teams {
        let _ = writeln!(text, "<trk><name>{}</name><trkseg>", xml(&team.name));
        for place in &team.path {
            let _ = writeln!(text, "<trkpt lat=\"{:.7}\" lon=\"{:.7}\"/>", place.lat(), place.lon());
        }
        text.push_str("</trkseg></trk>\n");
    }
    text.push_str("</gpx>\n");
    text
}

/// A folder for each team with its way and its stops.
#[must_use]
pub fn kml(sheet: &Sheet) -> String {
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<kml xmlns=\"http://www.opengis.net/kml/2.2\"><Document>\n");
    let _ = writeln!(text, "<name>{}</name><description>{}</description>", xml(&sheet.title), xml(&sheet.ways.en));
    for team in &sheet.teams {
        let _ = writeln!(text, "<Folder><name>{}</name>", xml(&team.name));
        if team.path.len() > 1 {
            let places: Vec<String> = team.path.iter().map(|place| format!("{:.7},{:.7}", place.lon(), place.lat())).collect();
            let _ = writeln!(
                text,
                "<Placemark><name>{}</name><LineString><tessellate>1</tessellate><coordinates>{}</coordinates></LineString></Placemark>",
                xml(&team.name),
                places.join(" ")
            );
        }
        for stop in &team.stops {
            let _ = writeln!(
                text,
                "<Placemark><name>{}</name><description>{}</description><Point><coordinates>{:.7},{:.7}</coordinates></Point></Placemark>",
                xml(&name(team, stop)),
                xml(&description(stop)),
                stop.place.lon(),
                stop.place.lat()
            );
        }
        text.push_str("</Folder>\n");
    }
    text.push_str("</Document></kml>\n");
    text
}

/// A line for each team and a point for each stop.
#[must_use]
pub fn geojson(sheet: &Sheet) -> Value {
    let position = |place: &LonLat| json!([(place.lon() * 1e7).round() / 1e7, (place.lat() * 1e7).round() / 1e7]);
    let mut features = Vec::new();
    for (at, team) in sheet.teams.iter().enumerate() {
        if team.path.len() > 1 {
            features.push(json!({
                "type": "Feature",
                "geometry": { "type": "LineString", "coordinates": team.path.iter().map(position).collect::<Vec<_>>() },
                "properties": { "team": at, "name": team.name, "length_m": team.length_m.round() },
            }));
        }
        features.extend(team.stops.iter().map(|stop| {
            json!({
                "type": "Feature",
                "geometry": { "type": "Point", "coordinates": position(&stop.place) },
                "properties": { "team": at, "number": stop.number, "code": stop.code, "tier": stop.standing, "state": stop.state, "arrives": stop.arrives },
            })
        }));
    }
    json!({ "type": "FeatureCollection", "attribution": sheet.ways.en, "features": features })
}

fn name(team: &SheetTeam, stop: &SheetStop) -> String {
    format!("{}-{}", team.name, stop.number)
}

fn description(stop: &SheetStop) -> String {
    format!("{} {} {} {}", stop.arrives, stop.standing.as_str(), stop.code, stop.address)
}

/// Text that may stand anywhere in XML 1.0, which knows no control characters.
fn xml(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&apos;"),
            '\u{fffe}' | '\u{ffff}' => safe.push('\u{fffd}'),
            control if control.is_control() => safe.push(' '),
            other => safe.push(other),
        }
    }
    safe
}
