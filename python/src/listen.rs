//! Work without the interpreter lock that Ctrl-C can stop.

use crate::errors::exception;
use pyo3::prelude::*;
use replicon::Error;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{RecvTimeoutError, Sender, channel};
use std::time::Duration;

/// How often the interpreter is asked for signals.
const TICK: Duration = Duration::from_millis(50);

enum Event<T, M> {
    Message(M),
    Done(replicon::Result<T>),
}

/// How the work tells the thread that waits for it what happens.
pub struct Messages<T, M>(Sender<Event<T, M>>);

impl<T, M> Messages<T, M> {
    pub fn send(&self, message: M) {
        // Whoever waited may have gone.
        let _ = self.0.send(Event::Message(message));
    }
}

/// Runs `work` on a thread of its own while this one, without the interpreter lock but to do so, listens to signals and passes
/// messages on. A signal, or an exception of `on_message`, sets `stop`; the work is then waited for unless `may_abandon` (a second
/// signal abandons it in any case), and the exception raised. A panic of the work is an exception too.
pub fn listening<T: Send + 'static, M: Send + 'static>(
    py: Python<'_>,
    stop: &Arc<AtomicBool>,
    may_abandon: impl Fn() -> bool,
    work: impl FnOnce(Messages<T, M>) -> replicon::Result<T> + Send + 'static,
    mut on_message: impl FnMut(Python<'_>, M) -> PyResult<()>,
) -> PyResult<T> {
    let (send, mut receive) = channel();
    std::thread::spawn(move || {
        let messages = Messages(send.clone());
        let result = catch_unwind(AssertUnwindSafe(|| work(messages)));
        let _ = send.send(Event::Done(result.unwrap_or_else(|payload| Err(panicked(&*payload)))));
    });
    let mut raised: Option<PyErr> = None;
    loop {
        let (back, event) = py.detach(move || {
            let event = receive.recv_timeout(TICK);
            (receive, event)
        });
        receive = back;
        let told = match event {
            Ok(Event::Done(result)) => {
                return match raised {
                    Some(error) => Err(error),
                    None => result.map_err(|error| exception(py, &error)),
                };
            }
            Ok(Event::Message(message)) if raised.is_none() => on_message(py, message),
            Ok(Event::Message(_)) | Err(RecvTimeoutError::Timeout) => Ok(()),
            Err(RecvTimeoutError::Disconnected) => {
                return Err(exception(py, &Error::failed("the computation ended without an answer")));
            }
        };
        if let Err(error) = told.and_then(|()| py.check_signals()) {
            stop.store(true, Ordering::Relaxed);
            if raised.is_some() || may_abandon() {
                return Err(error);
            }
            raised = Some(error);
        }
    }
}

/// [`listening`] of work that says nothing on its way and leaves nothing behind.
pub fn quietly<T: Send + 'static>(
    py: Python<'_>,
    work: impl FnOnce(&AtomicBool) -> replicon::Result<T> + Send + 'static,
) -> PyResult<T> {
    let stop = Arc::new(AtomicBool::new(false));
    let seen = Arc::clone(&stop);
    listening(py, &stop, || true, move |_: Messages<T, ()>| work(&seen), |_, ()| Ok(()))
}

fn panicked(payload: &(dyn std::any::Any + Send)) -> Error {
    let text =
        payload.downcast_ref::<&str>().copied().or(payload.downcast_ref::<String>().map(String::as_str));
    Error::failed(format!("panicked ({}): a defect of replicon", text.unwrap_or("no message")))
        .remedy("please report it with what was asked")
}
