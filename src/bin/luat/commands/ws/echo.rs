//! `luat ws --echo`: each message goes back piece by piece, as suites for clients want it.

use super::asked::{Asked, Chat};
use super::ended::Ended;
use crate::args::Common;
use crate::commands::Outcome;
use crate::exit::{self, Failure};
use crate::manner::either;
use crate::session::Session;
use crate::verdict;
use luat_modem::engine::LinkId;
use luat_modem::supervise;
use luat_modem::websocket::{Change, Piece};
use serde_json::json;

/// Echoes to one server after another.
///
/// # Errors
/// The first server that could not be reached, once all others had their turn. How a connection ended
/// is the server's business.
pub(super) fn run(
    session: &mut Session,
    common: &Common,
    asked: &Asked,
    links: &mut Vec<LinkId>,
) -> Outcome {
    let mut failed = None;
    for client in asked.clients() {
        let mut echo = Echo::new(client?);
        match echo.run(session, common, links)? {
            Ok(ended) => {
                let text = format!(
                    "{}: {}; {} {}, {} {}",
                    echo.to(),
                    ended.text(),
                    echo.messages,
                    either("messages", "条消息"),
                    echo.bytes,
                    either("bytes echoed", "字节已回送")
                );
                let mut fields = ended.fields();
                fields["messages"] = echo.messages.into();
                fields["bytes"] = echo.bytes.into();
                session.say.say(session.now(), "closed", &text, fields);
            }
            Err(failure) => {
                let fields = json!({"code": failure.code});
                let now = session.now();
                session
                    .say
                    .say(now, "connect-failed", &failure.said(), fields);
                failed = failed.or(Some(failure));
            }
        }
    }
    failed.map_or(Ok(exit::DONE), Err)
}

/// One connection whose messages go back.
struct Echo {
    client: Chat,
    /// The piece that goes back, and how much of it went.
    piece: Option<Piece>,
    taken: usize,
    begun: bool,
    buffer: Box<[u8]>,
    messages: u64,
    bytes: u64,
}

impl Echo {
    fn new(client: Chat) -> Self {
        Self {
            client,
            piece: None,
            taken: 0,
            begun: false,
            buffer: vec![0; 8192].into(),
            messages: 0,
            bytes: 0,
        }
    }

    fn to(&self) -> String {
        self.client.request().url().to_string()
    }

    /// Runs until the connection is over, or there is none.
    fn run(
        &mut self,
        session: &mut Session,
        common: &Common,
        links: &mut Vec<LinkId>,
    ) -> Result<Result<Ended, Failure>, Failure> {
        let limit = session.now() + common.timeout;
        let mut connected = false;
        loop {
            let mut moved = session.turn()?;
            let now = session.now();
            while let Some(change) = self.client.advance(&mut session.engine, now) {
                moved = true;
                match change {
                    Change::Connected(_) => connected = true,
                    Change::Link(supervise::Change::Connecting(link)) => {
                        links.clear();
                        links.push(link);
                    }
                    Change::Link(supervise::Change::Failed(failure)) => {
                        return Ok(Err(verdict::not_connected(&self.to(), failure)));
                    }
                    Change::Link(supervise::Change::Refused(error)) => {
                        let advice = "correct the address";
                        return Err(Failure::usage("argument.url", error.to_string(), advice));
                    }
                    Change::Disconnected(code, why) => {
                        let ended = Ended::of(&self.client, code, why);
                        return Ok(ended.refused(&self.to()).map_or(Ok(ended), Err));
                    }
                    _ => {}
                }
            }
            moved |= self.carry(session);
            if !connected && limit <= now {
                return Ok(Err(verdict::no_result(&self.to())));
            }
            if !moved {
                let until = (!connected).then_some(limit);
                session.rest([self.client.deadline(), until].into_iter().flatten().min());
            }
        }
    }

    /// Sends back what came; says whether anything moved.
    fn carry(&mut self, session: &mut Session) -> bool {
        let engine = &mut session.engine;
        let mut moved = false;
        loop {
            let piece = match self.piece {
                Some(piece) => piece,
                None => {
                    let Some(piece) = self.client.recv(engine, &mut self.buffer) else {
                        return moved;
                    };
                    self.taken = 0;
                    self.begun = !piece.first;
                    self.piece = Some(piece);
                    moved = true;
                    piece
                }
            };
            if !self.begun {
                // A message that came at once goes back in one frame.
                let length = piece.last.then_some(piece.length as u64);
                self.begun = self.client.begin(piece.kind, length).is_ok();
            }
            let rest = self
                .buffer
                .get(self.taken..piece.length)
                .unwrap_or_default();
            let sent = match rest {
                [] if piece.last => self.client.finish(engine).map(|()| 0),
                [] => Ok(0),
                rest => self.client.write(engine, rest),
            };
            match sent {
                Ok(n) => {
                    moved = true;
                    self.taken += n;
                    self.bytes += n as u64;
                    if rest.is_empty() {
                        self.messages += u64::from(piece.last);
                        self.piece = None;
                    }
                }
                Err(nb::Error::WouldBlock) => return moved,
                // It is being closed.
                Err(nb::Error::Other(_)) => self.piece = None,
            }
        }
    }
}
