//! stub
pub mod lines;
pub mod rs;
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Branch {
    Retrieval,
    Glass,
    Paramagnet,
}
impl std::fmt::Display for Branch {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("retrieval")
    }
}
#[derive(Debug, Clone)]
pub struct SaddlePoint {
    pub branch: Branch,
    pub m: f64,
    pub q: f64,
    pub pressure: Option<f64>,
    pub free_energy: f64,
    pub energy: f64,
    pub entropy: f64,
    pub replicon: Option<f64>,
    pub stable: bool,
    pub residual: f64,
}
