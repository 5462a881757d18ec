//! Pixels: made smaller, turned upright, encoded.

use fast_image_resize::{FilterType, PixelType, ResizeAlg, ResizeOptions, Resizer, images::Image};
use image::{DynamicImage, RgbImage, metadata::Orientation};
use jpeg_encoder::{ColorType, Encoder, SamplingFactor};

/// A picture of 8-bit RGB pixels, at least one.
#[derive(Clone)]
pub(super) struct Raster(RgbImage);

impl Raster {
    /// `None` when the number of bytes is another.
    pub(super) fn new(width: u32, height: u32, rgb: Vec<u8>) -> Option<Self> {
        RgbImage::from_raw(width, height, rgb).map(Self)
    }

    pub(super) fn width(&self) -> u32 {
        self.0.width()
    }

    pub(super) fn height(&self) -> u32 {
        self.0.height()
    }

    pub(super) fn pixels(&self) -> impl Iterator<Item = [u8; 3]> {
        self.0.pixels().map(|pixel| pixel.0)
    }

    /// The same picture with its longest edge at most so long; a smaller one stays as it is. No edge becomes zero.
    pub(super) fn within(&self, longest: u32) -> Self {
        let (width, height) = (u64::from(self.width()), u64::from(self.height()));
        let edge = width.max(height);
        if edge <= u64::from(longest) {
            return self.clone();
        }
        // Rounded to the nearest pixel.
        let scaled = |length: u64| u32::try_from((length * u64::from(longest) * 2 + edge) / (edge * 2)).unwrap_or(longest).max(1);
        self.scaled(scaled(width), scaled(height))
    }

    /// Stretched to exactly so many pixels, with the filter of libvips (Lanczos 3).
    pub(super) fn scaled(&self, width: u32, height: u32) -> Self {
        let mut target = RgbImage::new(width, height);
        let options = ResizeOptions::new().resize_alg(ResizeAlg::Convolution(FilterType::Lanczos3));
        let source = fast_image_resize::images::ImageRef::new(self.width(), self.height(), &self.0, PixelType::U8x3);
        let scaled = source.ok().and_then(|source| {
            let mut into = Image::from_slice_u8(width, height, &mut target, PixelType::U8x3).ok()?;
            Resizer::new().resize(&source, &mut into, &options).ok()
        });
        debug_assert!(scaled.is_some(), "both have their bytes and the same kind of pixels");
        Self(target)
    }

    pub(super) fn upright(self, orientation: Orientation) -> Self {
        if orientation == Orientation::NoTransforms {
            return self;
        }
        let mut image = DynamicImage::ImageRgb8(self.0);
        image.apply_orientation(orientation);
        Self(image.into_rgb8())
    }

    /// JPEG without metadata, colours at half the resolution (4:2:0). Edges must be below 65,536.
    pub(super) fn jpeg(&self, quality: u8) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut encoder = Encoder::new(&mut bytes, quality);
        encoder.set_sampling_factor(SamplingFactor::R_4_2_0);
        let (width, height) = (self.width().min(u16::MAX.into()) as u16, self.height().min(u16::MAX.into()) as u16);
        let encoded = encoder.encode(&self.0, width, height, ColorType::Rgb);
        debug_assert!(encoded.is_ok(), "the buffer has its pixels and takes any number of bytes");
        bytes
    }
}

impl From<DynamicImage> for Raster {
    /// What is transparent lies on white.
    fn from(image: DynamicImage) -> Self {
        if !image.color().has_alpha() {
            return Self(image.into_rgb8());
        }
        let image = image.into_rgba8();
        let mut flat = RgbImage::new(image.width(), image.height());
        for (from, to) in image.pixels().zip(flat.pixels_mut()) {
            let [r, g, b, alpha] = from.0.map(u32::from);
            to.0 = [r, g, b].map(|colour| ((colour * alpha + 255 * (255 - alpha) + 127) / 255) as u8);
        }
        Self(flat)
    }
}
