//! The one typeface of all figures, linked into the program: layout and letters need nothing from the system.

use ab_glyph::{Font as _, FontRef, GlyphId, PxScale, ScaleFont, point};

use crate::error::{Error, Result};

/// What an SVG viewer is asked for. Widths are measured with DejaVu, the widest of the usual sans-serif faces,
/// so that a viewer without it has room to spare.
pub const FAMILY: &str = "DejaVu Sans, sans-serif";

/// DejaVu Sans.
pub struct Font(FontRef<'static>);

impl Font {
    pub fn load() -> Result<Self> {
        FontRef::try_from_slice(dejavu::sans::regular())
            .map(Self)
            .map_err(|cause| Error::failed(format!("the built-in font cannot be read: {cause}")))
    }

    /// Width of `text` at `size` units per em, kerning included.
    pub fn width(&self, text: &str, size: f64) -> f64 {
        let mut width = 0.0;
        self.walk(text, size, |_, start, advance| width = start + advance);
        width
    }

    /// Calls `draw(x, y, coverage)` for the pixels of `text`, its baseline starting at (0, 0), y downwards.
    pub fn rasterise(&self, text: &str, size: f64, offset: f64, mut draw: impl FnMut(i32, i32, f32)) {
        let scale = self.scale(size);
        self.walk(text, size, |id, start, _| {
            let glyph = id.with_scale_and_position(scale, point((offset + start) as f32, 0.0));
            if let Some(outline) = self.0.outline_glyph(glyph) {
                let corner = outline.px_bounds().min;
                outline.draw(|x, y, coverage| {
                    draw(corner.x as i32 + x as i32, corner.y as i32 + y as i32, coverage)
                });
            }
        });
    }

    /// Calls `each(glyph, start, advance)` along the line.
    fn walk(&self, text: &str, size: f64, mut each: impl FnMut(GlyphId, f64, f64)) {
        let scaled = self.0.as_scaled(self.scale(size));
        let mut start = 0.0;
        let mut before: Option<GlyphId> = None;
        for c in text.chars() {
            let id = scaled.glyph_id(c);
            if let Some(before) = before {
                start += f64::from(scaled.kern(before, id));
            }
            let advance = f64::from(scaled.h_advance(id));
            each(id, start, advance);
            start += advance;
            before = Some(id);
        }
    }

    /// The crate's scale is the height of a line, ours the em.
    fn scale(&self, size: f64) -> PxScale {
        let em = self.0.units_per_em().unwrap_or(2048.0);
        PxScale::from(size as f32 * self.0.height_unscaled() / em)
    }
}
