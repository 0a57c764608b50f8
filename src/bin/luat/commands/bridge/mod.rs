//! `luat bridge --serial DEVICE tcp|udp|ws …`: a second serial port and a server, joined.

pub(crate) mod args;

use super::Outcome;
use super::links;
use super::ws::Randomness;
use crate::args::Common;
use crate::exit::{self, Failure};
use crate::manner::{either, sentence};
use crate::port::{Port, Serial};
use crate::say::Say;
use crate::session::Session;
use crate::verdict;
use args::{Bridge, To};
use luat_modem::engine::{LinkId, Transport};
use luat_modem::passthrough::{
    Change, Escape, FarEnd, Full, Loss, Messages, Passthrough, Settings, Tally, Why,
};
use luat_modem::supervise::{self, Heartbeat, Payload, Persistent, Policy};
use luat_modem::time::Duration;
use luat_modem::websocket::{Client, Request, Url};
use serde_json::{Value, json};
use std::io;

/// The serial port is looked at so often.
const TICK: Duration = Duration::from_millis(2);

/// What a read of the serial port brings.
const PIECE: usize = 4096;

pub(crate) fn run(common: &'static Common, task: &'static Bridge) -> Outcome {
    let far = Far::of(task)?;
    let keep = usize::try_from(task.keep).unwrap_or(usize::MAX);
    if !(256..=64 << 20).contains(&keep) {
        let what = format!("{keep} bytes cannot be kept");
        let advice = "give --keep between 256 bytes and 64M";
        return Err(Failure::usage("argument.keep", what, advice));
    }
    let line = Port::open(common)?;
    let mut session = Session::new(common, line, Say::result(common.json))?;
    if session.port.is_rehearsal() {
        session.ready(session.now() + common.timeout)?;
        return Ok(exit::DONE);
    }
    let serial = Serial::open(&task.serial, task.serial_baud, task.serial_rts_cts)?;
    let settings = settings(task, serial.holds_back());
    let (mut kept, mut read) = (vec![0; keep], vec![0; PIECE]);
    let mut links = Vec::new();
    let outcome = match far {
        Far::Link(link) => Joined {
            through: Passthrough::new(*link, settings, &mut kept, &mut read),
            serial,
            name: task.serial.display().to_string(),
        }
        .run(&mut session, &mut links),
        Far::Messages(messages) => Joined {
            through: Passthrough::new(*messages, settings, &mut kept, &mut read),
            serial,
            name: task.serial.display().to_string(),
        }
        .run(&mut session, &mut links),
    };
    session.leave(&links, Duration::from_secs(2));
    outcome
}

/// What is at the far end.
enum Far {
    Link(Box<Persistent<'static>>),
    Messages(Box<Messages<'static, Randomness>>),
}

impl Far {
    fn of(task: &'static Bridge) -> Result<Self, Failure> {
        let link = |to: &'static str, transport| {
            let (host, port) = links::address(to)?;
            let mut link = Persistent::new("bridge", transport, host, port, policy(task));
            if let Some(beat) = &task.heartbeat {
                let every =
                    Duration::from_millis(beat.every.as_millis().try_into().unwrap_or(u64::MAX));
                link =
                    link.with_heartbeat(Heartbeat::new(Payload::Bytes(&beat.bytes)).every(every));
            }
            Ok(Self::Link(Box::new(link)))
        };
        match &task.to {
            To::Tcp { to } => link(to, Transport::Tcp),
            To::Udp { to } => link(to, Transport::Udp),
            To::Ws { to, text } => {
                let wrong = |what: String| {
                    Failure::usage("argument.url", what, "write it like ws://example.com/chat")
                };
                let url = Url::parse(to).map_err(|error| wrong(format!("{to}: {error}")))?;
                if url.is_secure() {
                    return Err(wrong(format!("{to}: a bridge has no TLS")));
                }
                let client = Client::new("bridge", Request::new(url), 0, Randomness::of_system());
                let client = client.map_err(|error| wrong(error.to_string()))?;
                let messages = Messages::new(client.with_policy(policy(task)));
                let messages = if *text { messages.as_texts() } else { messages };
                Ok(Self::Messages(Box::new(messages)))
            }
        }
    }
}

/// Tries again and again, without a remedy: whoever watches decides about the module.
fn policy(task: &Bridge) -> Policy<'static> {
    let mut policy = Policy::new().with_ladder(&[]);
    policy.pause = task.pause;
    policy.round_pause = task.pause;
    policy.rest = Some(task.pause);
    policy
}

fn settings(task: &'static Bridge, holds_back: bool) -> Settings<'static> {
    let mut settings = Settings::new();
    settings.gap = (!task.gap.is_zero()).then_some(task.gap);
    settings.longest = task.length;
    settings.delimiter = &task.delimiter;
    settings.full = if holds_back { Full::Hold } else { Full::Drop };
    settings.escape = task.escape.then(Escape::new);
    settings
}

/// A serial port and a server.
struct Joined<'p, F> {
    through: Passthrough<'p, F>,
    serial: Serial,
    name: String,
}

