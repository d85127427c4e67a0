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
}

impl Workers {
    /// Solves each piece of `work` on the next free thread, in its order; the calling thread alone passes each result with its
    /// seconds to `record`. Returns how many were recorded: fewer than all only after the deadline.
    ///
    /// # Errors
    /// The first piece that failed (the others are finished and recorded), a record that failed (then no piece is started any
    /// more), or a stop from outside ([`Kind::Interrupted`]), which does not wait for what is under way.
    pub fn run<W: Send + Sync + 'static, R: Send + 'static>(
        &self,
        work: Vec<W>,
        solve: impl Fn(&W, &AtomicBool) -> Result<R> + Send + Sync + 'static,
        mut record: impl FnMut(&W, R, f64) -> Result<()>,
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
        let shared = Arc::new((Arc::clone(&work), solve, AtomicUsize::new(0)));
        let (stop, deadline) = (Arc::clone(&self.stop), self.deadline);
        pool.spawn_broadcast(move |_| {
            let (work, solve, next) = &*shared;
            loop {
                let index = next.fetch_add(1, Ordering::Relaxed);
                let Some(piece) = work.get(index) else { return };
                let begin = Instant::now();
                if deadline.is_some_and(|deadline| begin >= deadline) {
                    return;
                }
                let result = std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| solve(piece, &stop)))
                    .unwrap_or_else(|_| Err(Error::failed("the task panicked: a defect of replicon")));
                let seconds = begin.elapsed().as_secs_f64();
                if send.send((index, result, seconds)).is_err() || stop.load(Ordering::Relaxed) {
                    return;
                }
            }
        });
        let mut failure = None;
        let mut recorded = 0;
        // Until every worker is done and has hung up.
        loop {
            match receive.recv_timeout(Duration::from_millis(50)) {
                Ok((index, Ok(result), seconds)) => {
                    recorded += 1;
                    if let Err(error) = record(&work[index], result, seconds) {
                        self.stop.store(true, Ordering::Relaxed);
                        return Err(error);
                    }
                }
                Ok((_, Err(error), _)) if error.kind() == Kind::Interrupted => return Err(interrupted()),
                Ok((_, Err(error), _)) => failure = failure.or(Some(error)),
                Err(_) if self.stop.load(Ordering::Relaxed) => return Err(interrupted()),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => return failure.map_or(Ok(recorded), Err),
            }
        }
    }
}

fn interrupted() -> Error {
    Error::interrupted("interrupted; every finished task is kept")
        .remedy("run the same command again to go on")
}
