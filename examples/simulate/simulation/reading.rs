//! What stands where on the wire, read from the undamaged bytes of both directions.
//!
//! It is no part of the driver and shares nothing with it: it tells which damage a driver cannot see.

use super::exchange::Exchange;
use luat_modem::time::Instant;

/// How bytes were damaged.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Blow {
    /// Their number is as before.
    Changed,
    /// Bytes were lost, doubled or added.
    Shifted,
}

/// Damage that no driver can be asked to see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unseen {
    /// In a pushed payload or its header: nothing stands behind it that would have to be in its place.
    /// It may swallow pushes of other links as well.
    Push,
    /// In a payload that was asked for: a changed byte, or damage at two places that may make up for
    /// each other, or in the first such answer since the module started, when its form is not known; in the
    /// command that asks for it.
    Read(usize),
    /// On the way to the module, in `AT+CIPSEND`, its payload, or the filler in its place; in `AT+CIPSPRT`.
    Send,
}

/// Where the stream from the module stands.
#[derive(Debug)]
enum State {
    Text,
    Pushed {
        link: usize,
        left: usize,
    },
    Read {
        link: usize,
        left: usize,
    },
    /// Behind a payload that was asked for, up to its `OK`.
    Trailer {
        link: usize,
    },
}

/// What was said of one link since it was last connected.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct OfLink {
    /// How often it was connected.
    pub(crate) opened: u64,
    /// Bytes of payload.
    pub(crate) given: u64,
    /// What the last `+CIPACK` that came in time told as acknowledged; `None` if one is not known.
    pub(crate) acknowledged: Option<u64>,
}

/// The stream from the module.
#[derive(Debug)]
pub(crate) struct FromModule {
    state: State,
    line: Vec<u8>,
    whole: String,
    /// Damage in the present line, and in the present answer to a read.
    in_line: Vec<Blow>,
    in_read: usize,
    /// An answer to a read came undamaged since the module started.
    pub(crate) learned: bool,
    pub(crate) links: [OfLink; 10],
    unseen: Vec<Unseen>,
}

impl FromModule {
    pub(crate) fn new() -> Self {
        Self {
            state: State::Text,
            line: Vec::new(),
            whole: String::new(),
            in_line: Vec::new(),
            in_read: 0,
            learned: false,
            links: [OfLink::default(); 10],
            unseen: Vec::new(),
        }
    }

    /// The module got power.
    pub(crate) fn forget(&mut self) {
        self.state = State::Text;
        self.line.clear();
        self.in_line.clear();
        self.in_read = 0;
        self.learned = false;
    }

    /// Whether the module asks for a payload.
    pub(crate) fn prompts(&self) -> bool {
        matches!(self.state, State::Text) && self.line.starts_with(b">")
    }

    /// The line outside of payload that ended last.
    pub(crate) fn line(&self) -> String {
        self.whole.clone()
    }

    pub(crate) fn acknowledged(&mut self, link: usize, bytes: Option<u64>) {
        if let Some(link) = self.links.get_mut(link) {
            link.acknowledged = bytes;
        }
    }

    /// The next byte was damaged.
    pub(crate) fn hit(&mut self, blow: Blow) {
        match self.state {
            State::Text => self.in_line.push(blow),
            State::Pushed { .. } => self.unseen.push(Unseen::Push),
            State::Read { link, .. } if blow == Blow::Changed => {
                self.unseen.push(Unseen::Read(link));
            }
            State::Read { link, .. } | State::Trailer { link } => self.hit_read(link),
        }
    }

    fn hit_read(&mut self, link: usize) {
        self.in_read += 1;
        if self.in_read > 1 || !self.learned {
            self.unseen.push(Unseen::Read(link));
        }
    }

    /// Takes the next byte; whether it ended a line outside of payload.
    pub(crate) fn take(&mut self, byte: u8) -> bool {
        match &mut self.state {
            State::Pushed { link, left } => {
                self.links[*link].given += 1;
                *left -= 1;
                if *left == 0 {
                    self.state = State::Text;
                }
                false
            }
            State::Read { link, left } => {
                self.links[*link].given += 1;
                *left -= 1;
                if *left == 0 {
                    self.state = State::Trailer { link: *link };
                }
                false
            }
            State::Text | State::Trailer { .. } => {
                // A line is whole with its CR: nothing that matters can follow.
                let whole = match byte {
                    b'\r' => !self.line.trim_ascii().is_empty(),
                    b'\n' => !self.line.trim_ascii().is_empty() && self.line.last() != Some(&b'\r'),
                    _ => false,
                };
                if whole {
                    self.whole.clear();
                    let text = String::from_utf8_lossy(self.line.trim_ascii());
                    self.whole.push_str(&text);
                    self.note_client();
                }
                self.line.push(byte);
                self.note_opened();
                if byte == b'\n' {
                    self.end_line();
                }
                whole
            }
        }
    }

