//! Accepting connections (`CIPSERVER`), where the firmware has it.

use super::exchange::{Outcome, Purpose};
use super::link::{LinkId, LinkState, Transport};
use super::reason::CloseReason;
use super::{Engine, Event};
use crate::at::socket::{Listen, QueryServer, Unlisten};
use crate::time::Instant;
use core::fmt;
use core::net::Ipv4Addr;

/// Why a port was not listened to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum ListenError {
    /// A module has one server, and it listens to this port.
    Busy(u16),
    /// Port 0 cannot be listened to.
    BadPort,
    /// This firmware has a server, and it refuses: the port is in use.
    Refused,
    /// This firmware has no server (the EC618, EC716 and EC718 manuals do not know `CIPSERVER`).
    /// Behind a carrier's address translation nobody could reach it anyway.
    NotSupported,
    /// The module did not answer.
    NoAnswer,
}

impl fmt::Display for ListenError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Busy(port) => return write!(f, "the module already listens to port {port}"),
            Self::BadPort => "port 0 cannot be listened to; use 1 to 65535",
            Self::NotSupported => {
                "this firmware has no server; behind carrier NAT nobody could reach you"
            }
            Self::Refused => "the module refuses that port; try another",
            Self::NoAnswer => "the module did not answer",
        })
    }
}

impl core::error::Error for ListenError {}

/// The server of the module.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Server {
    #[default]
    Off,
    /// It is to listen when the network is up.
    Wanted(u16),
    /// The command is on its way.
    Starting(u16),
    /// It refused: does it know the command at all?
    Doubtful(u16),
    On(u16),
    /// It listens, and is to stop; then to listen to another port.
    Unwanted(Option<u16>),
    Failed(ListenError),
}

impl Server {
    /// After a restart, or when the bearer is gone, the module listens no more.
    pub(super) const fn again(self) -> Self {
        match self {
            Self::Wanted(port) | Self::Starting(port) | Self::Doubtful(port) | Self::On(port) => {
                Self::Wanted(port)
            }
            Self::Unwanted(Some(port)) => Self::Wanted(port),
            Self::Off | Self::Unwanted(None) => Self::Off,
            Self::Failed(error) => Self::Failed(error),
        }
    }

    pub(super) const fn port(self) -> Option<u16> {
        match self {
            Self::Wanted(port) | Self::Starting(port) | Self::Doubtful(port) | Self::On(port) => {
                Some(port)
            }
            Self::Unwanted(next) => next,
            Self::Off | Self::Failed(_) => None,
        }
    }
}

