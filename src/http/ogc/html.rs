//! The pages: the same answers for people. No script and no style inside the page; every text is escaped.

use std::fmt::Write;

use serde_json::Value;

use super::{
    feature::Feature,
    items,
    visit::{Link, Visit},
};
use crate::domain::{day::Day, house::HouseKind, tier::Standing};

/// A page in the making.
struct Page<'a> {
    visit: &'a Visit,
    html: String,
}

impl<'a> Page<'a> {
    /// Head, way back and title.
    fn titled(visit: &'a Visit, way: &[(&str, &str)], title: &str) -> Self {
        let mut page = Self { visit, html: String::with_capacity(4096) };
        let tag = visit.language.tag();
        let (other, other_name) = if tag == "zh" { ("en", "English") } else { ("zh", "中文") };
        page.put(&format!(
            "<!doctype html>\n<html lang=\"{tag}\">\n<head>\n<meta charset=\"utf-8\">\n<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <title>{} · OGC API</title>\n<link rel=\"stylesheet\" href=\"/ogc/page.css\">\n</head>\n<body>\n<header>\n<nav>",
            escaped(title)
        ));
        for (path, name) in [("/ogc", visit.language.pick("首页", "Start"))].iter().chain(way) {
            let address = page.page_at(path);
            page.anchor(&address, name);
            page.put(" <span>/</span> ");
        }
        page.put(&format!("</nav>\n<nav><a href=\"{}\" lang=\"{other}\" hreflang=\"{other}\">{other_name}</a> ", escaped(&visit.here_with("lang", other))));
        page.put(&format!("<a href=\"{}\" type=\"application/json\">JSON</a></nav>\n</header>\n<main>\n", escaped(&visit.here_with("f", "json"))));
        page.put(&format!("<h1>{}</h1>\n", escaped(title)));
        page
    }

    fn put(&mut self, html: &str) {
        self.html.push_str(html);
    }

    /// A path of these pages as a page in the reader's language.
    fn page_at(&self, path: &str) -> String {
        self.visit.address(&format!("{path}?f=html&lang={}", self.visit.language.tag()))
    }

    fn anchor(&mut self, address: &str, name: &str) {
        let _ = write!(self.html, "<a href=\"{}\">{}</a>", escaped(address), escaped(name));
    }

    fn paragraph(&mut self, text: &str) {
        let _ = writeln!(self.html, "<p>{}</p>", escaped(text));
    }

    /// Name and value, line by line; what is empty is left out.
    fn facts(&mut self, facts: &[(&str, String)]) {
        self.put("<dl>\n");
        for (name, value) in facts.iter().filter(|(_, value)| !value.is_empty()) {
            let _ = writeln!(self.html, "<dt>{}</dt><dd>{}</dd>", escaped(name), escaped(value));
        }
        self.put("</dl>\n");
    }

    fn links(&mut self, links: &[Link]) {
        self.put("<ul class=\"links\">\n");
        for link in links.iter().filter(|link| link.rel != "self") {
            self.put("<li>");
            self.anchor(&link.href, &link.title);
            let _ = writeln!(self.html, " <small>{}</small></li>", escaped(link.media_type));
        }
        self.put("</ul>\n");
    }

    fn done(mut self) -> String {
        self.put("</main>\n</body>\n</html>\n");
        self.html
    }
}

fn escaped(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

fn text(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(values) => values.iter().map(text).collect::<Vec<_>>().join(", "),
        Value::Null => "..".to_owned(),
        other => other.to_string(),
    }
}

pub fn landing(visit: &Visit, title: &str, description: &str, links: &[Link]) -> String {
    let mut page = Page::titled(visit, &[], title);
    page.paragraph(description);
    let houses = page.page_at("/ogc/collections/houses/items");
    page.put("<p class=\"main\">");
    page.anchor(&houses, visit.language.pick("浏览房屋", "Browse the houses"));
    page.put("</p>\n");
    page.links(links);
    page.done()
}

pub fn conformance(visit: &Visit, classes: &[&str], links: &[Link]) -> String {
    let mut page = Page::titled(visit, &[], visit.language.pick("所实现的标准部分", "What is implemented"));
    page.put("<ul>\n");
    for class in classes {
        page.put("<li>");
        page.anchor(class, class);
        page.put("</li>\n");
    }
    page.put("</ul>\n");
    page.links(links);
    page.done()
}

pub fn api(visit: &Visit, document: &Value) -> String {
    let mut page = Page::titled(visit, &[], visit.language.pick("接口说明", "The interface"));
    for (path, methods) in document["paths"].as_object().into_iter().flatten() {
        let get = &methods["get"];
        let _ = writeln!(page.html, "<h2>GET {}</h2>", escaped(&format!("/ogc{path}")));
        page.paragraph(&text(&get["summary"]));
        let named = |parameter: &Value| match parameter["$ref"].as_str() {
            Some(address) => document.pointer(address.trim_start_matches('#')).cloned().unwrap_or_default(),
            None => parameter.clone(),
        };
        let parameters: Vec<Value> = get["parameters"].as_array().into_iter().flatten().map(named).collect();
        let names: Vec<String> = parameters.iter().map(|parameter| text(&parameter["name"])).collect();
        let facts: Vec<(&str, String)> = names.iter().zip(&parameters).map(|(name, parameter)| (name.as_str(), text(&parameter["description"]))).collect();
        page.facts(&facts);
    }
    page.done()
}

