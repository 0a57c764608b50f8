//! `luat tcp HOST:PORT`: standard input and output on a connection of the module.

mod input;
mod output;

use super::Outcome;
use crate::args::{Common, Tcp};
use crate::exit::{self, Failure};
use crate::port::Port;
use crate::say::Say;
use crate::session::Session;
use crate::text;
use crate::verdict;
use input::Input;
use luat_modem::at::socket::Transport;
use luat_modem::engine::{CloseReason, Closed, LinkId, LinkState, Shutdown};
use luat_modem::time::{Duration, Instant};
use output::Output;
use serde_json::json;

pub(crate) fn run(common: &'static Common, task: &'static Tcp) -> Outcome {
    let (host, port) = address(&task.to)?;
    let line = Port::open(common)?;
    let mut session = Session::new(common, line, Say::beside(common.json))?;
    let mut links = Vec::new();
    let outcome = carry(&mut session, common, task, (host, port), &mut links);
    session.leave(&links, Duration::from_secs(2));
    outcome
}

/// `HOST:PORT`, checked before anything is sent.
fn address(to: &str) -> Result<(&str, u16), Failure> {
    text::check("the address", to)?;
    let wrong = |what: &str| {
        let what = format!("{to}: {what}");
        Failure::usage(
            "argument.address",
            what,
            "write it like example.com:80 or 192.0.2.1:80",
        )
    };
    let (host, port) = to
        .rsplit_once(':')
        .ok_or_else(|| wrong("there is no port"))?;
    if host.contains(':') || host.starts_with('[') {
        return Err(wrong("the module has no IPv6"));
    }
    if host.is_empty() || host.contains(['"', ' ']) || host.len() > 128 {
        return Err(wrong("that is no host"));
    }
    match port.parse() {
        Ok(port @ 1..) => Ok((host, port)),
        _ => Err(wrong("the port is a number from 1 to 65535")),
    }
}

fn carry(
    session: &mut Session,
    common: &Common,
    task: &Tcp,
    (host, port): (&str, u16),
    links: &mut Vec<LinkId>,
) -> Outcome {
    let limit = session.now() + common.timeout;
    session.ready(limit)?;
    let link = session.engine.connect(Transport::Tcp, host, port);
    let link = link.map_err(|error| {
        Failure::usage("argument.address", error.to_string(), "correct the address")
    })?;
    links.push(link);
    connect(session, &task.to, link, limit)?;
    let text = format!("connected to {}", task.to);
    session.say.say(
        session.now(),
        "connected",
        &text,
        json!({"to": task.to, "link": link.number()}),
    );
    let mut relay = Relay {
        link,
        wait: task.wait,
        input: Input::start(),
        output: Output::start(),
        came: 0,
        heard: session.now(),
        closing: false,
    };
    let end = relay.run(session)?;
    relay.output.finish(session)?;
    relay.conclude(session, end)
}

fn connect(session: &mut Session, to: &str, link: LinkId, limit: Instant) -> Result<(), Failure> {
    let opened = session.until(limit, |engine| match engine.status(link) {
        Some(status)
            if matches!(
                status.state,
                LinkState::Requested | LinkState::Opening | LinkState::Connecting
            ) =>
        {
            None
        }
        Some(status) => Some(status.failed.map_or(Ok(()), Err)),
        None => Some(Ok(())),
    })?;
    match opened {
        Some(Ok(())) => Ok(()),
        Some(Err(failure)) => Err(verdict::not_connected(to, failure)),
        None if session.engine.is_ready() => Err(verdict::no_result(to)),
        None => Err(session.out_of_time()),
    }
}

/// Carries bytes both ways.
struct Relay {
    link: LinkId,
    wait: Duration,
    input: Input,
    output: Output,
    /// Bytes that came from the far end.
    came: u64,
    /// When something last moved.
    heard: Instant,
    /// We close the link.
    closing: bool,
}

/// How it ended.
enum End {
    /// The link is over.
    Closed(Closed),
    /// Nobody reads stdout any more.
    Unread,
}

