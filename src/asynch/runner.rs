//! The runner: the future that owns the UART.
//!
//! Three loops, polled in this order, each of which keeps its future until it ends: a `read` or `write`
//! that is dropped half-way could lose bytes.
//!
//! ```text
//! read    UART -> engine    first, so that nothing is taken for missing that is already here
//! write   engine -> UART
//! clock   engine.deadline   last, so that it sees what the others have changed
//! ```

use super::{Modem, Shared, Timer};
use crate::engine::Engine;
use crate::time::{Duration, Instant};
use core::convert::Infallible;
use core::fmt;
use core::future::{pending, poll_fn};
use core::task::{Context, Poll};
use embassy_futures::select::{Either, Either3, select, select3};
use embassy_sync::blocking_mutex::raw::RawMutex;
use embedded_io_async::{Read, Write};

/// Bytes that are read from the UART at a time.
const INBOX: usize = 256;

/// Bytes that are given to the UART at a time.
const PIECE: usize = 256;

/// Bytes that the engine works on at a time, during which the mutex is locked.
const BITE: usize = 64;

/// Errors of the UART in a row, without a byte between them, that are taken for noise or an overrun:
/// what is missing then shows in the answers. One more ends the runner.
const READ_ERRORS: u8 = 8;

/// Why the runner ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunError<R, W> {
    /// Reading from the UART failed nine times in a row; fewer are taken for noise or an overrun.
    Read(R),
    /// Writing to the UART failed.
    Write(W),
    /// The UART is at its end: it read, or took, no byte.
    Ended,
}

impl<R: fmt::Debug, W: fmt::Debug> fmt::Display for RunError<R, W> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Read(error) => write!(f, "reading from the UART failed: {error:?}"),
            Self::Write(error) => write!(f, "writing to the UART failed: {error:?}"),
            Self::Ended => f.write_str("the UART is at its end"),
        }
    }
}

impl<R: fmt::Debug, W: fmt::Debug> core::error::Error for RunError<R, W> {}

impl<'m, M: RawMutex> Modem<'m, M> {
    /// Runs the modem on a UART. Nothing moves unless this future is polled; give it a task of its
    /// own, and only one.
    ///
    /// Reading goes on while a write waits. When it has ended or was dropped, a later run begins anew
    /// as after power-on: every link is closed, since bytes may be missing.
    ///
    /// # Errors
    /// [`RunError`]: it ends only if the UART does.
    pub async fn run<R: Read, W: Write, T: Timer>(
        &self,
        reader: R,
        writer: W,
        timer: T,
    ) -> Result<Infallible, RunError<R::Error, W::Error>> {
        self.lock(|shared| {
            if core::mem::replace(&mut shared.ran, true) {
                shared.step(timer.now(), |engine, now| engine.restart(now));
            }
        });
        let read = self.read_from(reader, &timer);
        let write = self.write_to(writer, &timer);
        match select3(read, write, self.keep_time(&timer)).await {
            Either3::First(end) => {
                end.map_err(|error| error.map_or(RunError::Ended, RunError::Read))
            }
            Either3::Second(end) => {
                end.map_err(|error| error.map_or(RunError::Ended, RunError::Write))
            }
            Either3::Third(never) => match never {},
        }
    }

    async fn read_from<R: Read>(
        &self,
        mut uart: R,
        timer: &impl Timer,
    ) -> Result<Infallible, Option<R::Error>> {
        let mut inbox = [0; INBOX];
        let mut errors = 0;
        loop {
            let n = match uart.read(&mut inbox).await {
                Ok(n) => n,
                Err(_) if errors < READ_ERRORS => {
                    errors = errors.saturating_add(1);
                    warning!("reading from the UART failed; bytes may be missing");
                    self.lock(|shared| {
                        shared.step(timer.now(), |engine, now| engine.uart_lost(now));
                    });
                    continue;
                }
                Err(error) => return Err(Some(error)),
            };
            errors = 0;
            let mut rest = inbox.get(..n).filter(|rest| !rest.is_empty()).ok_or(None)?;
            while !rest.is_empty() {
                let taken = self.give(rest, timer).await;
                rest = rest.get(taken..).unwrap_or_default();
            }
        }
    }

