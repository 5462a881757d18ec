//! A page while it is laid out: its measures and the marks on it, in points from the upper left corner.

use krilla::geom::{Path, PathBuilder, Rect};

use super::lines::Line;

/// Points in a millimetre.
pub const MM: f32 = 72.0 / 25.4;

/// The measures of a paper and of the type on it.
#[derive(Clone, Copy, Debug)]
pub struct Sheet {
    pub width: f32,
    pub height: f32,
    pub margin: f32,
    pub top: f32,
    /// Where the text ends; the foot is below.
    pub bottom: f32,
    /// Size of Chinese text.
    pub body: f32,
    /// Size of English text.
    pub small: f32,
}

/// Red, green, blue.
pub type Ink = [u8; 3];

/// All text, outlines and codes.
pub const DARK: Ink = [0x1a, 0x1d, 0x21];
/// The second language and labels.
pub const GREY: Ink = [0x55, 0x5b, 0x63];
/// Rules and frames.
pub const PALE: Ink = [0xa9, 0xae, 0xb4];
/// The ground of table heads.
pub const TINT: Ink = [0xef, 0xf0, 0xf1];

/// How text is set.
#[derive(Clone, Copy, Debug)]
pub struct Style {
    pub size: f32,
    pub bold: bool,
    pub ink: Ink,
    /// Height of a line, in sizes.
    pub leading: f32,
}

impl Style {
    pub const fn of(size: f32) -> Self {
        Self { size, bold: false, ink: DARK, leading: 1.5 }
    }

    pub const fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    pub const fn ink(self, ink: Ink) -> Self {
        Self { ink, ..self }
    }

    pub const fn leading(self, leading: f32) -> Self {
        Self { leading, ..self }
    }

    pub fn line_height(self) -> f32 {
        self.size * self.leading
    }

    /// From the top of a line to its base: Han characters reach 0.88 above and 0.12 below it.
    pub fn base(self) -> f32 {
        (self.line_height() - self.size) / 2.0 + self.size * 0.88
    }
}

/// The line around a shape, or a rule.
#[derive(Clone, Copy, Debug)]
pub struct Edge {
    pub ink: Ink,
    pub width: f32,
    pub dashed: bool,
}

impl Edge {
    pub const fn of(ink: Ink, width: f32) -> Self {
        Self { ink, width, dashed: false }
    }

    pub const fn dashed(self) -> Self {
        Self { dashed: true, ..self }
    }
}

pub enum Mark {
    Text { x: f32, base: f32, line: Line, style: Style },
    Shape { path: Path, fill: Option<Ink>, edge: Option<Edge> },
}

#[derive(Default)]
pub struct Page {
    pub marks: Vec<Mark>,
}

impl Page {
    pub fn text(&mut self, x: f32, base: f32, line: Line, style: Style) {
        self.marks.push(Mark::Text { x, base, line, style });
    }

    pub fn shape(&mut self, path: Option<Path>, fill: Option<Ink>, edge: Option<Edge>) {
        self.marks.extend(path.map(|path| Mark::Shape { path, fill, edge }));
    }

    pub fn frame(&mut self, [x, y, width, height]: [f32; 4], fill: Option<Ink>, edge: Option<Edge>) {
        let mut path = PathBuilder::new();
        if let Some(rect) = Rect::from_xywh(x, y, width, height) {
            path.push_rect(rect);
        }
        self.shape(path.finish(), fill, edge);
    }

    pub fn rule(&mut self, [from_x, from_y]: [f32; 2], [to_x, to_y]: [f32; 2], edge: Edge) {
        let mut path = PathBuilder::new();
        path.move_to(from_x, from_y);
        path.line_to(to_x, to_y);
        self.shape(path.finish(), None, Some(edge));
    }
}
