//! What passes on the line: every line in words, the watch that draws conclusions, the transcript.

mod tape;

use crate::text::readable;
use crate::words::{both, each};
use luat_modem::at::recognise::{Recognised, describe, expect_of, recognise, recognise_unasked};
use luat_modem::at::socket::ReadHeader;
use luat_modem::diagnosis::Watch;
use luat_modem::time::{Duration, Instant};
use luat_modem::transcript::Redactor;
use luat_modem::wire::{End, Fields};
use serde_json::{Value, json};
use std::collections::VecDeque;
use tape::Recording;

/// The longest line that is kept whole.
const LONGEST: usize = 1024;

/// Lines that are kept as evidence.
const KEPT: usize = 4096;

/// Both ways of the line.
pub(crate) struct Passing {
    to_module: Vec<u8>,
    from_module: Vec<u8>,
    /// The module waits for data, or gets it; so much has come.
    data: Option<usize>,
    /// Bytes of data that the module announced, and how many of them are to come.
    announced: (usize, usize),
    /// The last command, and whether its result is still to come.
    asked: String,
    asked_at: u32,
    in_flight: bool,
    /// Nothing came since it was sent.
    fresh: bool,
    /// The number of the last line.
    place: u32,
    lines: VecDeque<Line>,
    heard_at: Instant,
    watch: Watch,
    recording: Recording,
    told: Vec<Value>,
}

/// A line that passed.
struct Line {
    place: u32,
    /// The place of the command that it answers; its own if it answers none.
    asked: u32,
    text: String,
}

/// After such a pause a line that is not text is not waited for any longer.
const PAUSE: Duration = Duration::from_millis(100);

impl Passing {
    pub(crate) fn new(now: Instant, source: &str) -> Self {
        Self {
            to_module: Vec::new(),
            from_module: Vec::new(),
            data: None,
            announced: (0, 0),
            asked: String::new(),
            asked_at: 0,
            in_flight: false,
            fresh: false,
            place: 0,
            lines: VecDeque::new(),
            heard_at: now,
            watch: Watch::new(),
            recording: Recording::new(now, source),
            told: Vec::new(),
        }
    }

    /// The host sent `bytes`.
    pub(crate) fn sent(&mut self, now: Instant, bytes: &[u8]) {
        self.recording.sent(now, bytes);
        if let Some(data) = &mut self.data {
            *data += bytes.len();
            return;
        }
        for &byte in bytes {
            if byte == b'\r' || byte == b'\n' || self.to_module.len() >= LONGEST {
                let line = std::mem::take(&mut self.to_module);
                if !line.is_empty() {
                    self.command(now, &line);
                }
            } else {
                self.to_module.push(byte);
            }
        }
    }

    /// The module sent `bytes`.
    pub(crate) fn received(&mut self, now: Instant, bytes: &[u8]) {
        self.recording.received(now, bytes);
        self.heard_at = now;
        for &byte in bytes {
            let (all, left) = &mut self.announced;
            if *left > 0 {
                *left -= 1;
                if *left == 0 {
                    let all = std::mem::take(all);
                    self.data_passed(now, "from", all);
                }
                continue;
            }
            match byte {
                b'\r' | b'\n' => self.end_line(now),
                byte => self.from_module.push(byte),
            }
            if self.from_module.len() >= LONGEST {
                self.end_line(now);
            }
            if self.from_module == b">" && self.is_prompted() {
                self.from_module.clear();
                self.to_module.clear();
                self.data = Some(0);
                self.fresh = false;
                self.heard(now, b">", "prompt", false);
            }
        }
    }

    /// Time passes: what is no text has no end that could be waited for.
    pub(crate) fn advance(&mut self, now: Instant) {
        if now.since(self.heard_at) >= PAUSE && is_noise(&self.from_module) {
            self.end_line(now);
        }
    }

    /// What is known by now.
    pub(crate) fn watch(&self) -> Watch {
        let mut watch = self.watch.clone();
        watch.end();
        watch
    }

    /// From here on something new is watched.
    pub(crate) fn watch_anew(&mut self) {
        self.watch = Watch::new();
    }

    /// The number of the last line.
    pub(crate) const fn place(&self) -> u32 {
        self.place
    }

    /// The last lines from `place` on, at most `most`.
    pub(crate) fn since(&self, place: u32, most: usize) -> Vec<String> {
        let lines = self.lines.iter().rev();
        let last = lines.take_while(|line| line.place >= place).take(most);
        let mut last: Vec<_> = last.map(|line| line.text.clone()).collect();
        last.reverse();
        last
    }

    /// The lines with those numbers, each behind the command that it answers, as far as they are kept.
    pub(crate) fn proof(&self, places: &[u32]) -> Vec<String> {
        let line = |place: u32| {
            let at = self.lines.partition_point(|line| line.place < place);
            self.lines.get(at).filter(|line| line.place == place)
        };
        let mut all: Vec<u32> = Vec::new();
        for found in places.iter().filter_map(|place| line(*place)) {
            all.extend([found.asked, found.place]);
        }
        all.sort_unstable();
        all.dedup();
        all.into_iter()
            .filter_map(line)
            .map(|line| line.text.clone())
            .collect()
    }

    pub(crate) fn recording(&mut self) -> &mut Recording {
        &mut self.recording
    }

