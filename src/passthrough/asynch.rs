//! A pass-through between a second UART and a link of the async end.

use super::{Change, FarEnd, Passthrough};
use crate::asynch::{Modem, Timer};
use crate::engine::{Engine, LinkId, LinkState};
use core::cell::{Cell, RefCell};
use core::future::{pending, poll_fn};
use core::task::Poll;
use embassy_futures::select::{Either3, select, select3};
use embassy_futures::yield_now;
use embassy_sync::blocking_mutex::raw::RawMutex;
use embedded_io_async::{Read, Write};

/// Bytes that are read or written at a time.
const PIECE: usize = 64;

/// Carries bytes between a UART and the far end for ever, beside a runner of `modem`; `tell` hears
/// what happens, and may look at the pass-through and change its connection. After
/// [`Change::Escaped`] it reads no more from the UART until somebody calls
/// [`Passthrough::resume`].
///
/// If this future is dropped, what was just being written to the UART may be there or not.
///
/// ```no_run
/// use embassy_futures::select::select;
/// use embassy_sync::blocking_mutex::raw::NoopRawMutex;
/// use embedded_io_async::{Read, Write};
/// use luat_modem::asynch::{Modem, Timer};
/// use luat_modem::engine::Transport;
/// use luat_modem::passthrough::asynch::carry;
/// use luat_modem::passthrough::{Passthrough, Settings};
/// use luat_modem::supervise::{Persistent, Policy};
///
/// async fn join<R: Read, W: Write<Error = R::Error>>(
///     modem: &Modem<'_, NoopRawMutex>,
///     module: (impl Read, impl Write),
///     meter: (R, W),
///     timer: impl Timer + Copy,
/// ) {
///     let server = Persistent::new("server", Transport::Tcp, "example.com", 9999, Policy::new());
///     let (mut kept, mut read) = ([0; 4096], [0; 128]);
///     let mut through = Passthrough::new(server, Settings::new(), &mut kept, &mut read);
///     let carrying = carry(modem, &mut through, meter, &timer, |_, change| {
///         let _ = change; // Change::Lost(loss) …
///     });
///     select(modem.run(module.0, module.1, timer), carrying).await;
/// }
/// ```
///
/// # Errors
/// Whatever the UART fails with; `Ok` if it has come to its end.
pub async fn carry<F: FarEnd, M: RawMutex, R, W>(
    modem: &Modem<'_, M>,
    through: &mut Passthrough<'_, F>,
    (mut from, mut to): (R, W),
    timer: &impl Timer,
    mut tell: impl FnMut(&mut Passthrough<'_, F>, Change),
) -> Result<(), R::Error>
where
    R: Read,
    W: Write<Error = R::Error>,
{
    let through = RefCell::new(through);
    // What waits below is looked at anew.
    let stirred = Cell::new(false);
    let reading = async {
        let mut inbox = [0; PIECE];
        loop {
            let room = met(|| match through.borrow().room() {
                0 => None,
                room => Some(room.min(PIECE)),
            })
            .await;
            let n = from.read(inbox.get_mut(..room).unwrap_or(&mut [])).await?;
            if n == 0 {
                return Ok(());
            }
            let bytes = inbox.get(..n).unwrap_or(&[]);
            through.borrow_mut().receive(timer.now(), bytes);
            stirred.set(true);
        }
    };
    let writing = async {
        loop {
            let mut piece = [0; PIECE];
            let length = met(|| {
                let through = through.borrow();
                let outgoing = through.outgoing();
                let pairs = piece.iter_mut().zip(outgoing);
                let n = pairs.map(|(to, from)| *to = *from).count();
                (n > 0).then_some(n)
            })
            .await;
            let n = to.write(piece.get(..length).unwrap_or(&[])).await?;
            through.borrow_mut().sent(n);
            stirred.set(true);
        }
    };
    let advancing = async {
        // Everything else that matters is an event.
        let mut events = modem.subscribe();
        loop {
            let now = timer.now();
            let change = modem.with_engine(|engine| through.borrow_mut().advance(engine, now));
            if let Some(change) = change {
                tell(&mut through.borrow_mut(), change);
            }
            if through.borrow_mut().stirred() || change.is_some() {
                // So that those above look.
                yield_now().await;
                continue;
            }
            let due = through.borrow().deadline();
            let ring = async {
                match due {
                    Some(due) => timer.at(due).await,
                    None => pending().await,
                }
            };
            let wanted = modem.with_engine(|engine| through.borrow().wanted(engine));
            let watched = async {
                match wanted {
                    Some((link, readable, flushed)) => {
                        modem.either(link, readable, flushed).await;
                    }
                    None => pending().await,
                }
            };
            let poked = met(|| stirred.replace(false).then_some(()));
            select(select3(ring, watched, events.next()), poked).await;
        }
    };
    match select3(reading, writing, advancing).await {
        Either3::First(end) | Either3::Second(end) => end,
        Either3::Third(never) => never,
    }
}

impl<F: FarEnd> Passthrough<'_, F> {
    /// The link, and whether its being readable, or flushed, is of use.
    fn wanted(&self, engine: &Engine<'_>) -> Option<(LinkId, bool, bool)> {
        let link = self.far.link()?;
        let status = engine.status(link)?;
        let comes = status.state == LinkState::Open || status.readable > 0;
        let readable = comes && !self.escaped && self.outgoing().is_empty();
        Some((link, readable, status.unsent > 0))
    }
}

/// Waits for something that changes only while this task is awake.
async fn met<T>(mut done: impl FnMut() -> Option<T>) -> T {
    poll_fn(|_| done().map_or(Poll::Pending, Poll::Ready)).await
}
