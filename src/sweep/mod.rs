//! From a scenario to finished tasks, `points.csv` and the numbers of every figure.

pub mod figure;
