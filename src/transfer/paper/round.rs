//! The look of a round's sheet: for each team a simple map of its way and a table of its stops with boxes to tick and a code for telephones.

use super::{
    PaperFault,
    flow::{Align, Flow},
    page::{DARK, Edge, GREY, MM, PALE, Style, TINT},
    shape,
};
use crate::domain::{
    notice::spoken,
    round::{Sheet, SheetStop, SheetTeam},
    tier::Standing,
    words::Words,
};
use krilla::geom::PathBuilder;

const WHITE: [u8; 3] = [0xff, 0xff, 0xff];
/// Of a row of the table, in millimetres.
const ROW_MM: f32 = 19.0;

pub fn team(flow: &mut Flow, sheet: &Sheet, team: &SheetTeam) -> Result<(), PaperFault> {
    head(flow, sheet, team);
    map(flow, team);
    columns(flow);
    for stop in &team.stops {
        let pages = flow.pages.len();
        flow.keep(ROW_MM * MM);
        if flow.pages.len() > pages {
            columns(flow);
        }
        row(flow, stop)?;
    }
    flow.gap(0.6);
    let (small, column) = (flow.small(), [flow.sheet.margin, flow.width()]);
    flow.paragraph(&format!("{}  {}", sheet.ways.zh, sheet.ways.en), small, column, Align::Left);
    Ok(())
}

fn head(flow: &mut Flow, sheet: &Sheet, team: &SheetTeam) {
    let column = [flow.sheet.margin, flow.width()];
    let (title, small) = (Style::of(flow.sheet.body * 1.35).bold().leading(1.4), flow.small());
    flow.paragraph(&format!("{}  {}", sheet.title, team.name), title, column, Align::Left);
    let day = spoken(sheet.day);
    let kind = if sheet.evening { Words::new("夜间检查", "evening check") } else { Words::new("巡查", "inspection") };
    flow.paragraph(&format!("{} · {} · {}", sheet.site.zh, day.zh, kind.zh), flow.body(), column, Align::Left);
    flow.paragraph(&format!("{} · {} · {}", sheet.site.en, day.en, kind.en), small, column, Align::Left);
    let km = team.length_m / 1000.0;
    let members = team.members.join("、");
    let text = format!("{}–{}  {} 站 stops  {km:.1} km  {members}", team.leaves, team.ends, team.stops.len());
    flow.paragraph(&text, flow.body(), column, Align::Left);
    flow.gap(0.4);
}

/// The way and the numbered stops, north up, in a frame of their own proportions.
fn map(flow: &mut Flow, team: &SheetTeam) {
    let places = || team.path.iter().copied().chain(team.stops.iter().map(|stop| stop.place));
    let Some(bounds) = crate::earth::Bounds::around(places()) else { return };
    // Degrees of longitude shrink with the latitude.
    let shrink = bounds.center().map_or(1.0, |centre| centre.lat().to_radians().cos()).max(0.01);
    let (wide, tall) = (((bounds.east - bounds.west) * shrink).max(1e-5), (bounds.north - bounds.south).max(1e-5));
    let (left, top, width, height) = (flow.sheet.margin, flow.y, flow.width(), flow.sheet.height * 0.3);
    flow.page().frame([left, top, width, height], Some(TINT), Some(Edge::of(PALE, 0.5)));
    let pad = 6.0 * MM;
    let scale = (f64::from(width - 2.0 * pad) / wide).min(f64::from(height - 2.0 * pad) / tall);
    #[expect(clippy::cast_possible_truncation, reason = "points on a page")]
    let at = |lon: f64, lat: f64| {
        let x = f64::from(left + width / 2.0) + ((lon - (bounds.west + bounds.east) / 2.0) * shrink) * scale;
        let y = f64::from(top + height / 2.0) - (lat - (bounds.south + bounds.north) / 2.0) * scale;
        [x as f32, y as f32]
    };
    let mut path = PathBuilder::new();
    for (number, place) in team.path.iter().enumerate() {
        let [x, y] = at(place.lon(), place.lat());
        if number == 0 { path.move_to(x, y) } else { path.line_to(x, y) }
    }
    flow.page().shape(path.finish(), None, Some(Edge::of(GREY, 1.2)));
    for stop in &team.stops {
        let [x, y] = at(stop.place.lon(), stop.place.lat());
        let radius = 2.3 * MM;
        flow.page().shape(shape::circle([x, y], radius), Some(WHITE), Some(Edge::of(DARK, 0.8)));
        let style = Style::of(7.0);
        flow.place(&stop.number.to_string(), style, [x - radius, y + style.size * 0.36], radius * 2.0, Align::Centre);
    }
    flow.y = top + height;
    flow.gap(0.6);
}

