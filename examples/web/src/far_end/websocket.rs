//! A WebSocket server that sends back what it receives (RFC 6455).

use base64ct::{Base64, Encoding};
use luat_modem::websocket::Key;
use luat_modem::websocket::frame::{Decoder, Header, LONGEST_HEADER, Mask, Opcode};

/// One connection of it.
#[derive(Default)]
pub(super) struct Echo {
    /// Bytes that were read.
    read: usize,
    agreed: bool,
    over: bool,
}

impl Echo {
    /// What it says to all that it was sent so far, in `received`.
    pub(super) fn hear(&mut self, received: &[u8]) -> Vec<u8> {
        let mut said = Vec::new();
        while !self.over {
            let new = received.get(self.read..).unwrap_or(&[]);
            let taken = match self.agreed {
                true => self.frame(new, &mut said),
                false => self.request(new, &mut said),
            };
            match taken {
                Some(n) => self.read += n,
                None => break,
            }
        }
        said
    }

    /// It has closed, or the client does not speak WebSocket.
    pub(super) const fn is_over(&self) -> bool {
        self.over
    }

    fn request(&mut self, new: &[u8], said: &mut Vec<u8>) -> Option<usize> {
        let end = new.windows(4).position(|four| four == b"\r\n\r\n")?;
        let head = String::from_utf8_lossy(new.get(..end)?);
        let key = head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            let is_key = name.eq_ignore_ascii_case("Sec-WebSocket-Key");
            is_key.then(|| value.trim().as_bytes().to_vec())
        });
        let accept = key.and_then(|key| {
            let mut bytes = [0; 16];
            let decoded = Base64::decode(key, &mut bytes).ok()?;
            (decoded.len() == bytes.len()).then(|| Key::of(bytes).accept())
        });
        match accept {
            Some(accept) => {
                let accept = String::from_utf8_lossy(&accept);
                let answer = format!(
                    "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: {accept}\r\n\r\n"
                );
                said.extend(answer.into_bytes());
                self.agreed = true;
            }
            None => {
                said.extend(b"HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n");
                self.over = true;
            }
        }
        Some(end + 4)
    }

    /// Takes a frame that is there as a whole.
    fn frame(&mut self, new: &[u8], said: &mut Vec<u8>) -> Option<usize> {
        let mut decoder = Decoder::new();
        let mut bytes = new.iter().enumerate();
        let (head, header) = loop {
            let (at, byte) = bytes.next()?;
            match decoder.take(*byte) {
                Ok(Some(header)) => break (at + 1, header),
                Ok(None) => {}
                Err(_) => {
                    self.over = true;
                    return None;
                }
            }
        };
        let end = head.checked_add(usize::try_from(header.length).ok()?)?;
        let mut payload = new.get(head..end)?.to_vec();
        if let Some(key) = header.mask {
            Mask::new(key).apply(&mut payload);
        }
        let opcode = match header.opcode {
            Opcode::Ping => Opcode::Pong,
            Opcode::Pong => return Some(end),
            other => other,
        };
        let answer = Header {
            opcode,
            mask: None,
            ..header
        };
        let mut head = [0; LONGEST_HEADER];
        let length = answer.write(&mut head);
        said.extend(head.get(..length)?);
        said.extend(payload);
        self.over |= opcode == Opcode::Close;
        Some(end)
    }
}
