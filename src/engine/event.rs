//! What the engine tells: events, and the reason of each.

use super::exchange::Pending;
use super::ladder::Remedy;
use super::link::LinkId;
use super::reason::{Cause, Closed, ConnectFailure};
use super::server::ListenError;
use super::step::Step;
use super::user::Ticket;
use crate::at::NetworkTime;
use crate::at::network::Mode;
use crate::at::network::{Domain, Registration};
use crate::at::signal::Signal;
use crate::at::sim::SimStatus;
use crate::wire::Failure;
use core::net::Ipv4Addr;

/// Something that happened.
#[derive(Clone, Copy, Debug, PartialEq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Event {
    /// A step of the bring-up begins.
    Step(Step),
    /// A step did not succeed; this is the reason and what is done about it.
    Trouble(Step, Cause, Remedy),
    /// The network is up: links can be opened. The address is the module's own.
    Ready(Option<Ipv4Addr>),
    /// All remedies were tried in vain. The engine begins anew after [`Config::retry_pause`].
    ///
    /// [`Config::retry_pause`]: super::Config::retry_pause
    GaveUp(Cause),
    /// The bearer is gone and with it every link.
    NetworkLost,
    /// The module has restarted, by itself or by a remedy; every link is gone.
    Restarted,
    /// The module no longer answers; every link is taken for lost.
    Silent,
    /// State of the SIM card.
    Sim(SimStatus),
    /// Registration with the network.
    Registration(Domain, Registration),
    /// Access technology.
    Mode(Mode),
    /// Signal strength.
    Signal(Signal),
    /// Time told by the network.
    Time(NetworkTime),
    /// A link is open.
    Connected(LinkId),
    /// A link could not be opened.
    ConnectFailed(LinkId, ConnectFailure),
    /// A link has something to read.
    Readable(LinkId),
    /// The module has accepted so many bytes.
    Sent(LinkId, u16),
    /// The module did not take so many bytes. A datagram is lost; a stream sends them again, or its
    /// link closes.
    SendFailed(LinkId, u16),
    /// The module has accepted everything in front of this tag, see [`Engine::tag`](super::Engine::tag).
    TagSent(LinkId, u32),
    /// What stands in front of this tag was not sent.
    TagFailed(LinkId, u32),
    /// A heartbeat was written.
    HeartbeatSent(LinkId),
    /// The far end did not answer a heartbeat in time.
    HeartbeatUnanswered(LinkId),
    /// A client was accepted; it comes from this address.
    Accepted(LinkId, Ipv4Addr),
    /// The module listens to this port.
    Listening(u16),
    /// The module does not listen to this port.
    ListenFailed(u16, ListenError),
    /// The firmware refuses a setting of [`Options`](super::Options); the bring-up goes on without it.
    OptionRefused(Step, Failure),
    /// Nobody fed the watchdog.
    WatchdogExpired,
    /// The [`Persistent`](crate::supervise::Persistent) link of this name is tried.
    Connecting(LinkId, &'static str),
    /// All tries of a [`Persistent`](crate::supervise::Persistent) link were in vain; this is done
    /// about it.
    Escalated(&'static str, Remedy),
    /// A link is over. Told exactly once for each link that was connected.
    Closed(LinkId, Closed),
    /// Bytes that the far end sent were lost on the line or had no room. A stream ends with it, or was
    /// being closed by us; of datagrams these are missing.
    Lost(LinkId, u16),
    /// A command of the user is answered, see [`Engine::answer`](super::Engine::answer).
    Answered(Ticket),
    /// An answer is late by more than a second.
    Late(Pending),
    /// A line that nobody claims, see [`Engine::unrecognised`](super::Engine::unrecognised), or one that
    /// was longer than the line buffer.
    Unrecognised,
    /// So many events were lost because nobody fetched them.
    Missed(u16),
}
