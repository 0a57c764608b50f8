//! How a piece goes out: behind the prompt, or at once.
//!
//! ```text
//! AT+CIPSPRT=0             OK                         once, before the first piece
//! AT+CIPSEND=0,5\r\nhello  DATA ACCEPT:0,5            no prompt is waited for
//! AT+CIPSPRT=1             OK                         a piece follows that holds a command
//! AT+CIPSEND=0,14\r\n      >                          the module waits, so that it is none
//! AT+CIPSPRT=0             OK                         when four pieces have held none
//! AT+CIPSPRT=1             OK                         after a prompt that did not come
//! ```
//!
//! Source: vendor manual, CIPSPRT; that the payload may follow its command without a pause is said only of
//! sleeping firmware (POWERMODE, note 4). Unverified on hardware.

use super::Engine;
use super::datagram;
use super::event::Event;
use super::exchange::{Outcome, Purpose};
use super::memory::Side;
use super::step::Step;
use crate::at::socket::{SendPrompt, SetSendPrompt};
use crate::time::Instant;

/// How data goes to the module.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
#[non_exhaustive]
pub enum Sending {
    /// The module is asked, and says `> ` when it waits for the data. Every firmware has it, and nothing
    /// that is sent is ever read as a command.
    #[default]
    Prompted,
    /// The data follows its command at once (`AT+CIPSPRT=0`): a turn of the module less for each piece, which
    /// counts at high baud rates. A module that refuses the command reads the data behind it as command
    /// lines, so that a piece which holds one (`AT`, `A/`) goes the prompted way, and a refusal costs half
    /// a second. Where the firmware refuses `CIPSPRT` all goes the prompted way. Unverified on hardware.
    Promptless,
    /// As [`Promptless`](Self::Promptless), and the next piece follows before the result of this one has come:
    /// the line is full whatever time the module takes. A piece that is refused although the module took
    /// one behind it ends the link, and the far end has got data with a gap:
    /// [`send_room`](super::Config::send_room) is there to keep that from happening. It needs
    /// [`flow_control`](super::Config::flow_control), because a module that is busy for longer than its input
    /// lasts would lose bytes; without, it is `Promptless`. Unverified on hardware.
    Streamed,
}

/// What is known of `CIPSPRT`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Prompting {
    /// As after power-on; so many pieces in a row held no command.
    #[default]
    On,
    Kept(u8),
    Off,
    /// The answer was lost, or is not believed yet; a module that did not restart is as an earlier run left it.
    Unknown {
        refused: bool,
    },
    /// The firmware does not switch it off.
    Fixed,
}

impl Sending {
    /// What is known of a module that may not have restarted.
    pub(super) const fn at_start(self) -> Prompting {
        match self {
            // If an earlier run has switched them off, the first that is missing tells.
            Self::Prompted => Prompting::On,
            Self::Promptless | Self::Streamed => Prompting::Unknown { refused: false },
        }
    }
}

/// How a piece goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Manner {
    pub(super) length: u16,
    /// Without a prompt.
    pub(super) bare: bool,
}

/// After so many pieces without a command in them the prompt is switched off again.
const CLEAN: u8 = 4;

