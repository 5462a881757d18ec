//! A house as a child draws it, as a JPEG with the EXIF of a phone. The same pixels on every machine.

use std::io::Cursor;

use exif::{Field, In, Rational, Tag, Value, experimental::Writer};
use image::{ExtendedColorType, ImageEncoder, Rgb, RgbImage, codecs::jpeg::JpegEncoder};

use super::dice::Dice;
use crate::domain::day::Day;

/// Pixels.
const WIDTH: i32 = 640;
const HEIGHT: i32 = 480;
const QUALITY: u8 = 82;

/// How a picture of a house differs from another one of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Pixels to the right and down.
    pub shift: (i32, i32),
    /// Brightness, percent.
    pub light: i32,
    /// The windows have bars and the door is a new one.
    pub is_after: bool,
}

/// What the camera writes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Exif {
    pub day: Day,
    /// Of the day, local time.
    pub second: i32,
    /// Degrees east and north.
    pub place: Option<(f64, f64)>,
    /// Tenths of a degree clockwise from true north.
    pub heading_tenths: Option<u32>,
    /// Tenths of a metre.
    pub accuracy_tenths: Option<u32>,
}

const WALLS: [[i32; 3]; 7] = [[232, 228, 216], [214, 214, 210], [226, 210, 178], [186, 104, 78], [206, 216, 198], [232, 216, 150], [190, 196, 204]];
const ROOFS: [[i32; 3]; 4] = [[92, 94, 100], [150, 70, 52], [116, 60, 48], [70, 84, 96]];
const DOORS: [[i32; 3]; 4] = [[112, 52, 36], [64, 84, 72], [48, 56, 80], [140, 96, 52]];

/// Draws the house of a seed.
pub fn draw(seed: u64, look: &Look, exif: &Exif) -> Vec<u8> {
    let mut jpeg = Vec::new();
    let canvas = Canvas::paint(&mut Dice::new(seed), look);
    let encoder = JpegEncoder::new_with_quality(&mut jpeg, QUALITY);
    // Writing to memory cannot fail.
    let _ = encoder.write_image(canvas.image.as_raw(), WIDTH as u32, HEIGHT as u32, ExtendedColorType::Rgb8);
    with_exif(jpeg, exif)
}

struct Canvas {
    image: RgbImage,
    look: Look,
}

impl Canvas {
    fn paint(dice: &mut Dice, look: &Look) -> Self {
        let mut canvas = Self { image: RgbImage::new(WIDTH as u32, HEIGHT as u32), look: *look };
        let sky = dice.whole(150, 205);
        for y in 0..HEIGHT {
            canvas.fill(-100, y, WIDTH + 200, 1, if y < 330 { [sky - 30 + y / 9, sky + y / 12, 225] } else { [126 - y / 12, 122 - y / 14, 110 - y / 12] });
        }
        let storeys = dice.whole(1, 3);
        let (width, tall) = (dice.whole(300, 440), dice.whole(84, 104));
        let (left, foot) = (320 - width / 2 + dice.whole(-40, 40), dice.whole(350, 390));
        let top = foot - storeys * tall;
        let (wall, roof, door) = (WALLS[dice.below(WALLS.len())], ROOFS[dice.below(ROOFS.len())], DOORS[dice.below(DOORS.len())]);
        // Neighbours at both edges.
        for (x, edge) in [(-200, left - dice.whole(30, 60)), (left + width + dice.whole(30, 60), WIDTH + 200)] {
            let height = dice.whole(120, 260);
            canvas.fill(x, foot - height, edge - x, height, WALLS[dice.below(WALLS.len())].map(|part| part * 4 / 5));
        }
        canvas.fill(left, top, width, foot - top, wall);
        let gable = dice.whole(24, 70);
        if dice.chance(70) {
            for y in 0..gable {
                let inset = (gable - y) * width / (2 * gable) * 4 / 5;
                canvas.fill(left - 14 + inset, top - gable + y, width + 28 - 2 * inset, 1, roof);
            }
        } else {
            canvas.fill(left - 6, top - 16, width + 12, 16, roof);
        }
        let columns = dice.whole(2, 5);
        let (pane, high) = (dice.whole(34, 52), dice.whole(36, 50));
        let entry = dice.whole(0, columns - 1);
        for storey in 0..storeys {
            for column in 0..columns {
                let x = left + (2 * column + 1) * width / (2 * columns);
                let y = foot - storey * tall - tall / 2;
                if storey == 0 && column == entry {
                    let leaf = if look.is_after { [120, 124, 132] } else { door };
                    canvas.fill(x - 26, foot - 74, 52, 74, leaf.map(|part| part / 2));
                    canvas.fill(x - 22, foot - 70, 44, 70, leaf);
                    // The door plate.
                    canvas.fill(x + 32, foot - 62, 20, 12, [36, 84, 168]);
                    continue;
                }
                canvas.fill(x - pane / 2 - 3, y - high / 2 - 3, pane + 6, high + 6, [244, 244, 240]);
                canvas.fill(x - pane / 2, y - high / 2, pane, high, [84, 108, 128]);
                canvas.fill(x - 1, y - high / 2, 2, high, [236, 236, 232]);
                for bar in (0..pane).step_by(6).filter(|_| look.is_after) {
                    canvas.fill(x - pane / 2 + bar, y - high / 2, 1, high, [40, 40, 44]);
                }
            }
            if storey > 0 && dice.chance(55) {
                canvas.fill(left + 20, foot - storey * tall - 12, width - 40, 8, [160, 160, 158]);
            }
        }
        if dice.chance(60) {
            let x = if dice.chance(50) { left - dice.whole(20, 60) } else { left + width + dice.whole(20, 60) };
            canvas.fill(x - 5, foot - 90, 10, 96, [92, 70, 50]);
            let crown = dice.whole(34, 58);
            for y in -crown..crown {
                // A lozenge is round enough for a tree.
                let half = crown - y.abs() * 2 / 3;
                canvas.fill(x - half, foot - 110 + y, 2 * half, 1, [62 + y / 4, 112 + y / 3, 58]);
            }
        }
        canvas
    }

