//! Standard input as messages.

use super::args::Ws;
use super::asked::Chat;
use crate::commands::pipe::{Input, PIECE};
use crate::exit::Failure;
use crate::session::Session;
use luat_modem::websocket::{Kind, SendError};

/// A line that is longer begins to go out, as fragments, before its end is here.
const LINE: usize = 64 * 1024;

/// What comes from standard input, message by message.
pub(super) struct Messages {
    input: Input,
    kind: Kind,
    /// What was read and is not gone.
    kept: Vec<u8>,
    /// Where in the input `kept` ends.
    place: u64,
    /// The message at the front of `kept`, once it was begun.
    front: Option<Front>,
    /// The rest of a line whose beginning was lost with its connection is left out.
    skipping: bool,
    /// Messages and bytes that were written.
    pub(super) messages: u64,
    pub(super) bytes: u64,
}

/// A message on its way.
#[derive(Clone, Copy)]
enum Front {
    /// All of it is here: its length, what follows it that is no part of it, and how much is written.
    Whole {
        length: usize,
        end: usize,
        written: usize,
    },
    /// A line whose end is not here.
    Open,
}

impl Messages {
    /// Begins to read.
    pub(super) fn start(task: &Ws) -> Self {
        Self {
            input: Input::start(PIECE),
            kind: if task.binary {
                Kind::Binary
            } else {
                Kind::Text
            },
            kept: Vec::new(),
            place: 0,
            front: None,
            skipping: false,
            messages: 0,
            bytes: 0,
        }
    }

    /// Writes what there is room for; says whether anything moved.
    pub(super) fn send(
        &mut self,
        session: &mut Session,
        client: &mut Chat,
    ) -> Result<bool, Failure> {
        let mut moved = false;
        loop {
            let read = self.kept.len() < LINE && self.read();
            match self.step(session, client) {
                Ok(true) => moved = true,
                Ok(false) if read => moved = true,
                Ok(false) | Err(nb::Error::WouldBlock) => return Ok(moved),
                Err(nb::Error::Other(SendError::NotUtf8)) => {
                    return Err(Failure::usage(
                        "input.utf8",
                        "a line is not UTF-8, which a text must be",
                        "send it with --binary",
                    ));
                }
                Err(nb::Error::Other(_)) => return Ok(moved),
            }
        }
    }

    /// Whether its end has come, and every message before it was written.
    pub(super) fn is_over(&self) -> bool {
        self.kept.is_empty() && self.front.is_none() && self.input.is_over(self.place)
    }

    /// The connection is lost: the message that was not finished begins anew on the next. Says whether
    /// one is lost because its beginning is gone.
    pub(super) fn lose(&mut self) -> bool {
        let lost = matches!(self.front.take(), Some(Front::Open));
        self.skipping |= lost;
        lost
    }

    /// What was read and not written, when all is over.
    pub(super) fn left(&mut self) -> u64 {
        self.input.look_behind();
        self.input.total() - self.place + self.kept.len() as u64
    }

    /// Whether its end is no end but an error.
    pub(super) fn failure(&self) -> Option<Failure> {
        self.input.failure()
    }

    fn read(&mut self) -> bool {
        if !self.input.go_on(self.place) {
            return false;
        }
        self.kept.extend_from_slice(self.input.from(self.place));
        self.place = self.input.total();
        true
    }

    /// One step of one message.
    fn step(&mut self, session: &mut Session, client: &mut Chat) -> nb::Result<bool, SendError> {
        if self.skipping && !self.skip() {
            return Ok(false);
        }
        let Some(front) = self.front else {
            return Ok(self.begin(client)?);
        };
        let engine = &mut session.engine;
        match front {
            Front::Whole {
                length,
                end,
                written,
            } => {
                let rest = self.kept.get(written..length).unwrap_or_default();
                if rest.is_empty() {
                    client.finish(engine)?;
                    self.kept.drain(..end);
                    self.front = None;
                    self.messages += 1;
                    return Ok(true);
                }
                let n = client.write(engine, rest)?;
                self.bytes += n as u64;
                self.front = Some(Front::Whole {
                    length,
                    end,
                    written: written + n,
                });
            }
            Front::Open => {
                let line = line(&self.kept, self.input.is_over(self.place));
                // Behind a CR the end of the line may follow.
                let ready = match line {
                    Some((length, _)) => length,
                    None => self.kept.len() - usize::from(self.kept.ends_with(b"\r")),
                };
                let rest = self.kept.get(..ready).unwrap_or_default();
                if let (true, Some((length, end))) = (rest.is_empty(), line) {
                    client.finish(engine)?;
                    self.kept.drain(..end - length);
                    self.front = None;
                    self.messages += 1;
                    return Ok(true);
                }
                if rest.is_empty() {
                    return Ok(false);
                }
                let n = client.write(engine, rest)?;
                self.bytes += n as u64;
                self.kept.drain(..n);
            }
        }
        Ok(true)
    }

    /// Begins the next message, if there is one.
    fn begin(&mut self, client: &mut Chat) -> Result<bool, SendError> {
        let over = self.input.is_over(self.place);
        let whole = match self.kind {
            Kind::Binary if self.kept.is_empty() => None,
            Kind::Binary => Some((self.kept.len(), self.kept.len())),
            Kind::Text => line(&self.kept, over),
        };
        if let Some((length, end)) = whole {
            client.begin(self.kind, Some(length as u64))?;
            self.front = Some(Front::Whole {
                length,
                end,
                written: 0,
            });
        } else if self.kept.len() >= LINE {
            client.begin(self.kind, None)?;
            self.front = Some(Front::Open);
        } else {
            return Ok(false);
        }
        Ok(true)
    }

    /// Leaves out what is here of a lost line; true once its end came.
    fn skip(&mut self) -> bool {
        match line(&self.kept, self.input.is_over(self.place)) {
            Some((_, end)) => {
                self.kept.drain(..end);
                self.skipping = false;
            }
            None => self.kept.clear(),
        }
        !self.skipping
    }
}

/// The first line of `kept`, if it is whole: its length, and that with its end. `over`: nothing comes
/// behind.
fn line(kept: &[u8], over: bool) -> Option<(usize, usize)> {
    match kept.iter().position(|byte| *byte == b'\n') {
        Some(at) => {
            let line = kept.get(..at).unwrap_or_default();
            Some((line.strip_suffix(b"\r").unwrap_or(line).len(), at + 1))
        }
        None if over && !kept.is_empty() => Some((kept.len(), kept.len())),
        None => None,
    }
}

#[cfg(test)]
mod tests {
    use super::line;

    #[test]
    fn lines_lose_their_ends() {
        assert_eq!(line(b"ab\r\nc", false), Some((2, 4)));
        assert_eq!(line(b"\nc", false), Some((0, 1)));
        assert_eq!(line(b"c", false), None);
        assert_eq!(line(b"c", true), Some((1, 1)));
        assert_eq!(line(b"", true), None);
    }
}
