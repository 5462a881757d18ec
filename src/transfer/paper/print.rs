//! From marks on pages to the bytes of a PDF (PDF/A-2u: fonts inside, colours defined, every character readable by machines). The same
//! pages give the same bytes: no clock, no chance.

use krilla::{
    Document, SerializeSettings,
    color::rgb,
    configure::{Archival, ConfigurationBuilder},
    geom::Point,
    metadata::{DateTime, Metadata},
    num::NormalizedF32,
    outline::{Outline, OutlineNode},
    page::PageSettings,
    paint::{Fill, LineJoin, Paint, Stroke, StrokeDash},
    surface::Surface,
    text::{GlyphId, KrillaGlyph},
};

use krilla::destination::XyzDestination;

use super::{
    PaperFault,
    face::Face,
    page::{Edge, Ink, Mark, Page, Sheet},
};
use crate::domain::day::Day;

/// What one notice became.
pub struct Bundle {
    /// For the list of contents.
    pub title: String,
    pub pages: Vec<Page>,
}

pub fn print(face: &Face, sheet: Sheet, bundles: &[Bundle], title: &str, day: Day) -> Result<Vec<u8>, PaperFault> {
    let fault = |detail: String| PaperFault::Pdf(detail);
    let configuration = ConfigurationBuilder::new().with_archival_validator(Archival::A2_U).finish().map_err(|error| fault(format!("{error:?}")))?;
    let mut document = Document::new_with(SerializeSettings { configuration, enable_tagging: false, ..SerializeSettings::default() });
    document.set_metadata(metadata(title, day));
    let mut outline = Outline::new();
    let mut first = 0;
    for bundle in bundles {
        outline.push_child(OutlineNode::new(bundle.title.clone(), XyzDestination::new(first, Point::from_xy(0.0, 0.0))));
        first += bundle.pages.len();
        for page in &bundle.pages {
            let settings = PageSettings::from_wh(sheet.width, sheet.height).ok_or_else(|| fault("the page has no size".to_owned()))?;
            let mut printed = document.start_page_with(settings);
            let mut surface = printed.surface();
            page.marks.iter().for_each(|mark| draw(&mut surface, face, mark));
            surface.finish();
            printed.finish();
        }
    }
    if bundles.len() > 1 {
        document.set_outline(outline);
    }
    document.finish().map_err(|error| fault(error.to_string()))
}

fn metadata(title: &str, day: Day) -> Metadata {
    let text = day.to_string();
    let mut numbers = text.split('-');
    let mut next = || numbers.next().unwrap_or_default();
    let year = next().parse().unwrap_or(1);
    let (month, day) = (next().parse().unwrap_or(1), next().parse().unwrap_or(1));
    let made = DateTime::new(year).month(month).day(day).hour(0).minute(0).second(0).utc_offset_hour(0).utc_offset_minute(0);
    Metadata::new().title(title.to_owned()).language("zh-CN".to_owned()).creator("sanshi".to_owned()).creation_date(made)
}

fn draw(surface: &mut Surface, face: &Face, mark: &Mark) {
    match mark {
        Mark::Shape { path, fill, edge } => {
            surface.set_fill(fill.map(filled));
            surface.set_stroke(edge.map(stroked));
            surface.draw_path(path);
        }
        Mark::Text { x, base, line, style } => {
            let text: String = line.glyphs.iter().map(|glyph| glyph.character).collect();
            let mut at = 0;
            let glyphs: Vec<KrillaGlyph> = line
                .glyphs
                .iter()
                .map(|glyph| {
                    let from = at;
                    at += glyph.character.len_utf8();
                    KrillaGlyph::new(GlyphId::new(glyph.id), glyph.advance, 0.0, 0.0, 0.0, from..at, None)
                })
                .collect();
            surface.set_fill(Some(filled(style.ink)));
            // There is one weight in the font; a thin outline makes the bold one.
            surface.set_stroke(style.bold.then(|| stroked(Edge::of(style.ink, style.size * 0.03))));
            surface.draw_glyphs(Point::from_xy(*x, *base), &glyphs, face.font.clone(), &text, style.size, false);
        }
    }
}

fn paint([red, green, blue]: Ink) -> Paint {
    rgb::Color::new(red, green, blue).into()
}

fn filled(ink: Ink) -> Fill {
    Fill { paint: paint(ink), ..Fill::default() }
}

fn stroked(edge: Edge) -> Stroke {
    Stroke {
        paint: paint(edge.ink),
        width: edge.width,
        line_join: LineJoin::Round,
        opacity: NormalizedF32::ONE,
        dash: edge.dashed.then(|| StrokeDash { array: vec![3.0, 2.5], offset: 0.0 }),
        ..Stroke::default()
    }
}
