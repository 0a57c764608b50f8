//! A send whose prompt does not come.
//!
//! The module may wait for the payload, and would take the next command for it. If the piece holds
//! nothing that a module could take for a command, it is sent without the prompt: a module that waits
//! gets what it waits for, one that does not finds garbage on its command line. The result, or the
//! counters of the module, tell which; the link lives on. Otherwise CR LF fills the data phase, which is
//! no command either, and the link ends, because the far end gets that in place of the piece.
//!
//! ```text
//! AT+CIPSEND=0,5\r\n   15 s without `> `   hello   DATA ACCEPT:0,5
//! AT+CIPSEND=0,5\r\n   15 s without `> `   hello   10 s   \r\n   AT -> OK   AT+CIPACK=0 -> 0 or 5
//! ```

use super::Engine;
use super::datagram;
use super::exchange::{Exchange, Outcome, Phase, Purpose};
use super::memory::Side;
use crate::time::{Duration, Instant};

impl Engine<'_> {
    /// Sends the piece in flight without its prompt, which is overdue; false if that is not safe.
    pub(super) fn send_unprompted(&mut self, now: Instant) -> bool {
        let echo = self.echo;
        let Some(exchange) = &self.exchange else {
            return false;
        };
        // What is echoed must be counted from the prompt.
        if exchange.phase != Phase::Answer || exchange.echoed || echo || !self.is_no_command() {
            return false;
        }
        if let Some(exchange) = &mut self.exchange {
            exchange.phase = Phase::Payload(0);
            exchange.unprompted = true;
            exchange.progress(now);
        }
        true
    }

    /// The module seems to be gone and may yet wait for the rest of a payload: whether that goes out
    /// before the line is used for anything else.
    pub(super) fn finishes_payload(&mut self) -> bool {
        let under_way = self
            .exchange
            .as_ref()
            .is_some_and(|x| matches!(x.phase, Phase::Payload(_)));
        let finishes =
            under_way && self.is_no_command() || !under_way && self.send_unprompted(self.now);
        if finishes && let Some(exchange) = &mut self.exchange {
            exchange.unprompted = true;
            exchange.orphan = true;
        }
        finishes
    }

    /// The command of `exchange` is given up. A line that was begun is sent to its end all the same, or what
    /// comes next would end it as another command: an `AT+CIPSEND=1` without its length opens a data phase
    /// that only Ctrl-Z and ESC end (vendor manual, CIPSEND).
    pub(super) fn finish_line(&mut self, exchange: Exchange) {
        if exchange.is_begun() && exchange.orphan {
            // As it was: its time is running.
            self.exchange = (self.now < exchange.deadline).then_some(exchange);
        } else if exchange.is_begun() {
            let mut rest = Exchange {
                orphan: true,
                patience: ORPHAN_PATIENCE,
                ..exchange
            };
            rest.progress(self.now);
            self.exchange = Some(rest);
        }
    }

    /// How long the result of the payload in flight may take.
    pub(super) const fn patience_with_result(&self, exchange: &Exchange) -> Duration {
        match exchange.purpose {
            Purpose::User => exchange.patience,
            _ if exchange.orphan && exchange.unprompted => ORPHAN_PATIENCE,
            _ => self.result_patience(),
        }
    }

    /// If the module may wait for a payload, or may have found a piece of one on its command line, that
    /// is ended before the next command.
    pub(super) fn escape_if_open(&mut self, exchange: &Exchange, outcome: Outcome) {
        if matches!(outcome, Outcome::Lost | Outcome::Refused(_)) && exchange.unprompted {
            let open = if exchange.prompted {
                exchange.payload
            } else {
                0
            };
            self.repair.escape = Some(open);
        } else if outcome == Outcome::Lost
            && let Some(length) = exchange.open_payload()
        {
            self.repair.escape = Some(length);
        }
    }

    /// Whether the piece in flight is none of the commands that a module could find in it.
    fn is_no_command(&self) -> bool {
        let Some(Exchange {
            purpose: Purpose::Send(index, length),
            ..
        }) = self.exchange
        else {
            return false;
        };
        let Some(link) = self.links.at(index) else {
            return false;
        };
        let header = if link.is_datagram() {
            datagram::HEADER
        } else {
            0
        };
        let piece = (0..usize::from(length))
            .map_while(|at| self.links.peek(index, Side::Tx, at.saturating_add(header)));
        is_no_command(piece)
    }
}

/// Whether a module that takes `piece` for command lines finds none in it.
fn is_no_command(piece: impl Iterator<Item = u8>) -> bool {
    // The end of `AT+CIPSEND` may be what was lost: then the first line goes on where it broke off.
    let (mut begins, mut first_line) = (true, true);
    let mut after_a = false;
    for byte in piece {
        match byte {
            // They take back what stands before them.
            0x08 | 0x7F | 0x88 => return false,
            b'\r' if begins => return false,
            b'\r' => first_line = false,
            b';' if first_line => return false,
            _ => {}
        }
        // Modules differ in what they skip on a command line, and in whether they see the eighth bit.
        let seen = byte & 0x7F;
        if seen <= b' ' {
            continue;
        }
        if core::mem::take(&mut begins) && byte.is_ascii() && !breaks_off(byte) {
            return false;
        }
        if after_a && matches!(seen, b'T' | b't' | b'/') {
            return false;
        }
        after_a = seen.eq_ignore_ascii_case(&b'a');
    }
    true
}

/// With this no command goes on, but for the number at the end of `AT+CIPSEND`.
const fn breaks_off(byte: u8) -> bool {
    byte.is_ascii_digit()
        || matches!(
            byte,
            b'{' | b'}'
                | b'['
                | b']'
                | b'('
                | b')'
                | b'<'
                | b'>'
                | b'|'
                | b'~'
                | b'`'
                | b'\''
                | b'"'
        )
}

/// How long a module that seems to be gone may take for a prompt or a result.
const ORPHAN_PATIENCE: Duration = Duration::from_secs(2);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_module_may_take_for_a_command() {
        for (piece, none) in [
            (&b"{\"t\":21}"[..], true),
            (b"\xC0\x00", true),
            (b"\x30\x0c\x00\x03a.b21.5", true),
            (b"{}\r\nhello\r\n", true),
            (b"{A}\r\nT", true),
            (b"\x00\x01\x02\x03", true),
            // Commands.
            (b"{}\r\nAT+CPOWD=1\r\n", false),
            (b"{aT}", false),
            (b"{A\0\xD4}", false),
            (b"{}\rA/", false),
            (b"{Ax\x08T}", false),
            // The rest of one.
            (b"HUT\r", false),
            (b"\x82\x05hello", false),
            (b"0;+CPOWD=1\r", false),
            (b"\x01E1\r", false),
            (b"\r{}", false),
            (b"/", false),
        ] {
            assert_eq!(
                is_no_command(piece.iter().copied()),
                none,
                "{}",
                piece.escape_ascii()
            );
        }
        // Behind the first line a semicolon is nothing.
        assert!(is_no_command(b"{}\r\na;b".iter().copied()));
    }
}
