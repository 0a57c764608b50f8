//! The flow of data: network events, bytes out of the links and into them.
//!
//! On the wire, pushed: `+RECEIVE,0,5:` on a line of its own, then five bytes as they are. A datagram has
//! a header of its own; what it has beyond 1460 bytes is cut off, as the vendor manual knows no longer
//! ones (unverified on hardware).

use super::links::LinkState;
use super::network::{NetEvent, Transport};
use super::send::LONGEST;
use super::stage::Stage;
use super::{Module, Network};
use std::format;
use std::prelude::v1::*;

impl<N: Network> Module<N> {
    pub(super) fn poll_network(&mut self) -> bool {
        if !self.is_on() {
            return false;
        }
        let mut events = core::mem::take(&mut self.events);
        self.network.poll(self.now, &mut events);
        let any = !events.is_empty();
        for event in events.drain(..) {
            self.take_event(event);
        }
        self.events = events;
        any
    }

    fn take_event(&mut self, event: NetEvent) {
        if self.is_hung() {
            return;
        }
        match event {
            NetEvent::Connected { link, address } if link < self.links.len() => {
                self.connected(link, address)
            }
            NetEvent::Failed { link } if link < self.links.len() => self.connect_failed(link),
            NetEvent::Readable { link } if link < self.links.len() => {
                self.links[link].readable = self.links[link].is_connected();
            }
            NetEvent::Arrived {
                visitor,
                address,
                port,
            } => self.client_arrived(visitor, address, port),
            NetEvent::Echoed { address, ttl } => self.echoed(address, ttl),
            NetEvent::Closed { link } => self.remote_closed(link, false),
            NetEvent::Reset { link } => self.remote_closed(link, true),
            NetEvent::Resolved { name, addresses } => self.resolved(&name, &addresses),
            NetEvent::NotResolved { .. } => self.not_resolved(),
            NetEvent::Connected { .. } | NetEvent::Failed { .. } | NetEvent::Readable { .. } => {}
        }
    }

    /// Moves what can be moved between links and network; whether anything did.
    pub(super) fn move_data(&mut self) -> bool {
        if self.is_hung() {
            return false;
        }
        let mut moved = false;
        for number in 0..self.links.len() {
            moved |= self.move_output(number);
        }
        // Starting behind the link that had its turn last keeps one link from starving the others.
        let links = self.links.len();
        for offset in 0..links {
            let number = (self.turn_of + offset) % links;
            if self.move_input(number) {
                self.turn_of = (number + 1) % links;
                return true;
            }
        }
        moved
    }

    /// Offers the network what a link has to send.
    pub(super) fn move_output(&mut self, number: usize) -> bool {
        let link = &mut self.links[number];
        let mut moved = false;
        while link.state == LinkState::Connected && !link.outbox.is_empty() {
            let (first, _) = link.outbox.as_slices();
            let n = self.network.send(self.now, number, first);
            if n == 0 {
                break;
            }
            link.outbox.drain(..n);
            moved = true;
        }
        moved
    }

    /// Counts as lost what a link that ends could not send.
    pub(super) fn forget_output(&mut self, number: usize) {
        self.links[number].lost += self.unacknowledged(number) as u64;
        self.links[number].outbox.clear();
    }

    /// Takes one packet from the network, if there is one and room for it.
    fn move_input(&mut self, number: usize) -> bool {
        let streaming = matches!(self.stage, Stage::Data(_));
        if self.tcp.pull > 0 && !self.tcp.transparent {
            return self.store(number);
        }
        let link = &self.links[number];
        let waiting = !link.inbox.is_empty() || (link.readable && link.is_connected());
        // Between `+++` and `ATO` what comes in waits in the network. Unverified.
        let hindered = self.is_in_payload()
            || self.uart.len() > self.options.quirks.output_room
            || (self.tcp.transparent && !streaming);
        if !waiting || hindered {
            return false;
        }
        let bytes = if self.links[number].inbox.is_empty() {
            self.read_network(number, LONGEST)
        } else {
            // Left over from pull mode.
            self.links[number].inbox.take(LONGEST, false)
        };
        if bytes.is_empty() {
            return false;
        }
        self.push_data(number, &bytes);
        true
    }

    /// Pull mode: into the link's buffer. Without room the network is not read and the TCP window
    /// closes, but a datagram is lost.
    fn store(&mut self, number: usize) -> bool {
        let link = &self.links[number];
        let datagrams = link.transport == Transport::Udp;
        let room = self
            .options
            .quirks
            .receive_room
            .saturating_sub(link.inbox.len());
        if !link.readable || !link.is_connected() || (room == 0 && !datagrams) {
            return false;
        }
        let most = if datagrams {
            LONGEST
        } else {
            room.min(LONGEST)
        };
        let bytes = self.read_network(number, most);
        if bytes.is_empty() {
            return false;
        }
        let link = &mut self.links[number];
        match datagrams {
            true if bytes.len() > room => return true,
            true => link.inbox.push_datagram(&bytes),
            false => link.inbox.push_stream(&bytes),
        }
        if !link.noticed || self.tcp.pull == 5 {
            link.noticed = true;
            self.notice_data(number);
        }
        true
    }

    fn read_network(&mut self, number: usize, most: usize) -> Vec<u8> {
        let mut packet = [0; LONGEST];
        let n = self.network.read(self.now, number, &mut packet[..most]);
        self.links[number].readable = n > 0;
        packet[..n].to_vec()
    }

    /// A packet to the host: with a header in multi-link mode, bare in single-link mode unless
    /// `AT+CIPHEAD=1`.
    fn push_data(&mut self, number: usize, bytes: &[u8]) {
        self.stay_awake();
        if self.tcp.transparent {
            return self.uart.push(self.now, bytes);
        }
        let n = bytes.len();
        let wrong = core::mem::take(&mut self.armed.wrong_length);
        self.misled += u64::from(wrong != 0);
        let claimed = n.saturating_add_signed(wrong.into()).max(1);
        let link = &self.links[number];
        let mut head = String::new();
        if self.tcp.multi {
            head = format!("\r\n+RECEIVE,{number},{claimed}:\r\n");
        } else {
            if self.tcp.head_address {
                let address = link
                    .address
                    .map_or_else(|| link.host.clone(), |address| format!("{address}"));
                head = format!("\r\nRECV FROM:{address}:{}\r\n", link.port);
            }
            if self.tcp.head && self.tcp.head_transport {
                head += &format!("\r\n+IPD,{n},{}:", link.protocol());
            } else if self.tcp.head {
                head += &format!("\r\n+IPD,{n}:");
            }
        }
        self.uart.push(self.now, head.as_bytes());
        self.uart.push(self.now, bytes);
        if self.tcp.chunk_end == 0 {
            self.uart.push(self.now, b"\r\n");
        }
    }

    const fn is_hung(&self) -> bool {
        matches!(self.stage, Stage::Hung | Stage::Off)
    }
}
