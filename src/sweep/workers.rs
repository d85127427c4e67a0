//! Work in parallel, recorded by one thread as it finishes.

use crate::error::{Error, Kind, Result};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::mpsc::{RecvTimeoutError, channel};
use std::time::{Duration, Instant};

/// How many at once, and when to stop.
pub struct Workers {
    pub threads: usize,
    /// Start nothing after this moment.
    pub deadline: Option<Instant>,
    /// Set from outside to stop: everything recorded is kept.
    pub stop: Arc<AtomicBool>,
    /// Called with the name of each piece before it is solved.
    pub before: Option<fn(&str)>,
}

impl Workers {
    /// Solves each piece of `work`, called `name` in errors, on the next free thread, in its order; the calling thread alone passes each result, or why there is
    /// none, with its seconds to `record`. A panic is a failure of its piece alone. Returns how many were solved: fewer than all only
    /// after the deadline.
    ///
    /// # Errors
    /// Pieces that failed (the others are finished and recorded), a record that failed (then no piece is started any
    /// more), or a stop from outside ([`Kind::Interrupted`]), which does not wait for what is under way.
    pub fn run<W: Send + Sync + 'static, R: Send + 'static>(
        &self,
        work: Vec<W>,
        name: impl Fn(&W) -> String + Send + Sync + 'static,
        solve: impl Fn(&W, &AtomicBool) -> Result<R> + Send + Sync + 'static,
        mut record: impl FnMut(&W, Result<R>, f64) -> Result<()>,
    ) -> Result<usize> {
        if work.is_empty() {
            return Ok(0);
        }
        let pool = rayon::ThreadPoolBuilder::new()
            .num_threads(self.threads.min(work.len()))
            .build()
            .map_err(|e| Error::failed(format!("cannot start {} threads: {e}", self.threads)))?;
        let work = Arc::new(work);
        let (send, receive) = channel();
        let shared = Arc::new((Arc::clone(&work), name, solve, AtomicUsize::new(0)));
        let (names, before) = (Arc::clone(&shared), self.before);
        let (stop, deadline) = (Arc::clone(&self.stop), self.deadline);
        pool.spawn_broadcast(move |_| {
            let (work, name, solve, next) = &*shared;
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let Some(piece) = work.get(index) else { return };
                let begin = Instant::now();
                if deadline.is_some_and(|deadline| begin >= deadline) {
                    return;
                }
                let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| {
                    before.into_iter().for_each(|before| before(&name(piece)));
                    solve(piece, &stop)
                }))
                .unwrap_or_else(|payload| Err(panicked(&*payload)));
                let seconds = begin.elapsed().as_secs_f64();
                if send.send((index, result, seconds)).is_err() || stop.load(Ordering::Relaxed) {
                    return;
                }
            }
        });
        let (mut failures, mut solved) = (Vec::new(), 0);
        // Until every worker is done and has hung up.
        loop {
            match receive.recv_timeout(Duration::from_millis(50)) {
                Ok((_, Err(error), _)) if error.kind() == Kind::Interrupted => return Err(interrupted()),
                Ok((index, result, seconds)) => {
                    let result = result.map_err(|error| error.at((names.1)(&work[index])));
                    match &result {
                        Ok(_) => solved += 1,
                        Err(error) => failures.push(error.clone()),
                    }
                    if let Err(error) = record(&work[index], result, seconds) {
                        self.stop.store(true, Ordering::Relaxed);
                        return Err(error);
                    }
                }
                Err(_) if self.stop.load(Ordering::Relaxed) => return Err(interrupted()),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => {
                    return all_of(failures, work.len()).map_or(Ok(solved), Err);
                }
            }
        }
    }
}

/// Failures named one by one.
const MOST_NAMED: usize = 10;

/// One error of all failures; of one itself.
fn all_of(mut failures: Vec<Error>, total: usize) -> Option<Error> {
    if failures.len() < 2 {
        return failures.pop();
    }
    let named: Vec<String> = failures.iter().take(MOST_NAMED).map(|e| e.to_string()).collect();
    let more = failures.len().saturating_sub(MOST_NAMED);
    let more = if more > 0 { format!("\nand {more} more") } else { String::new() };
    Some(
        Error::failed(format!("{} of {total} failed:\n{}{more}", failures.len(), named.join("\n")))
            .remedy("everything else is finished and kept; the same command runs these again"),
    )
}

fn panicked(payload: &(dyn std::any::Any + Send)) -> Error {
    let text =
        payload.downcast_ref::<&str>().copied().or(payload.downcast_ref::<String>().map(String::as_str));
    Error::failed(format!("panicked ({}): a defect of replicon", text.unwrap_or("no message")))
        .remedy("everything else is finished and kept; please report it with the scenario")
}

fn interrupted() -> Error {
    Error::interrupted("interrupted; every finished task is kept")
        .remedy("run the same command again to go on")
}
