//! One link: what it was opened for, and what is in its buffers.

use super::inbox::Inbox;
use super::network::Transport;
use std::collections::VecDeque;
use std::net::IpAddr;
use std::prelude::v1::*;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum LinkState {
    #[default]
    Initial,
    Connecting,
    Connected,
    Closing,
    Closed,
}

#[derive(Debug)]
pub(super) struct Link {
    pub(super) state: LinkState,
    pub(super) transport: Transport,
    pub(super) host: String,
    pub(super) address: Option<IpAddr>,
    pub(super) port: u16,
    /// `AT+CLPORT`: TCP and UDP; 0 leaves the choice to the stack.
    pub(super) local: [u16; 2],
    /// Counts openings, so that what was planned for an earlier one is void.
    pub(super) generation: u32,
    /// Bytes the network has not taken.
    pub(super) outbox: VecDeque<u8>,
    /// Bytes accepted from the host.
    pub(super) sent: u64,
    /// What was unacknowledged when it closed.
    pub(super) lost: u64,
    /// Bytes the host has not read (pull mode).
    pub(super) inbox: Inbox,
    /// The host was told that there is something to read.
    pub(super) noticed: bool,
    /// The network has something to read.
    pub(super) readable: bool,
}

impl Default for Link {
    fn default() -> Self {
        Self {
            state: LinkState::Initial,
            transport: Transport::Tcp,
            host: String::new(),
            address: None,
            port: 0,
            local: [0; 2],
            generation: 0,
            outbox: VecDeque::new(),
            sent: 0,
            lost: 0,
            inbox: Inbox::default(),
            noticed: false,
            readable: false,
        }
    }
}

impl Link {
    pub(super) const fn is_open(&self) -> bool {
        matches!(
            self.state,
            LinkState::Connecting | LinkState::Connected | LinkState::Closing
        )
    }

    pub(super) const fn is_connected(&self) -> bool {
        matches!(self.state, LinkState::Connected)
    }

    pub(super) const fn protocol(&self) -> &'static str {
        match self.transport {
            Transport::Udp => "UDP",
            Transport::Tcp | Transport::Tls => "TCP",
        }
    }

    pub(super) const fn state_text(&self) -> &'static str {
        match self.state {
            LinkState::Initial => "INITIAL",
            LinkState::Connecting => "CONNECTING",
            LinkState::Connected => "CONNECTED",
            LinkState::Closing => "CLOSING",
            LinkState::Closed => "CLOSED",
        }
    }

    /// The port on this side, if the host chose one.
    pub(super) fn local_port(&self) -> Option<u16> {
        let [tcp, udp] = self.local;
        Some(if self.transport == Transport::Udp {
            udp
        } else {
            tcp
        })
        .filter(|port| *port > 0)
    }
}
