//! A QR code as a picture for a page.

use std::fmt::Write;

use fast_qr::{ECL, QRBuilder};

/// The text is longer than a QR code holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a text of {0} bytes is too long for a QR code")]
pub struct TooLongForQr(pub usize);

/// Modules left blank on each side, as ISO/IEC 18004 asks for.
const MARGIN: usize = 4;

/// A QR code as an SVG document, black on white, one unit per module.
pub fn qr_svg(text: &str) -> Result<String, TooLongForQr> {
    let code = QRBuilder::new(text).ecl(ECL::M).build().map_err(|_| TooLongForQr(text.len()))?;
    let side = code.size + 2 * MARGIN;
    let mut path = String::new();
    for row in 0..code.size {
        for column in (0..code.size).filter(|column| code[row][*column].value()) {
            let _ = write!(path, "M{} {}h1v1h-1z", column + MARGIN, row + MARGIN);
        }
    }
    Ok(format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {side} {side}\" shape-rendering=\"crispEdges\">\
         <path fill=\"#fff\" d=\"M0 0h{side}v{side}H0z\"/><path d=\"{path}\"/></svg>"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_drawn_are_the_dark_modules_within_the_margin() {
        let text = "otpauth://totp/a:b?secret=MZXW6YTBOI&issuer=a";
        let svg = qr_svg(text).unwrap();
        let code = QRBuilder::new(text).ecl(ECL::M).build().unwrap();
        let dark = (0..code.size).map(|row| (0..code.size).filter(|column| code[row][*column].value()).count()).sum::<usize>();
        assert_eq!(svg.matches("h1v1h-1z").count(), dark);
        // The corner of the first finder pattern.
        assert!(svg.contains("d=\"M4 4h1v1h-1z"), "{svg}");
        assert_eq!(qr_svg(&"x".repeat(9000)), Err(TooLongForQr(9000)));
    }
}
