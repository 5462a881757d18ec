//! The look of the sign on a door: seen from across the lane, in black and white too.

use super::{
    PaperFault,
    flow::{Align, Flow},
    page::{DARK, Edge, GREY, MM, PALE, Style, TINT},
    shape,
};
use crate::domain::{
    notice::{Notice, Sign, spoken},
    tier::Tier,
    words::Words,
};

const WHITE: [u8; 3] = [0xff, 0xff, 0xff];

/// Everything is measured on A4 and shrinks with the paper.
pub fn sign(flow: &mut Flow, notice: &Notice, sign: &Sign) -> Result<(), PaperFault> {
    let scale = flow.sheet.width / (210.0 * MM);
    let mm = |length: f32| length * MM * scale;
    let style = |points: f32| Style::of(points * scale);
    let (left, width) = (mm(20.0), mm(170.0));
    // Everything has its place here; nothing flows on.
    let bottom = std::mem::replace(&mut flow.sheet.bottom, flow.sheet.height);

    let page = flow.page();
    page.frame([mm(9.0), mm(9.0), mm(192.0), mm(279.0)], None, Some(Edge::of(DARK, mm(1.4))));
    page.frame([mm(11.2), mm(11.2), mm(187.6), mm(274.6)], None, Some(Edge::of(DARK, mm(0.25))));

    flow.place(&notice.site.zh, style(20.0).bold(), [left, mm(27.0)], width, Align::Centre);
    flow.place(&notice.site.en, style(10.5).ink(GREY), [left, mm(33.5)], width, Align::Centre);
    flow.place(&sign.title.zh, style(15.0), [left, mm(44.0)], width, Align::Centre);
    flow.place(&sign.title.en, style(10.0).ink(GREY), [left, mm(50.0)], width, Align::Centre);

    let centre = [mm(105.0), mm(103.0)];
    flow.page().shape(shape::of(notice.tier, centre, mm(46.0)), Some(shape::ink(notice.tier)), Some(Edge::of(DARK, mm(1.5))));
    let (word, ink, drop) = match notice.tier {
        Tier::Red => ("红", WHITE, 0.0),
        Tier::Yellow => ("黄", DARK, -9.0),
        Tier::Green => ("绿", WHITE, 0.0),
        Tier::Star => ("星", WHITE, 1.5),
    };
    let points = if notice.tier == Tier::Star { 72.0 } else { 92.0 };
    let base = centre[1] + mm(drop) + points * scale * 0.38;
    flow.place(word, style(points).bold().ink(ink), [left, base], width, Align::Centre);

    flow.place(&notice.called.zh, style(56.0).bold(), [left, mm(174.0)], width, Align::Centre);
    let called = format!("{}  ·  {} — {}", sign.colour.zh, sign.colour.en.to_uppercase(), notice.called.en);
    flow.place(&called, style(17.0), [left, mm(184.5)], width, Align::Centre);

    flow.y = mm(190.5);
    flow.paragraph(&sign.note.zh, style(13.0).leading(1.4), [left, width], Align::Centre);
    flow.paragraph(&sign.note.en, style(9.5).ink(GREY).leading(1.4), [left, width], Align::Centre);

    let top = mm(208.0);
    flow.page().frame([left, top, width, mm(0.4)], Some(PALE), None);
    let overflow = particulars(flow, notice, scale);
    code(flow, notice, scale)?;

    flow.page().frame([mm(11.2), mm(264.0), mm(187.6), mm(21.8)], Some(TINT), None);
    flow.y = mm(266.2);
    let fine = style(8.2).leading(1.35);
    flow.paragraph(&sign.source.zh, fine, [left, width], Align::Left);
    flow.paragraph(&sign.source.en, style(7.2).ink(GREY).leading(1.3), [left, width], Align::Left);

    if overflow {
        // Never cut: the whole address stands on a second page.
        flow.sheet.bottom = bottom;
        flow.y = bottom;
        flow.words(&Words { zh: notice.address.clone(), en: String::new() });
    }
    Ok(())
}

/// House code, address, day, number and officer, left of the code; whether the address was too long for its place.
fn particulars(flow: &mut Flow, notice: &Notice, scale: f32) -> bool {
    let mm = |length: f32| length * MM * scale;
    let label = Style::of(8.5 * scale).ink(GREY);
    let [left, width] = [mm(20.0), mm(116.0)];
    flow.place("房屋编码 House code", label, [left, mm(215.0)], width, Align::Left);
    flow.place(notice.house_code.as_str(), Style::of(24.0 * scale).bold(), [left, mm(224.5)], width, Align::Left);
    flow.place("地址 Address", label, [left, mm(231.5)], width, Align::Left);
    let room = mm(17.0);
    let mut size = 15.0 * scale;
    let mut style = Style::of(size).leading(1.25);
    let mut set = flow.set(&notice.address, style, width, 0.0);
    #[expect(clippy::cast_precision_loss, reason = "a count of lines")]
    let tall = |lines: usize, style: Style| lines as f32 * style.line_height();
    while tall(set.len(), style) > room && size > 5.5 * scale {
        size *= 0.9;
        style = Style::of(size).leading(1.25);
        set = flow.set(&notice.address, style, width, 0.0);
    }
    flow.y = mm(233.0);
    let fitting = set.iter().enumerate().take_while(|(at, _)| tall(at + 1, style) <= room).count();
    let overflow = fitting < set.len();
    for line in set.into_iter().take(fitting) {
        let base = flow.y + style.base();
        flow.page().text(left, base, line, style);
        flow.y += style.line_height();
    }
    let day = spoken(notice.day);
    let value = Style::of(10.5 * scale);
    flow.place("日期 Date", label, [left, mm(255.0)], mm(40.0), Align::Left);
    flow.place(&format!("{} {}", day.zh, notice.day), value, [left, mm(260.0)], mm(46.0), Align::Left);
    flow.place("编号 No.", label, [left + mm(50.0), mm(255.0)], mm(40.0), Align::Left);
    flow.place(&notice.number, value, [left + mm(50.0), mm(260.0)], mm(40.0), Align::Left);
    flow.place("经办人 Officer", label, [left + mm(94.0), mm(255.0)], mm(24.0), Align::Left);
    flow.place(&notice.officer, value, [left + mm(94.0), mm(260.0)], mm(24.0), Align::Left);
    overflow
}

/// The code for telephones with the margin it needs.
fn code(flow: &mut Flow, notice: &Notice, scale: f32) -> Result<(), PaperFault> {
    let mm = |length: f32| length * MM * scale;
    let (x, y, side) = (mm(149.0), mm(213.0), mm(38.0));
    let Some(path) = shape::qr(&notice.public_url, [x, y], side)? else { return Ok(()) };
    flow.page().shape(Some(path), Some(DARK), None);
    flow.place("扫码查看现行等级", Style::of(10.0 * scale), [x - mm(4.0), mm(256.5)], side + mm(8.0), Align::Centre);
    flow.place("Scan for the tier of today", Style::of(8.0 * scale).ink(GREY), [x - mm(4.0), mm(260.5)], side + mm(8.0), Align::Centre);
    Ok(())
}
