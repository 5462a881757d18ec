//! The look of a letter: head, number, title, body, signature, and the receipt that the office keeps.

use super::{
    PaperFault,
    flow::{Align, Flow},
    page::{DARK, Edge, GREY, MM, PALE, Style, TINT},
    shape,
};
use crate::domain::{
    notice::{Letter, Notice, Part, Reason, spoken},
    words::Words,
};

pub fn letter(flow: &mut Flow, notice: &Notice, letter: &Letter) -> Result<(), PaperFault> {
    head(flow, notice)?;
    title(flow, notice, &letter.title);
    let (strong, small, column) = (flow.body().bold(), flow.small(), [flow.sheet.margin, flow.width()]);
    flow.paragraph(&letter.addressee.zh, strong, column, Align::Left);
    flow.paragraph(&letter.addressee.en, small, column, Align::Left);
    flow.gap(0.6);
    let rows: Vec<[&Words; 2]> = notice.reasons.iter().map(|Reason { text, detail }| [text, detail]).collect();
    let lines = flow.sheet.body * 6.0;
    for part in &letter.parts {
        match part {
            Part::Text(text) => flow.words(text),
            Part::Headed { heading, text } => {
                flow.heading(heading, lines);
                flow.words(text);
            }
            Part::Reasons { heading, text, detail } => {
                flow.heading(heading, lines);
                flow.table([text, detail], &rows);
            }
            Part::Steps { heading } => {
                flow.heading(heading, lines);
                flow.list(&notice.steps);
            }
            Part::Deadline { label, day } => deadline(flow, label, day),
        }
    }
    signature(flow, notice);
    receipt(flow, notice, &letter.title);
    feet(flow, notice);
    Ok(())
}

/// The office, its code for telephones, and a double rule.
fn head(flow: &mut Flow, notice: &Notice) -> Result<(), PaperFault> {
    let (left, right, top) = (flow.sheet.margin, flow.sheet.width - flow.sheet.margin, flow.sheet.top);
    let side = flow.sheet.body * 5.8;
    let code = shape::qr(&notice.public_url, [right - side, top], side)?;
    let taken = if code.is_some() { side + flow.sheet.body * 2.0 } else { 0.0 };
    let width = flow.width() - taken;
    flow.gap(0.3);
    let (office, small) = (Style::of(flow.sheet.body * 1.35).bold().leading(1.4), flow.small());
    flow.paragraph(&notice.site.zh, office, [left, width], Align::Left);
    flow.paragraph(&notice.site.en, small, [left, width], Align::Left);
    flow.gap(0.35);
    flow.paragraph(&format!("编号 No. {}", notice.number), flow.body(), [left, width], Align::Left);
    if code.is_some() {
        flow.page().shape(code, Some(DARK), None);
        let base = top + side + flow.sheet.small * 1.25;
        let caption = Style::of(flow.sheet.small * 0.85).ink(GREY);
        flow.place("扫码查看 scan me", caption, [right - side, base], side, Align::Centre);
        if flow.pages.len() == 1 {
            flow.y = flow.y.max(base + flow.sheet.small * 0.3);
        }
    }
    flow.gap(0.35);
    let y = flow.y;
    flow.page().rule([left, y], [right, y], Edge::of(DARK, 1.6));
    flow.page().rule([left, y + 2.6], [right, y + 2.6], Edge::of(DARK, 0.5));
    flow.y += 2.6;
    flow.gap(1.2);
    Ok(())
}

fn title(flow: &mut Flow, notice: &Notice, title: &Words) {
    let column = [flow.sheet.margin, flow.width()];
    let (large, small) = (Style::of(flow.sheet.body * 1.95).bold().leading(1.3), flow.small());
    // Titles of letters are set wide.
    let wide: String = title.zh.chars().flat_map(|character| [character, '\u{a0}']).collect();
    flow.paragraph(wide.trim_end_matches('\u{a0}'), large, column, Align::Centre);
    flow.paragraph(&title.en, small, column, Align::Centre);
    flow.gap(0.25);
    let day = spoken(notice.day);
    flow.paragraph(&format!("{}  ·  {}", day.zh, day.en), small, column, Align::Centre);
    flow.gap(0.9);
}

/// A box that nobody overlooks, in black and white too.
fn deadline(flow: &mut Flow, label: &Words, day: &Words) {
    let (body, small) = (Style::of(flow.sheet.body * 1.2).bold(), flow.small());
    let pad = flow.sheet.body * 0.5;
    let tall = body.line_height() + small.line_height() + pad * 2.0;
    flow.keep(tall);
    let (left, width, top, bar) = (flow.sheet.margin, flow.width(), flow.y, flow.sheet.body * 0.4);
    flow.page().frame([left, top, width, tall], Some(TINT), None);
    flow.page().frame([left, top, bar, tall], Some(DARK), None);
    flow.y = top + pad;
    let column = [left + flow.sheet.body * 1.2, width - flow.sheet.body * 1.6];
    flow.paragraph(&format!("{}：{}", label.zh, day.zh), body, column, Align::Left);
    flow.paragraph(&format!("{}: {}", label.en, day.en), small, column, Align::Left);
    flow.y = top + tall;
    flow.gap(0.8);
}

