//! One connection, or one after another: standard input goes out, what comes goes to standard output.

use super::args::Ws;
use super::asked::{Asked, Chat};
use super::ended::Ended;
use super::input::Messages;
use super::shown::Shape;
use crate::args::Common;
use crate::commands::Outcome;
use crate::commands::pipe::Output;
use crate::exit::{self, Failure};
use crate::manner::{either, sentence};
use crate::session::Session;
use crate::verdict;
use luat_modem::engine::LinkId;
use luat_modem::supervise;
use luat_modem::time::{Duration, Instant};
use luat_modem::websocket::{Change, CloseCode};
use serde_json::json;

/// So often is looked whether the end has come, once it is due.
const TICK: Duration = Duration::from_millis(10);

pub(super) fn run(
    session: &mut Session,
    common: &Common,
    task: &Ws,
    asked: &Asked,
    links: &mut Vec<LinkId>,
) -> Outcome {
    for client in asked.clients() {
        let client = client?;
        let mut talk = Talk {
            to: client.request().url().to_string(),
            client,
            reconnects: task.reconnect.is_some(),
            limit: session.now() + common.timeout,
            connected: false,
            shape: match (common.json, task.binary) {
                (true, _) => Shape::Json,
                (false, true) => Shape::Raw,
                (false, false) => Shape::Lines,
            },
            wait: task.wait,
            json: common.json,
            input: Messages::start(task),
            output: Output::start(),
            buffer: vec![0; 4096].into(),
            kept: Vec::new(),
            came: (0, 0),
            heard: session.now(),
            closing: false,
        };
        if let Some(ended) = talk.run(session, links)? {
            talk.output.finish(session)?;
            talk.conclude(session, &ended)?;
        }
    }
    Ok(exit::DONE)
}

/// Messages both ways.
struct Talk {
    client: Chat,
    to: String,
    reconnects: bool,
    /// Until when the first connection is to be there.
    limit: Instant,
    connected: bool,
    shape: Shape,
    wait: Duration,
    json: bool,
    input: Messages,
    output: Output,
    buffer: Box<[u8]>,
    kept: Vec<u8>,
    /// Messages and bytes that came.
    came: (u64, u64),
    /// When something last moved.
    heard: Instant,
    /// We close the connection.
    closing: bool,
}

impl Talk {
    /// Runs until the last connection is over; `None`: nobody reads stdout any more.
    fn run(
        &mut self,
        session: &mut Session,
        links: &mut Vec<LinkId>,
    ) -> Result<Option<Ended>, Failure> {
        loop {
            let mut moved = session.turn()?;
            let now = session.now();
            while let Some(change) = self.client.advance(&mut session.engine, now) {
                moved = true;
                if let Some(ended) = self.heed(session, change, links)? {
                    return Ok(Some(ended));
                }
            }
            let carried = self.receive(session) | self.send(session)?;
            if carried {
                self.heard = session.now();
            }
            if self.output.is_gone()? {
                return Ok(None);
            }
            if !self.connected && self.limit <= now {
                return Err(verdict::no_result(&self.to));
            }
            let quiet = self.quiet(session);
            if !moved && !carried {
                let limit = (!self.connected).then_some(self.limit);
                let dues = [self.client.deadline(), quiet, limit];
                session.rest(dues.into_iter().flatten().min());
            }
        }
    }

