//! Supervisors beside the async end.

use super::Supervise;
use crate::asynch::{Modem, Timer};
use core::future::pending;
use embassy_futures::select::select;
use embassy_sync::blocking_mutex::raw::RawMutex;

/// Runs `supervisor` beside `modem` until it has something to tell. Nothing is lost if the future is
/// dropped and made anew; as long as there is none, the supervisor does nothing.
///
/// ```no_run
/// # use embassy_sync::blocking_mutex::raw::NoopRawMutex;
/// # use luat_modem::asynch::{Modem, Timer};
/// use luat_modem::supervise::{Change, Persistent, changed};
///
/// async fn keep(modem: &Modem<'_, NoopRawMutex>, server: &mut Persistent<'_>, timer: impl Timer) {
///     loop {
///         match changed(server, modem, &timer).await {
///             Change::Connected(link) => println!("{link} is open"),
///             Change::Lost(closed) => println!("lost: {closed:?}"),
///             _ => {}
///         }
///     }
/// }
/// ```
pub async fn changed<S: Supervise, M: RawMutex>(
    supervisor: &mut S,
    modem: &Modem<'_, M>,
    timer: &impl Timer,
) -> S::Change {
    // Everything that matters to a supervisor is an event.
    let mut events = modem.subscribe();
    loop {
        let now = timer.now();
        if let Some(change) = modem.with_engine(|engine| supervisor.advance(engine, now)) {
            return change;
        }
        let due = supervisor.deadline();
        let ring = async {
            match due {
                Some(due) => timer.at(due).await,
                None => pending().await,
            }
        };
        select(ring, events.next()).await;
    }
}
