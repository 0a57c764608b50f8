//! One link: what the module and the user have done with it.

use super::account::Account;
use super::datagram;
use super::reason::{CloseReason, Closed, ConnectFailure};
use crate::at::socket;
use crate::ring::Cursor;
use crate::time::{Duration, Instant};
use core::fmt;
use core::net::Ipv4Addr;

/// A handle on one connection.
///
/// It names the link and the generation of its use, so a handle that outlived its connection never
/// touches the one that took its number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct LinkId {
    pub(super) index: u8,
    pub(super) generation: u16,
}

impl LinkId {
    /// The number that the module knows the link by, 0 to 9.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.index
    }
}

impl fmt::Display for LinkId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "link {}", self.index)
    }
}

/// Where a link stands.
///
/// ```text
/// Free -> Requested -> Opening -> Connecting -> Open -> Draining -> Closed -> Free
///             ^ refused, later |       '---- Closing ----^'            ^
///             '----------------'     any -----------------------------'
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum LinkState {
    /// Not in use.
    #[default]
    Free,
    /// Asked for; `CIPSTART` goes out when the network is up and its turn has come.
    Requested,
    /// `CIPSTART` is on its way and not yet answered.
    Opening,
    /// The module is connecting.
    Connecting,
    /// Connected.
    Open,
    /// The far end has closed; the module still holds what it sent before.
    Draining,
    /// Being closed by us.
    Closing,
    /// Over; what was received can still be read.
    Closed,
}

/// How a link talks to the far end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Transport {
    /// A byte stream.
    Tcp,
    /// Datagrams.
    Udp,
    /// A byte stream inside TLS, which the module does; the number is the place of its settings in
    /// [`Config::tls`](super::Config::tls).
    Tls(u8),
}

impl Transport {
    /// As `CIPSTART` has it.
    pub(super) const fn on_the_wire(self) -> socket::Transport {
        match self {
            Self::Tcp | Self::Tls(_) => socket::Transport::Tcp,
            Self::Udp => socket::Transport::Udp,
        }
    }
}

/// How a link is closed by us.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)] // as `CloseReason`
pub enum Shutdown {
    /// What was written is sent first.
    Orderly = 1,
    /// At once; what was not sent is dropped and counted.
    Abort,
}

/// The slot of a link.
#[derive(Debug)]
pub(super) struct Link {
    pub(super) generation: u16,
    pub(super) state: LinkState,
    pub(super) transport: Transport,
    pub(super) port: u16,
    /// The port on this side; 0 if the module chooses.
    pub(super) local_port: u16,
    /// How long connecting may take; zero if the user did not say, so that new links are zeros in memory.
    pub(super) patience: Duration,
    /// Length of the host name that lies in the receive memory until the link is opened.
    pub(super) name: u8,
    pub(super) rx: Cursor,
    pub(super) tx: Cursor,
    /// The module said that it holds data, and how much if it said that.
    pub(super) waiting: Option<u16>,
    /// The user closes the link.
    pub(super) shutdown: Option<Shutdown>,
    /// The module may still have this link open although we do not: close it before it is used.
    pub(super) stray: bool,
    /// Of the bytes that the module accepted, those that the far end acknowledged.
    pub(super) acknowledged: u32,
    pub(super) account: Account,
    /// When the link was opened, the module last took a piece, and brought one.
    pub(super) opened_at: Option<Instant>,
    pub(super) last_sent: Instant,
    pub(super) last_received: Instant,
    /// Bytes that may be moved before it is the next link's turn.
    pub(super) rx_credit: i16,
    pub(super) tx_credit: i16,
    /// Received bytes were dropped: nothing behind them may be read.
    pub(super) cut: bool,
    /// Datagrams in `tx`.
    pub(super) queued: u16,
    /// Where a client comes from, and whether nobody has fetched it yet.
    pub(super) remote: Option<Ipv4Addr>,
    pub(super) arrived: bool,
    /// The user wants to know what is acknowledged.
    pub(super) wants_acknowledged: bool,
    /// `SEND FAIL` or a refusal, in a row.
    pub(super) failures: u8,
    /// Nothing is sent or opened before this.
    pub(super) not_before: Instant,
    /// Connecting, or closing in order, must be done by then.
    pub(super) deadline: Option<Instant>,
    /// Whether the module holds data is to be asked, and how often that was asked in vain.
    pub(super) unsure: bool,
    pub(super) unread_asked: u8,
    /// A piece whose result is unknown: so many bytes at the front of `tx`.
    pub(super) in_doubt: Option<u16>,
    /// Bytes at the front of `tx` in the pipe, whether the counters are asked for there, what was sent when
    /// they last were, and when that was.
    pub(super) flying: u16,
    /// They are more than one piece; the length of the last.
    pub(super) several: bool,
    pub(super) last_piece: u16,
    pub(super) counting: bool,
    pub(super) counted: u32,
    pub(super) count_at: Instant,
    /// It was refused.
    pub(super) refused: bool,
    /// A piece without a prompt was refused because the module had no room: from then on none goes but where
    /// the counters show room.
    pub(super) tight: bool,
    /// By how much the largest piece that the module is thought to have room for is smaller than any may be, and
    /// the pause in milliseconds before one is tried again.
    pub(super) withheld: u16,
    pub(super) pace: u32,
    /// The acknowledged bytes were asked for once more before closing.
    pub(super) asked_at_end: bool,
    /// The next question for the acknowledged bytes.
    pub(super) acknowledged_at: Instant,
    pub(super) closed: Option<Closed>,
    pub(super) failed: Option<ConnectFailure>,
    /// The user was told that there is something to read.
    pub(super) readable_told: bool,
    /// The user has given the handle back.
    pub(super) released: bool,
}

