//! stub
#[derive(clap::Args)]
pub struct Exact {}
impl Exact {
    pub fn run(self) -> crate::Result<()> {
        Ok(())
    }
}
