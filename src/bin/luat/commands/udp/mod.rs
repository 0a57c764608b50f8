//! `luat udp HOST:PORT`: standard input and output as datagrams.

mod cutter;

use super::Outcome;
use super::links::{self, Asked, Opened};
use super::pipe::{Keeper, Output, add, content};
use crate::args::{Common, Udp};
use crate::exit::{self, Failure};
use crate::manner::{either, sentence};
use crate::port::Port;
use crate::say::{self, Say};
use crate::session::Session;
use crate::verdict;
use cutter::Cutter;
use luat_modem::engine::{
    CloseReason, Closed, Datagram, Event, LinkError, LinkId, Shutdown, Subscriber, Transport,
};
use luat_modem::time::{Duration, Instant};
use serde_json::json;

pub(crate) fn run(common: &'static Common, task: &'static Udp) -> Outcome {
    let (host, port) = links::address(&task.to)?;
    let line = Port::open(common)?;
    let mut session = Session::new(common, line, Say::beside(common.json))?;
    let asked = Asked {
        transport: Transport::Udp,
        host,
        port,
        links: Some(1),
    };
    let mut links = Vec::new();
    let outcome = carry(&mut session, common, task, asked, &mut links);
    session.leave(&links, Duration::from_secs(2));
    outcome
}

fn carry(
    session: &mut Session,
    common: &Common,
    task: &'static Udp,
    asked: Asked<'_>,
    links: &mut Vec<LinkId>,
) -> Outcome {
    let limit = session.now() + common.timeout;
    let opened = links::open(session, asked, limit, links)?;
    let Some(Opened { link, result }) = opened.into_iter().next() else {
        return Err(verdict::no_result(&task.to));
    };
    result.map_err(|failure| verdict::not_connected(&task.to, failure))?;
    let text = format!("{} {}", either("datagrams go to", "数据报发往"), task.to);
    let fields = json!({"to": task.to, "link": link.number()});
    session.say.say(session.now(), "connected", &text, fields);
    let mut exchange = Exchange {
        link,
        shape: Shape {
            json: common.json,
            line: task.line,
        },
        wait: task.wait,
        input: Cutter::start(task),
        output: Output::start(),
        events: session.engine.subscribe(),
        out: Count::default(),
        came: Count::default(),
        refused: Count::default(),
        heard: session.now(),
        closing: false,
        keeper: Keeper::beating(task.heartbeat.as_ref()),
    };
    let Some(closed) = exchange.run(session)? else {
        return Ok(exit::DONE);
    };
    exchange.output.finish(session)?;
    let outcome = exchange.conclude(session, closed);
    super::tcp::tell_total(session);
    outcome
}

/// Datagrams both ways.
struct Exchange {
    link: LinkId,
    shape: Shape,
    wait: Duration,
    input: Cutter,
    output: Output,
    events: Subscriber,
    out: Count,
    came: Count,
    /// Datagrams that the module did not take.
    refused: Count,
    /// When something last moved.
    heard: Instant,
    /// We close the link.
    closing: bool,
    keeper: Option<Keeper>,
}

/// How a datagram is written to standard output.
#[derive(Clone, Copy)]
struct Shape {
    json: bool,
    line: bool,
}

#[derive(Clone, Copy, Default)]
struct Count {
    datagrams: u64,
    bytes: u64,
}

impl Exchange {
    /// Runs until the link is over; `None`: nobody reads stdout any more.
    fn run(&mut self, session: &mut Session) -> Result<Option<Closed>, Failure> {
        loop {
            let moved = session.turn()?;
            let link = self.link;
            let keeper = self.keeper.as_mut();
            let moved = keeper.is_some_and(|keeper| keeper.beat(session, link)) || moved;
            let received = self.receive(session);
            let sent = self.send(session)?;
            self.count_refused(session);
            if received || sent {
                self.heard = session.now();
            }
            if self.output.is_gone()? {
                return Ok(None);
            }
            let status = session.engine.status(self.link);
            if let Some(closed) = status.and_then(|status| status.closed)
                && !received
                && self.output.takes()
            {
                return Ok(Some(closed));
            }
            let limit = self.quiet(session);
            if !moved && !received && !sent {
                let beat = self.keeper.as_ref().and_then(Keeper::deadline);
                session.rest([limit, beat].into_iter().flatten().min());
            }
        }
    }

