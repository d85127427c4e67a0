//! Rows of small images: stored, corrupted, recalled.

use super::font::Font;
use super::geometry::Area;
use super::legend::hatched;
use super::page::Page;
use super::rich_text::RichText;
use super::scene::{Anchor, Rgb, Scene};
use super::style::{LABEL_SIZE, LEADING, TICK_SIZE, TITLE_SIZE, WHITE};
use crate::error::{Error, Result};
use crate::sweep::figure::{Panel, PanelImage};

const INKED: Rgb = (28, 28, 48);
const BLANK: Rgb = (176, 182, 190);
const BORDER: Rgb = (140, 140, 140);

const EDGE: f64 = 16.0;
const BETWEEN: f64 = 18.0;
/// Longest side of an image where there is room, and at least on a wide and a narrow page.
const SIDE: f64 = 150.0;
const LEAST_SIDES: [f64; 2] = [64.0, 26.0];
/// A title needs some room even over one image.
const LEAST_WIDTH: f64 = 320.0;
const MOST_CAPTION: f64 = 150.0;
const CAPTION_LINES: usize = 3;
/// Beyond this nothing can be seen, and the PNG grows without limit.
const MOST_COLUMNS: usize = 24;
const MOST_ROWS: usize = 40;
const MOST_PIXELS: usize = 1 << 20;

pub fn draw(figure: &Panel, page: &Page) -> Result<Scene> {
    check(figure)?;
    let (font, least_side) = (&page.font, LEAST_SIDES[usize::from(page.is_narrow())]);
    let columns = column_count(figure);
    let row_captions: Vec<Vec<RichText>> = figure
        .rows
        .iter()
        .map(|row| RichText::parse(&row.caption).wrap(font, LABEL_SIZE, MOST_CAPTION, CAPTION_LINES))
        .collect();
    let caption_width = widest(row_captions.iter().flatten(), font, LABEL_SIZE);
    let left = EDGE + if caption_width > 0.0 { caption_width + 14.0 } else { 0.0 };
    let size = image_size(figure, columns, page.width - left - EDGE, least_side);
    let slot = size.0.max(least_side) + BETWEEN;
    let content = left + columns as f64 * slot - BETWEEN + EDGE;
    let width = content.max(LEAST_WIDTH).ceil();
    let left = left + (width - content) / 2.0;

    let title =
        RichText::parse(page.title(&figure.title)).wrap(font, TITLE_SIZE, width - 2.0 * EDGE, CAPTION_LINES);
    let heads: Vec<Vec<RichText>> = (0..columns)
        .map(|i| figure.columns.get(i).map_or("", String::as_str))
        .map(|caption| RichText::parse(caption).wrap(font, LABEL_SIZE, slot - 8.0, CAPTION_LINES))
        .collect();
    let head_lines = heads.iter().map(Vec::len).max().unwrap_or(0);
    let notes: Vec<Vec<Vec<RichText>>> = figure
        .rows
        .iter()
        .map(|row| {
            let note =
                |image: &PanelImage| RichText::parse(&image.caption).wrap(font, TICK_SIZE, slot - 6.0, 2);
            row.images.iter().map(note).collect()
        })
        .collect();

    let title_bottom = EDGE + title.len() as f64 * TITLE_SIZE * LEADING + 8.0;
    let mut top = title_bottom + head_lines as f64 * LABEL_SIZE * LEADING + 6.0;
    let note_height = |row: &Vec<Vec<RichText>>| {
        row.iter().map(Vec::len).max().unwrap_or(0) as f64 * TICK_SIZE * LEADING + 4.0
    };
    let height =
        top + notes.iter().map(|row| size.1 + note_height(row) + BETWEEN * 0.7).sum::<f64>() + EDGE / 2.0;
    let mut scene = Scene::new(width, height.ceil());

    lines(&mut scene, &title, (width / 2.0, EDGE), TITLE_SIZE, Anchor::Middle);
    let centre = |i: usize| left + i as f64 * slot + (slot - BETWEEN) / 2.0;
    for (i, head) in heads.iter().enumerate() {
        // Captions stand on the images, short ones lower.
        let lowered = (head_lines - head.len()) as f64 * LABEL_SIZE * LEADING;
        lines(&mut scene, head, (centre(i), title_bottom + lowered), LABEL_SIZE, Anchor::Middle);
    }
    for ((row, caption), notes) in figure.rows.iter().zip(&row_captions).zip(&notes) {
        let middle = top + size.1 / 2.0 - caption.len() as f64 * LABEL_SIZE * LEADING / 2.0;
        lines(&mut scene, caption, (left - 14.0, middle), LABEL_SIZE, Anchor::End);
        for (i, (image, note)) in row.images.iter().zip(notes).enumerate() {
            let corner = (half_units(centre(i) - size.0 / 2.0), half_units(top));
            draw_image(&mut scene, figure, image, corner, size);
            lines(&mut scene, note, (centre(i), corner.1 + size.1 + 4.0), TICK_SIZE, Anchor::Middle);
        }
        top += size.1 + note_height(notes) + BETWEEN * 0.7;
    }
    Ok(scene)
}

