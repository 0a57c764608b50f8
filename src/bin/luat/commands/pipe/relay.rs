//! A relay of byte streams: standard input goes to every link, what comes goes to standard output.

use super::{Input, Keeper, Marks, Output};
use crate::exit::{self, Failure};
use crate::manner::{manner, named};
use crate::session::Session;
use crate::verdict;
use luat_modem::diagnosis::Language;
use luat_modem::engine::{CloseReason, Closed, LinkId, Shutdown};
use luat_modem::time::{Duration, Instant};
use serde_json::json;

/// Carries bytes both ways.
pub(crate) struct Relay {
    pub(crate) lanes: Vec<Lane>,
    pub(crate) marks: Marks,
    /// How long nothing may come after the end of the input.
    pub(crate) wait: Duration,
    pub(crate) input: Input,
    pub(crate) output: Output,
    /// When something last moved.
    pub(crate) heard: Instant,
}

/// One link of a relay.
pub(crate) struct Lane {
    link: LinkId,
    /// How far it is in the input.
    place: u64,
    /// Where in the input it began.
    began: u64,
    /// Bytes that came from the far end.
    came: u64,
    /// Of these, what was not shown yet.
    kept: Vec<u8>,
    /// We close the link.
    closing: bool,
    closed: Option<Closed>,
    keeper: Option<Keeper>,
}

/// How it went on.
pub(crate) enum Turn {
    /// Something moved.
    Moved,
    /// Nothing moved; look again then, or when something happens.
    Still(Option<Instant>),
    /// Nobody reads stdout any more.
    Unread,
}

impl Lane {
    /// A link that gets what comes from `place` of the input on.
    pub(crate) const fn new(link: LinkId, place: u64) -> Self {
        Self {
            link,
            place,
            began: place,
            came: 0,
            kept: Vec::new(),
            closing: false,
            closed: None,
            keeper: None,
        }
    }

    /// The same, with somebody who keeps it up.
    pub(crate) fn kept(mut self, keeper: Option<Keeper>) -> Self {
        self.keeper = keeper;
        self
    }

    /// Its present connection.
    pub(crate) const fn link(&self) -> LinkId {
        self.link
    }

    /// Whether it is over.
    pub(crate) const fn is_over(&self) -> bool {
        self.closed.is_some()
    }

    /// Takes what has come, while the reader of stdout keeps up.
    fn receive(&mut self, session: &mut Session, marks: Marks, output: &mut Output) -> bool {
        let mut any = false;
        while output.takes() {
            let mut buffer = [0; 4096];
            match session.engine.recv(self.link, &mut buffer) {
                Ok(n @ 1..) => {
                    self.kept
                        .extend_from_slice(buffer.get(..n).unwrap_or_default());
                    self.came += n as u64;
                    output.give(marks.show(self.link.number(), &mut self.kept, false));
                    any = true;
                }
                // The end, or an error; the state of the link tells which.
                Ok(0) | Err(_) => break,
            }
        }
        any
    }

    /// Gives the driver what it has room for.
    fn send(&mut self, session: &mut Session, input: &Input) -> bool {
        let mut any = false;
        // What is written before it is open would be lost if it does not open.
        if self.keeper.as_ref().is_some_and(|keeper| !keeper.is_open()) {
            return false;
        }
        loop {
            let bytes = input.from(self.place);
            match session.engine.send(self.link, bytes) {
                Ok(n @ 1..) => {
                    self.place += n as u64;
                    any = true;
                }
                Ok(0) | Err(_) => return any,
            }
        }
    }

    /// Whether everything of the input is with the module.
    fn is_sent(&self, session: &mut Session, input: &Input) -> bool {
        if !input.is_over(self.place) || session.engine.flushed(self.link).is_err() {
            return false;
        }
        session.engine.ask_acknowledged(self.link);
        true
    }

    /// Bytes of the input that the module did not accept.
    fn unsent(&self, closed: Closed, input: &Input) -> u64 {
        u64::from(closed.unsent) + input.total() - self.place
    }
}

