//! Transparent data on one link (`CIPMODE=1`): what goes into the UART comes out at the far end.
//!
//! ```text
//! AT+CIPMUX=0, AT+CIPMODE=1 … AT+CIPSTART="TCP","host",80 -> OK, CONNECT -> data
//! data, 1 s of silence, +++, 0.5 s of silence -> OK -> commands -> ATO -> CONNECT -> data
//! ```
//!
//! Three things need care. What is on its way when the module leaves the data phase by itself (`CLOSED`,
//! `+PDP: DEACT`, a restart) is read as commands: no driver can prevent that, it can only stop at the
//! first sign, and numbered links do not have it. `+++` of the user with silence around it would be a command, so three plus
//! signs are never left standing alone. And the module says `CLOSED` among the data of the far end: a
//! line that looks like it, with silence behind it, and all behind it, is held back until `+++` has
//! shown whether the module still is in the data phase. (What a restarting module prints in front of
//! `RDY` cannot be told from data.) Source: vendor manual, CIPMODE, +++, ATO; unverified on hardware.

use super::Engine;
use super::event::Event;
use super::exchange::{Outcome, Purpose};
use super::link::{LinkState, Shutdown};
use super::reason::CloseReason;
use super::step::Step;
use super::timers::LINE_PAUSE;
use crate::at::socket::{ESCAPE, ESCAPE_PAUSE, ESCAPE_SILENCE, MAX_CHUNK, Resume};
use crate::time::{Duration, Instant};
use heapless::Vec;

/// The one link.
const LINK: u8 = 0;

/// The longest notice that is looked for in the data: `\r\nTCP ERROR:65535\r\n`.
const LONGEST: usize = 24;

/// How long `OK` may take behind the escape and its silence.
const ESCAPE_PATIENCE: Duration = Duration::from_secs(3);

/// Added to the silences, for clocks that differ.
const MARGIN: Duration = Duration::from_millis(100);

/// After so many escapes without an answer the module is taken for dead. EC716S firmware knows none
/// (vendor manual, +++), so there nothing but RESET or PWRKEY ends the data phase from this side.
const ESCAPES: u8 = 3;

/// The data phase.
#[derive(Debug)]
pub(super) struct Online {
    stage: Stage,
    /// What came last and may be said by the module and not by the far end.
    tail: Vec<u8, LONGEST>,
    /// A line among the data is one of the module, or looks like it. It and what came behind it are
    /// staged and not yet to be read.
    suspect: Option<Notice>,
    last_sent: Instant,
    /// The LF of `CONNECT` is still to come.
    begins: bool,
    /// Bytes that were sent and are not told yet: a UART that takes one at a time is no reason for an
    /// event each.
    untold: u16,
    /// Plus signs at the end of what was sent.
    pluses: u8,
    escapes: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Data,
    /// The silence in front of the escape.
    Leaving,
    /// So many bytes of the escape are sent.
    Escaping(u8),
    /// The escape is sent, at that instant.
    Escaped(Instant),
}

/// What the module says among the data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Notice {
    Ok,
    Closed,
    PdpDeactivated,
    Boot,
    Error(u16),
}

/// How `tail` compares with the notices.
enum Likeness {
    None,
    /// More bytes may make it one.
    Beginning,
    Whole(Notice),
}

fn likeness(tail: &[u8]) -> Likeness {
    const TEXTS: [(&[u8], Notice); 4] = [
        (b"\r\nOK\r\n", Notice::Ok),
        (b"\r\nCLOSED\r\n", Notice::Closed),
        (b"\r\n+PDP: DEACT\r\n", Notice::PdpDeactivated),
        (b"\r\nRDY\r\n", Notice::Boot),
    ];
    if let Some((_, notice)) = TEXTS.iter().find(|(text, _)| *text == tail) {
        return Likeness::Whole(*notice);
    }
    for start in [&b"\r\nTCP ERROR:"[..], b"\r\nUDP ERROR:"] {
        if let Some(code) = tail.strip_prefix(start) {
            let digits = code.iter().take_while(|b| b.is_ascii_digit()).count();
            let (number, end) = code.split_at_checked(digits).unwrap_or((code, &[]));
            let number = crate::wire::Fields::new(number).short();
            return match (number, end) {
                (Some(number), b"\r\n") => Likeness::Whole(Notice::Error(number)),
                (_, b"") | (Some(_), b"\r") if digits <= 5 => Likeness::Beginning,
                _ => Likeness::None,
            };
        }
        if start.starts_with(tail) {
            return Likeness::Beginning;
        }
    }
    if TEXTS.iter().any(|(text, _)| text.starts_with(tail)) {
        Likeness::Beginning
    } else {
        Likeness::None
    }
}