    /// Waits until the engine takes some of `bytes`; meanwhile the UART holds the module back.
    async fn give(&self, bytes: &[u8], timer: &impl Timer) -> usize {
        let bite = bytes.get(..BITE).unwrap_or(bytes);
        self.work(timer, |engine, now| {
            let taken = engine.receive(now, bite);
            (taken > 0).then_some(taken)
        })
        .await
    }

    async fn write_to<W: Write>(
        &self,
        mut uart: W,
        timer: &impl Timer,
    ) -> Result<Infallible, Option<W::Error>> {
        let mut piece = [0; PIECE];
        loop {
            let mut n = self.lock(|shared| {
                shared.step(timer.now(), |engine, now| take(engine, now, &mut piece))
            });
            if n == 0 {
                // Nothing follows: a UART that collects bytes must let them go.
                uart.flush().await.map_err(Some)?;
                n = self.next(timer, &mut piece).await;
            }
            let mut rest = piece.get(..n).unwrap_or_default();
            while !rest.is_empty() {
                let written = uart.write(rest).await.map_err(Some)?;
                if written == 0 {
                    return Err(None);
                }
                rest = rest.get(written..).unwrap_or_default();
            }
        }
    }

    /// What is to be sent when there is something again.
    async fn next(&self, timer: &impl Timer, piece: &mut [u8]) -> usize {
        poll_fn(|context| {
            self.lock(|shared| {
                if core::mem::take(&mut shared.waits.refills) {
                    // So that the piece is as long as it may be.
                    context.waker().wake_by_ref();
                    return Poll::Pending;
                }
                shared.poll(context, timer.now(), |engine, now| {
                    let n = take(engine, now, piece);
                    (n > 0).then_some(n)
                })
            })
        })
        .await
    }

    /// Has `work` done whenever the runner is polled, until it comes to a result.
    async fn work<R>(
        &self,
        timer: &impl Timer,
        mut work: impl FnMut(&mut Engine<'m>, Instant) -> Option<R>,
    ) -> R {
        poll_fn(|context| self.lock(|shared| shared.poll(context, timer.now(), &mut work))).await
    }

    async fn keep_time(&self, timer: &impl Timer) -> Infallible {
        loop {
            let due = self.lock(|shared| shared.engine.deadline());
            let ring = async {
                match due {
                    // What is overdue after all was done must not stop everything else.
                    Some(due) => timer.at(due.max(timer.now() + SHORTEST)).await,
                    None => pending().await,
                }
            };
            let other = poll_fn(|context| {
                self.lock(|shared| {
                    if shared.engine.deadline() != due {
                        return Poll::Ready(());
                    }
                    shared.waits.runner.register(context.waker());
                    Poll::Pending
                })
            });
            if let Either::First(()) = select(ring, other).await {
                self.lock(|shared| {
                    shared.step(timer.now(), |engine, now| engine.advance(now));
                    // The other loops were polled before.
                    shared.waits.runner.wake();
                });
            }
        }
    }
}

impl<'m> Shared<'m> {
    /// Does the work if there is any; the runner is woken when there may be.
    fn poll<R>(
        &mut self,
        context: &Context<'_>,
        now: Instant,
        work: impl FnOnce(&mut Engine<'m>, Instant) -> Option<R>,
    ) -> Poll<R> {
        self.waits.runner.register(context.waker());
        match self.step(now, work) {
            Some(result) => Poll::Ready(result),
            None => Poll::Pending,
        }
    }

    /// Does the runner's work, and what the handles could not do without a clock.
    fn step<R>(&mut self, now: Instant, work: impl FnOnce(&mut Engine<'m>, Instant) -> R) -> R {
        for (link, how) in self.closings.iter_mut().filter_map(Option::take) {
            self.engine.close(now, link, how);
        }
        let result = work(&mut self.engine, now);
        self.waits.settle(&mut self.engine);
        result
    }
}

/// Takes what is to be sent next. It counts as sent before the UART has it: a quick answer would
/// otherwise come before its command.
fn take(engine: &mut Engine<'_>, now: Instant, piece: &mut [u8]) -> usize {
    let bytes = engine.outgoing(now);
    let n = bytes.len().min(piece.len());
    if let (Some(to), Some(from)) = (piece.get_mut(..n), bytes.get(..n)) {
        to.copy_from_slice(from);
    }
    engine.sent(now, n);
    n
}

/// The least that the clock waits.
const SHORTEST: Duration = Duration::from_millis(1);
