//! A scene as PNG, two pixels a logical unit.
//!
//! plotters' bitmap has hard edges on wide lines and polygons, so the scene is drawn [`FINE`] times finer again and
//! averaged. Letters are placed by their own metrics, because plotters drops side bearings.

use plotters::backend::{BitMapBackend, DrawingBackend};
use plotters::style::{Color, RGBColor};

use super::font::Font;
use super::scene::{Anchor, Position, Rgb, Scene, Shape, Text};
use crate::error::{Error, Result};

/// Pixels per logical unit.
const PIXELS: usize = 2;
/// Fine pixels per pixel, each way.
const FINE: usize = 3;
const SCALE: f64 = (PIXELS * FINE) as f64;

pub fn render(scene: &Scene, font: &Font) -> Result<Vec<u8>> {
    let width = (scene.width.ceil() as usize * PIXELS).max(1);
    let height = (scene.height.ceil() as usize * PIXELS).max(1);
    let fine = (width * FINE, height * FINE);
    let mut buffer = vec![255; fine.0 * fine.1 * 3];
    {
        let mut backend = BitMapBackend::with_buffer(&mut buffer, (fine.0 as u32, fine.1 as u32));
        for shape in &scene.shapes {
            draw(&mut backend, shape, font)?;
        }
        backend.present().map_err(failed)?;
    }
    encode(&average(&buffer, width, height), width, height)
}

fn draw(backend: &mut BitMapBackend<'_>, shape: &Shape, font: &Font) -> Result<()> {
    match shape {
        Shape::Rectangle { from, to, fill } => rectangle(backend, *from, *to, *fill),
        Shape::Path { points, width, colour } => stroke(backend, points, *width, *colour),
        Shape::Polygon { points, fill } => polygon(backend, points, *fill),
        Shape::Circle { centre, radius, fill } => disc(backend, *centre, *radius, *fill),
        Shape::Text(text) => write(backend, text, font),
    }
}

fn rectangle(backend: &mut BitMapBackend<'_>, from: Position, to: Position, fill: Rgb) -> Result<()> {
    backend.draw_rect(fine(from), fine(to), &colour(fill), true).map_err(failed)
}

fn polygon(backend: &mut BitMapBackend<'_>, corners: &[Position], fill: Rgb) -> Result<()> {
    backend.fill_polygon(corners.iter().map(|&p| fine(p)), &colour(fill)).map_err(failed)
}

fn disc(backend: &mut BitMapBackend<'_>, (x, y): Position, radius: f64, fill: Rgb) -> Result<()> {
    polygon(backend, &CIRCLE.map(|(c, s)| (x + radius * c, y + radius * s)), fill)
}

/// A wide line: a rectangle for each segment and a disc on each inner joint.
fn stroke(backend: &mut BitMapBackend<'_>, points: &[Position], width: f64, colour: Rgb) -> Result<()> {
    let half = width / 2.0;
    for segment in points.windows(2) {
        let ((x0, y0), (x1, y1)) = (segment[0], segment[1]);
        if x0 == x1 || y0 == y1 {
            // Upright and level lines keep their exact width.
            let (dx, dy) = if x0 == x1 { (half, 0.0) } else { (0.0, half) };
            rectangle(
                backend,
                (x0.min(x1) - dx, y0.min(y1) - dy),
                (x0.max(x1) + dx, y0.max(y1) + dy),
                colour,
            )?;
            continue;
        }
        let length = ((x1 - x0) * (x1 - x0) + (y1 - y0) * (y1 - y0)).sqrt();
        let (dx, dy) = ((y1 - y0) / length * half, (x0 - x1) / length * half);
        let corners = [(x0 + dx, y0 + dy), (x1 + dx, y1 + dy), (x1 - dx, y1 - dy), (x0 - dx, y0 - dy)];
        polygon(backend, &corners, colour)?;
    }
    for &joint in points.iter().skip(1).take(points.len().saturating_sub(2)) {
        disc(backend, joint, half, colour)?;
    }
    Ok(())
}

fn write(backend: &mut BitMapBackend<'_>, text: &Text, font: &Font) -> Result<()> {
    let size = text.size * SCALE;
    let width = text.text.width(font, size);
    let mut start = match text.anchor {
        Anchor::Start => 0.0,
        Anchor::Middle => -width / 2.0,
        Anchor::End => -width,
    };
    let (x0, y0) = fine(text.at);
    let mut drawn = Ok(());
    for (run, level) in text.text.runs() {
        let drop = (level.drop() * size).round() as i32;
        let run_size = size * level.scale();
        font.rasterise(&run, run_size, start, |x, y, coverage| {
            let (along, down) = (x, y + drop);
            let at = if text.upwards { (x0 + down, y0 - along - 1) } else { (x0 + along, y0 + down) };
            let ink = colour(text.colour).mix(f64::from(coverage.clamp(0.0, 1.0)));
            if drawn.is_ok() {
                drawn = backend.draw_pixel(at, ink.to_backend_color());
            }
        });
        start += font.width(&run, run_size);
    }
    drawn.map_err(failed)
}

/// The mean of each block of fine pixels.
fn average(fine: &[u8], width: usize, height: usize) -> Vec<u8> {
    let row = width * FINE * 3;
    let mut image = vec![0; width * height * 3];
    for (i, out) in image.iter_mut().enumerate() {
        let (pixel, channel) = (i / 3, i % 3);
        let corner = (pixel / width) * FINE * row + (pixel % width) * FINE * 3 + channel;
        let sum: usize =
            (0..FINE * FINE).map(|k| usize::from(fine[corner + (k / FINE) * row + (k % FINE) * 3])).sum();
        *out = ((sum + FINE * FINE / 2) / (FINE * FINE)) as u8;
    }
    image
}

fn encode(image: &[u8], width: usize, height: usize) -> Result<Vec<u8>> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width as u32, height as u32);
    encoder.set_color(png::ColorType::Rgb);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Default);
    encoder.set_filter(png::FilterType::NoFilter);
    let mut writer = encoder.write_header().map_err(failed)?;
    writer.write_image_data(image).map_err(failed)?;
    writer.finish().map_err(failed)?;
    Ok(file)
}

fn fine((x, y): Position) -> (i32, i32) {
    ((x * SCALE).round() as i32, (y * SCALE).round() as i32)
}

fn colour((r, g, b): Rgb) -> RGBColor {
    RGBColor(r, g, b)
}

fn failed(cause: impl std::fmt::Display) -> Error {
    Error::failed(format!("the PNG could not be drawn: {cause}"))
}

/// (cos, sin) at 24 equal angles.
const CIRCLE: [Position; 24] = {
    const A: f64 = 0.965_925_826_289_068_3;
    const B: f64 = 0.866_025_403_784_438_6;
    const C: f64 = std::f64::consts::FRAC_1_SQRT_2;
    const D: f64 = 0.5;
    const E: f64 = 0.258_819_045_102_520_76;
    [
        (1.0, 0.0),
        (A, E),
        (B, D),
        (C, C),
        (D, B),
        (E, A),
        (0.0, 1.0),
        (-E, A),
        (-D, B),
        (-C, C),
        (-B, D),
        (-A, E),
        (-1.0, 0.0),
        (-A, -E),
        (-B, -D),
        (-C, -C),
        (-D, -B),
        (-E, -A),
        (0.0, -1.0),
        (E, -A),
        (D, -B),
        (C, -C),
        (B, -D),
        (A, -E),
    ]
};
