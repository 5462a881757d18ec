//! The shapes of the tiers, and the code that a telephone reads.

use fast_qr::{ECL, QRBuilder};
use krilla::geom::{Path, PathBuilder, Rect};

use super::{PaperFault, page::Ink};
use crate::domain::tier::Tier;

/// The colour of a tier on white, told apart by people who see no red or no green; the same as on the map.
pub fn ink(tier: Tier) -> Ink {
    match tier {
        Tier::Red => [0xd7, 0x26, 0x3d],
        Tier::Yellow => [0xf5, 0xc2, 0x42],
        Tier::Green => [0x2a, 0x9d, 0x8f],
        Tier::Star => [0x2d, 0x3a, 0x8c],
    }
}

/// The shape of a tier, which tells it without colour: diamond, triangle pointing down, circle, star. Within a circle of the radius.
pub fn of(tier: Tier, [x, y]: [f32; 2], radius: f32) -> Option<Path> {
    /// A star's outer and inner corners, clockwise from the top; numbers instead of sines, which differ in their last bit between machines.
    const STAR: [[f32; 2]; 10] = [
        [0.0, -1.0],
        [0.2645, -0.3641],
        [0.9511, -0.309],
        [0.428, 0.1391],
        [0.5878, 0.809],
        [0.0, 0.45],
        [-0.5878, 0.809],
        [-0.428, 0.1391],
        [-0.9511, -0.309],
        [-0.2645, -0.3641],
    ];
    let corners: &[[f32; 2]] = match tier {
        Tier::Red => &[[0.0, -1.0], [1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]],
        Tier::Yellow => &[[-0.95, -0.62], [0.95, -0.62], [0.0, 0.98]],
        Tier::Green => return circle([x, y], radius * 0.88),
        Tier::Star => &STAR,
    };
    let mut path = PathBuilder::new();
    for (at, [dx, dy]) in corners.iter().enumerate() {
        let (x, y) = (x + dx * radius, y + dy * radius);
        if at == 0 { path.move_to(x, y) } else { path.line_to(x, y) }
    }
    path.close();
    path.finish()
}

pub fn circle([x, y]: [f32; 2], radius: f32) -> Option<Path> {
    // Four cubic curves are within 0.03 % of a circle with this.
    let bend = radius * 0.552_285;
    let mut path = PathBuilder::new();
    path.move_to(x, y - radius);
    path.cubic_to(x + bend, y - radius, x + radius, y - bend, x + radius, y);
    path.cubic_to(x + radius, y + bend, x + bend, y + radius, x, y + radius);
    path.cubic_to(x - bend, y + radius, x - radius, y + bend, x - radius, y);
    path.cubic_to(x - radius, y - bend, x - bend, y - radius, x, y - radius);
    path.close();
    path.finish()
}

/// A QR code with its upper left corner here, without the blank margin of four modules that it needs; `None` for an empty text.
pub fn qr(text: &str, [x, y]: [f32; 2], side: f32) -> Result<Option<Path>, PaperFault> {
    if text.is_empty() {
        return Ok(None);
    }
    // Level M: a corner of the sign may be torn off or dirty.
    let code = QRBuilder::new(text).ecl(ECL::M).build().map_err(|_| PaperFault::LongUrl(text.len()))?;
    #[expect(clippy::cast_precision_loss, reason = "at most 177 modules")]
    let module = side / code.size as f32;
    let mut path = PathBuilder::new();
    for row in 0..code.size {
        let dark = |column: usize| column < code.size && code[row][column].value();
        let mut column = 0;
        while column < code.size {
            let run = (column..=code.size).take_while(|at| dark(*at)).count();
            #[expect(clippy::cast_precision_loss, reason = "at most 177 modules")]
            let rect = Rect::from_xywh(x + column as f32 * module, y + row as f32 * module, run as f32 * module, module);
            if let (1.., Some(rect)) = (run, rect) {
                path.push_rect(rect);
            }
            column += run.max(1);
        }
    }
    Ok(path.finish())
}
