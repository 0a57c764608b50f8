//! Secrets, masked before anything can write them down.

use std::string::String;

/// Masks secrets in both directions of a UART, byte by byte and in place.
///
/// A PIN, a PUK, a password or a private key becomes `*`, one for each byte, so that lengths stay
/// right. It is found by the command (or the answer) that carries it, wherever in a line that
/// begins: behind stale bytes, behind another command and `;`, in the echo. How the bytes are split
/// makes no difference. The state is a few dozen bytes, whatever comes.
///
/// A module that wakes up loses the first bytes of a command, and echoes the rest. So while a
/// command with a secret is unanswered, what looks like the end of a command is masked too, even if
/// its name is gone.
///
/// ```
/// use luat_modem::transcript::Redactor;
///
/// let mut redactor = Redactor::new();
/// let mut line = *b"AT+CPIN=\"1234\"\r\n";
/// redactor.sent(&mut line);
/// assert_eq!(&line, b"AT+CPIN=\"****\"\r\n");
/// ```
#[derive(Clone, Debug, Default)]
pub struct Redactor {
    sent: Stream,
    received: Stream,
    /// A command with a secret is unanswered.
    in_flight: bool,
}

/// What carries a secret: how it begins, and which of the fields that follow are secret, as bits.
///
/// Upper case and without spaces. `=` is the command, `:` the answer to its query.
const CARRIERS: &[(&[u8], u16)] = &[
    (b"+CPIN=", ALL),
    (b"+CPIN2=", ALL),
    (b"+CLCK=", 1 << 2),
    (b"+CPWD=", 1 << 1 | 1 << 2),
    (b"+CSTT=", 1 << 2),
    (b"+CSTT:", 1 << 2),
    (b"+CPNETAPN=", 1 << 3),
    (b"+CPNETAPN:", 1 << 3),
    (b"+CGAUTH=", 1 << 3),
    (b"+CGAUTH:", 1 << 3),
    (b"CGDFAUTH=", 1 << 3),
    (b"CGDFAUTH:", 1 << 3),
    (b"+CIPCSGP=", 1 << 3),
    (b"+CIPCSGP:", 1 << 3),
    (b"+QICSGP=", 1 << 4),
    (b"+QICSGP:", 1 << 4),
    (b"+CNCFG=", 1 << 4),
    (b"+CNCFG:", 1 << 4),
    (b"+CSOCKAUTH=", 1 << 2 | 1 << 3),
    (b"+CSOCKAUTH:", 1 << 2 | 1 << 3),
    (b"+CMQTTCONNECT=", 1 << 5),
    (b"+SMTPAUTH=", 1 << 2),
    (b"+SMTPAUTH:", 1 << 2),
    (b"+UAUTHREQ=", 1 << 3),
    (b"\"PASSWORD\",", 1),
    (b"+MCONFIG=", 1 << 2),
    (b"+MCONFIG:", 1 << 2),
    (b"+PPPCFG=", 1 << 1),
    (b"+PPPCFG:", 1 << 1),
    (b"+FTPPW=", ALL),
    (b"+FTPPW:", ALL),
    // AT+SAPBR=3,1,"PWD","..." and its answer.
    (b"\"PWD\",", 1),
    (b"PWD:", 1),
    // PIN and PUK changed by dialling: ATD**05*puk*pin*pin#.
    (b"**04*", ALL),
    (b"**042*", ALL),
    (b"**05*", ALL),
    (b"**052*", ALL),
    (b"**03*", ALL),
];
const ALL: u16 = u16::MAX;

/// How a private key in PEM begins, without spaces; it goes on to the next line with a dash.
const KEY: &[u8] = b"PRIVATEKEY-----";
/// More than the PEM of any RSA key that a module takes, so that a key whose end is lost does not
/// mask the rest of the transcript.
const KEY_MAX: u16 = 8192;

impl Redactor {
    /// A redactor at the start of a line.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Masks what the host sent.
    pub fn sent(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            *byte = self.sent.mask(*byte);
            if self.sent.carries {
                self.in_flight = true;
            } else if self.sent.just_ended && self.sent.length > 0 {
                self.in_flight = false;
            }
        }
    }

    /// Masks what the module sent.
    pub fn received(&mut self, bytes: &mut [u8]) {
        for byte in bytes {
            let seen = *byte;
            *byte = self.received.mask(seen);
            if !self.in_flight {
                continue;
            }
            if self.received.just_ended && self.received.is_final() {
                self.in_flight = false;
            } else if self.received.may_be_cut_echo() && seen.is_ascii_alphanumeric() {
                let hides = self.received.in_parameters || seen.is_ascii_digit();
                *byte = if hides { b'*' } else { *byte };
            }
        }
    }

    /// `text` with the secrets of the commands in it masked.
    #[must_use]
    pub fn text(text: &str) -> String {
        let mut stream = Stream::default();
        let mut masked = String::with_capacity(text.len());
        for c in text.chars() {
            // What is not ASCII cannot be a part of a carrier, but of a secret.
            let byte = u8::try_from(c).ok().filter(u8::is_ascii).unwrap_or(b'~');
            let hidden = stream.mask(byte) != byte;
            masked.push(if hidden { '*' } else { c });
        }
        masked
    }
}