impl Relay {
    fn run(&mut self, session: &mut Session) -> Result<End, Failure> {
        loop {
            let moved = session.turn()?;
            let received = self.receive(session);
            let sent = self.send(session);
            if received || sent {
                self.heard = session.now();
            }
            if self.output.is_gone()? {
                return Ok(End::Unread);
            }
            let status = session.engine.status(self.link);
            if let Some(closed) = status.and_then(|status| status.closed)
                && !received
                && self.output.takes()
            {
                return Ok(End::Closed(closed));
            }
            let limit = self.quiet(session);
            if !moved && !received && !sent {
                session.rest(limit);
            }
        }
    }

    /// Takes what has come, while the reader of stdout keeps up.
    fn receive(&mut self, session: &mut Session) -> bool {
        let mut any = false;
        while self.output.takes() {
            let mut buffer = vec![0; 4096];
            match session.engine.recv(self.link, &mut buffer) {
                Ok(n @ 1..) => {
                    buffer.truncate(n);
                    self.came += n as u64;
                    self.output.give(buffer);
                    any = true;
                }
                // The end, or an error; the state of the link tells which.
                Ok(0) | Err(_) => break,
            }
        }
        any
    }

    /// Gives the driver what it has room for.
    fn send(&mut self, session: &mut Session) -> bool {
        let mut any = false;
        while let Some(bytes) = self.input.front() {
            match session.engine.send(self.link, bytes) {
                Ok(n) => {
                    self.input.taken(n);
                    any = true;
                }
                Err(_) => break,
            }
        }
        any
    }

    /// Closes the link when all is sent and nothing has come for long enough. Says when that will be.
    fn quiet(&mut self, session: &mut Session) -> Option<Instant> {
        if self.closing || !self.input.is_over() || session.engine.flushed(self.link).is_err() {
            return None;
        }
        session.engine.ask_acknowledged(self.link);
        let until = self.heard + self.wait;
        let now = session.now();
        // Bytes that the reader of stdout has not taken yet hold more of them back.
        if until <= now && self.output.takes() && !session.engine.is_readable(self.link) {
            self.closing = true;
            session.engine.close(now, self.link, Shutdown::Orderly);
            return None;
        }
        Some(until)
    }

    fn conclude(&mut self, session: &Session, end: End) -> Outcome {
        let now = session.now();
        let closed = match end {
            End::Unread => return Ok(exit::DONE),
            End::Closed(closed) => closed,
        };
        let waiting = self.input.left_behind();
        let unsent = u64::from(closed.unsent) + waiting;
        let text = format!(
            "{}; {} bytes out, {} bytes in",
            closed.reason,
            self.input.total() - unsent,
            self.came
        );
        session.say.say(
            now,
            "closed",
            &text,
            json!({
                "reason": closed.reason.to_string(), "out": self.input.total() - unsent, "in": self.came,
                "unsent": unsent, "unacknowledged": closed.unacknowledged,
            }),
        );
        let orderly = matches!(closed.reason, CloseReason::Peer | CloseReason::Local);
        if orderly && unsent == 0 {
            return self.input.failure().map_or(Ok(exit::DONE), Err);
        }
        let (code, advice) = match closed.reason {
            CloseReason::Peer | CloseReason::Local => {
                ("far.closed-early", "the far end did not wait for all of it")
            }
            CloseReason::DataLost => (
                "line.lost",
                "use --receive pull, or wire RTS and CTS and use --rts-cts",
            ),
            CloseReason::NetworkLost => (
                "network.lost",
                "check antenna, place and data plan; then send it again",
            ),
            CloseReason::ModuleRestarted | CloseReason::ModuleSilent => (
                "module.lost",
                "check the supply: it must give 2 A in bursts; then send it again",
            ),
            CloseReason::Error(_) | CloseReason::SendFailed => ("connect.broken", "send it again"),
        };
        let what = format!(
            "{}: {unsent} bytes were not sent, {} were sent and not known to be acknowledged",
            closed.reason, closed.unacknowledged
        );
        Err(Failure::new(exit::NETWORK, code, what, advice))
    }
}