impl Link {
    pub(super) const fn new() -> Self {
        Self {
            generation: 0,
            state: LinkState::Free,
            transport: Transport::Tcp,
            port: 0,
            local_port: 0,
            patience: Duration::ZERO,
            name: 0,
            rx: Cursor::new(),
            tx: Cursor::new(),
            waiting: None,
            shutdown: None,
            stray: false,
            acknowledged: 0,
            account: Account::ZERO,
            opened_at: None,
            last_sent: Instant::ZERO,
            last_received: Instant::ZERO,
            rx_credit: 0,
            tx_credit: 0,
            cut: false,
            queued: 0,
            remote: None,
            arrived: false,
            wants_acknowledged: false,
            failures: 0,
            not_before: Instant::ZERO,
            deadline: None,
            unsure: false,
            unread_asked: 0,
            in_doubt: None,
            flying: 0,
            several: false,
            last_piece: 0,
            counting: false,
            counted: 0,
            count_at: Instant::ZERO,
            refused: false,
            tight: false,
            withheld: 0,
            pace: 0,
            asked_at_end: false,
            acknowledged_at: Instant::ZERO,
            closed: None,
            failed: None,
            readable_told: false,
            released: false,
        }
    }

    /// A fresh link in the same slot; handles on the old one become stale.
    pub(super) fn renew(&mut self) {
        *self = Self {
            generation: self.generation.wrapping_add(1),
            stray: self.stray,
            ..Self::new()
        };
    }

    /// The one place where the state changes.
    pub(super) fn enter(&mut self, index: u8, state: LinkState) {
        if self.state != state {
            debug!("link {}: {:?} -> {:?}", index, self.state, state);
            self.state = state;
        }
    }

    /// How long connecting may take.
    pub(super) fn patience_or(&self, usual: Duration) -> Duration {
        if self.patience.is_zero() {
            usual
        } else {
            self.patience
        }
    }

    /// Whether the module has, or may have, this link in use for us.
    pub(super) const fn is_up(&self) -> bool {
        matches!(
            self.state,
            LinkState::Opening
                | LinkState::Connecting
                | LinkState::Open
                | LinkState::Draining
                | LinkState::Closing
        )
    }

    /// Whether the link was opened, or is to be, and its end is not yet told.
    pub(super) const fn is_live(&self) -> bool {
        self.is_up() || matches!(self.state, LinkState::Requested)
    }

    /// The account of the link, if it ends now.
    pub(super) fn closing(&self, reason: CloseReason) -> Closed {
        Closed {
            reason,
            unsent: self.unsent(),
            unacknowledged: self.unacknowledged(),
        }
    }

    pub(super) const fn is_datagram(&self) -> bool {
        matches!(self.transport, Transport::Udp)
    }

    /// Bytes that were written and that the module has not accepted.
    pub(super) fn unsent(&self) -> u32 {
        let headers = usize::from(self.queued).saturating_mul(datagram::HEADER);
        u32::try_from(self.tx.len().saturating_sub(headers)).unwrap_or(u32::MAX)
    }

    /// Bytes that the module accepted and that the far end is not known to have acknowledged. Of
    /// datagrams nothing is ever known.
    pub(super) const fn unacknowledged(&self) -> u32 {
        match self.transport {
            Transport::Udp => 0,
            Transport::Tcp | Transport::Tls(_) => {
                self.account.sent.saturating_sub(self.acknowledged)
            }
        }
    }

    /// Whether the module must be asked if it holds data. Where some is known of, the header of the next read
    /// tells.
    pub(super) const fn is_unsure(&self) -> bool {
        self.unsure && self.waiting.is_none()
    }

    /// Whether the line may be wanted for something that does not move data.
    pub(super) fn has_chores(&self, now: Instant) -> bool {
        self.stray && !self.is_up()
            || self.shutdown.is_some()
            || self.state == LinkState::Closing
            || self.state == LinkState::Requested && self.not_before <= now
            || self.is_unsure()
            || self.in_doubt.is_some()
    }

    /// Whether somebody waits for the far end's acknowledgement.
    pub(super) fn asks_acknowledged(&self) -> bool {
        self.state == LinkState::Open && self.wants_acknowledged && self.unacknowledged() > 0
    }

    /// Whether the user may still write.
    pub(super) const fn takes_data(&self) -> bool {
        matches!(
            self.state,
            LinkState::Requested | LinkState::Opening | LinkState::Connecting | LinkState::Open
        ) && self.shutdown.is_none()
    }
}
