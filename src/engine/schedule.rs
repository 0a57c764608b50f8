//! Who may use the line next, and what goes out on it.
//!
//! One exchange at a time. Repairs come first, then closing, so that neither queues behind a
//! megabyte; commands of the user and data take turns, and so do receiving and sending, and the links.

use super::Engine;
use super::bringup::Mode;
use super::datagram;
use super::exchange::{Exchange, Phase, Purpose};
use super::link::{Link, LinkState, Shutdown};
use super::memory::{Links, Side};
use super::sleep;
use crate::at::socket::MAX_CHUNK;
use crate::at::{Command, device, signal, socket};
use crate::time::{Duration, Instant};
use crate::wire::Expect;

/// Whose turn it is.
#[derive(Clone, Copy, Debug)]
pub(super) struct Turn {
    user: bool,
    received: bool,
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
            receive: u8::MAX,
            send: u8::MAX,
            other: u8::MAX,
        }
    }
}

impl Engine<'_> {
    /// The bytes that the UART is to send now; empty if there are none. Say with
    /// [`sent`](Self::sent) how many of them it took.
    pub fn outgoing(&mut self, now: Instant) -> &[u8] {
        self.now = self.now.max(now);
        if self.online.is_some() {
            return self.outgoing_stream();
        }
        if self.exchange.is_none() && !self.deaf && !self.held {
            self.start_next(self.now);
        }
        let Some(exchange) = &self.exchange else {
            return &[];
        };
        match (exchange.phase, exchange.purpose) {
            (Phase::Wake(sent), _) => sleep::CALL.get(usize::from(sent)..).unwrap_or(&[]),
            (Phase::Command(sent), Purpose::Escape) => {
                let left = exchange.length.saturating_sub(sent);
                // Even offsets begin with CR.
                let start = usize::from(sent % 2);
                let filler = FILLER.as_flattened().get(start..).unwrap_or(&[]);
                filler.get(..usize::from(left)).unwrap_or(filler)
            }
            (Phase::Command(sent), _) => self
                .command
                .get(usize::from(sent)..usize::from(exchange.length))
                .unwrap_or(&[]),
            (Phase::Payload(sent), Purpose::Send(link, length)) => {
                let limit = usize::from(length.saturating_sub(sent));
                let header = match self.links.at(link) {
                    Some(slot) if slot.is_datagram() => datagram::HEADER,
                    _ => 0,
                };
                match self.links.tx(link) {
                    Some(ring) => ring.into_front(usize::from(sent).saturating_add(header), limit),
                    None => &[],
                }
            }
            (Phase::Payload(sent), Purpose::User) => self.user.left_of_payload(sent),
            (Phase::Payload(_) | Phase::Answer | Phase::Result, _) => &[],
        }
    }

    /// Says that the UART took the first `n` bytes of [`outgoing`](Self::outgoing). Say it before the
    /// next call of [`receive`](Self::receive): an answer cannot come before its command is sent.
    pub fn sent(&mut self, now: Instant, n: usize) {
        self.now = self.now.max(now);
        if self.online.is_some() {
            return self.sent_stream(n);
        }
        let result_patience = self.result_patience();
        let Some(exchange) = &mut self.exchange else {
            return;
        };
        let n = u16::try_from(n).unwrap_or(u16::MAX);
        match (exchange.phase, exchange.purpose) {
            (Phase::Wake(sent), _) => self.called(sent.saturating_add(n)),
            (Phase::Command(sent), _) => {
                let sent = sent.saturating_add(n).min(exchange.length);
                exchange.phase = if sent < exchange.length {
                    Phase::Command(sent)
                } else {
                    Phase::Answer
                };
                exchange.progress(self.now);
            }
            (Phase::Payload(sent), purpose) => {
                let sent = sent.saturating_add(n).min(exchange.payload);
                if sent < exchange.payload {
                    exchange.phase = Phase::Payload(sent);
                } else {
                    exchange.phase = Phase::Result;
                    if purpose != Purpose::User {
                        exchange.patience = result_patience;
                    }
                }
                exchange.progress(self.now);
            }
            (Phase::Answer | Phase::Result, _) => {}
        }
    }

    /// Puts `command` on the line.
    pub(super) fn begin<C: Command>(&mut self, now: Instant, purpose: Purpose, command: &C) {
        self.begin_within(now, purpose, command, command.patience());
    }

    /// Like [`begin`](Self::begin), with a patience of its own.
    pub(super) fn begin_within<C: Command>(
        &mut self,
        now: Instant,
        purpose: Purpose,
        command: &C,
        patience: Duration,
    ) {
        let length = command.write(self.command);
        let (expect, secret) = (command.expect(), command.is_secret());
        self.begin_written(now, purpose, length, expect, patience, secret);
    }

    /// Like [`begin`](Self::begin), for a line that lies in the command buffer.
    pub(super) fn begin_written(
        &mut self,
        now: Instant,
        purpose: Purpose,
        length: usize,
        expect: Expect,
        patience: Duration,
        secret: bool,
    ) {
        if secret {
            debug!("-> {:?} (text not shown)", purpose);
        } else {
            debug!(
                "-> {}",
                crate::fmt::Shown(self.command.get(..length).unwrap_or(&[]))
            );
        }
        self.read_total = None;
        let payload = match purpose {
            Purpose::Send(_, length) => length,
            Purpose::User => self.user.payload(),
            _ => 0,
        };
        self.exchange = Some(Exchange {
            purpose,
            expect,
            phase: self.first_phase(purpose, now),
            length: u16::try_from(length).unwrap_or(0),
            payload,
            patience,
            since: now,
            deadline: now + patience,
            ok_seen: false,
            info_seen: false,
            echoed: false,
            late_told: false,
            orphan: false,
            doubtful: false,
            secret,
        });
    }

    /// Ends a data phase that may be open: `length` bytes of empty lines, which are no command if it
    /// is not. An ESC would not do: in a data phase of fixed length it is data (vendor manual, CIPSEND).
    pub(super) fn begin_escape(&mut self, now: Instant, length: u16) {
        self.begin_written(
            now,
            Purpose::Escape,
            usize::from(length.saturating_add(length % 2)),
            Expect::OK,
            ESCAPE_PATIENCE,
            false,
        );
    }

    fn start_next(&mut self, now: Instant) {
        if self.start_repair(now) {
            return;
        }
        match self.mode {
            Mode::BringUp(stage) => {
                // A user's command goes in between two tries, once the module answers at all.
                if now < stage.at && self.user.is_pending() && self.heard_anything {
                    self.begin_user(now);
                } else {
                    self.try_step(now);
                }
            }
            Mode::Down { .. } => self.begin_user(now),
            Mode::Ready => self.start_for_links(now),
        }
    }

    fn start_for_links(&mut self, now: Instant) {
        if self.start_closing(now) {
            return;
        }
        if self.user.is_pending() && !core::mem::replace(&mut self.turn.user, true) {
            return self.begin_user(now);
        }
        let started = self.start_server(now)
            || self.start_opening(now)
            || self.start_doubt(now)
            || !self.config.transparent && self.start_data(now)
            || self.start_question(now);
        let started = started || !self.user.is_pending() && self.start_resume(now);
        self.turn.user = false;
        if !started && self.user.is_pending() {
            self.begin_user(now);
        }
    }

    pub(super) fn pick(&self, last: u8, wanted: impl Fn(&Link) -> bool) -> Option<u8> {
        self.links
            .turn(last)
            .find(|&i| self.links.at(i).is_some_and(&wanted))
    }

    /// The link that may move bytes: the last one while it has credit, then the next. So many small
    /// pieces of one link get as many bytes over the line as few large ones of another (deficit round
    /// robin).
    fn pick_fair(
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

    fn start_closing(&mut self, now: Instant) -> bool {
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
            self.begin(
                now,
                Purpose::Acknowledged(index),
                &socket::Acknowledged { link: index },
            );
        } else {
            link.enter(index, LinkState::Closing);
            self.begin_close(index, !orderly, now);
        }
        true
    }

    fn begin_close(&mut self, index: u8, quick: bool, now: Instant) {
        let purpose = Purpose::Close(index);
        if self.config.transparent {
            self.begin(now, purpose, &socket::CloseSingle { quick });
        } else {
            self.begin(now, purpose, &socket::Close { link: index, quick });
        }
    }

    /// A send whose result is unknown: the module's counters tell.
    fn start_doubt(&mut self, now: Instant) -> bool {
        let wanted = |link: &Link| link.state == LinkState::Open && link.in_doubt.is_some();
        let Some(index) = self.pick(self.turn.other, wanted) else {
            return false;
        };
        self.turn.other = index;
        self.begin(
            now,
            Purpose::Acknowledged(index),
            &socket::Acknowledged { link: index },
        );
        true
    }

    fn start_data(&mut self, now: Instant) -> bool {
        let receive_first = !self.turn.received;
        if receive_first && self.start_read(now) {
            self.turn.received = true;
            return true;
        }
        self.turn.received = false;
        self.start_send(now) || !receive_first && self.start_read(now)
    }

    fn start_read(&mut self, now: Instant) -> bool {
        // A read waits until it is worth its round trip: room for all there is, or half the ring.
        let wanted = |links: &Links<'_>, index| {
            let Some(link) = links.at(index) else {
                return false;
            };
            let size = links.size(index, Side::Rx);
            matches!(link.state, LinkState::Open | LinkState::Draining)
                && link.waiting.is_some_and(|waiting| {
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

    fn start_send(&mut self, now: Instant) -> bool {
        let wanted = |links: &Links<'_>, index| {
            links.at(index).is_some_and(|link| {
                link.state == LinkState::Open
                    && link.tx.len() > 0
                    && link.in_doubt.is_none()
                    && link.not_before <= now
            })
        };
        let Some(index) = self.pick_fair(self.turn.send, |link| &mut link.tx_credit, wanted) else {
            return false;
        };
        self.turn.send = index;
        let length = match self.links.at(index) {
            Some(link) if link.is_datagram() => self.front_datagram(index),
            Some(link) => u16::try_from(link.tx.len())
                .unwrap_or(u16::MAX)
                .min(MAX_CHUNK),
            None => return false,
        };
        if let Some(link) = self.links.at_mut(index) {
            link.tx_credit = link.tx_credit.saturating_sub_unsigned(length);
        }
        let command = socket::Send {
            link: index,
            length,
        };
        self.begin_within(now, Purpose::Send(index, length), &command, PROMPT_PATIENCE);
        true
    }

    fn start_question(&mut self, now: Instant) -> bool {
        let unsure = |link: &Link| {
            link.unsure && matches!(link.state, LinkState::Open | LinkState::Draining)
        };
        if let Some(index) = self.pick(self.turn.other, unsure) {
            self.turn.other = index;
            if let Some(link) = self.links.at_mut(index) {
                link.unsure = false;
            }
            self.begin(now, Purpose::Unread(index), &socket::Unread { link: index });
            return true;
        }
        let asked = |link: &Link| link.asks_acknowledged() && link.acknowledged_at <= now;
        let Some(index) = self.pick(self.turn.other, asked) else {
            return self.start_signal(now);
        };
        self.turn.other = index;
        if let Some(link) = self.links.at_mut(index) {
            link.acknowledged_at = now + ACKNOWLEDGED_INTERVAL;
        }
        self.begin(
            now,
            Purpose::Acknowledged(index),
            &socket::Acknowledged { link: index },
        );
        true
    }

    fn start_signal(&mut self, now: Instant) -> bool {
        if self.signal_at.is_none_or(|at| at > now) {
            return false;
        }
        self.signal_at = self.config.signal_interval.map(|interval| now + interval);
        self.begin(now, Purpose::Signal, &signal::QuerySignal);
        true
    }

    /// Repairs of the line itself.
    fn start_repair(&mut self, now: Instant) -> bool {
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

/// How long is listened after the filler.
const ESCAPE_PATIENCE: Duration = Duration::from_millis(500);

/// How often a user who waits for the far end's acknowledgement has the module asked.
const ACKNOWLEDGED_INTERVAL: Duration = Duration::from_millis(200);

/// Empty lines.
static FILLER: [[u8; 2]; 32] = [*b"\r\n"; 32];
