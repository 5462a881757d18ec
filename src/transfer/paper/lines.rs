//! Where a line may end: between Han characters, after blanks, never before closing or after opening marks.

use super::face::Glyph;

/// What stands on one line.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    pub glyphs: Vec<Glyph>,
    /// Without the blanks at its end.
    pub width_em: f32,
    /// It ends its text.
    pub last: bool,
}

/// Breaks a text into lines of at most a width, the first shorter by an indent. A word longer than a line is broken wherever it must be.
pub fn lines(glyphs: &[Glyph], width_em: f32, indent_em: f32) -> Vec<Line> {
    let mut lines = Vec::new();
    let mut start = 0;
    while start < glyphs.len() {
        let room = width_em - if start == 0 { indent_em } else { 0.0 };
        let end = line_end(glyphs, start, room);
        lines.push(Line::of(&glyphs[start..end], end == glyphs.len()));
        start = end;
    }
    lines
}

/// At least one glyph after the start, so that every text comes to its end.
fn line_end(glyphs: &[Glyph], start: usize, room: f32) -> usize {
    let mut width = 0.0;
    let mut last_break = None;
    for (at, glyph) in glyphs.iter().enumerate().skip(start) {
        if at > start && may_break(glyphs[at - 1].character, glyph.character) {
            last_break = Some(at);
        }
        width += glyph.advance;
        if width > room && glyph.character != ' ' {
            return last_break.unwrap_or(at).max(start + 1);
        }
    }
    glyphs.len()
}

fn may_break(before: char, after: char) -> bool {
    if after == ' ' || closes(after) || opens(before) || (before == after && matches!(before, '—' | '…')) {
        return false;
    }
    // A long address of a page on the web breaks after its strokes.
    before == ' ' || is_wide(before) || is_wide(after) || (matches!(before, '/' | '?' | '&') && after.is_alphanumeric())
}

/// Han and everything that is set like it.
fn is_wide(character: char) -> bool {
    matches!(character, '\u{2e80}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' | '\u{fe30}'..='\u{fe4f}' | '\u{ff01}'..='\u{ffe6}' | '\u{20000}'..='\u{3ffff}' | '“' | '”' | '‘' | '’' | '—' | '…')
}

fn closes(character: char) -> bool {
    "，。、；：？！）》〉】〕』」”’…—·～％℃,.;:?!)]}>%'\"".contains(character)
}

fn opens(character: char) -> bool {
    "（《〈【〔『「“‘([{<￥$№#".contains(character)
}

impl Line {
    fn of(glyphs: &[Glyph], last: bool) -> Self {
        let blanks = glyphs.iter().rev().take_while(|glyph| glyph.character == ' ').count();
        let glyphs = glyphs[..glyphs.len() - blanks].to_vec();
        Self { width_em: glyphs.iter().map(|glyph| glyph.advance).sum(), glyphs, last }
    }

    /// Spreads what is left of the width over the places where Han characters and words meet. The last line keeps its width, and so does
    /// one with too much left: gaps that a reader sees are worse than a ragged edge.
    pub fn justify(&mut self, width_em: f32) {
        const MOST_EM: f32 = 0.09;
        let left = width_em - self.width_em;
        let gaps: Vec<usize> = (1..self.glyphs.len())
            .filter(|at| {
                let (before, after) = (self.glyphs[at - 1].character, self.glyphs[*at].character);
                before == ' ' || is_wide(before) || is_wide(after)
            })
            .map(|at| at - 1)
            .collect();
        #[expect(clippy::cast_precision_loss, reason = "a line has some hundred glyphs")]
        let each = left / gaps.len().max(1) as f32;
        if self.last || gaps.is_empty() || !(0.0..=MOST_EM).contains(&each) {
            return;
        }
        for gap in gaps {
            self.glyphs[gap].advance += each;
        }
        self.width_em = width_em;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Han are one em wide, all else half of it.
    fn broken(text: &str, width_em: f32) -> Vec<String> {
        let glyphs: Vec<Glyph> = text.chars().map(|character| Glyph { character, id: 1, advance: if is_wide(character) { 1.0 } else { 0.5 } }).collect();
        lines(&glyphs, width_em, 0.0).iter().map(|line| line.glyphs.iter().map(|glyph| glyph.character).collect()).collect()
    }

    #[test]
    fn han_characters_break_anywhere_but_before_closing_and_after_opening_marks() {
        assert_eq!(broken("出租房屋等级", 4.0), ["出租房屋", "等级"]);
        assert_eq!(broken("出租房屋，等级", 4.0), ["出租房", "屋，等级"]);
        assert_eq!(broken("出租房《等级》", 4.0), ["出租房", "《等级》"]);
        assert_eq!(broken("三个月内100%", 5.0), ["三个月内", "100%"]);
    }

    #[test]
    fn words_stay_whole_and_blanks_at_a_line_s_end_vanish() {
        assert_eq!(broken("the house at the lake", 5.0), ["the house", "at the", "lake"]);
        assert_eq!(broken("安装door锁", 4.0), ["安装door", "锁"]);
    }

    #[test]
    fn a_word_longer_than_a_line_is_broken() {
        assert_eq!(broken("abcdefghij", 2.0), ["abcd", "efgh", "ij"]);
        assert_eq!(broken("https://a.example/houses", 6.0), ["https://", "a.example/", "houses"]);
        assert_eq!(broken("宽", 0.2), ["宽"]);
    }

    proptest! {
        #[test]
        fn no_character_but_blanks_is_lost_and_no_line_is_too_wide(text in "[a-z房屋，。（）“” /]{0,120}", width in 1_u8..30) {
            let lines = broken(&text, f32::from(width));
            let kept: String = lines.concat().replace(' ', "");
            prop_assert_eq!(kept, text.replace(' ', ""));
            for line in lines {
                let wide = line.chars().filter(|c| is_wide(*c)).count() * 2 + line.chars().filter(|c| !is_wide(*c)).count();
                prop_assert!(wide <= usize::from(width) * 2 || line.chars().count() == 1, "{}", line);
            }
        }
    }
}