impl Engine<'_> {
    /// Accepts TCP connections on `port` from now on, and again whenever the network comes back.
    /// [`Event::Listening`] or [`Event::ListenFailed`] tells the result, [`accept`](Self::accept) the
    /// connections. They take links as those do that were asked for.
    ///
    /// # Errors
    /// [`ListenError`]; nothing was sent.
    pub fn listen(&mut self, port: u16) -> Result<(), ListenError> {
        if port == 0 {
            return Err(ListenError::BadPort);
        }
        match self.server.port() {
            Some(port) => Err(ListenError::Busy(port)),
            None => {
                self.server = match self.server {
                    Server::Unwanted(_) => Server::Unwanted(Some(port)),
                    _ => Server::Wanted(port),
                };
                self.fresh = true;
                Ok(())
            }
        }
    }

    /// Accepts no more connections; those that are open stay so.
    pub fn unlisten(&mut self) {
        self.fresh = true;
        self.server = match self.server {
            Server::On(_) | Server::Starting(_) | Server::Doubtful(_) | Server::Unwanted(_) => {
                Server::Unwanted(None)
            }
            _ => Server::Off,
        };
    }

    /// Whether the module listens.
    ///
    /// # Errors
    /// `WouldBlock` while that is not known; [`ListenError`] if it does not and will not.
    pub fn listening(&self) -> nb::Result<u16, ListenError> {
        match self.server {
            Server::On(port) => Ok(port),
            Server::Failed(error) => Err(nb::Error::Other(error)),
            Server::Off
            | Server::Wanted(_)
            | Server::Starting(_)
            | Server::Doubtful(_)
            | Server::Unwanted(_) => Err(nb::Error::WouldBlock),
        }
    }

    /// The next connection that was accepted, and where it comes from. One that nobody fetches keeps
    /// its link.
    pub fn accept(&mut self) -> Option<(LinkId, Ipv4Addr)> {
        let (index, _) = self.links.iter().find(|(_, link)| link.arrived)?;
        let id = self.id(index)?;
        let link = self.links.at_mut(index)?;
        link.arrived = false;
        Some((id, link.remote?))
    }

    /// Whether the line is wanted for it.
    pub(super) const fn server_waits(&self) -> bool {
        matches!(
            self.server,
            Server::Wanted(_) | Server::Doubtful(_) | Server::Unwanted(_)
        )
    }

    pub(super) fn start_server(&mut self, now: Instant) -> bool {
        match self.server {
            Server::Wanted(port) => {
                self.server = Server::Starting(port);
                self.begin(now, Purpose::Listen, &Listen { port });
            }
            Server::Doubtful(_) => self.begin(now, Purpose::Listen, &QueryServer),
            Server::Unwanted(next) => {
                self.server = next.map_or(Server::Off, Server::Wanted);
                self.begin(now, Purpose::Listen, &Unlisten);
            }
            Server::Off | Server::Starting(_) | Server::On(_) | Server::Failed(_) => return false,
        }
        true
    }

    pub(super) fn finish_server(&mut self, outcome: Outcome) {
        let (port, error) = match (self.server, outcome) {
            (Server::Starting(port), Outcome::Refused(_)) => {
                self.server = Server::Doubtful(port);
                return;
            }
            (Server::Doubtful(port), Outcome::Refused(_)) => (port, ListenError::NotSupported),
            (Server::Starting(port) | Server::Doubtful(port), Outcome::Lost) => {
                (port, ListenError::NoAnswer)
            }
            (Server::Doubtful(port), _) => (port, ListenError::Refused),
            (Server::Starting(port), _) => {
                self.server = Server::On(port);
                return self.tell(Event::Listening(port));
            }
            _ => return,
        };
        self.server = Server::Failed(error);
        self.tell(Event::ListenFailed(port, error));
    }

    /// A client was given a link: `0, REMOTE IP: 10.76.40.73`.
    pub(super) fn arrived(&mut self, index: u8, remote: Ipv4Addr) {
        // Before that, `CIPSHUT` is still to come.
        let listening = self.server.port().is_some() && self.is_ready();
        match self.links.at(index).map(|link| link.state) {
            // The number is given anew, so its connection is over, and what the module held of it is gone.
            Some(LinkState::Draining) if listening => self.end_link(index, CloseReason::DataLost),
            // Its end was missed, or this is said twice: both connections end.
            Some(LinkState::Open) if listening => {
                return self.end_link(index, CloseReason::DataLost);
            }
            _ => {}
        }
        // An exchange in flight for the connection before would be carried out on this one.
        let busy = self.exchange.as_ref().is_some_and(|exchange| {
            exchange.purpose.link() == Some(index)
                && !matches!(exchange.purpose, Purpose::Unread(_))
        });
        let Some(link) = self.links.at_mut(index) else {
            return;
        };
        let free = match link.state {
            LinkState::Free => !busy,
            LinkState::Closed => !busy && link.rx.len() == 0,
            _ => false,
        };
        if !free || !listening {
            // Asked for by us but not yet opened, or not yet read to its end: the client goes.
            link.stray |= !link.is_up();
            return;
        }
        link.renew();
        link.stray = false;
        link.transport = Transport::Tcp;
        link.remote = Some(remote);
        link.arrived = true;
        link.enter(index, LinkState::Connecting);
        self.connected(index);
        if let Some(id) = self.id(index) {
            self.tell(Event::Accepted(id, remote));
        }
    }

    /// Whether links that are asked for should leave the low numbers to clients.
    pub(super) fn serves(&self) -> bool {
        self.server.port().is_some()
    }
}
