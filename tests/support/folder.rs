//! A folder of one test: made anew, removed at its end, with the program run inside.
#![allow(dead_code)] // each test uses some of it

use replicon::scenario::Scenario;
use replicon::sweep::{Options, Outcome, Summary, run};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

pub struct Folder(pub PathBuf);

impl Folder {
    pub fn new(name: &str) -> Self {
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    /// With `scenario.toml` in it.
    pub fn with_scenario(name: &str, text: &str) -> Self {
        let folder = Self::new(name);
        std::fs::write(folder.0.join("scenario.toml"), text).unwrap();
        folder
    }

    /// Runs a scenario in here, by the library.
    pub fn run_scenario(&self, scenario: &Scenario, threads: usize) -> Summary {
        match run(scenario, &Options::new(&self.0, threads), &mut ()).unwrap() {
            Outcome::Complete(summary) => *summary,
            Outcome::Partial { .. } => panic!("partial"),
        }
    }

    pub fn replicon(&self, arguments: &[&str]) -> Output {
        Command::new(env!("CARGO_BIN_EXE_replicon")).current_dir(&self.0).args(arguments).output().unwrap()
    }

    /// Runs `scenario.toml` into `out`; the exit code.
    pub fn run(&self, out: &str, extra: &[&str]) -> i32 {
        let arguments = [&["run", "scenario.toml", "--out", out], extra].concat();
        self.replicon(&arguments).status.code().unwrap_or(-1)
    }

    pub fn points(&self, out: &str) -> String {
        std::fs::read_to_string(self.0.join(out).join("points.csv")).unwrap()
    }
}

/// Largest resident memory of this process so far, in bytes; None where the system does not say.
pub fn peak_memory() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    Some(line.split_whitespace().nth(1)?.parse::<u64>().ok()? * 1024)
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}
