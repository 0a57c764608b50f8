//! One connection: a program of this computer, and its link of the module.

use super::client::Client;
use super::door::Visitor;
use super::socks::{self, Reply};
use crate::manner::{either, sentence};
use crate::session::Session;
use crate::verdict;
use luat_modem::engine::{CloseReason, Closed, LinkId, LinkState, Shutdown};
use luat_modem::time::{Duration, Instant};
use serde_json::json;

/// A program that has sent everything may have closed, or still read: nobody is told which. So long
/// nothing may come before it is taken for gone: if the far end answered since, and if it did not.
const ANSWERED: Duration = Duration::from_secs(15);
const UNANSWERED: Duration = Duration::from_secs(60);

/// The same while others wait for a link.
const ANSWERED_WANTED: Duration = Duration::from_secs(1);
const UNANSWERED_WANTED: Duration = Duration::from_secs(15);

/// A connection.
pub(super) struct Lane {
    link: LinkId,
    to: String,
    side: Side,
    out: u64,
    came: u64,
    /// When something last went out, and when something last came.
    said: Instant,
    heard: Instant,
    closing: bool,
}

/// The program.
enum Side {
    /// It waits until the link is open.
    Asking(Box<Visitor>),
    Carried(Client),
    Gone,
}

/// How it went on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Turn {
    Moved,
    /// Nothing moved; look again then, or when something happens.
    Still(Option<Instant>),
    Over,
}

impl Lane {
    pub(super) fn new(link: LinkId, visitor: Visitor, now: Instant) -> Self {
        Self {
            link,
            to: format!("{}:{}", visitor.host, visitor.port),
            side: Side::Asking(Box::new(visitor)),
            out: 0,
            came: 0,
            said: now,
            heard: now,
            closing: false,
        }
    }

    pub(super) const fn link(&self) -> LinkId {
        self.link
    }

    /// Moves what there is to move. `wanted`: others wait for a link.
    pub(super) fn turn(&mut self, session: &mut Session, wanted: bool) -> Turn {
        match std::mem::replace(&mut self.side, Side::Gone) {
            Side::Asking(visitor) => self.open(session, visitor),
            Side::Carried(mut client) => {
                let turn = self.carry(session, &mut client, wanted);
                match self.closed(session) {
                    // What the module still has for the program comes first.
                    Some(closed) if turn != Turn::Moved && client.takes() => {
                        self.conclude(session, client, closed);
                        Turn::Over
                    }
                    _ => {
                        self.side = Side::Carried(client);
                        turn
                    }
                }
            }
            Side::Gone => Turn::Over,
        }
    }

    fn closed(&self, session: &Session) -> Option<Closed> {
        session.engine.status(self.link)?.closed
    }

    fn open(&mut self, session: &mut Session, visitor: Box<Visitor>) -> Turn {
        let status = session.engine.status(self.link);
        let own = session.engine.facts().address;
        match status {
            Some(status) if status.failed.is_none() && is_pending(status.state) => {
                self.side = Side::Asking(visitor);
                Turn::Still(None)
            }
            Some(status) => {
                if let Some(failure) = status.failed {
                    if visitor.socks {
                        socks::answer(&visitor.stream, failure.into(), None);
                    }
                    let failed = verdict::not_connected(&self.to, failure);
                    self.tell(session, "connect-failed", &failed.said(), failed.code);
                    session.engine.release(self.link);
                    return Turn::Over;
                }
                if visitor.socks {
                    socks::answer(&visitor.stream, Reply::Succeeded, own);
                }
                let from = visitor.from;
                let Ok(client) = Client::start(visitor.stream) else {
                    // It is gone, or there are no threads left.
                    session
                        .engine
                        .close(session.now(), self.link, Shutdown::Abort);
                    session.engine.release(self.link);
                    return Turn::Over;
                };
                let what = either("is connected to", "已连到");
                let text = format!("{from} {what} {}", self.to);
                self.tell(session, "connected", &text, "");
                self.side = Side::Carried(client);
                self.said = session.now();
                self.heard = self.said;
                Turn::Moved
            }
            None => Turn::Over,
        }
    }

    fn carry(&mut self, session: &mut Session, client: &mut Client, wanted: bool) -> Turn {
        let now = session.now();
        let mut moved = false;
        if client.is_broken() && !self.closing {
            self.closing = true;
            session.engine.close(now, self.link, Shutdown::Abort);
            return Turn::Moved;
        }
        while !self.closing && !client.front().is_empty() {
            match session.engine.send(self.link, client.front()) {
                Ok(n @ 1..) => {
                    client.take(n);
                    self.out += n as u64;
                    self.said = now;
                    moved = true;
                }
                Ok(0) | Err(_) => break,
            }
        }
        while client.takes() {
            let mut buffer = vec![0; 4096];
            match session.engine.recv(self.link, &mut buffer) {
                Ok(n @ 1..) => {
                    buffer.truncate(n);
                    client.give(buffer);
                    self.came += n as u64;
                    self.heard = now;
                    moved = true;
                }
                // The end, or an error; the state of the link tells which.
                Ok(0) | Err(_) => break,
            }
        }
        if moved {
            return Turn::Moved;
        }
        Turn::Still(self.quiet(session, client, wanted))
    }

    /// Closes the link of a program that is taken for gone. Says when that will be.
    fn quiet(
        &mut self,
        session: &mut Session,
        client: &mut Client,
        wanted: bool,
    ) -> Option<Instant> {
        if self.closing || !client.is_over() || session.engine.flushed(self.link).is_err() {
            return None;
        }
        let now = session.now();
        if session.awaits(self.link) || session.engine.is_readable(self.link) {
            self.heard = now;
        }
        let answered = self.heard > self.said;
        let patience = match (answered, wanted) {
            (true, false) => ANSWERED,
            (false, false) => UNANSWERED,
            (true, true) => ANSWERED_WANTED,
            (false, true) => UNANSWERED_WANTED,
        };
        let until = self.heard.max(self.said) + patience;
        if now < until {
            return Some(until);
        }
        self.closing = true;
        session.engine.close(now, self.link, Shutdown::Orderly);
        None
    }

    fn conclude(&mut self, session: &mut Session, client: Client, closed: Closed) {
        // An end that we made may come before that of the stream.
        if closed.reason == CloseReason::Peer {
            client.end();
        } else {
            client.reset();
        }
        let reason = verdict::reason(closed.reason);
        let (to, out, came) = (&self.to, self.out, self.came);
        let text = sentence(
            format_args!("{to}: {reason}; {out} bytes out, {came} bytes in"),
            format_args!("{to}：{reason}；发出 {out} 字节，收到 {came} 字节"),
        );
        self.tell(session, "closed", &text, "");
        session.engine.release(self.link);
    }

    fn tell(&self, session: &Session, kind: &str, text: &str, code: &str) {
        let fields = json!({
            "to": self.to, "link": self.link.number(), "code": (!code.is_empty()).then_some(code),
            "out": self.out, "in": self.came,
        });
        session.say.say(session.now(), kind, text, fields);
    }
}

const fn is_pending(state: LinkState) -> bool {
    matches!(
        state,
        LinkState::Requested | LinkState::Opening | LinkState::Connecting
    )
}
