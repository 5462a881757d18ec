//! The flow of a letter: text, lists and tables down the page and on to the next, nothing lost at its foot.

use std::collections::BTreeSet;

use super::{
    face::Face,
    lines::{Line, lines},
    page::{DARK, Edge, GREY, PALE, Page, Sheet, Style, TINT},
};
use crate::domain::words::Words;

/// How lines stand between the margins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Align {
    Left,
    Centre,
    Right,
    /// Both edges straight, the first line indented by two characters.
    Both,
}

/// Lines of one column of a table, each in its style.
type Cell = Vec<(Style, Line)>;

pub struct Flow<'f> {
    face: &'f Face,
    missing: &'f mut BTreeSet<char>,
    pub sheet: Sheet,
    pub pages: Vec<Page>,
    /// Where the next line begins.
    pub y: f32,
    /// Stands at the head of every further page.
    running: String,
}

impl<'f> Flow<'f> {
    pub fn new(face: &'f Face, missing: &'f mut BTreeSet<char>, sheet: Sheet, running: String) -> Self {
        Self { face, missing, sheet, pages: vec![Page::default()], y: sheet.top, running }
    }

    /// Style of Chinese text.
    pub fn body(&self) -> Style {
        Style::of(self.sheet.body)
    }

    /// Style of English text.
    pub fn small(&self) -> Style {
        Style::of(self.sheet.small).ink(GREY).leading(1.35)
    }

    /// Between the margins.
    pub fn width(&self) -> f32 {
        self.sheet.width - 2.0 * self.sheet.margin
    }

    pub fn page(&mut self) -> &mut Page {
        if self.pages.is_empty() {
            self.pages.push(Page::default());
        }
        let last = self.pages.len() - 1;
        &mut self.pages[last]
    }

    pub fn gap(&mut self, sizes: f32) {
        self.y += sizes * self.sheet.body;
    }

    /// A new page unless so much is left on this one.
    pub fn keep(&mut self, height: f32) {
        if self.y + height > self.sheet.bottom && self.y > self.sheet.top + self.sheet.body * 2.0 {
            self.turn();
        }
    }

    fn turn(&mut self) {
        self.pages.push(Page::default());
        self.y = self.sheet.top;
        let (style, running) = (self.small(), self.running.clone());
        let mut set = self.set(&running, style, self.width(), 0.0);
        set.truncate(1);
        for line in set {
            self.put(line, style, self.sheet.margin);
        }
        let (left, right, y) = (self.sheet.margin, self.sheet.width - self.sheet.margin, self.y);
        self.page().rule([left, y], [right, y], Edge::of(PALE, 0.5));
        self.gap(0.8);
    }

    pub fn set(&mut self, text: &str, style: Style, width: f32, indent: f32) -> Vec<Line> {
        lines(&self.face.glyphs(text.trim_matches(|character: char| character.is_ascii_whitespace()), self.missing), width / style.size, indent / style.size)
    }

    /// Puts a line here and moves below it.
    fn put(&mut self, line: Line, style: Style, x: f32) {
        let base = self.y + style.base();
        self.page().text(x, base, line, style);
        self.y += style.line_height();
    }

    /// A text of one line at a place of its own; what is too long is set smaller.
    pub fn place(&mut self, text: &str, style: Style, [x, base]: [f32; 2], width: f32, align: Align) {
        let Some(line) = self.set(text, style, f32::MAX, 0.0).pop() else { return };
        let wide = line.width_em * style.size;
        let style = if wide > width { Style { size: style.size * width / wide, ..style } } else { style };
        let left = width - line.width_em * style.size;
        let x = x + offset(left, align);
        self.page().text(x, base, line, style);
    }

    /// A paragraph between two edges.
    pub fn paragraph(&mut self, text: &str, style: Style, [left, width]: [f32; 2], align: Align) {
        let indent = if align == Align::Both { 2.0 * style.size } else { 0.0 };
        for (at, mut line) in self.set(text, style, width, indent).into_iter().enumerate() {
            let indent = if at == 0 { indent } else { 0.0 };
            if align == Align::Both {
                line.justify((width - indent) / style.size);
            }
            self.keep(style.line_height());
            let x = left + indent + offset(width - line.width_em * style.size, align);
            self.put(line, style, x);
        }
    }

    /// Chinese, and below it English; together on one page unless they are long.
    pub fn words(&mut self, words: &Words) {
        let (body, small, column) = (self.body(), self.small(), [self.sheet.margin, self.width()]);
        let (zh, en) = (self.set(&words.zh, body, column[1], body.size * 2.0).len(), self.set(&words.en, small, column[1], 0.0).len());
        #[expect(clippy::cast_precision_loss, reason = "a count of lines")]
        let whole = zh as f32 * body.line_height() + en as f32 * small.line_height();
        self.keep(whole.min(body.line_height() * 9.0));
        self.paragraph(&words.zh, body, column, Align::Both);
        self.gap(0.1);
        self.paragraph(&words.en, small, column, Align::Left);
        self.gap(0.55);
    }

