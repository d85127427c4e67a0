//! `replicon slurm SCENARIO --tasks n`: a script that runs a scenario as a Slurm job array, and merges its shards.
//!
//! What a real Slurm does, and what the script does about it: a requeued task, a failed node or a restarted controller runs one shard twice, even at the same
//! time (each process has its own store file, equal tasks are one); the number of shards is written into the script, for the scheduler's
//! own count is another thing; SIGTERM comes seconds before SIGKILL (passed on, everything finished is kept); output may be cut off at a requeue (`append`,
//! and results are never in it).

use super::output;
use super::run::{human_time, parse_time};
use crate::error::{Error, Result};
use crate::scenario::{Scenario, Shipped};
use crate::sweep::{Shard, plan, refuse_of_parts, shell_word as quoted};
use std::fmt::Write;
use std::path::{Path, PathBuf};

/// Print a script that runs a scenario as a Slurm job array and joins its shards: `replicon slurm SCENARIO --tasks 16 > job.sh`, then `bash job.sh`.
#[derive(clap::Args)]
pub struct Slurm {
    /// A scenario file, or the name of a shipped scenario.
    scenario: String,
    /// Shards: tasks of the job array.
    #[arg(long, value_parser = clap::value_parser!(u32).range(1..))]
    tasks: u32,
    /// Longest time of a shard, for example 2h or 1h30m. A shard whose time is up is put back into the queue and goes on where it was.
    #[arg(long)]
    time: Option<String>,
    /// The run directory that the shards become; default runs/<name>. The shards are in its folder shards/.
    #[arg(long)]
    out: Option<PathBuf>,
    /// Cores of a shard.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..))]
    threads: u16,
    /// Override a key of the scenario. May be repeated.
    #[arg(long = "set", value_name = "KEY=VALUE")]
    overrides: Vec<String>,
}

/// Shards that are shorter than this spend their time on being started.
const SHORT: f64 = 60.0;

impl Slurm {
    pub fn run(self) -> Result<()> {
        let read = Scenario::find(&self.scenario, &self.overrides)?;
        refuse_of_parts(&read, "a job array")?;
        let seconds = self.time.as_deref().map(|text| parse_time("--time", text)).transpose()?;
        let seconds = seconds.map(|time| time.as_secs());
        // The first shard has the longest tasks.
        let first = Shard::parse(&format!("0/{}", self.tasks))?;
        let planned = plan(&read, usize::from(self.threads), Some(first))?;
        let longest =
            planned.columns.iter().filter(|c| c.tasks > 0).map(|c| c.task_seconds).fold(0.0, f64::max);
        // Nothing is started that would not end before the time is up, by twice its estimate.
        let margin = (2.0 * longest).max(60.0);
        if let Some(seconds) = seconds
            && seconds as f64 <= margin
        {
            return Err(Error::bad_input(format!("--time {}", self.time.unwrap_or_default())).remedy(
                format!("more than {}: twice the longest task, and a minute at least", human_time(margin)),
            ));
        }
        if planned.seconds < SHORT {
            output::note(&format!(
                "warning: a shard takes about {}; fewer, longer ones cost less to start",
                human_time(planned.seconds)
            ));
        }
        let from_plan = planned.peak_memory.div_ceil(1 << 20);
        let mut replicon = vec![String::from("run"), self.place()?];
        replicon.extend(self.overrides.iter().flat_map(|set| ["--set".to_string(), set.clone()]));
        let job = Job {
            name: &read.name,
            shards: self.tasks,
            threads: self.threads,
            mebibytes: from_plan + from_plan / 2 + 64,
            time: seconds.map(|seconds| (seconds, seconds - margin as u64)),
            arguments: replicon.iter().map(|word| quoted(word)).collect::<Vec<_>>().join(" "),
            out: absolute(&self.out.clone().unwrap_or_else(|| Path::new("runs").join(&read.name)))?,
            estimate: human_time(planned.seconds),
        };
        output::text(&job.script()?)
    }

    /// The scenario as every node finds it: its absolute path, or its name.
    fn place(&self) -> Result<String> {
        let path = Path::new(&self.scenario);
        match Shipped::find(&self.scenario) {
            Some(_) if !path.is_file() => Ok(self.scenario.clone()),
            _ => absolute(path),
        }
    }
}

fn absolute(path: &Path) -> Result<String> {
    let absolute = std::path::absolute(path).map_err(|e| Error::io("find", path, &e))?;
    let line = |text: &&str| !text.contains(|c: char| c.is_control() || c == '"');
    absolute.to_str().filter(line).map(String::from).ok_or_else(|| {
        Error::bad_input(format!("{}", path.display().to_string().escape_debug())).remedy(
            "a path of Unicode on one line, without quotation marks: Slurm reads it as a line of the script",
        )
    })
}

