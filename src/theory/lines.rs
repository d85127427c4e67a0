//! stub
use crate::{Result, params::*};
pub struct S {
    pub gamma: f64,
    pub m: f64,
}
pub struct A {
    pub temperature: Option<f64>,
}
pub fn retrieval_spinodal_load(_: InteractionOrder, _: Temperature) -> Result<S> {
    Ok(S { gamma: 0.4, m: 0.9 })
}
pub fn at_retrieval_temperature(_: InteractionOrder, _: Load) -> Result<Option<A>> {
    Ok(None)
}
pub fn at_glass_temperature(a: Load) -> f64 {
    1.0 + a.get().sqrt()
}
pub fn glass_onset_temperature(_: InteractionOrder, _: Load) -> Result<f64> {
    Ok(0.1)
}