    pub(crate) fn unseen(&mut self) -> Option<Unseen> {
        self.unseen.pop()
    }

    fn end_line(&mut self) {
        let line = core::mem::take(&mut self.line);
        let text = String::from_utf8_lossy(line.trim_ascii());
        let hits = core::mem::take(&mut self.in_line);
        if text == "RDY" {
            self.learned = false;
        }
        if let State::Trailer { .. } = self.state {
            if text == "OK" {
                self.learned |= self.in_read == 0;
                self.in_read = 0;
                self.state = State::Text;
            }
            return;
        }
        if let Some(header) = text.strip_prefix("+RECEIVE,") {
            if !hits.is_empty() {
                self.unseen.push(Unseen::Push);
            }
            if let [link @ 0..10, left] = numbers(header)[..]
                && left > 0
            {
                self.state = State::Pushed { link, left };
            }
        } else if let Some(header) = text.strip_prefix("+CIPRXGET: 2,")
            && let [link @ 0..10, left, _] = numbers(header)[..]
            && left > 0
        {
            self.in_read = 0;
            self.state = State::Read { link, left };
            hits.iter().for_each(|_| self.hit_read(link));
        }
    }

    /// Some firmware says `CONNECT OK` without an end of the line.
    fn note_opened(&mut self) {
        let text = self.line.strip_suffix(b"CONNECT OK");
        let number = text.and_then(|text| text.trim_ascii_end().strip_suffix(b","));
        if let Some(&[.., digit @ b'0'..=b'9']) = number {
            self.open(usize::from(digit - b'0'));
        }
    }

    fn note_client(&mut self) {
        if let Some((number, text)) = self.whole.split_once(',')
            && let Ok(link @ 0..10) = number.parse::<usize>()
            && text.trim().starts_with("REMOTE IP:")
        {
            self.open(link);
        }
    }

    fn open(&mut self, link: usize) {
        let opened = self.links[link].opened + 1;
        self.links[link] = OfLink {
            opened,
            given: 0,
            acknowledged: Some(0),
        };
    }
}

fn numbers(text: &str) -> Vec<usize> {
    text.trim_end_matches(':')
        .split(',')
        .filter_map(|number| number.trim().parse().ok())
        .collect()
}

/// The stream to the module.
#[derive(Debug, Default)]
pub(crate) struct ToModule {
    line: Vec<u8>,
    hit: bool,
    /// `AT+CIPSEND` was said for so many bytes, and those that are still to come.
    asked: usize,
    left: usize,
    unseen: Vec<Unseen>,
}

impl ToModule {
    pub(crate) fn hit(&mut self) {
        self.hit = true;
        let payload = self.left > 0 || self.asked > 0;
        self.unseen.extend(payload.then_some(Unseen::Send));
    }

    /// `prompted`: the module has asked for the payload.
    pub(crate) fn take(&mut self, byte: u8, prompted: bool, exchange: &mut Exchange, now: Instant) {
        if self.asked > 0 && prompted && self.line.is_empty() {
            self.left = core::mem::take(&mut self.asked);
            self.unseen.extend(self.hit.then_some(Unseen::Send));
        }
        if self.left > 0 {
            self.left -= 1;
            self.hit &= self.left > 0;
            return exchange.pays(now);
        }
        if self.line.is_empty() && !b"\r\n".contains(&byte) {
            exchange.begins(now, byte);
        }
        self.line.push(byte);
        if byte != b'\n' {
            return;
        }
        let line = core::mem::take(&mut self.line);
        let line = String::from_utf8_lossy(line.trim_ascii()).into_owned();
        // What stands before it is a payload that a header with a wrong length made look like lines.
        let line = line
            .rfind("AT+")
            .map_or(line.clone(), |at| line[at..].into());
        let hit = core::mem::take(&mut self.hit);
        if line.is_empty() {
            // Of the filler that ends a data phase.
            self.unseen.extend(hit.then_some(Unseen::Send));
            return;
        }
        exchange.ends(now, &line);
        self.asked = 0;
        if let Some(arguments) = line.strip_prefix("AT+CIPSEND=") {
            let length = arguments.rsplit(',').next();
            self.asked = length.and_then(|n| n.parse().ok()).unwrap_or(0);
            self.unseen.extend(hit.then_some(Unseen::Send));
            if exchange.is_bare() {
                self.left = core::mem::take(&mut self.asked);
            }
        } else if hit && line.starts_with("AT+CIPSPRT=") {
            self.unseen.push(Unseen::Send);
        } else if let Some(&[link, _]) = line.strip_prefix("AT+CIPRXGET=2,").map(numbers).as_deref()
            && hit
        {
            // Less than a datagram may have been asked for.
            self.unseen.push(Unseen::Read(link));
        }
    }

    pub(crate) fn unseen(&mut self) -> Option<Unseen> {
        self.unseen.pop()
    }
}
