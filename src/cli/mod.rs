//! One file per command; no physics here.

pub mod energy;
pub mod exact;
mod output;
mod pattern_args;