    /// A heading that does not stay behind alone: it takes so much of what follows with it.
    pub fn heading(&mut self, words: &Words, follows: f32) {
        let (body, small) = (self.body().bold(), self.small());
        self.keep(body.line_height() + follows);
        let (left, width, y) = (self.sheet.margin, self.width(), self.y);
        let tick = self.sheet.body * 0.24;
        self.page().frame([left, y + body.line_height() * 0.2, tick, body.line_height() * 0.6], Some(DARK), None);
        let left = left + tick + self.sheet.body * 0.5;
        let zh = self.set(&words.zh, body, width, 0.0);
        let used = zh.first().map_or(0.0, |line| line.width_em * body.size) + self.sheet.body * 0.7;
        let base = y + body.base();
        for line in zh.into_iter().take(1) {
            self.page().text(left, base, line, body);
        }
        self.place(&words.en, small, [left + used, base], (width - used).max(1.0), Align::Left);
        self.y = y + body.line_height();
        self.gap(0.2);
    }

    /// A numbered list.
    pub fn list(&mut self, all: &[Words]) {
        let (body, small) = (self.body().leading(1.4), self.small());
        let number_width = self.sheet.body * 2.2;
        let column = [self.sheet.margin + number_width, self.width() - number_width];
        for (at, words) in all.iter().enumerate() {
            self.keep(body.line_height() + small.line_height());
            let base = self.y + body.base();
            self.place(&format!("{}.", at + 1), body, [self.sheet.margin, base], number_width - self.sheet.body * 0.5, Align::Right);
            self.paragraph(&words.zh, body, column, Align::Left);
            self.paragraph(&words.en, small, column, Align::Left);
            self.gap(0.25);
        }
        self.gap(0.35);
    }

    /// A table of two columns of words and one of numbers; its head stands on every page that it reaches.
    pub fn table(&mut self, head: [&Words; 2], rows: &[[&Words; 2]]) {
        let number_width = self.sheet.body * 2.6;
        let rest = self.width() - number_width;
        let widths = [number_width, rest * 0.52, rest * 0.48];
        let head_cells = self.cells(["", "#"], [&head[0].zh, &head[0].en], [&head[1].zh, &head[1].en], widths);
        self.keep(height(&head_cells) * 3.0);
        self.row(head_cells.clone(), widths, true);
        for (at, [first, second]) in rows.iter().enumerate() {
            let number = (at + 1).to_string();
            let mut cells = self.cells([&number, ""], [&first.zh, &first.en], [&second.zh, &second.en], widths);
            // A row that fits on a page stays whole; a longer one is cut between its lines.
            let whole = self.pad() * 2.0 + height(&cells);
            let fits_a_page = whole + self.sheet.body * 8.0 < self.sheet.bottom - self.sheet.top;
            while cells.iter().any(|cell| !cell.is_empty()) {
                let least = if fits_a_page { whole } else { self.pad() * 2.0 + self.body().line_height() };
                let before = self.pages.len();
                self.keep(least);
                if self.pages.len() > before {
                    self.row(head_cells.clone(), widths, true);
                }
                let now = self.take(&mut cells);
                self.row(now, widths, false);
            }
        }
        self.gap(0.8);
    }

    fn pad(&self) -> f32 {
        self.sheet.body * 0.35
    }

    fn cells(&mut self, number: [&str; 2], first: [&str; 2], second: [&str; 2], widths: [f32; 3]) -> [Cell; 3] {
        let pad = self.pad() * 2.0;
        let (body, small) = (Style::of(self.sheet.body * 0.92).leading(1.35), self.small());
        let mut cell = |[zh, en]: [&str; 2], width: f32| -> Cell {
            let zh: Vec<Line> = self.set(zh, body, width - pad, 0.0);
            let en: Vec<Line> = self.set(en, small, width - pad, 0.0);
            zh.into_iter().map(|line| (body, line)).chain(en.into_iter().map(|line| (small, line))).collect()
        };
        [cell(number, widths[0]), cell(first, widths[1]), cell(second, widths[2])]
    }

    /// The lines of a row that fit here, at least one of each cell.
    fn take(&self, cells: &mut [Cell; 3]) -> [Cell; 3] {
        let room = self.sheet.bottom - self.y - self.pad() * 2.0;
        cells.each_mut().map(|cell| {
            let mut used = 0.0;
            let fitting = cell
                .iter()
                .take_while(|(style, _)| {
                    used += style.line_height();
                    used <= room
                })
                .count();
            cell.drain(..fitting.max(1).min(cell.len())).collect()
        })
    }

    fn row(&mut self, cells: [Cell; 3], widths: [f32; 3], head: bool) {
        let pad = self.pad();
        let (top, tall) = (self.y, height(&cells) + pad * 2.0);
        let mut x = self.sheet.margin;
        for (cell, width) in cells.into_iter().zip(widths) {
            self.page().frame([x, top, width, tall], head.then_some(TINT), Some(Edge::of(PALE, 0.5)));
            self.y = top + pad;
            for (style, line) in cell {
                self.put(line, Style { bold: head && style.ink == DARK, ..style }, x + pad);
            }
            x += width;
        }
        self.y = top + tall;
    }
}

fn height(cells: &[Cell; 3]) -> f32 {
    cells.iter().map(|cell| cell.iter().map(|(style, _)| style.line_height()).sum()).fold(0.0, f32::max)
}

fn offset(left: f32, align: Align) -> f32 {
    match align {
        Align::Left | Align::Both => 0.0,
        Align::Centre => left / 2.0,
        Align::Right => left,
    }
}