fn signature(flow: &mut Flow, notice: &Notice) {
    let radius = (18.0 * MM).min(flow.sheet.body * 4.3);
    flow.keep(radius * 2.0 + flow.sheet.body);
    flow.gap(0.4);
    let (body, small, top) = (flow.body(), flow.small(), flow.y);
    let half = flow.width() * 0.5;
    let stamp = [flow.sheet.margin + half * 0.8, top + radius];
    flow.page().shape(shape::circle(stamp, radius), None, Some(Edge::of(PALE, 0.7).dashed()));
    flow.place("盖章处 stamp", small.ink(PALE), [stamp[0] - radius, stamp[1] + small.size * 0.35], radius * 2.0, Align::Centre);
    let column = [flow.sheet.margin + half, half];
    let day = spoken(notice.day);
    flow.gap(0.6);
    flow.paragraph(&notice.site.zh, body, column, Align::Right);
    flow.paragraph(&format!("经办人 officer：{}", notice.officer), body, column, Align::Right);
    flow.paragraph(&day.zh, body, column, Align::Right);
    flow.paragraph(&day.en, small, column, Align::Right);
    flow.y = flow.y.max(top + radius * 2.0);
    flow.gap(0.8);
}

/// To be cut off or copied: when and how it was served, and to whose hand.
fn receipt(flow: &mut Flow, notice: &Notice, title: &Words) {
    let size = flow.sheet.body;
    let row = size * 2.5;
    flow.keep(size * 4.0 + row * 4.0);
    let (left, width) = (flow.sheet.margin, flow.width());
    let y = flow.y;
    flow.page().rule([left, y], [left + width, y], Edge::of(GREY, 0.7).dashed());
    flow.gap(0.6);
    let (head, small) = (flow.body().bold(), flow.small());
    let base = flow.y + head.base();
    flow.place("送达回证", head, [left, base], width * 0.3, Align::Left);
    flow.place("Receipt of delivery", small, [left + size * 4.8, base], width * 0.4, Align::Left);
    flow.y += head.line_height();
    flow.gap(0.2);
    let top = flow.y;
    let number = format!("{} {}", title.zh, notice.number);
    let (label, cell) = (Style::of(size * 0.85), Style::of(size * 0.9));
    let half = width / 2.0;
    let tag = half * 0.32;
    let mut field = |line: f32, x: f32, wide: f32, [zh, en]: [&str; 2], value: &str| {
        let y = top + line * row;
        flow.page().frame([left + x, y, tag, row], Some(TINT), Some(Edge::of(PALE, 0.5)));
        flow.page().frame([left + x + tag, y, wide - tag, row], None, Some(Edge::of(PALE, 0.5)));
        flow.place(zh, label, [left + x + 3.0, y + row * 0.45], tag - 6.0, Align::Left);
        flow.place(en, small, [left + x + 3.0, y + row * 0.83], tag - 6.0, Align::Left);
        flow.place(value, cell, [left + x + tag + 4.0, y + row * 0.62], wide - tag - 8.0, Align::Left);
    };
    field(0.0, 0.0, half, ["送达文书", "document"], &number);
    field(0.0, half, half, ["房屋编码", "house code"], notice.house_code.as_str());
    field(1.0, 0.0, half, ["送达日期", "date"], "　　　年　　　月　　　日");
    field(1.0, half, half, ["送达人", "served by"], "");
    field(2.0, 0.0, width, ["送达方式", "how"], "□ 当面 in person　□ 邮寄 post　□ 留置 left at the house　□ 电子 electronic");
    field(3.0, 0.0, half, ["签收", "received"], "");
    field(3.0, half, half, ["备注", "remarks"], "");
    flow.y = top + row * 4.0;
}

/// At the foot of each page what it belongs to, so that a lost page finds home.
fn feet(flow: &mut Flow, notice: &Notice) {
    let (style, left, width) = (Style::of(flow.sheet.small * 0.92).ink(GREY), flow.sheet.margin, flow.width());
    let base = flow.sheet.height - flow.sheet.margin * 0.55;
    let pages = std::mem::take(&mut flow.pages);
    let count = pages.len();
    for (at, page) in pages.into_iter().enumerate() {
        flow.pages.push(page);
        flow.place(&format!("{}  ·  {}", notice.house_code, notice.number), style, [left, base], width * 0.68, Align::Left);
        flow.place(&format!("{} / {count}", at + 1), style, [left + width * 0.7, base], width * 0.3, Align::Right);
    }
}