    fn receive(&mut self, session: &mut Session) -> bool {
        let mut any = false;
        let mut buffer = [0; 2048];
        while self.output.takes()
            && let Ok(datagram) = session.engine.recv_datagram(self.link, &mut buffer)
        {
            let bytes = buffer.get(..datagram.copied).unwrap_or_default();
            self.came.add(datagram.length);
            self.output.give(self.shape.show(datagram, bytes));
            if datagram.is_truncated() {
                let came = datagram.copied;
                let text = sentence(
                    format_args!("a datagram was cut: {came} bytes of it came"),
                    format_args!("数据报被截断：只收到 {came} 字节"),
                );
                let fields = json!({"link": self.link.number(), "length": datagram.length});
                session.say.say(session.now(), "truncated", &text, fields);
            }
            any = true;
        }
        any
    }

    fn send(&mut self, session: &mut Session) -> Result<bool, Failure> {
        let mut any = false;
        while let Some(datagram) = self.input.front() {
            match session.engine.send(self.link, datagram) {
                Ok(n) => self.out.add(n),
                Err(nb::Error::Other(LinkError::TooLong(most))) => {
                    return Err(too_long(datagram.len(), most));
                }
                Err(nb::Error::Other(LinkError::Empty)) => {
                    let text = either(
                        "an empty line was left out: the module has no empty datagrams",
                        "空行已略过：模块不能发送空数据报",
                    );
                    session.say.say(session.now(), "empty", text, json!({}));
                }
                Err(_) => break,
            }
            self.input.taken();
            any = true;
        }
        Ok(any)
    }

    fn count_refused(&mut self, session: &Session) {
        while let Some(event) = session.engine.event_for(&mut self.events) {
            if let Event::SendFailed(link, n) = event
                && link == self.link
            {
                self.refused.add(n.into());
            }
        }
    }

    /// Closes the link when all is sent and nothing has come for long enough. Says when that will be.
    fn quiet(&mut self, session: &mut Session) -> Option<Instant> {
        if self.closing || !self.input.is_over() || session.engine.flushed(self.link).is_err() {
            return None;
        }
        let now = session.now();
        if session.awaits(self.link) {
            self.heard = now;
        }
        let until = self.heard + self.wait;
        if now < until || !self.output.takes() || session.engine.is_readable(self.link) {
            return Some(until);
        }
        self.closing = true;
        session.engine.close(now, self.link, Shutdown::Orderly);
        None
    }

    fn conclude(&self, session: &Session, closed: Closed) -> Outcome {
        let (out, came, refused) = (self.out, self.came, self.refused);
        let reason = verdict::reason(closed.reason);
        let (written, taken) = (out.text(), came.text());
        let text = sentence(
            format_args!("{reason}; {written} written, {taken} in"),
            format_args!("{reason}；写出 {written}，收到 {taken}"),
        );
        session.say.say(
            session.now(),
            "closed",
            &text,
            json!({
                "reason": closed.reason.to_string(), "unsent": closed.unsent,
                "out": {"datagrams": out.datagrams, "bytes": out.bytes},
                "in": {"datagrams": came.datagrams, "bytes": came.bytes},
                "refused": {"datagrams": refused.datagrams, "bytes": refused.bytes},
            }),
        );
        if closed.reason != CloseReason::Local || closed.unsent > 0 {
            let (code, advice) = verdict::ended(closed.reason);
            let what = format!("{}: {} bytes were not sent", closed.reason, closed.unsent);
            return Err(Failure::new(exit::NETWORK, code, what, advice));
        }
        if refused.datagrams > 0 {
            let what = format!(
                "the module did not take {} datagrams ({} bytes)",
                refused.datagrams, refused.bytes
            );
            let advice = "send fewer at once, or send these again";
            return Err(Failure::new(
                exit::NETWORK,
                "datagram.refused",
                what,
                advice,
            ));
        }
        self.input.failure().map_or(Ok(exit::DONE), Err)
    }
}

impl Shape {
    fn show(self, datagram: Datagram, bytes: &[u8]) -> Vec<u8> {
        if self.json {
            let mut object = json!({"truncated": datagram.is_truncated()});
            add(&mut object, content(bytes));
            add(&mut object, json!({"length": datagram.length}));
            return format!("{}\n", say::object(object)).into_bytes();
        }
        let mut shown = bytes.to_vec();
        if self.line {
            shown.push(b'\n');
        }
        shown
    }
}

impl Count {
    fn add(&mut self, bytes: usize) {
        self.datagrams += 1;
        self.bytes += bytes as u64;
    }

    fn text(self) -> String {
        let Self { datagrams, bytes } = self;
        let ending = if datagrams == 1 { "" } else { "s" };
        sentence(
            format_args!("{datagrams} datagram{ending} ({bytes} bytes)"),
            format_args!("{datagrams} 个数据报（{bytes} 字节）"),
        )
    }
}

fn too_long(length: usize, most: usize) -> Failure {
    Failure::usage(
        "datagram.too-long",
        format!("a line of {length} bytes or more does not fit into a datagram of {most}"),
        format!("shorten it, or cut the input with --size {most}"),
    )
}
