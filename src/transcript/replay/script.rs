//! What the host said, taken apart: lines, and the payload behind those that send.

use crate::at::recognise;
use crate::engine::Transport;
use crate::transcript::{Entry, EntryKind};
use crate::wire::Fields;
use std::{string::String, vec::Vec};

/// A byte to the module: the entry it stands in, and where there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Spot {
    pub(super) entry: usize,
    pub(super) offset: usize,
}

/// A line that the host sent.
#[derive(Clone, Debug)]
pub(super) struct Said {
    pub(super) start: Spot,
    /// With its end of line.
    pub(super) line: Vec<u8>,
    pub(super) order: Order,
}

/// What a line orders.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Order {
    Connect {
        link: u8,
        transport: Transport,
        host: String,
        port: u16,
    },
    Send {
        link: u8,
        length: usize,
        /// What went out behind the prompt; empty if there was no prompt.
        payload: Vec<u8>,
    },
    Close {
        link: u8,
        quick: bool,
    },
    Acknowledged(u8),
    /// `AT+CIPRXGET=2,n,…`
    Read(u8),
    Other,
}

/// Every line of the host, in order.
pub(super) fn script(entries: &[Entry]) -> Vec<Said> {
    let mut reader = Reader {
        entries,
        spot: Spot {
            entry: 0,
            offset: 0,
        },
    };
    let mut script = Vec::new();
    while let Some(said) = reader.said() {
        script.push(said);
    }
    script
}

impl Said {
    /// Which bytes of the line stand for any byte: the stars of a masked secret.
    pub(super) fn masked(&self) -> Vec<bool> {
        let secret = core::str::from_utf8(&self.line).is_ok_and(recognise::is_secret);
        let mut quoted = false;
        let hides = |&byte: &u8| {
            quoted ^= byte == b'"';
            secret && quoted && byte == b'*'
        };
        self.line.iter().map(hides).collect()
    }
}

struct Reader<'t> {
    entries: &'t [Entry],
    spot: Spot,
}

impl Reader<'_> {
    fn said(&mut self) -> Option<Said> {
        self.skip_to_byte()?;
        let start = self.spot;
        let mut line = Vec::new();
        while let Some(byte) = self.next() {
            line.push(byte);
            // A CR ends it, with the LF if one follows.
            let more = self.byte_here();
            if byte == b'\n' || byte == b'\r' && more != Some(b'\n') {
                break;
            }
        }
        let mut order = Order::of(&line);
        if let Order::Send {
            length, payload, ..
        } = &mut order
            && self.prompted()
        {
            *payload = core::iter::from_fn(|| self.next()).take(*length).collect();
        }
        Some(Said { start, line, order })
    }

    /// The next byte that the host sent.
    fn next(&mut self) -> Option<u8> {
        self.skip_to_byte()?;
        let byte = self.byte_here();
        self.spot.offset = self.spot.offset.saturating_add(1);
        byte
    }

    fn byte_here(&self) -> Option<u8> {
        match &self.entries.get(self.spot.entry)?.kind {
            EntryKind::ToModule(bytes) => bytes.get(self.spot.offset).copied(),
            EntryKind::FromModule(_) | EntryKind::Expect(_) | EntryKind::Comment(_) => None,
        }
    }

    fn skip_to_byte(&mut self) -> Option<()> {
        while self.byte_here().is_none() {
            self.spot.entry = self.spot.entry.saturating_add(1);
            self.spot.offset = 0;
            self.entries.get(self.spot.entry)?;
        }
        Some(())
    }

    /// Whether the module asks for data before the host sends more.
    fn prompted(&self) -> bool {
        if self.byte_here().is_some() {
            return false;
        }
        let mut heard = Vec::from(*b"\n");
        for entry in self.entries.iter().skip(self.spot.entry.saturating_add(1)) {
            match &entry.kind {
                EntryKind::FromModule(bytes) => heard.extend_from_slice(bytes),
                EntryKind::ToModule(_) => break,
                EntryKind::Expect(_) | EntryKind::Comment(_) => {}
            }
        }
        heard.windows(2).any(|two| two == b"\n>")
    }
}

impl Order {
    fn of(line: &[u8]) -> Self {
        Self::read(line.trim_ascii()).unwrap_or(Self::Other)
    }

    fn read(line: &[u8]) -> Option<Self> {
        if let Some(mut fields) = Fields::of(line, "AT+CIPSTART=") {
            return Some(Self::Connect {
                link: fields.byte()?,
                transport: match fields.text()? {
                    "TCP" => Transport::Tcp,
                    "UDP" => Transport::Udp,
                    _ => return None,
                },
                host: fields.text()?.into(),
                port: fields.short()?,
            });
        }
        if let Some(mut fields) = Fields::of(line, "AT+CIPSEND=") {
            return Some(Self::Send {
                link: fields.byte()?,
                length: usize::from(fields.short()?),
                payload: Vec::new(),
            });
        }
        if let Some(mut fields) = Fields::of(line, "AT+CIPCLOSE=") {
            let link = fields.byte()?;
            let quick = fields.byte() == Some(1);
            return Some(Self::Close { link, quick });
        }
        if let Some(mut fields) = Fields::of(line, "AT+CIPRXGET=2,") {
            return fields.byte().map(Self::Read);
        }
        let mut fields = Fields::of(line, "AT+CIPACK=")?;
        fields.byte().map(Self::Acknowledged)
    }
}

/// Whether a line can be an order of the user to the module alone, past the driver's links.
pub(super) fn is_plain(line: &[u8]) -> bool {
    let line = line.trim_ascii_end();
    !line.is_empty() && !line.starts_with(b"AT+CIPSEND")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transcript::Transcript;

    #[test]
    fn payload_is_no_line() {
        let transcript = Transcript::parse(
            "luat-transcript 1\n\n> \"AT+CIPSTART=2,\\\"TCP\\\",\\\"a.test\\\",7\\r\\n\"\n< \"\\r\\nOK\\r\\n\"\n\
             > \"AT+CIPSEND=2,12\\r\\n\"\n< \"\\r\\n> \"\n> \"AT+CIP\"\n> \"CLOSE\\n\"\n\
             > \"AT+CIPSEND=2,5\\r\\n\"\n< \"\\r\\nERROR\\r\\n\"\n> \"AT+CIPCLOSE=2,1\\r\"\n> \"AT+CSQ\\r\\n\"\n",
        )
        .unwrap();
        let said = script(&transcript.entries);
        let orders: Vec<_> = said.iter().map(|said| said.order.clone()).collect();
        let send = |length, payload: &[u8]| Order::Send {
            link: 2,
            length,
            payload: payload.to_vec(),
        };
        assert_eq!(
            orders,
            [
                Order::Connect {
                    link: 2,
                    transport: Transport::Tcp,
                    host: "a.test".into(),
                    port: 7
                },
                send(12, b"AT+CIPCLOSE\n"),
                send(5, b""),
                Order::Close {
                    link: 2,
                    quick: true
                },
                Order::Other,
            ]
        );
        assert_eq!(said[4].line, b"AT+CSQ\r\n");
    }
}