    /// The lines that passed since this was last asked.
    pub(crate) fn told(&mut self) -> std::vec::Drain<'_, Value> {
        self.told.drain(..)
    }

    fn command(&mut self, now: Instant, line: &[u8]) {
        let text = readable(line);
        self.place += 1;
        self.watch.command(self.place, Some(now), line);
        let words = each(|language| describe(line, None, language).to_string());
        self.tell(now, "to", &text, "command", false, words);
        self.asked = text;
        self.asked_at = self.place;
        self.in_flight = true;
        self.fresh = true;
    }

    fn end_line(&mut self, now: Instant) {
        let line = std::mem::take(&mut self.from_module);
        if line.trim_ascii().is_empty() {
            return;
        }
        if let Some(data) = self.data.take().filter(|n| *n > 0) {
            self.data_passed(now, "to", data);
        }
        if is_noise(&line) {
            self.place += 1;
            self.watch.noise(self.place);
            let words = both("damaged, or not text", "残缺或乱码");
            self.tell(now, "from", &readable(&line), "noise", true, words);
            return;
        }
        if self.fresh && line == self.asked.as_bytes() {
            self.place += 1;
            self.watch.echo(self.place);
            let words = both("the module repeats the command", "模块回显命令");
            return self.tell(now, "from", &readable(&line), "echo", false, words);
        }
        self.fresh = false;
        let found = match self.in_flight {
            true => recognise(&line),
            false => recognise_unasked(&line),
        };
        let (role, is_bad) = match found {
            Some(Recognised::Final(known)) => {
                let is_bad = ["ERROR", "FAIL"]
                    .iter()
                    .any(|word| known.name.contains(word));
                ("final", is_bad)
            }
            // It ends a send in quick mode, and a slow one may be told of it later.
            Some(Recognised::Urc(known))
                if self.in_flight && known.name.starts_with("DATA ACCEPT") =>
            {
                ("final", false)
            }
            Some(Recognised::Urc(_)) => ("urc", false),
            Some(_) => ("response", false),
            None if self.in_flight => ("response", false),
            None => ("unknown", false),
        };
        self.heard(now, &line, role, is_bad);
        if role == "final" {
            self.in_flight = false;
        }
        let length = announced(&line);
        self.announced = (length, length);
    }

    fn heard(&mut self, now: Instant, line: &[u8], role: &'static str, is_bad: bool) {
        self.place += 1;
        self.watch.heard(self.place, Some(now), line);
        let asked = Some(self.asked.as_bytes()).filter(|_| role == "response");
        let words = each(|language| describe(line, asked, language).to_string());
        self.tell(now, "from", &readable(line), role, is_bad, words);
    }

    fn data_passed(&mut self, now: Instant, way: &str, length: usize) {
        self.watch.data(Some(now));
        let words = both(
            format!("{length} bytes of data"),
            format!("{length} 字节数据"),
        );
        self.told.push(json!({
            "is": "line", "ms": now.as_millis(), "way": way, "text": "", "role": "payload",
            "bad": false, "words": words,
        }));
    }

    /// Whether the command in flight asks for data.
    fn is_prompted(&self) -> bool {
        let end = expect_of(&self.asked).end;
        self.in_flight && matches!(end, End::Prompt | End::PromptThenOk)
    }

    fn tell(
        &mut self,
        now: Instant,
        way: &str,
        text: &str,
        role: &str,
        is_bad: bool,
        words: Value,
    ) {
        let text = Redactor::text(text);
        let mark = if way == "to" { '>' } else { '<' };
        if self.lines.len() >= KEPT {
            self.lines.pop_front();
        }
        let answers = matches!(role, "response" | "final" | "prompt" | "echo");
        self.lines.push_back(Line {
            place: self.place,
            asked: if answers { self.asked_at } else { self.place },
            text: format!("{mark} {text}"),
        });
        self.told.push(json!({
            "is": "line", "ms": now.as_millis(), "way": way, "text": text, "role": role,
            "bad": is_bad, "words": words,
        }));
    }
}

/// Bytes of data that stand behind `line`.
fn announced(line: &[u8]) -> usize {
    if let Some(header) = ReadHeader::parse(line) {
        return header.read.into();
    }
    let pushed = line.strip_suffix(b":").and_then(|line| {
        let mut fields = Fields::of(line, "+RECEIVE,")?;
        fields.byte()?;
        fields.short()
    });
    pushed.unwrap_or(0).into()
}

/// Whether it is not text, so that the rate is wrong or bytes were damaged.
fn is_noise(line: &[u8]) -> bool {
    match std::str::from_utf8(line) {
        Ok(text) => text.contains(|c: char| c.is_control() && c != '\t'),
        Err(_) => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn roles(passing: &mut Passing) -> Vec<String> {
        let role = |line: Value| format!("{} {}", line["role"].as_str().unwrap(), line["text"]);
        passing.told().map(role).collect()
    }

    #[test]
    fn data_is_no_line() {
        let mut passing = Passing::new(Instant::ZERO, "test");
        passing.sent(Instant::ZERO, b"AT+CIPSEND=0,14\r\n");
        passing.received(Instant::ZERO, b"AT+CIPSEND=0,14\r\n\r\n> ");
        passing.sent(Instant::ZERO, b"AT+CPIN=1234\r\n");
        passing.received(Instant::ZERO, b"\r\nDATA ACCEPT:0,14\r\n");
        passing.sent(Instant::ZERO, b"AT+CIPRXGET=2,0,8\r\n");
        passing.received(Instant::ZERO, b"\r\n+CIPRXGET: 2,0,4,0\r\nOK\r\n\r\nOK\r\n");
        assert_eq!(
            roles(&mut passing),
            [
                "command \"AT+CIPSEND=0,14\"",
                "echo \"AT+CIPSEND=0,14\"",
                "prompt \">\"",
                "payload \"\"",
                "final \"DATA ACCEPT:0,14\"",
                "command \"AT+CIPRXGET=2,0,8\"",
                "response \"+CIPRXGET: 2,0,4,0\"",
                "payload \"\"",
                "final \"OK\"",
            ]
        );
    }
}