/// Left edges of the columns, in millimetres from the margin: number, time, tier, house, three boxes, code.
const EDGES_MM: [f32; 8] = [0.0, 8.0, 20.0, 42.0, 104.0, 118.0, 132.0, 148.0];

fn columns(flow: &mut Flow) {
    let (left, top, width, height) = (flow.sheet.margin, flow.y, flow.width(), 9.0 * MM);
    flow.page().frame([left, top, width, height], Some(TINT), Some(Edge::of(PALE, 0.5)));
    let titles = [("号", "no."), ("到达", "time"), ("等级", "tier"), ("房屋", "house"), ("完成", "done"), ("无人", "not home"), ("拒绝", "refused"), ("", "")];
    for ((zh, en), edge) in titles.into_iter().zip(EDGES_MM) {
        let x = left + (edge + 1.0) * scale(flow);
        flow.place(zh, Style::of(8.0).bold(), [x, top + 4.0 * MM], 18.0 * MM, Align::Left);
        flow.place(en, Style::of(6.5).ink(GREY), [x, top + 7.4 * MM], 13.0 * MM, Align::Left);
    }
    flow.y = top + height;
}

fn row(flow: &mut Flow, stop: &SheetStop) -> Result<(), PaperFault> {
    let (left, top, width, height, mm) = (flow.sheet.margin, flow.y, flow.width(), ROW_MM * MM, scale(flow));
    let x = |column: usize| left + EDGES_MM[column] * mm;
    flow.page().frame([left, top, width, height], None, Some(Edge::of(PALE, 0.5)));
    let middle = top + height / 2.0;
    flow.place(&stop.number.to_string(), Style::of(11.0).bold(), [x(0) + mm, middle + 4.0], 6.0 * mm, Align::Left);
    flow.place(&stop.arrives.to_string(), Style::of(9.5), [x(1) + mm, middle + 3.4], 10.5 * mm, Align::Left);
    if let Some(tier) = stop.standing.tier() {
        flow.page().shape(shape::of(tier, [x(2) + 4.5 * mm, middle], 3.0 * mm), Some(shape::ink(tier)), Some(Edge::of(DARK, 0.6)));
    }
    let word = word(stop.standing);
    flow.place(&word.zh, Style::of(8.5), [x(2) + 9.0 * mm, middle - 0.6], 12.0 * mm, Align::Left);
    flow.place(&word.en, Style::of(6.5).ink(GREY), [x(2) + 9.0 * mm, middle + 7.5], 12.0 * mm, Align::Left);
    let room = EDGES_MM[4] - EDGES_MM[3] - 2.0;
    flow.place(&stop.code, Style::of(9.5).bold(), [x(3) + mm, top + 6.0 * MM], room * mm, Align::Left);
    let address = Style::of(7.5).leading(1.25);
    let lines = flow.set(&stop.address, address, room * mm, 0.0);
    for (number, line) in lines.into_iter().take(3).enumerate() {
        #[expect(clippy::cast_precision_loss, reason = "three lines at most")]
        let base = top + 7.0 * MM + address.base() + number as f32 * address.line_height();
        flow.page().text(x(3) + mm, base, line, address);
    }
    let side = 5.0 * mm;
    for column in 4..7 {
        flow.page().frame([x(column) + 3.0 * mm, middle - side / 2.0, side, side], Some(WHITE), Some(Edge::of(DARK, 0.8)));
    }
    let code = shape::qr(&stop.url, [x(7) + mm, top + 1.5 * MM], height - 3.0 * MM)?;
    flow.page().shape(code, Some(DARK), None);
    flow.y = top + height;
    Ok(())
}

/// Points of a millimetre of the table, which is 166 mm wide on A4 and shrinks with the paper.
fn scale(flow: &Flow) -> f32 {
    flow.width() / 166.0
}

fn word(standing: Standing) -> Words {
    let (zh, en) = match standing {
        Standing::None => ("不出租", "not let"),
        Standing::Unrated => ("未评级", "unrated"),
        Standing::Red => ("红", "red"),
        Standing::Yellow => ("黄", "yellow"),
        Standing::Green => ("绿", "green"),
        Standing::Star => ("星", "star"),
    };
    Words::new(zh, en)
}
