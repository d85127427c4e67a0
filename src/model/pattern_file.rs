//! stub
use super::*;
use crate::Result;
pub struct PatternSource {
    pub file: std::path::PathBuf,
    pub array: Option<String>,
    pub threshold: f64,
    pub index: Option<(usize, usize)>,
}
pub struct PatternFile {
    pub patterns: Patterns,
    pub image_shape: Option<(usize, usize)>,
    pub sha256: String,
}
pub fn read(_: &[u8], _: &PatternSource) -> Result<PatternFile> {
    Err(crate::Error::failed("stub"))
}
pub fn read_spins(_: &[u8], _: &PatternSource) -> Result<Vec<Spins>> {
    Err(crate::Error::failed("stub"))
}
