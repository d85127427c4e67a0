//! Time that a thread worked, for measuring speed on a machine that others use too. No result depends on it.

use std::sync::LazyLock;
use std::time::Instant;

/// CPU seconds of this thread, where the system says so: on a shared machine wall time wanders. Linux counts it in
/// nanoseconds in the first field of schedstat, up to the last time the thread was looked at: so it steps aside first.
/// Elsewhere seconds of the wall clock.
pub fn thread_time() -> f64 {
    static BEGIN: LazyLock<Instant> = LazyLock::new(Instant::now);
    std::thread::yield_now();
    let text = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    let cpu = text.split_whitespace().next().and_then(|ns| ns.parse::<f64>().ok());
    cpu.map_or_else(|| BEGIN.elapsed().as_secs_f64(), |ns| ns * 1e-9)
}
