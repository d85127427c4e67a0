//! stub
use super::*;
use crate::{Result, params::*};
pub fn retrieval(_: InteractionOrder, _: Load, _: Temperature, _: f64) -> Result<Option<SaddlePoint>> {
    Ok(None)
}
pub fn zero_magnetisation(_: InteractionOrder, _: Load, _: Temperature) -> Result<Option<SaddlePoint>> {
    Ok(None)
}