fn check(figure: &Panel) -> Result<()> {
    let columns = column_count(figure);
    if columns > MOST_COLUMNS || figure.rows.len() > MOST_ROWS {
        return Err(Error::bad_input(format!("a panel of {} rows and {columns} columns", figure.rows.len()))
            .remedy(format!("a panel has at most {MOST_ROWS} rows and {MOST_COLUMNS} columns")));
    }
    let pixels = figure.width.checked_mul(figure.height).filter(|&pixels| pixels <= MOST_PIXELS);
    let Some(pixels) = pixels else {
        return Err(Error::bad_input(format!("panel images of {} × {} pixels", figure.width, figure.height))
            .remedy(format!("an image has at most {MOST_PIXELS} pixels")));
    };
    for (i, row) in figure.rows.iter().enumerate() {
        if let Some(k) = row.images.iter().position(|image| image.spins.len() != pixels) {
            let (got, width, height) = (row.images[k].spins.len(), figure.width, figure.height);
            return Err(Error::bad_input(format!("panel row {i}, image {k} has {got} spins"))
                .remedy(format!("{width} × {height} pixels need {pixels}")));
        }
    }
    Ok(())
}

fn column_count(figure: &Panel) -> usize {
    figure.rows.iter().map(|row| row.images.len()).chain([figure.columns.len()]).max().unwrap_or(0)
}

/// Width and height of an image on the page: a whole number of PNG pixels for each of its own where possible.
fn image_size(figure: &Panel, columns: usize, room: f64, least_side: f64) -> (f64, f64) {
    let (width, height) = (figure.width.max(1) as f64, figure.height.max(1) as f64);
    let side = ((room + BETWEEN) / columns.max(1) as f64 - BETWEEN).clamp(least_side, SIDE);
    let pixel = side / width.max(height);
    let pixel = if pixel >= 0.5 { (pixel * 2.0).floor() / 2.0 } else { pixel };
    (pixel * width, pixel * height)
}

/// +1 is ink, −1 paper, 0 grey. One rectangle for each run of equal spins in a row.
fn draw_image(scene: &mut Scene, figure: &Panel, image: &PanelImage, corner: (f64, f64), size: (f64, f64)) {
    let end = (corner.0 + size.0, corner.1 + size.1);
    if image.spins.is_empty() {
        hatched(scene, &Area { left: corner.0, top: corner.1, right: end.0, bottom: end.1 });
    } else {
        scene.rectangle(corner, end, WHITE);
        let pixel = (size.0 / figure.width as f64, size.1 / figure.height as f64);
        for (y, row) in image.spins.chunks(figure.width).enumerate() {
            let mut x = 0;
            for run in row.chunk_by(|a, b| a.signum() == b.signum()) {
                let from = (corner.0 + x as f64 * pixel.0, corner.1 + y as f64 * pixel.1);
                x += run.len();
                let to = (corner.0 + x as f64 * pixel.0, corner.1 + (y + 1) as f64 * pixel.1);
                match run[0].signum() {
                    1 => scene.rectangle(from, to, INKED),
                    0 => scene.rectangle(from, to, BLANK),
                    _ => {}
                }
            }
        }
    }
    scene.outline((corner.0 - 0.5, corner.1 - 0.5), (end.0 + 0.5, end.1 + 0.5), 1.0, BORDER);
}

fn lines(scene: &mut Scene, text: &[RichText], (x, top): (f64, f64), size: f64, anchor: Anchor) {
    for (i, line) in text.iter().enumerate() {
        scene.text((x, top + (i as f64 + 0.8) * size * LEADING), size, anchor, line.clone());
    }
}

fn widest<'a>(texts: impl Iterator<Item = &'a RichText>, font: &Font, size: f64) -> f64 {
    texts.map(|text| text.width(font, size)).fold(0.0, f64::max)
}

fn half_units(value: f64) -> f64 {
    (value * 2.0).round() / 2.0
}