pub fn collections(visit: &Visit, houses: &Value, links: &[Link]) -> String {
    let mut page = Page::titled(visit, &[], visit.language.pick("数据集", "Collections"));
    let address = page.page_at("/ogc/collections/houses");
    page.put("<h2>");
    page.anchor(&address, &text(&houses["title"]));
    page.put("</h2>\n");
    page.paragraph(&text(&houses["description"]));
    page.links(links);
    page.done()
}

pub fn collection(visit: &Visit, houses: &Value, links: &[Link]) -> String {
    let mut page = Page::titled(visit, &[("/ogc/collections", visit.language.pick("数据集", "Collections"))], &text(&houses["title"]));
    page.paragraph(&text(&houses["description"]));
    let pick = |zh: &'static str, en: &'static str| visit.language.pick(zh, en);
    page.facts(&[
        (pick("范围", "Extent"), houses.pointer("/extent/spatial/bbox/0").map(text).unwrap_or_default()),
        (pick("时间", "Time"), houses.pointer("/extent/temporal/interval/0").map(text).unwrap_or_default()),
        (pick("坐标系", "Coordinate systems"), text(&houses["crs"])),
        (pick("数据来源", "Attribution"), text(&houses["attribution"])),
    ]);
    page.links(links);
    page.done()
}

/// A list of things that have nothing but their links.
pub fn listed(visit: &Visit, title: &str, members: &[Link], links: &[Link]) -> String {
    let mut page = Page::titled(visit, &[], title);
    page.put("<ul>\n");
    for member in members {
        let path = member.href.strip_prefix(&visit.address("")).unwrap_or(&member.href);
        let address = page.page_at(path);
        page.put("<li>");
        page.anchor(&address, &member.title);
        page.put("</li>\n");
    }
    page.put("</ul>\n");
    page.links(links);
    page.done()
}

pub fn tileset(visit: &Visit, tileset: &Value, address: &str, links: &[Link]) -> String {
    let pick = |zh: &'static str, en: &'static str| visit.language.pick(zh, en);
    let mut page = Page::titled(visit, &[], &text(&tileset["title"]));
    page.facts(&[(pick("瓦片地址", "Address of the tiles"), address.to_owned()), (pick("数据来源", "Attribution"), text(&tileset["attribution"]))]);
    page.put("<table>\n<tbody>\n");
    for layer in tileset["layers"].as_array().into_iter().flatten() {
        let zooms = format!("{}–{}", text(&layer["minTileMatrix"]), text(&layer["maxTileMatrix"]));
        let fields = layer["propertiesSchema"]["properties"].as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect::<Vec<_>>().join(", ");
        let cells = [text(&layer["title"]), zooms, fields].map(|cell| format!("<td>{}</td>", escaped(&cell))).concat();
        let _ = writeln!(page.html, "<tr><th><code>{}</code></th>{cells}</tr>", escaped(&text(&layer["id"])));
    }
    page.put("</tbody>\n</table>\n");
    page.links(links);
    page.done()
}

pub fn grid(visit: &Visit, grid: &Value, links: &[Link]) -> String {
    let pick = |zh: &'static str, en: &'static str| visit.language.pick(zh, en);
    let mut page = Page::titled(visit, &[("/ogc/tileMatrixSets", pick("瓦片网格", "Tile matrix sets"))], &text(&grid["id"]));
    page.facts(&[(pick("坐标系", "Coordinate system"), text(&grid["crs"])), (pick("定义", "Definition"), text(&grid["uri"]))]);
    page.put("<table>\n<thead><tr>");
    for (zh, en) in [("级别", "Zoom"), ("比例尺分母", "Scale denominator"), ("像素大小(米)", "Metres per pixel"), ("瓦片数", "Tiles")] {
        let _ = write!(page.html, "<th scope=\"col\">{}</th>", pick(zh, en));
    }
    page.put("</tr></thead>\n<tbody>\n");
    for matrix in grid["tileMatrices"].as_array().into_iter().flatten() {
        let cells = ["id", "scaleDenominator", "cellSize", "matrixWidth"].map(|name| format!("<td>{}</td>", escaped(&text(&matrix[name])))).concat();
        let _ = writeln!(page.html, "<tr>{cells}</tr>");
    }
    page.put("</tbody>\n</table>\n");
    page.links(links);
    page.done()
}

pub fn queryables(visit: &Visit, schema: &Value) -> String {
    properties(visit, visit.language.pick("可查询的属性", "What filters may ask about"), &schema["properties"])
}

