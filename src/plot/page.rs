//! The page that a figure is laid out for: a screen, or a column of a journal.

use super::font::Font;
use super::style::{LABEL_SIZE, TICK_SIZE};
use crate::error::Result;

/// How wide a figure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Width {
    /// 800 units, with a title
    Screen,
    /// 86 mm as printed, all letters of 8 pt, without a title: the caption says it
    OneColumn,
    /// 178 mm, likewise
    TwoColumn,
}

impl Width {
    pub const NAMES: [(&'static str, Self); 3] =
        [("screen", Self::Screen), ("one-column", Self::OneColumn), ("two-column", Self::TwoColumn)];

    pub fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, width)| *width == self).map_or("", |(name, _)| name)
    }

    /// Printed width; none of a screen.
    pub fn millimetres(self) -> Option<f64> {
        match self {
            Self::Screen => None,
            Self::OneColumn => Some(86.0),
            Self::TwoColumn => Some(178.0),
        }
    }
}

/// Millimetres of a unit where ticks and legend, the smallest letters, are 8 pt.
const UNIT: f64 = 8.0 / TICK_SIZE * 25.4 / 72.0;

pub struct Page {
    pub font: Font,
    /// In units
    pub width: f64,
    /// Of the area of data
    pub data_height: f64,
    titled: bool,
    /// Size of the labels of axes
    pub label_size: f64,
}

impl Page {
    pub fn new(width: Width) -> Result<Self> {
        let font = Font::load()?;
        Ok(match width.millimetres() {
            None => Self { font, width: 800.0, data_height: 400.0, titled: true, label_size: LABEL_SIZE },
            Some(mm) => {
                let width = mm / UNIT;
                let data_height = if width < NARROW { 0.62 * width } else { 0.45 * width };
                Self { font, width, data_height, titled: false, label_size: TICK_SIZE }
            }
        })
    }

    pub fn is_narrow(&self) -> bool {
        self.width < NARROW
    }

    /// The title, where it is drawn.
    pub fn title<'t>(&self, title: &'t str) -> &'t str {
        if self.titled { title } else { "" }
    }
}

/// Narrower pages have less room for what stands around the data.
const NARROW: f64 = 500.0;