impl Engine<'_> {
    /// Whether the driver switches prompts on and off by itself.
    #[cfg(feature = "std")]
    pub(crate) fn switches_prompts(&self) -> bool {
        self.config.sending != Sending::Prompted
    }

    /// How the piece of `length` bytes at the front of a link goes; `None` if the module is told first.
    pub(super) fn manner(&mut self, index: u8, length: u16, now: Instant) -> Option<Manner> {
        let prompted = Manner {
            length,
            bare: false,
        };
        // What is echoed is counted from the prompt.
        let fit = self.config.sending != Sending::Prompted && !self.echo;
        let prompts = matches!(self.prompting, Prompting::On | Prompting::Kept(_));
        if !fit && prompts || self.prompting == Prompting::Fixed {
            return Some(prompted);
        }
        let clean = if fit { self.clean(index, length) } else { 0 };
        // Only what has no prompt goes behind what is under way.
        let wait = !self.pipe.is_empty();
        let datagram = self.links.at(index).is_some_and(|l| l.is_datagram());
        let worth = if datagram { length } else { length.div_ceil(2) };
        match self.prompting {
            Prompting::Off if clean >= worth => {
                return Some(Manner {
                    length: clean,
                    bare: true,
                });
            }
            _ if wait => return None,
            Prompting::Kept(_) if clean < length => self.prompting = Prompting::Kept(0),
            Prompting::Kept(n) if n < CLEAN => {
                self.prompting = Prompting::Kept(n.saturating_add(1))
            }
            Prompting::On if clean < worth => {}
            Prompting::On | Prompting::Off | Prompting::Kept(_) | Prompting::Unknown { .. } => {
                let on = clean < worth;
                let prompt = if on {
                    SendPrompt::Both
                } else {
                    SendPrompt::Result
                };
                self.begin(now, Purpose::Prompting(on), &SetSendPrompt { prompt });
                return None;
            }
            Prompting::Fixed => {}
        }
        Some(prompted)
    }

    /// A prompt did not come: it may be switched off.
    pub(super) fn doubt_prompting(&mut self) {
        if self.prompting != Prompting::Fixed {
            self.prompting = Prompting::Unknown { refused: false };
        }
    }

    pub(super) fn finish_prompting(&mut self, on: bool, outcome: Outcome) {
        let again = matches!(self.prompting, Prompting::Unknown { refused: true });
        self.prompting = match outcome {
            Outcome::Refused(failure) if !on && again => {
                self.tell(Event::OptionRefused(Step::QuickSend, failure));
                Prompting::Fixed
            }
            // Once may be chance.
            Outcome::Refused(_) if !on => Prompting::Unknown { refused: true },
            Outcome::Refused(_) => Prompting::Kept(0),
            Outcome::Lost => Prompting::Unknown { refused: again },
            _ if on => Prompting::Kept(0),
            _ => Prompting::Off,
        };
    }

    /// How many bytes of a piece a module can read as command lines without finding a command. What follows
    /// an `A` at the end is no part of its line: a refusal is answered by an end of line first.
    fn clean(&self, index: u8, length: u16) -> u16 {
        let header = match self.links.at(index) {
            Some(link) if link.is_datagram() => datagram::HEADER,
            Some(link) => usize::from(link.flying),
            None => 0,
        };
        let piece = (0..usize::from(length))
            .map_while(|at| self.links.peek(index, Side::Tx, at.saturating_add(header)));
        u16::try_from(harmless(piece)).unwrap_or(0)
    }
}

/// How many bytes of `piece` stand in front of the end of the first `AT` or `A/`.
///
/// Modules differ in what they skip on a command line, in whether they see the eighth bit, and in what takes
/// back the byte before it, so all of that is allowed for. No byte of a send of fixed length ends the data
/// (vendor manual, CIPSEND), and on the command line Ctrl-Z and ESC are nothing.
fn harmless(piece: impl Iterator<Item = u8>) -> usize {
    // Bytes behind the last `A`.
    let mut behind = usize::MAX;
    let mut count = 0usize;
    for byte in piece {
        match byte & 0x7F {
            b'A' | b'a' => behind = 0,
            b'T' | b't' | b'/' if behind == 0 => return count,
            b'\r' => behind = usize::MAX,
            0x08 | 0x7F if behind < usize::MAX => behind = behind.saturating_sub(1),
            0..=b' ' | 0x7F => {}
            _ => behind = behind.saturating_add(1),
        }
        count = count.saturating_add(1);
    }
    count
}

#[cfg(test)]
mod tests {
    use super::harmless;

    #[test]
    fn what_holds_a_command() {
        for (piece, length) in [
            (&b"hello"[..], 5),
            (b"xAT+CPOWD=1\r", 2),
            (b"xaTx", 2),
            (b"A/", 1),
            (b"TA\r\nT", 5),
            (b"A T", 2),
            (b"A\0\xD4", 2),
            (b"Ax\x08T", 3),
            (b"AxyA\x08\x08\x08\x08T", 8),
            (b"AxT", 3),
            (b"Axy\x08T", 5),
            (b"\xC1T", 1),
            (b"\x1A\x1B\x7F", 3),
        ] {
            assert_eq!(
                harmless(piece.iter().copied()),
                length,
                "{}",
                piece.escape_ascii()
            );
        }
    }
}
