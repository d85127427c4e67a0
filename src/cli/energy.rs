//! stub
#[derive(clap::Args)]
pub struct Energy {}
impl Energy {
    pub fn run(self) -> crate::Result<()> {
        Ok(())
    }
}
