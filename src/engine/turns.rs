//! Which link gets the line, and for what.

use super::Engine;
use super::datagram;
use super::exchange::Purpose;
use super::link::{Link, LinkState, Shutdown};
use super::memory::{Links, Side};
use super::room::LEAST;
use super::sending::Manner;
use crate::at::socket::MAX_CHUNK;
use crate::at::{device, signal, socket};
use crate::time::{Duration, Instant};

/// Whose turn it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Turn {
    pub(super) user: bool,
    received: bool,
    /// A question went last.
    pub(super) asked: bool,
    /// The links that had the line last.
    receive: u8,
    send: u8,
    pub(super) other: u8,
}

impl Default for Turn {
    /// Link 0 is next.
    fn default() -> Self {
        Self {
            user: false,
            received: false,
            asked: false,
            receive: u8::MAX,
            send: u8::MAX,
            other: u8::MAX,
        }
    }
}

impl Engine<'_> {
    pub(super) fn pick(&self, last: u8, wanted: impl Fn(&Link) -> bool) -> Option<u8> {
        self.links
            .turn(last)
            .find(|&i| self.links.at(i).is_some_and(&wanted))
    }

    /// The link that may move bytes: the last one while it has credit, then the next. So many small
    /// pieces of one link get as many bytes over the line as few large ones of another (deficit round
    /// robin).
    pub(super) fn pick_fair(
        &mut self,
        last: u8,
        credit: fn(&mut Link) -> &mut i16,
        wanted: impl Fn(&Links<'_>, u8) -> bool,
    ) -> Option<u8> {
        if wanted(&self.links, last)
            && let Some(link) = self.links.at_mut(last)
            && *credit(link) > 0
        {
            return Some(last);
        }
        let mut turn = self.links.turn(last);
        let index = turn.find(|index| wanted(&self.links, *index))?;
        let credit = credit(self.links.at_mut(index)?);
        *credit = (*credit).min(0).saturating_add_unsigned(MAX_CHUNK);
        Some(index)
    }

    pub(super) fn start_closing(&mut self, now: Instant) -> bool {
        let ready = |link: &Link| {
            // A stray link is closed before its number is used again.
            (link.stray && !link.is_up()) || link.state == LinkState::Closing
        };
        if let Some(index) = self.pick(self.turn.other, ready) {
            self.turn.other = index;
            self.begin_close(index, false, now);
            return true;
        }
        // What was written is sent, or its time is over.
        let over = |link: &Link| {
            link.state == LinkState::Open
                && match link.shutdown {
                    Some(Shutdown::Orderly) => {
                        link.tx.len() == 0 && link.in_doubt.is_none()
                            || link.deadline.is_some_and(|d| d <= now)
                    }
                    Some(Shutdown::Abort) => true,
                    None => false,
                }
        };
        let Some(index) = self.pick(self.turn.other, over) else {
            return false;
        };
        self.turn.other = index;
        let transparent = self.config.transparent;
        let Some(link) = self.links.at_mut(index) else {
            return false;
        };
        let orderly = link.shutdown == Some(Shutdown::Orderly);
        if orderly && !transparent && link.unacknowledged() > 0 && !link.asked_at_end {
            link.asked_at_end = true;
            self.ask_counters(index, now);
        } else {
            link.enter(index, LinkState::Closing);
            self.begin_close(index, !orderly, now);
        }
        true
    }

    pub(super) fn begin_close(&mut self, index: u8, quick: bool, now: Instant) {
        let purpose = Purpose::Close(index);
        if self.config.transparent {
            self.begin(now, purpose, &socket::CloseSingle { quick });
        } else {
            self.begin(now, purpose, &socket::Close { link: index, quick });
        }
    }

    /// A send whose result is unknown: the module's counters tell.
    pub(super) fn start_doubt(&mut self, now: Instant) -> bool {
        let wanted = |link: &Link| link.state == LinkState::Open && link.in_doubt.is_some();
        let Some(index) = self.pick(self.turn.other, wanted) else {
            return false;
        };
        self.turn.other = index;
        self.ask_counters(index, now);
        true
    }

    pub(super) fn start_data(&mut self, now: Instant) -> bool {
        let receive_first = !self.turn.received;
        if receive_first && self.start_read(now) {
            self.turn.received = true;
            return true;
        }
        self.turn.received = false;
        self.start_send(now) || !receive_first && self.start_read(now)
    }

    pub(super) fn start_read(&mut self, now: Instant) -> bool {
        // A read waits until it is worth its round trip: room for all there is, or half the ring.
        let wanted = |links: &Links<'_>, index| {
            let Some(link) = links.at(index) else {
                return false;
            };
            matches!(link.state, LinkState::Open | LinkState::Draining)
                && link.waiting.is_some_and(|waiting| {
                    let size = links.size(index, Side::Rx);
                    let room = size.saturating_sub(link.rx.len());
                    let worth = usize::from(waiting).min(size / 2);
                    if link.is_datagram() {
                        // Nobody says how long the next one is.
                        room >= datagram::largest(size).saturating_add(datagram::HEADER)
                    } else {
                        room > 0 && room >= worth.min(usize::from(MAX_CHUNK))
                    }
                })
        };
        let Some(index) = self.pick_fair(self.turn.receive, |link| &mut link.rx_credit, wanted)
        else {
            return false;
        };
        self.turn.receive = index;
        let mut room = self.links.rx(index).map_or(0, |ring| ring.room());
        if self.links.at(index).is_some_and(Link::is_datagram) {
            room = datagram::largest(room);
        }
        let length = u16::try_from(room).unwrap_or(u16::MAX).min(MAX_CHUNK);
        let command = socket::Read {
            link: index,
            length,
        };
        self.begin(now, Purpose::Read(index, length), &command);
        true
    }

    pub(super) fn start_send(&mut self, now: Instant) -> bool {
        let room = self.window.room;
        let streams = self.streams();
        let piped = !self.pipe.is_empty();
        let wanted = |links: &Links<'_>, index| {
            links.at(index).is_some_and(|link| {
                link.state == LinkState::Open
                    && (!streams && !link.tight || link.sendable(room) >= LEAST.min(link.piece()))
                    && (!piped || !link.is_datagram())
                    && link.in_doubt.is_none()
                    && link.not_before <= now
                    && link.unlike_the_last(link.waits()) > 0
            })
        };
        let Some(index) = self.pick_fair(self.turn.send, |link| &mut link.tx_credit, wanted) else {
            return false;
        };
        self.turn.send = index;
        let length = match self.links.at(index) {
            Some(link) if link.is_datagram() => self.front_datagram(index),
            Some(link) => link.waits().min(if streams || link.tight {
                link.sendable(room)
            } else {
                link.piece()
            }),
            None => return false,
        };
        let Some(Manner { length, bare }) = self.manner(index, length, now) else {
            return self.exchange.is_some();
        };
        let length = self
            .links
            .at(index)
            .map_or(0, |link| link.unlike_the_last(length));
        if length == 0 {
            return false;
        }
        if let Some(link) = self.links.at_mut(index) {
            link.tx_credit = link.tx_credit.saturating_sub_unsigned(length);
        }
        let command = socket::Send {
            link: index,
            length,
        };
        self.begin_within(now, Purpose::Send(index, length), &command, PROMPT_PATIENCE);
        if let Some(exchange) = &mut self.exchange {
            exchange.bare = bare;
            exchange.unprompted = bare;
        }
        true
    }

    pub(super) fn start_question(&mut self, now: Instant) -> bool {
        let unsure = |link: &Link| {
            link.is_unsure() && matches!(link.state, LinkState::Open | LinkState::Draining)
        };
        if let Some(index) = self.pick(self.turn.other, unsure) {
            self.turn.other = index;
            if let Some(link) = self.links.at_mut(index) {
                link.unsure = false;
                link.unread_asked = link.unread_asked.saturating_add(1);
            }
            self.begin(now, Purpose::Unread(index), &socket::Unread { link: index });
            return true;
        }
        let asked = |link: &Link| link.asks_acknowledged() && link.acknowledged_at <= now;
        let Some(index) = self.pick(self.turn.other, asked) else {
            return self.start_signal(now);
        };
        self.turn.other = index;
        self.ask_counters(index, now);
        true
    }

    pub(super) fn signal_is_due(&self, now: Instant) -> bool {
        self.signal_at.is_some_and(|at| at <= now)
    }

    pub(super) fn start_signal(&mut self, now: Instant) -> bool {
        if !self.signal_is_due(now) {
            return false;
        }
        self.signal_at = self.config.signal_interval.map(|interval| now + interval);
        self.begin(now, Purpose::Signal, &signal::QuerySignal);
        true
    }

    /// Repairs of the line itself.
    pub(super) fn start_repair(&mut self, now: Instant) -> bool {
        if self.repair.anew {
            self.repair.anew = false;
            self.module_restarted(now);
        }
        if let Some(length) = self.repair.escape.take() {
            self.begin_escape(now, length);
        } else if self.repair.probe {
            self.repair.probe = false;
            self.begin_within(now, Purpose::Probe, &device::Attention, PROBE_PATIENCE);
        } else if self.repair.quieten {
            self.repair.quieten = false;
            self.begin(now, Purpose::Quieten, &device::Echo { on: false });
        } else if self.repair.status && self.is_ready() {
            self.repair.status = false;
            self.begin(now, Purpose::Status, &socket::QueryStatus);
        } else {
            return false;
        }
        true
    }
}

/// How long the module may take for `AT` while it is thought to be awake.
const PROBE_PATIENCE: Duration = Duration::from_secs(2);

/// The prompt waits for nobody but the module itself. No manual limits it; SIM800 drivers give up
/// after 1 s to 10 s.
const PROMPT_PATIENCE: Duration = Duration::from_secs(15);