impl Relay {
    /// Moves what there is to move.
    pub(crate) fn turn(&mut self, session: &mut Session) -> Result<Turn, Failure> {
        let mut moved = session.turn()?;
        let mut carried = false;
        let slowest = self.live().map(|lane| lane.place).min();
        if let Some(slowest) = slowest {
            carried |= self.input.go_on(slowest);
        }
        let (marks, output) = (self.marks, &mut self.output);
        let mut due: Option<Instant> = None;
        for lane in self.lanes.iter_mut().filter(|lane| !lane.is_over()) {
            if let Some(keeper) = &mut lane.keeper {
                moved |= keeper.turn(session, &mut lane.link);
                due = [due, keeper.deadline()].into_iter().flatten().min();
            }
            let received = lane.receive(session, marks, output);
            carried |= lane.send(session, &self.input) || received;
            let status = session.engine.status(lane.link);
            // One that connects again is over when it has been told to stop.
            let goes_on = lane.keeper.as_ref().is_some_and(Keeper::goes_on);
            let closed = status.and_then(|status| status.closed);
            let closed = closed.or(lane.keeper.as_ref().and_then(Keeper::stopped));
            if let Some(closed) = closed
                && !goes_on
                && !received
                && output.takes()
            {
                output.give(marks.show(lane.link.number(), &mut lane.kept, true));
                lane.closed = Some(closed);
                moved = true;
            }
        }
        if carried {
            self.heard = session.now();
        }
        if self.output.is_gone()? {
            return Ok(Turn::Unread);
        }
        let limit = self.quiet(session);
        Ok(match moved || carried {
            true => Turn::Moved,
            false => Turn::Still([limit, due].into_iter().flatten().min()),
        })
    }

    /// The lanes that are not over.
    pub(crate) fn live(&self) -> impl Iterator<Item = &Lane> {
        self.lanes.iter().filter(|lane| !lane.is_over())
    }

    /// Closes the links when all is sent and nothing has come for long enough. Says when that will
    /// be.
    fn quiet(&mut self, session: &mut Session) -> Option<Instant> {
        let mut all = true;
        for lane in self.live() {
            all &= !lane.closing && lane.is_sent(session, &self.input);
        }
        if !all {
            return None;
        }
        let now = session.now();
        if self.live().any(|lane| session.awaits(lane.link)) {
            self.heard = now;
        }
        let until = self.heard + self.wait;
        // Bytes that the reader of stdout has not taken yet hold more of them back.
        let unread = self
            .live()
            .any(|lane| session.engine.is_readable(lane.link));
        if now < until || !self.output.takes() || unread {
            return Some(until);
        }
        for lane in self.lanes.iter_mut().filter(|lane| !lane.is_over()) {
            lane.closing = true;
            match &mut lane.keeper {
                Some(keeper) if keeper.goes_on() => keeper.stop(session),
                _ => session.engine.close(now, lane.link, Shutdown::Orderly),
            }
        }
        None
    }

    /// Says how the lane of `link` ended and gives its number back; false if it is not over.
    pub(crate) fn dismiss(&mut self, session: &mut Session, link: LinkId) -> bool {
        let over = |lane: &Lane| lane.link == link && lane.is_over();
        let Some(at) = self.lanes.iter().position(over) else {
            return false;
        };
        let lane = self.lanes.swap_remove(at);
        if let Some(closed) = lane.closed {
            // How it ended is said; a server goes on.
            let _ = conclude(session, &lane, closed, &self.input, true);
        }
        session.engine.release(link);
        true
    }

    /// Says how the lanes ended that are over, and why the first of them ended badly.
    pub(crate) fn conclude(&mut self, session: &Session) -> Option<Failure> {
        self.input.look_behind();
        let mut first = self.input.failure();
        let many = self.lanes.len() > 1;
        for lane in &self.lanes {
            if let Some(closed) = lane.closed {
                let bad = conclude(session, lane, closed, &self.input, many);
                first = first.or(bad);
            }
        }
        first
    }
}

/// Says how a lane ended. `many`: it is not the only one.
fn conclude(
    session: &Session,
    lane: &Lane,
    closed: Closed,
    input: &Input,
    many: bool,
) -> Option<Failure> {
    let unsent = lane.unsent(closed, input);
    let out = (lane.place - lane.began).saturating_sub(closed.unsent.into());
    let mark = if many {
        format!("{}: ", named(lane.link))
    } else {
        String::new()
    };
    let reason = verdict::reason(closed.reason);
    let text = match manner().language() {
        Language::English => format!("{mark}{reason}; {out} bytes out, {} bytes in", lane.came),
        Language::Chinese => format!("{mark}{reason}；发出 {out} 字节，收到 {} 字节", lane.came),
    };
    session.say.say(
        session.now(),
        "closed",
        &text,
        json!({
            "link": lane.link.number(), "reason": closed.reason.to_string(), "out": out, "in": lane.came,
            "unsent": unsent, "unacknowledged": closed.unacknowledged,
        }),
    );
    let orderly = matches!(closed.reason, CloseReason::Peer | CloseReason::Local);
    if orderly && unsent == 0 {
        return None;
    }
    let (code, advice) = verdict::ended(closed.reason);
    let what = format!(
        "{mark}{}: {unsent} bytes were not sent, {} were sent and not known to be acknowledged",
        closed.reason, closed.unacknowledged
    );
    Some(Failure::new(exit::NETWORK, code, what, advice))
}