    /// Tells what changed; how the last connection ended.
    fn heed(
        &mut self,
        session: &Session,
        change: Change<'static>,
        links: &mut Vec<LinkId>,
    ) -> Result<Option<Ended>, Failure> {
        let (now, say) = (session.now(), session.say);
        match change {
            Change::Connected(subprotocol) => {
                self.connected = true;
                self.heard = now;
                let mut text = format!("{} {}", either("connected to", "已连上"), self.to);
                if let Some(name) = subprotocol {
                    text += &format!(" ({name})");
                }
                let fields = json!({"to": self.to, "subprotocol": subprotocol});
                say.say(now, "connected", &text, fields);
            }
            Change::Sent(n) if self.json => {
                let text = format!(
                    "{n} {}",
                    either("messages were acknowledged", "条消息已确认")
                );
                say.say(now, "acknowledged", &text, json!({"messages": n}));
            }
            Change::Disconnected(code, why) => {
                let ended = Ended::of(&self.client, code, why);
                if !self.reconnects || self.closing {
                    self.connected = true;
                    return Ok(Some(ended));
                }
                let lost = if self.input.lose() {
                    either("; a long line was cut and is lost", "；一个长行被截断丢失")
                } else {
                    ""
                };
                let again = either("; connecting again", "；正在重连");
                let text = format!("{}{lost}{again}", ended.text());
                say.say(now, "disconnected", &text, ended.fields());
            }
            Change::Link(supervise::Change::Connecting(link)) => {
                links.clear();
                links.push(link);
            }
            Change::Link(supervise::Change::Failed(failure)) => {
                let failure = verdict::not_connected(&self.to, failure);
                if !self.reconnects {
                    return Err(failure);
                }
                let fields = json!({"code": failure.code});
                say.say(now, "connect-failed", &failure.said(), fields);
            }
            Change::Link(supervise::Change::Refused(error)) => {
                let advice = "correct the address";
                return Err(Failure::usage("argument.url", error.to_string(), advice));
            }
            _ => {}
        }
        Ok(None)
    }

    fn receive(&mut self, session: &mut Session) -> bool {
        let mut any = false;
        while self.output.takes()
            && let Some(piece) = self.client.recv(&mut session.engine, &mut self.buffer)
        {
            let bytes = self.buffer.get(..piece.length).unwrap_or_default();
            self.came.0 += u64::from(piece.last);
            self.came.1 += piece.length as u64;
            if piece.first {
                // What came of a message whose connection was lost is no part of this one.
                self.kept.clear();
            }
            let shown = self.shape.show(piece, bytes, &mut self.kept);
            if !shown.is_empty() {
                self.output.give(shown);
            }
            any = true;
        }
        any
    }

    fn send(&mut self, session: &mut Session) -> Result<bool, Failure> {
        if !self.client.is_open() {
            return Ok(false);
        }
        self.input.send(session, &mut self.client)
    }

    /// Closes the connection when all is sent and nothing has come for long enough. Says when that
    /// will be.
    fn quiet(&mut self, session: &mut Session) -> Option<Instant> {
        let link = self.client.link()?;
        let engine = &mut session.engine;
        if self.closing || !self.client.is_open() || !self.input.is_over() {
            return None;
        }
        if engine.flushed(link).is_err() {
            return None;
        }
        // Pongs come too, so that not everything that moves is something to wait for.
        let comes = engine.is_readable(link) || session.awaits(link);
        let now = session.now();
        let until = self.heard + self.wait;
        if now < until || !self.output.takes() || comes {
            return Some(until.max(now + TICK));
        }
        self.closing = true;
        // An open connection takes a close.
        let engine = &mut session.engine;
        let _ = self.client.close(engine, now, CloseCode::NORMAL, "");
        None
    }

    fn conclude(&mut self, session: &Session, ended: &Ended) -> Result<(), Failure> {
        let left = self.input.left();
        let (end, (came, heard)) = (ended.text(), self.came);
        let (gone, said) = (self.input.messages, self.input.bytes);
        let text = sentence(
            format_args!(
                "{end}; {gone} messages ({said} bytes) out, {came} messages ({heard} bytes) in"
            ),
            format_args!(
                "{end}；发出 {gone} 条消息（{said} 字节），收到 {came} 条（{heard} 字节）"
            ),
        );
        let mut fields = ended.fields();
        fields["out"] = json!({"messages": self.input.messages, "bytes": self.input.bytes});
        fields["in"] = json!({"messages": self.came.0, "bytes": self.came.1});
        fields["unsent"] = left.into();
        session.say.say(session.now(), "closed", &text, fields);
        if let Some(failure) = ended.refused(&self.to) {
            return Err(failure);
        }
        if !ended.is_orderly() {
            return Err(ended.failure());
        }
        if left > 0 {
            let (code, advice) = verdict::ended(luat_modem::engine::CloseReason::Peer);
            let what = format!("{}: {left} bytes of the input were not sent", ended.text());
            return Err(Failure::new(exit::NETWORK, code, what, advice));
        }
        self.input.failure().map_or(Ok(()), Err)
    }
}
