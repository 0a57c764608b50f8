//! What the host said, taken apart: lines, and the payload behind those that send.

use crate::at::recognise;
use crate::engine::Transport;
use crate::transcript::{Entry, EntryKind};
use crate::wire::Fields;
use std::{string::String, vec, vec::Vec};

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
        /// What went out, behind the prompt or without one; empty if nothing did.
        payload: Vec<u8>,
    },
    Close {
        link: u8,
        quick: bool,
    },
    Acknowledged(u8),
    /// `AT+CIPSPRT=…`: whether pieces go out behind a prompt.
    Prompting(bool),
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
        bare: false,
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
    /// Prompts are switched off.
    bare: bool,
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
        match &mut order {
            Order::Prompting(on) => self.bare = !*on,
            Order::Send {
                length, payload, ..
            } => *payload = self.payload(*length),
            _ => {}
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

    /// What goes out of a piece of `length` bytes. Where empty lines stand in its place, it held what a
    /// module may take for a command.
    fn payload(&mut self, length: usize) -> Vec<u8> {
        if self.bare {
            return core::iter::from_fn(|| self.next()).take(length).collect();
        }
        if self.byte_here().is_some() {
            return Vec::new();
        }
        let heard = self.heard();
        let prompted = heard.windows(2).any(|two| two == b"\n>");
        if !prompted {
            let refused = heard.windows(5).any(|five| five == b"ERROR");
            match self.byte_ahead() {
                Some(b'\r') if !refused => return vec![b'A'; length],
                // A command.
                None | Some(b'A' | b'a' | b'+') => return Vec::new(),
                _ if refused => return Vec::new(),
                _ => {}
            }
        }
        let mut payload: Vec<_> = core::iter::from_fn(|| self.next()).take(length).collect();
        let next = self.byte_here().or_else(|| self.byte_ahead());
        if prompted && matches!(next, Some(b'\r' | b'\n')) {
            // Its end are empty lines, of which there are more than the module waits for.
            let ends = payload.iter().rev();
            let ends = ends.take_while(|byte| matches!(byte, b'\r' | b'\n'));
            let rest = payload.len().saturating_sub(ends.count());
            payload.iter_mut().skip(rest).for_each(|byte| *byte = b'A');
        }
        payload
    }

    /// What the module says before the host sends more.
    fn heard(&self) -> Vec<u8> {
        let mut heard = Vec::from(*b"\n");
        for entry in self.entries.iter().skip(self.spot.entry.saturating_add(1)) {
            match &entry.kind {
                EntryKind::FromModule(bytes) => heard.extend_from_slice(bytes),
                EntryKind::ToModule(_) => break,
                EntryKind::Expect(_) | EntryKind::Comment(_) => {}
            }
        }
        heard
    }

    /// The first byte of the next entry that the host sent.
    fn byte_ahead(&self) -> Option<u8> {
        let mut ahead = self.entries.iter().skip(self.spot.entry.saturating_add(1));
        ahead.find_map(|entry| match &entry.kind {
            EntryKind::ToModule(bytes) => bytes.first().copied(),
            EntryKind::FromModule(_) | EntryKind::Expect(_) | EntryKind::Comment(_) => None,
        })
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
        if let Some(mut fields) = Fields::of(line, "AT+CIPSPRT=") {
            return fields.byte().map(|prompt| Self::Prompting(prompt != 0));
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

    #[test]
    fn where_prompts_are_off_all_that_follows_is_payload() {
        let transcript = Transcript::parse(
            "luat-transcript 1\n\n> \"AT+CIPSPRT=0\\r\\n\"\n< \"\\r\\nOK\\r\\n\"\n\
             > \"AT+CIPSEND=2,4\\r\\n\"\n> \"ABCDAT+CSQ\\r\\n\"\n> \"AT+CIPSPRT=1\\r\\n\"\n\
             > \"AT+CIPSEND=2,4\\r\\n\"\n> \"AT\\r\\n\"\n",
        )
        .unwrap();
        let said = script(&transcript.entries);
        let orders: Vec<_> = said.iter().map(|said| said.order.clone()).collect();
        let send = |payload: &[u8]| Order::Send {
            link: 2,
            length: 4,
            payload: payload.to_vec(),
        };
        let (off, on) = (Order::Prompting(false), Order::Prompting(true));
        assert_eq!(
            orders,
            [
                off,
                send(b"ABCD"),
                Order::Other,
                on,
                send(b""),
                Order::Other
            ]
        );
    }

    #[test]
    fn a_piece_goes_out_without_a_prompt_or_empty_lines_in_its_place() {
        for (what, payload) in [
            ("> \"{12}\"\n", &b"{12}"[..]),
            ("> \"{1\"\n> \"2}\\r\\n\"\n", b"{12}"),
            ("< \"\\r\\nRDY\\r\\n\"\n> \"{12}\"\n", b"{12}"),
            ("> \"\\r\\n\\r\\n\\r\\n\"\n", b"AAAA"),
            ("< \"\\r\\n> \"\n> \"AT\\r\\n\\r\\n\"\n", b"ATAA"),
            ("> \"AT\\r\\n\"\n", b""),
            ("< \"\\r\\nERROR\\r\\n\"\n> \"\\r\\n\"\n", b""),
            ("", b""),
        ] {
            let head = "luat-transcript 1\n\n> \"AT+CIPSEND=2,4\\r\\n\"\n";
            let transcript = Transcript::parse(&std::format!("{head}{what}")).unwrap();
            let sent = Order::Send {
                link: 2,
                length: 4,
                payload: payload.to_vec(),
            };
            assert_eq!(script(&transcript.entries)[0].order, sent, "{what}");
        }
    }
}