pub fn schema(visit: &Visit, schema: &Value) -> String {
    properties(visit, &text(&schema["title"]), &schema["properties"]["properties"]["properties"])
}

fn properties(visit: &Visit, title: &str, properties: &Value) -> String {
    let mut page = Page::titled(visit, &[("/ogc/collections/houses", visit.language.pick("房屋", "Houses"))], title);
    page.put("<table>\n<tbody>\n");
    for (name, property) in properties.as_object().into_iter().flatten() {
        let kind = property.get("enum").or_else(|| property.get("type")).or_else(|| property.get("format")).map(text).unwrap_or_default();
        let about = property.get("title").map(text).unwrap_or_default();
        let _ = writeln!(page.html, "<tr><th><code>{}</code></th><td>{}</td><td>{}</td></tr>", escaped(name), escaped(&about), escaped(&kind));
    }
    page.put("</tbody>\n</table>\n");
    page.done()
}

pub fn items(visit: &Visit, matched: u64, day: Day, links: &[Link], features: &[Feature<'_>]) -> String {
    let pick = |zh: &'static str, en: &'static str| visit.language.pick(zh, en);
    let mut page = Page::titled(
        visit,
        &[("/ogc/collections", pick("数据集", "Collections")), ("/ogc/collections/houses", pick("房屋", "Houses"))],
        pick("房屋", "Houses"),
    );
    page.paragraph(&match visit.language {
        super::visit::Language::Chinese => format!("共 {matched} 处,本页 {} 处,等级为 {day} 当日。", features.len()),
        super::visit::Language::English => format!("{matched} houses, {} on this page; tiers as of {day}.", features.len()),
    });
    page.put("<table>\n<thead><tr>");
    for (zh, en) in [("编码", "Code"), ("等级", "Tier"), ("用途", "Kind"), ("地址", "Address"), ("区域", "Area"), ("得分", "Score")] {
        let _ = write!(page.html, "<th scope=\"col\">{}</th>", pick(zh, en));
    }
    page.put("</tr></thead>\n<tbody>\n");
    for feature in features {
        let house = &feature.properties;
        page.put("<tr><td>");
        page.anchor(&items::page_of(visit, house.code), house.code);
        let _ = write!(page.html, "</td><td><span class=\"tier {}\">{}</span></td>", house.tier.as_str(), tier_name(visit, house.tier));
        let score = house.score.map(|score| score.to_string()).unwrap_or_default();
        for value in [kind_name(visit, house.kind), house.address, house.area_code, &score] {
            let _ = write!(page.html, "<td>{}</td>", escaped(value));
        }
        page.put("</tr>\n");
    }
    page.put("</tbody>\n</table>\n");
    page.links(links);
    page.done()
}

pub fn item(visit: &Visit, day: Day, feature: &Feature<'_>) -> String {
    let pick = |zh: &'static str, en: &'static str| visit.language.pick(zh, en);
    let house = &feature.properties;
    let mut page = Page::titled(visit, &[("/ogc/collections/houses/items", pick("房屋", "Houses"))], house.code);
    page.facts(&[
        (pick("日期", "Day"), day.to_string()),
        (pick("等级", "Tier"), tier_name(visit, house.tier).to_owned()),
        (pick("已公布等级", "Published tier"), house.published.map(|tier| tier_name(visit, tier).to_owned()).unwrap_or_default()),
        (pick("得分", "Score"), house.score.map(|score| score.to_string()).unwrap_or_default()),
        (pick("用途", "Kind"), kind_name(visit, house.kind).to_owned()),
        (pick("地址", "Address"), house.address.to_owned()),
        (pick("门牌", "Door plate"), house.door_plate.to_owned()),
        (pick("区域", "Area"), house.area_code.to_owned()),
        (pick("坐标", "Coordinates"), feature.coordinates().map(|number| number.to_string()).join(", ")),
    ]);
    page.links(&feature.links);
    page.done()
}

fn tier_name(visit: &Visit, tier: Standing) -> &'static str {
    let (zh, en) = match tier {
        Standing::None => ("不适用", "none"),
        Standing::Unrated => ("未评定", "unrated"),
        Standing::Red => ("红", "red"),
        Standing::Yellow => ("黄", "yellow"),
        Standing::Green => ("绿", "green"),
        Standing::Star => ("星", "star"),
    };
    visit.language.pick(zh, en)
}

fn kind_name(visit: &Visit, kind: HouseKind) -> &'static str {
    let (zh, en) = match kind {
        HouseKind::Rental => ("出租", "rental"),
        HouseKind::OwnerOccupied => ("自住", "owner-occupied"),
        HouseKind::Public => ("公共", "public"),
        HouseKind::Business => ("经营", "business"),
        HouseKind::Vacant => ("空置", "vacant"),
    };
    visit.language.pick(zh, en)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_becomes_markup() {
        assert_eq!(escaped("<a href=\"x\">'&"), "&lt;a href=&quot;x&quot;&gt;&#39;&amp;");
    }
}