impl Engine<'_> {
    /// The link is connected: what follows is data.
    fn go_online(&mut self) {
        self.online = Some(Online {
            stage: Stage::Data,
            tail: Vec::new(),
            suspect: None,
            // The silence in front of an escape counts from here.
            last_sent: self.now,
            begins: true,
            untold: 0,
            pluses: 0,
            escapes: 0,
        });
    }

    /// `CONNECT`: what follows is data.
    pub(super) fn transparent(&mut self) {
        if self.config.transparent && self.links.at(LINK).is_some_and(|link| link.is_up()) {
            self.connected(LINK);
            self.go_online();
        }
    }

    /// What the UART brought in the data phase.
    pub(super) fn receive_stream(&mut self, bytes: &[u8]) -> usize {
        let mut rest = bytes;
        while let Some((&first, behind)) = rest.split_first() {
            let Some(online) = &mut self.online else {
                break;
            };
            if core::mem::take(&mut online.begins) && first == b'\n' {
                rest = behind;
                continue;
            }
            if online.tail.is_empty() && first != b'\r' {
                let plain = rest.iter().position(|b| *b == b'\r').unwrap_or(rest.len());
                let (piece, left) = rest.split_at_checked(plain).unwrap_or((rest, &[]));
                let taken = self.stream_in(piece);
                rest = if taken == piece.len() {
                    left
                } else {
                    rest.get(taken..).unwrap_or(&[])
                };
                if taken < piece.len() {
                    break;
                }
                continue;
            }
            if !self.has_room_for_tail() {
                break;
            }
            let Some(online) = &mut self.online else {
                break;
            };
            // It has room: what is no notice has left it.
            let _ = online.tail.push(first);
            rest = behind;
            self.shorten_tail();
        }
        let taken = bytes.len().saturating_sub(rest.len());
        self.hold_stream(taken < bytes.len());
        taken
    }

    /// Moves what cannot be the beginning of a notice from the tail to the stream.
    fn shorten_tail(&mut self) {
        while let Some(online) = &mut self.online {
            if online.tail.is_empty() || !matches!(likeness(&online.tail), Likeness::None) {
                return;
            }
            let first = online.tail.remove(0);
            self.stream_in(&[first]);
        }
    }

    fn has_room_for_tail(&mut self) -> bool {
        let needed = self.online.as_ref().map_or(0, |online| online.tail.len());
        let keeps = self.config.flow_control && self.takes_stream();
        !keeps || self.links.rx(LINK).is_some_and(|ring| ring.room() > needed)
    }

    fn takes_stream(&self) -> bool {
        self.links
            .at(LINK)
            .is_some_and(|link| link.state == LinkState::Open && link.shutdown.is_none())
    }

    fn hold_stream(&mut self, held: bool) {
        self.held = held;
    }

    /// Bytes of the far end; says how many were taken.
    fn stream_in(&mut self, piece: &[u8]) -> usize {
        if !self.takes_stream() {
            return piece.len();
        }
        let suspect = self
            .online
            .as_ref()
            .is_some_and(|online| online.suspect.is_some());
        let written = self.links.rx(LINK).map_or(0, |mut ring| {
            if suspect {
                ring.stage(piece)
            } else {
                ring.write(piece)
            }
        });
        if written > 0 && !suspect {
            self.count_received(LINK, u16::try_from(written).unwrap_or(u16::MAX));
            self.tell_readable(LINK);
        }
        if written < piece.len() && !self.config.flow_control {
            let lost = piece.len().saturating_sub(written);
            self.tell_lost(LINK, u16::try_from(lost).unwrap_or(u16::MAX));
            return piece.len();
        }
        written
    }

    /// The stream has a hole: it is closed as an abort closes it, for its own reason.
    fn tell_lost(&mut self, index: u8, lost: u16) {
        if let Some(id) = self.id(index) {
            self.tell(Event::Lost(id, lost));
        }
        self.end_link(index, CloseReason::DataLost);
    }

    /// What the UART is to send in the data phase.
    pub(super) fn outgoing_stream(&mut self) -> &[u8] {
        self.leave_if_due();
        let now = self.now;
        let Some(online) = &self.online else {
            return &[];
        };
        let (stage, pluses) = (online.stage, online.pluses);
        let rested = now >= online.last_sent + ESCAPE_PAUSE + MARGIN;
        match stage {
            Stage::Escaping(sent) => ESCAPE.get(usize::from(sent)..).unwrap_or(&[]),
            Stage::Leaving | Stage::Escaped(_) => &[],
            // The module may just have left the data phase.
            Stage::Data if online.tail.len() > 2 => &[],
            Stage::Data => {
                let Some(ring) = self.links.tx(LINK) else {
                    return &[];
                };
                let piece = ring.into_front(0, usize::from(u16::MAX));
                // Exactly three plus signs between silences would be the escape.
                let only_pluses = piece.iter().all(|b| *b == b'+');
                let alone = usize::from(if rested { 0 } else { pluses });
                if only_pluses && alone.saturating_add(piece.len()) == ESCAPE.len() {
                    return piece.get(..2usize.saturating_sub(alone)).unwrap_or(&[]);
                }
                piece
            }
        }
    }

    /// The UART took `n` bytes in the data phase.
    pub(super) fn sent_stream(&mut self, n: usize) {
        let now = self.now;
        let Some(online) = &mut self.online else {
            return;
        };
        match online.stage {
            Stage::Escaping(sent) => {
                let sent = usize::from(sent).saturating_add(n);
                online.stage = if sent < ESCAPE.len() {
                    Stage::Escaping(u8::try_from(sent).unwrap_or(0))
                } else {
                    Stage::Escaped(now)
                };
            }
            Stage::Data if n > 0 => {
                let rested = now >= online.last_sent + ESCAPE_PAUSE;
                online.last_sent = now;
                let before = if rested { 0 } else { online.pluses };
                let taken = self
                    .links
                    .tx(LINK)
                    .map_or(&[][..], |ring| ring.into_front(0, n));
                let behind = taken.iter().rev().take_while(|b| **b == b'+').count();
                let all = behind == taken.len();
                let n = u16::try_from(taken.len()).unwrap_or(u16::MAX);
                let pluses = u8::try_from(behind).unwrap_or(u8::MAX);
                if let Some(online) = &mut self.online {
                    online.pluses = if all {
                        before.saturating_add(pluses)
                    } else {
                        pluses
                    };
                }
                if let Some(mut ring) = self.links.tx(LINK) {
                    ring.consume(usize::from(n));
                }
                self.gather_sent(n);
            }
            Stage::Data | Stage::Leaving | Stage::Escaped(_) => {}
        }
    }

    fn gather_sent(&mut self, n: u16) {
        let empty = self.links.at(LINK).is_none_or(|link| link.tx.len() == 0);
        let Some(online) = &mut self.online else {
            return;
        };
        online.untold = online.untold.saturating_add(n);
        if empty || online.untold >= MAX_CHUNK {
            let told = core::mem::take(&mut online.untold);
            self.sent_piece(LINK, told);
        }
    }

    /// Commands are to be sent: the data phase is to be left.
    fn leave_if_due(&mut self) {
        let now = self.now;
        let closes = self.links.at(LINK).is_none_or(|link| match link.state {
            LinkState::Open => match link.shutdown {
                Some(Shutdown::Orderly) => {
                    link.tx.len() == 0 || link.deadline.is_some_and(|d| d <= now)
                }
                Some(Shutdown::Abort) => true,
                None => false,
            },
            _ => true,
        });
        if (closes || self.user.is_pending())
            && let Some(online) = &mut self.online
            && online.stage == Stage::Data
        {
            online.stage = Stage::Leaving;
        }
    }

    /// Does what is due in the data phase.
    pub(super) fn advance_stream(&mut self, now: Instant) {
        self.leave_if_due();
        let quiet = self.last_heard + LINE_PAUSE <= now;
        let Some(online) = &mut self.online else {
            return;
        };
        let notice = match likeness(&online.tail) {
            Likeness::Whole(notice) if quiet => Some(notice),
            _ => None,
        };
        match (online.stage, notice) {
            (Stage::Escaped(at), Some(Notice::Ok)) if now >= at + ESCAPE_PAUSE => {
                self.acquit();
                self.go_offline();
            }
            (_, Some(notice)) if notice != Notice::Ok && online.suspect.is_none() => {
                online.suspect = Some(notice);
                if online.stage == Stage::Data {
                    online.stage = Stage::Leaving;
                }
                self.flush_tail();
            }
            (Stage::Data, _) if quiet && !online.tail.is_empty() => self.flush_tail(),
            (Stage::Leaving, _) if now >= online.last_sent + ESCAPE_SILENCE + MARGIN => {
                online.stage = Stage::Escaping(0);
            }
            (Stage::Escaped(at), _) if now >= at + ESCAPE_PATIENCE => {
                online.escapes = online.escapes.saturating_add(1);
                online.last_sent = now;
                match online.suspect {
                    Some(notice) => self.believe(notice, now),
                    _ if online.escapes >= ESCAPES => self.module_silent(now),
                    _ => online.stage = Stage::Leaving,
                }
            }
            _ => {}
        }
    }

    /// When the data phase wants to be looked at next.
    pub(super) fn stream_deadline(&self) -> Option<Instant> {
        let online = self.online.as_ref()?;
        let quiet = (!online.tail.is_empty()).then(|| self.last_heard + LINE_PAUSE);
        let stage = match online.stage {
            Stage::Leaving => Some(online.last_sent + ESCAPE_SILENCE + MARGIN),
            Stage::Escaped(at) => Some(at + ESCAPE_PATIENCE),
            Stage::Data if online.pluses > 0 => {
                let waits = self.links.at(LINK).is_some_and(|link| link.tx.len() > 0);
                waits.then(|| online.last_sent + ESCAPE_PAUSE + MARGIN)
            }
            Stage::Data | Stage::Escaping(_) => None,
        };
        let pause = match online.stage {
            Stage::Escaped(at) => Some(at + ESCAPE_PAUSE),
            _ => None,
        };
        [quiet, pause, stage]
            .into_iter()
            .flatten()
            .filter(|at| *at > self.now)
            .min()
    }

    /// The module still is in the data phase: what looked like a notice was data.
    fn acquit(&mut self) {
        let staged = self
            .online
            .as_mut()
            .is_some_and(|o| o.suspect.take().is_some());
        if !staged {
            return;
        }
        let before = self.links.at(LINK).map_or(0, |link| link.rx.len());
        if let Some(mut ring) = self.links.rx(LINK) {
            ring.commit();
        }
        let after = self.links.at(LINK).map_or(0, |link| link.rx.len());
        let n = after.saturating_sub(before);
        self.count_received(LINK, u16::try_from(n).unwrap_or(u16::MAX));
        self.tell_readable(LINK);
    }

    /// What is in the tail is no notice, or a suspect.
    fn flush_tail(&mut self) {
        if let Some(online) = &mut self.online {
            let tail = core::mem::take(&mut online.tail);
            self.stream_in(&tail);
        }
    }

    /// The module takes commands.
    pub(super) fn go_offline(&mut self) {
        if let Some(online) = self.online.take()
            && online.untold > 0
        {
            self.sent_piece(LINK, online.untold);
        }
        self.framer.reset();
        self.held = false;
    }

    /// The module had left the data phase by itself. The escape lies in its line buffer, where an
    /// empty line ends it.
    fn believe(&mut self, notice: Notice, now: Instant) {
        self.rollback(LINK);
        self.go_offline();
        self.repair.escape = Some(2);
        match notice {
            Notice::Ok => {}
            Notice::Closed => self.end_link(LINK, CloseReason::Peer),
            Notice::Error(code) => self.end_link(LINK, CloseReason::Error(code)),
            Notice::PdpDeactivated => self.network_lost(Step::Shut, now),
            Notice::Boot => self.module_restarted(now),
        }
    }

    /// Goes back to the data phase, if nothing else is to be done.
    pub(super) fn start_resume(&mut self, now: Instant) -> bool {
        let open = self
            .links
            .at(LINK)
            .is_some_and(|link| link.state == LinkState::Open && link.shutdown.is_none());
        if self.config.transparent && open {
            self.begin(now, Purpose::Resume, &Resume);
        }
        self.config.transparent && open
    }

    /// A line of the answer to `ATO`.
    pub(super) fn resumption(&mut self) {
        use crate::at::socket::Resumption;
        match Resumption::parse(self.framer.line()) {
            Some(Resumption::Data) => self.go_online(),
            Some(Resumption::NoCarrier) => self.end_link(LINK, CloseReason::Peer),
            None => {}
        }
    }

    pub(super) fn finish_resume(&mut self, outcome: Outcome) {
        if outcome != Outcome::Done && self.online.is_none() {
            self.end_link(LINK, CloseReason::SendFailed);
        }
    }
}