impl<F: FarEnd> Joined<'_, F> {
    fn run(&mut self, session: &mut Session, links: &mut Vec<LinkId>) -> Outcome {
        let outcome = self.carry(session, links);
        let tally = self.through.tally();
        let Tally {
            received,
            sent,
            kept,
            delivered,
            ..
        } = tally;
        let Tally {
            dropped,
            in_doubt,
            cut,
            connections,
            ..
        } = tally;
        let text = sentence(
            format_args!("{tally}"),
            format_args!(
                "收到 {received}，发出 {sent}，暂存 {kept}，送达 {delivered}；丢弃 {dropped}，存疑 {in_doubt}，截断 {cut}；{connections} 次连接"
            ),
        );
        session
            .say
            .say(session.now(), "tally", &text, counts(tally));
        outcome
    }

    /// Runs until Ctrl-C, the escape, or the end of the serial port.
    fn carry(&mut self, session: &mut Session, links: &mut Vec<LinkId>) -> Outcome {
        loop {
            let mut moved = session.turn()?;
            moved |= self.read(session)?;
            let now = session.now();
            while let Some(change) = self.through.advance(&mut session.engine, now) {
                moved = true;
                match change {
                    Change::Escaped => return Ok(exit::DONE),
                    Change::Link(supervise::Change::Connecting(link)) => *links = vec![link],
                    change => tell(session, change)?,
                }
            }
            moved |= self.write()?;
            if !moved {
                session.rest(Some(now + TICK));
            }
        }
    }

    fn read(&mut self, session: &Session) -> Result<bool, Failure> {
        let mut piece = [0; PIECE];
        let room = self.through.room().min(PIECE);
        if room == 0 {
            return Ok(false);
        }
        let n = self.serial.read(piece.get_mut(..room).unwrap_or_default());
        let n = n.map_err(|error| self.gone(&error))?;
        self.through
            .receive(session.now(), piece.get(..n).unwrap_or_default());
        Ok(n > 0)
    }

    fn write(&mut self) -> Result<bool, Failure> {
        let outgoing = self.through.outgoing();
        if outgoing.is_empty() {
            return Ok(false);
        }
        let n = self.serial.write(outgoing);
        let n = n.map_err(|error| self.gone(&error))?;
        self.through.sent(n);
        Ok(n > 0)
    }

    fn gone(&self, error: &io::Error) -> Failure {
        let what = format!("{} went away: {error}", self.name);
        Failure::new(
            exit::PORT,
            "port.gone",
            what,
            "look at the cable, then start again",
        )
    }
}

fn tell(session: &Session, change: Change) -> Result<(), Failure> {
    let (kind, text, fields) = match change {
        Change::Connected => (
            "connected",
            either("connected", "已连上").to_owned(),
            json!({}),
        ),
        Change::Lost(loss) => (
            "lost",
            sentence(
                format_args!("{loss}"),
                format_args!(
                    "{}；暂存 {} 字节，自第 {} 字节起 {} 字节存疑",
                    ended(&loss),
                    loss.kept,
                    loss.from,
                    loss.in_doubt
                ),
            ),
            json!({"in_doubt": loss.in_doubt, "from": loss.from, "kept": loss.kept}),
        ),
        Change::Dropped(n) => {
            let what = either(
                "bytes of the serial port were dropped",
                "字节的串口数据被丢弃",
            );
            let text = format!("{n} {what}");
            ("dropped", text, json!({"bytes": n}))
        }
        Change::Cut(n) => {
            let what = either("bytes of a datagram were dropped", "字节的数据报被丢弃");
            let text = format!("{n} {what}");
            ("cut", text, json!({"bytes": n}))
        }
        Change::Link(supervise::Change::Failed(failure)) => {
            let failure = verdict::not_connected("the server", failure);
            (
                "connect-failed",
                failure.said(),
                json!({"code": failure.code}),
            )
        }
        Change::Link(supervise::Change::Refused(error)) => {
            let advice = "correct the address";
            return Err(Failure::usage(
                "argument.address",
                error.to_string(),
                advice,
            ));
        }
        _ => return Ok(()),
    };
    session.say.say(session.now(), kind, &text, fields);
    Ok(())
}

/// Why the connection ended.
fn ended(loss: &Loss) -> String {
    match (loss.why, loss.closed) {
        (Why::Link, Some(closed)) => verdict::reason(closed.reason),
        (Why::Link, None) => "连接结束".to_owned(),
        (why, _) => why.to_string(),
    }
}

fn counts(tally: Tally) -> Value {
    json!({
        "received": tally.received, "sent": tally.sent, "kept": tally.kept,
        "delivered": tally.delivered, "dropped": tally.dropped, "in_doubt": tally.in_doubt,
        "cut": tally.cut, "connections": tally.connections, "losses": tally.losses,
    })
}
