//! The face: the one font of all papers, inside the binary. Which glyph a character has and how wide it is.

use std::collections::BTreeSet;

use krilla::text::Font;
use skrifa::{FontRef, MetadataProvider, charmap::Charmap, instance::LocationRef, metrics::GlyphMetrics, prelude::Size};

/// Made by `seeds/fonts/make.sh`.
static FONT: &[u8] = include_bytes!("../../../seeds/fonts/paper-sans.otf");

/// The mark that printers have always set for a type they did not have.
const REPLACEMENT: char = '〓';

pub struct Face {
    /// For embedding.
    pub font: Font,
    characters: Charmap<'static>,
    metrics: GlyphMetrics<'static>,
    units_per_em: f32,
}

/// A character as it will be printed.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Glyph {
    pub character: char,
    pub id: u32,
    /// In em: times the size it is in points.
    pub advance: f32,
}

impl Face {
    /// `None` only when the font inside the binary is broken.
    pub fn load() -> Option<Self> {
        let font = Font::new(FONT.into(), 0)?;
        let read = FontRef::new(FONT).ok()?;
        let units_per_em = font.units_per_em();
        Some(Self { characters: read.charmap(), metrics: read.glyph_metrics(Size::unscaled(), LocationRef::default()), units_per_em, font })
    }

    /// The glyphs of a text. What the font lacks becomes a visible mark and is noted; line ends and tabs become blanks.
    pub fn glyphs(&self, text: &str, missing: &mut BTreeSet<char>) -> Vec<Glyph> {
        let mut glyphs = Vec::with_capacity(text.len());
        for character in text.chars() {
            let character = if character.is_control() { ' ' } else { character };
            glyphs.extend(self.glyph(character).or_else(|| {
                missing.insert(character);
                self.glyph(REPLACEMENT)
            }));
        }
        glyphs
    }

    fn glyph(&self, character: char) -> Option<Glyph> {
        let id = self.characters.map(character)?;
        let advance = self.metrics.advance_width(id)? / self.units_per_em;
        Some(Glyph { character, id: id.to_u32(), advance })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_font_lacks_is_seen_and_noted() {
        let face = Face::load().unwrap();
        let mut missing = BTreeSet::new();
        let printed: String = face.glyphs("戚墅堰\u{1f600}A\n1，", &mut missing).iter().map(|glyph| glyph.character).collect();
        assert_eq!(printed, "戚墅堰〓A 1，");
        assert_eq!(missing.into_iter().collect::<Vec<_>>(), ['\u{1f600}']);
    }

    #[test]
    fn a_han_character_is_one_em_wide_and_rare_place_names_are_there() {
        let face = Face::load().unwrap();
        let mut missing = BTreeSet::new();
        assert!(face.glyphs("深圳埗垚堃珺“”《》（）①②￥℃№", &mut missing).iter().all(|glyph| glyph.advance > 0.0));
        assert_eq!(missing, BTreeSet::new());
        assert_eq!(face.glyphs("房", &mut missing)[0].advance.to_bits(), 1.0_f32.to_bits());
    }
}