/// One direction.
#[derive(Clone, Debug, Default)]
struct Stream {
    state: State,
    /// The last bytes of the line, as [`CARRIERS`] are spelled.
    window: Window,
    /// The first bytes of the line.
    head: [u8; 4],
    /// Bytes in the line, spaces aside. The length of the line above until the next one begins.
    length: u16,
    /// The byte before was the end of a line.
    just_ended: bool,
    /// The line holds a carrier.
    carries: bool,
    /// The line has got to its parameters.
    in_parameters: bool,
}

#[derive(Clone, Copy, Debug, Default)]
enum State {
    #[default]
    Scanning,
    /// Behind a carrier.
    Fields {
        secret: u16,
        field: u8,
        quoted: bool,
    },
    /// In a private key.
    Key { left: u16, line_start: bool },
    /// In the line that ends a private key, which reads much like the one that begins it.
    KeyEnd,
}

impl Stream {
    /// `byte`, or `*` in its place.
    fn mask(&mut self, byte: u8) -> u8 {
        let ends = matches!(byte, b'\r' | b'\n');
        if !ends && self.just_ended {
            self.begin_line();
        }
        let masked = match &mut self.state {
            State::Fields { .. } if ends => self.scan_on(byte),
            State::Fields {
                secret,
                field,
                quoted,
            } => match byte {
                b'"' => {
                    *quoted = !*quoted;
                    byte
                }
                b';' if !*quoted => self.scan_on(byte),
                b',' if !*quoted => {
                    *field = field.saturating_add(1);
                    byte
                }
                // Also `AT+CPIN=?`, a question.
                b' ' | b'?' if !*quoted => byte,
                _ if secret.checked_shr(u32::from(*field)).unwrap_or(0) & 1 == 1 => b'*',
                _ => byte,
            },
            State::Key { left: 0, .. } => self.scan_on(byte),
            State::Key {
                line_start: true, ..
            } if byte == b'-' => {
                self.state = State::KeyEnd;
                byte
            }
            State::Key { left, line_start } => {
                *left -= 1;
                *line_start = ends;
                let hides = byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/' | b'=');
                if hides { b'*' } else { byte }
            }
            State::KeyEnd if ends => self.scan_on(byte),
            State::KeyEnd => byte,
            State::Scanning => self.scan(byte, ends),
        };
        self.just_ended = ends;
        masked
    }

    fn begin_line(&mut self) {
        self.window = Window::default();
        self.head = [0; 4];
        self.length = 0;
        self.carries = matches!(self.state, State::Key { .. });
        self.in_parameters = false;
    }

    fn scan_on(&mut self, byte: u8) -> u8 {
        self.state = State::Scanning;
        self.window = Window::default();
        byte
    }

    fn scan(&mut self, byte: u8, ends: bool) -> u8 {
        if ends || byte == b' ' {
            return byte;
        }
        if matches!(byte, 0x08 | 0x7f) {
            // A person who types corrects; the module counts what is left (V.250 §5.2.2).
            self.window.pop();
            return byte;
        }
        if byte.is_ascii_control() {
            return byte;
        }
        let upper = byte.to_ascii_uppercase();
        if let Some(place) = self.head.get_mut(usize::from(self.length)) {
            *place = upper;
        }
        self.length = self.length.saturating_add(1);
        self.in_parameters |= matches!(byte, b'"' | b'=');
        self.window.push(upper);
        if matches!(byte, b'=' | b':' | b',' | b'*') {
            let carrier = CARRIERS
                .iter()
                .find(|(begins, _)| self.window.ends_with(begins));
            if let Some(&(_, secret)) = carrier {
                self.state = State::Fields {
                    secret,
                    field: 0,
                    quoted: false,
                };
                self.carries = true;
            }
        } else if byte == b'-' && self.window.ends_with(KEY) {
            self.state = State::Key {
                left: KEY_MAX,
                line_start: false,
            };
            self.carries = true;
        }
        byte
    }

    /// Whether the line can be the end of a command whose beginning the module has not heard.
    const fn may_be_cut_echo(&self) -> bool {
        matches!(self.state, State::Scanning)
            && !matches!(self.head, [b'+' | b'^' | b'*', ..] | [b'A', b'T', ..])
    }

    /// Whether the line that ended is a final result code.
    const fn is_final(&self) -> bool {
        match self.head {
            [b'O', b'K', ..] => self.length == 2,
            [b'E', b'R', b'R', b'O'] => self.length == 5,
            [b'+', b'C', b'M', _] => true,
            _ => false,
        }
    }
}

/// The last bytes of a line, as many as the longest carrier has.
#[derive(Clone, Copy, Debug, Default)]
struct Window {
    bytes: [u8; 16],
    filled: usize,
}

impl Window {
    fn push(&mut self, byte: u8) {
        if self.filled == self.bytes.len() {
            self.bytes.copy_within(1.., 0);
            self.pop();
        }
        if let Some(place) = self.bytes.get_mut(self.filled) {
            *place = byte;
            self.filled += 1;
        }
    }

    const fn pop(&mut self) {
        self.filled = self.filled.saturating_sub(1);
    }

    fn ends_with(&self, text: &[u8]) -> bool {
        self.bytes
            .get(..self.filled)
            .is_some_and(|bytes| bytes.ends_with(text))
    }
}

#[cfg(test)]
#[path = "redact_tests.rs"]
mod tests;