struct Job<'a> {
    name: &'a str,
    shards: u32,
    threads: u16,
    mebibytes: u64,
    /// (of the allocation, until no task is started any more), seconds
    time: Option<(u64, u64)>,
    /// Of replicon: the command, the scenario and its overrides, quoted
    arguments: String,
    out: String,
    estimate: String,
}

impl Job<'_> {
    fn script(&self) -> Result<String> {
        let program = std::env::current_exe()
            .map_err(|e| Error::io("find this program at", Path::new("replicon"), &e))?;
        let program = quoted(&program.display().to_string());
        let out = quoted(&self.out);
        let (n, last) = (self.shards, self.shards - 1);
        // Slurm reads its lines as they are: a name without what would end it.
        let name: String = self.name.chars().map(|c| if c.is_alphanumeric() { c } else { '-' }).collect();
        let log = self.out.replace('%', "%%").replace('\\', "\\\\");
        let mut s = String::new();
        // Writing to a String cannot fail.
        let _ = write!(
            s,
            "#!/usr/bin/env bash\n\
             # {name}: {n} shards of about {estimate} on {threads} core(s), and their merge. Made by replicon {version}.\n\
             #     bash job.sh                                                submits both\n\
             #     mkdir -p {out}/shards && sbatch job.sh     the shards alone (their logs go there)\n\
             #     sbatch --array=0 --dependency=afterok:JOB job.sh merge     the merge behind them\n\
             # Submit again at any time: what is finished is not run again.\n\
             #SBATCH --job-name={name}\n\
             #SBATCH --array=0-{last}\n\
             #SBATCH --cpus-per-task={threads}\n\
             #SBATCH --mem={mebibytes}M\n\
             #SBATCH --requeue\n\
             #SBATCH --open-mode=append\n\
             #SBATCH --output=\"{log}/shards/%x-%a.log\"\n",
            estimate = self.estimate,
            threads = self.threads,
            version = env!("CARGO_PKG_VERSION"),
            mebibytes = self.mebibytes,
        );
        if let Some((seconds, _)) = self.time {
            let _ = writeln!(s, "#SBATCH --time={}", clock(seconds));
        }
        let limit = self.time.map_or(String::new(), |(_, until)| format!(" --max-wall {until}s"));
        let _ = write!(
            s,
            r#"set -euo pipefail
replicon="${{REPLICON:-}}"
[ -n "$replicon" ] || replicon={program}
out={out}
# As Slurm reads a path.
log={quoted_log}

shard() {{
    # The number of shards is {n} whatever part of the array was submitted.
    local child code=0
    "$replicon" {arguments} --quiet{limit} --shard "$SLURM_ARRAY_TASK_ID/{n}" --out "$out/shards/$SLURM_ARRAY_TASK_ID" &
    child=$!
    local stopped=
    trap 'stopped=1; kill -TERM "$child" 2>/dev/null || true' TERM INT
    wait "$child" || code=$?
    # A signal ends the waiting before the child, which still has something to record.
    while kill -0 "$child" 2>/dev/null; do wait "$child" || code=$?; done
    if [ "$code" = 130 ] && [ -z "$stopped" ]; then
        # The time is up and not the work: back into the queue, to go on there.
        scontrol requeue "${{SLURM_ARRAY_JOB_ID}}_$SLURM_ARRAY_TASK_ID"
        sleep 60
    fi
    exit "$code"
}}

merge() {{
    local parts=()
    for i in $(seq 0 {last}); do parts+=("$out/shards/$i"); done
    "$replicon" merge "$out" "${{parts[@]}}"
}}

submit() {{
    mkdir -p "$out/shards"
    local array
    array=$(sbatch --parsable "$0")
    sbatch --parsable --array=0 --output="$log/shards/%x-merge.log" --kill-on-invalid-dep=yes --dependency="afterok:${{array%%;*}}" "$0" merge
}}

case "${{1:-}}" in
    merge) merge ;;
    shard) shard ;;
    "") if [ -n "${{SLURM_ARRAY_TASK_ID:-}}" ]; then shard; else submit; fi ;;
    *) echo "$1: shard, merge or nothing" >&2; exit 2 ;;
esac
"#,
            arguments = self.arguments,
            quoted_log = quoted(&log),
        );
        Ok(s)
    }
}

/// Seconds as Slurm writes them: days-hours:minutes:seconds.
fn clock(seconds: u64) -> String {
    let (minutes, s) = (seconds / 60, seconds % 60);
    let (hours, m) = (minutes / 60, minutes % 60);
    format!("{}-{:02}:{m:02}:{s:02}", hours / 24, hours % 24)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_are_slurms() {
        assert_eq!(clock(59), "0-00:00:59");
        assert_eq!(clock(2 * 86_400 + 3 * 3600 + 4 * 60 + 5), "2-03:04:05");
    }
}
