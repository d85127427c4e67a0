//! stub
#[derive(clap::Args)]
pub struct Theory {}
impl Theory {
    pub fn run(self) -> crate::Result<()> {
        Ok(())
    }
}