    fn fill(&mut self, x: i32, y: i32, width: i32, height: i32, colour: [i32; 3]) {
        let Look { shift, light, .. } = self.look;
        let lit = Rgb(colour.map(|part| u8::try_from((part * light / 100).clamp(0, 255)).unwrap_or(255)));
        let (left, top) = (x + shift.0, y + shift.1);
        for row in top.clamp(0, HEIGHT)..(top + height).clamp(0, HEIGHT) {
            for column in left.clamp(0, WIDTH)..(left + width).clamp(0, WIDTH) {
                self.image.put_pixel(column as u32, row as u32, lit);
            }
        }
        // What the shift uncovers at the edge goes on as the row does.
        if y + height >= HEIGHT && shift.1 < 0 {
            for row in HEIGHT + shift.1..HEIGHT {
                for column in left.clamp(0, WIDTH)..(left + width).clamp(0, WIDTH) {
                    self.image.put_pixel(column as u32, row as u32, lit);
                }
            }
        }
    }
}

/// Puts an APP1 segment (CIPA DC-008) behind the mark that begins a JPEG.
fn with_exif(jpeg: Vec<u8>, exif: &Exif) -> Vec<u8> {
    let mut tiff = Cursor::new(Vec::new());
    let fields = fields(exif);
    let mut writer = Writer::new();
    fields.iter().for_each(|field| writer.push_field(field));
    if writer.write(&mut tiff, false).is_err() {
        return jpeg;
    }
    let tiff = tiff.into_inner();
    let length = u16::try_from(2 + 6 + tiff.len()).unwrap_or(u16::MAX).to_be_bytes();
    let (start, rest) = jpeg.split_at(2.min(jpeg.len()));
    [start, &[0xff, 0xe1], &length, b"Exif\0\0", &tiff, rest].concat()
}

fn fields(exif: &Exif) -> Vec<Field> {
    let field = |tag, value| Field { tag, ifd_num: In::PRIMARY, value };
    let text = |text: String| Value::Ascii(vec![text.into_bytes()]);
    let rational = |num, denom| Value::Rational(vec![Rational { num, denom }]);
    let time = format!("{:02}:{:02}:{:02}", exif.second / 3600, exif.second / 60 % 60, exif.second % 60);
    let day = exif.day.to_string().replace('-', ":");
    let mut fields = vec![
        field(Tag::Orientation, Value::Short(vec![1])),
        field(Tag::DateTimeOriginal, text(format!("{day} {time}"))),
        field(Tag::OffsetTimeOriginal, text("+08:00".to_owned())),
    ];
    if let Some((lon, lat)) = exif.place {
        fields.extend([
            field(Tag::GPSLatitudeRef, text("N".to_owned())),
            field(Tag::GPSLatitude, angle(lat)),
            field(Tag::GPSLongitudeRef, text("E".to_owned())),
            field(Tag::GPSLongitude, angle(lon)),
        ]);
    }
    if let Some(tenths) = exif.heading_tenths {
        fields.extend([field(Tag::GPSImgDirectionRef, text("T".to_owned())), field(Tag::GPSImgDirection, rational(tenths, 10))]);
    }
    if let Some(tenths) = exif.accuracy_tenths {
        fields.push(field(Tag::GPSHPositioningError, rational(tenths, 10)));
    }
    fields
}

/// Degrees, minutes and seconds, the last to a ten-thousandth (3 mm).
fn angle(degrees: f64) -> Value {
    let whole = (degrees.abs() * 36_000_000.0).round() as u64;
    let part = |num: u64, denom| Rational { num: u32::try_from(num).unwrap_or(u32::MAX), denom };
    Value::Rational(vec![part(whole / 36_000_000, 1), part(whole / 600_000 % 60, 1), part(whole % 600_000, 10_000)])
}
