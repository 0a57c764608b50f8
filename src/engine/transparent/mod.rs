//! Transparent data on one link (`CIPMODE=1`): what goes into the UART comes out at the far end.
//!
//! ```text
//! AT+CIPMUX=0, AT+CIPMODE=1 … AT+CIPSTART="TCP","host",80 -> OK, CONNECT -> data
//! data, 1 s of silence, +++, 0.5 s of silence -> OK -> commands -> ATO -> CONNECT -> data
//! ```
//!
//! Three things need care. What is on its way when the module leaves the data phase by itself (`CLOSED`,
//! `+PDP: DEACT`, a restart) is read as commands: no driver can prevent that, it can only stop at the
//! first sign, and numbered links do not have it. `+++` of the user with silence around it would be a
//! command, so three plus signs are never left standing alone.
//! And the module says `CLOSED` among the data of the far end: a
//! line that looks like it, with silence behind it, and all behind it, is held back until `+++` has
//! shown whether the module still is in the data phase. (What a restarting module prints in front of
//! `RDY` cannot be told from data.) Source: vendor manual, CIPMODE, +++, ATO; unverified on hardware.

mod notice;
mod receive;
mod send;

use super::Engine;
use super::exchange::{Exchange, Outcome, Purpose};
use super::link::{LinkState, Shutdown};
use super::pauses::{LINE_PAUSE, MARGIN};
use super::reason::CloseReason;
use super::step::Step;
use crate::at::socket::{ESCAPE_PAUSE, ESCAPE_SILENCE, Resume};
use crate::time::{Duration, Instant};
use heapless::Vec;
use notice::{LONGEST, Likeness, Notice, likeness};

/// The one link.
const LINK: u8 = 0;

/// How long `OK` may take behind the escape and its silence.
const ESCAPE_PATIENCE: Duration = Duration::from_secs(3);

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

impl Engine<'_> {
    /// The link is connected: what follows is data.
    fn go_online(&mut self) {
        self.online = Some(Online {
            stage: Stage::Data,
            tail: Vec::new(),
            suspect: None,
            // The silence in front of an escape counts from here.
            last_sent: self.now,
            begins: self.framer.awaits_line_feed(),
            untold: 0,
            pluses: 0,
            escapes: 0,
        });
    }

    /// Whether the data phase may begin at any time: a command would be taken for data then.
    pub(super) fn may_go_online(&self) -> bool {
        let state = self.links.at(LINK).map(|link| link.state);
        self.config.transparent && self.is_ready() && state == Some(LinkState::Connecting)
    }

    /// `CONNECT`: what follows is data.
    pub(super) fn transparent(&mut self) {
        if !self.config.transparent {
            return;
        }
        // The rest of that command would be the first data of the connection.
        let begun = self.exchange.as_ref().is_some_and(Exchange::is_begun);
        if !begun && self.links.at(LINK).is_some_and(|link| link.is_up()) {
            self.connected(LINK);
        } else {
            // A late answer to `ATO` or `CIPSTART`: what is said now is data, until the data phase is left.
            self.finish(Outcome::Lost, self.now);
        }
        self.go_online();
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
            Some(Resumption::NoCarrier) if self.opening.without_data_phase => {
                self.module_restarted(self.now);
            }
            Some(Resumption::NoCarrier) => self.end_link(LINK, CloseReason::Peer),
            None => {}
        }
    }

    pub(super) fn finish_resume(&mut self, outcome: Outcome) {
        if outcome != Outcome::Done && self.online.is_none() {
            self.end_link(LINK, CloseReason::SendFailed);
        }
        if outcome == Outcome::Lost && self.online.is_none() {
            // It may have resumed: then it takes what is said for data until the data phase is left.
            self.go_online();
        }
    }
}
