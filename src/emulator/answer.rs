//! What the module says: lines of an answer, results, notices.
//!
//! On the wire: every line stands between CR LF and CR LF.

use super::error::Cme;
use super::fault::Chance;
use super::stage::Stage;
use super::{Module, Network};
use std::format;
use std::prelude::v1::*;

impl<N: Network> Module<N> {
    /// An information line of the present answer.
    pub(super) fn say(&mut self, text: &str) {
        self.begin_answer();
        if !self.muted {
            self.frame(text);
        }
    }

    /// Several information lines of the present answer.
    pub(super) fn say_all<T: AsRef<str>>(&mut self, lines: &[T]) {
        if self.options.quirks.each_line_framed {
            lines.iter().for_each(|line| self.say(line.as_ref()));
        } else {
            let lines: Vec<&str> = lines.iter().map(AsRef::as_ref).collect();
            self.say(&lines.join("\r\n"));
        }
    }

    /// Bytes of the present answer as they are.
    pub(super) fn say_raw(&mut self, bytes: &[u8]) {
        self.begin_answer();
        if !self.muted {
            self.uart.push(self.now, bytes);
        }
    }

    /// The end of the present answer.
    pub(super) fn conclude(&mut self, text: &str) {
        self.begin_answer();
        self.chance(Chance::BeforeResult);
        if !self.muted && !self.settings.quiet {
            self.frame(text);
        }
    }

    pub(super) fn conclude_error(&mut self) {
        self.conclude("ERROR");
    }

    /// A refusal, in the words that `AT+CMEE` asks for.
    pub(super) fn conclude_refusal(&mut self, error: Cme) {
        match self.settings.error_mode() {
            1 => self.conclude(&format!("+CME ERROR: {}", error.0)),
            2 => self.conclude(&format!("+CME ERROR: {}", error.text())),
            _ => self.conclude_error(),
        }
    }

    /// A refusal of a command that the firmware does not have.
    pub(super) fn conclude_unknown(&mut self) {
        let chosen = self.settings.error_mode.is_some_and(|mode| mode > 0);
        if self.options.quirks.unknown_by_number && chosen {
            self.conclude_refusal(Cme::UNKNOWN_COMMAND);
        } else {
            self.conclude_error();
        }
    }

    /// A line nobody asked for.
    pub(super) fn notice(&mut self, text: &str) {
        self.notice_raw(format!("\r\n{text}\r\n").as_bytes());
    }

    /// A line nobody asked for, framed as told.
    pub(super) fn notice_raw(&mut self, bytes: &[u8]) {
        self.stay_awake();
        let waits = self.is_in_payload() && self.options.quirks.notices_wait_for_payload;
        if waits || matches!(self.stage, Stage::Data(_)) {
            self.held.extend_from_slice(bytes);
        } else {
            self.uart.push(self.now, bytes);
        }
    }

    /// The notices that waited.
    pub(super) fn release_notices(&mut self) {
        let held = core::mem::take(&mut self.held);
        self.uart.push(self.now, &held);
    }

    /// A line about a link: `0, CONNECT OK`, or without the number in single-link mode.
    pub(super) fn of_link(&self, link: usize, text: &str) -> String {
        match (self.tcp.multi, self.options.quirks.space_after_link) {
            (false, _) => String::from(text),
            (true, true) => format!("{link}, {text}"),
            (true, false) => format!("{link},{text}"),
        }
    }

    pub(super) const fn is_in_payload(&self) -> bool {
        matches!(self.stage, Stage::Prompting { .. } | Stage::Payload { .. })
    }

    pub(super) fn begin_answer(&mut self) {
        self.stay_awake();
        if !self.begun {
            self.begun = true;
            self.chance(Chance::BeforeAnswer);
        }
    }

    fn frame(&mut self, text: &str) {
        self.uart.push(self.now, b"\r\n");
        self.uart.push(self.now, text.as_bytes());
        self.uart.push(self.now, b"\r\n");
    }
}
