//! How a line of a log is laid out, found from the line alone.

use super::stamp::{self, Style};
use super::{Direction, Kind, looks};
use crate::time::Instant;

/// What a tool puts around a line.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Layout {
    /// `[12:00:00.000]发→◇AT` and `收←◆`: SSCOM, LLCOM. Lines without a mark go on.
    Chinese,
    /// `[2024/10/16 12:00:00.000] <- AT` and `->`: LLCOM's arrows, seen from the tool's window.
    /// Lines without a mark go on.
    Window,
    /// `SEND:AT` and `RECEIVED:`. Lines without a mark go on.
    Words,
    /// `TX: AT` and `RX: OK`, also `TX:|AT`.
    TxRx,
    /// `[ril.sendat] AT` and `[ril.proatc] OK`: the Lua side of LuatOS.
    Ril,
    /// `---> AT` and `<--- OK`, or `=> AT` and `<= OK`, seen from the host.
    Arrows,
    /// A time and the line: `[12:00:00.000] OK`, `12:00:00.000 -> OK`.
    Stamped,
    /// A tag and no direction: `[cell] OK`, `I (1311) main: OK`. Mostly the tool's own talk.
    Tagged,
    /// Nothing around the line.
    Plain,
}

/// A line, taken apart.
#[derive(Clone, Copy, Debug)]
pub(super) struct Framed<'l> {
    pub(super) at: Option<Instant>,
    pub(super) direction: Direction,
    pub(super) layout: Layout,
    pub(super) text: &'l [u8],
}

/// Marks at the start of a line, in UTF-8 and in GBK.
const MARKS: &[(&[u8], Layout, Direction)] = &[
    ("发→◇".as_bytes(), Layout::Chinese, Direction::ToModule),
    ("收←◆".as_bytes(), Layout::Chinese, Direction::FromModule),
    ("发→".as_bytes(), Layout::Chinese, Direction::ToModule),
    ("收←".as_bytes(), Layout::Chinese, Direction::FromModule),
    (
        b"\xb7\xa2\xa1\xfa\xa1\xf3",
        Layout::Chinese,
        Direction::ToModule,
    ),
    (
        b"\xca\xd5\xa1\xfb\xa1\xf4",
        Layout::Chinese,
        Direction::FromModule,
    ),
    (b"\xb7\xa2\xa1\xfa", Layout::Chinese, Direction::ToModule),
    (b"\xca\xd5\xa1\xfb", Layout::Chinese, Direction::FromModule),
    ("发送:".as_bytes(), Layout::Words, Direction::ToModule),
    ("接收:".as_bytes(), Layout::Words, Direction::FromModule),
    (b"SEND:", Layout::Words, Direction::ToModule),
    (b"SENT:", Layout::Words, Direction::ToModule),
    (b"RECEIVED:", Layout::Words, Direction::FromModule),
    (b"RECV:", Layout::Words, Direction::FromModule),
    (b"TX:|", Layout::TxRx, Direction::ToModule),
    (b"RX:|", Layout::TxRx, Direction::FromModule),
    (b"TX:", Layout::TxRx, Direction::ToModule),
    (b"RX:", Layout::TxRx, Direction::FromModule),
    ("OUT→◇".as_bytes(), Layout::Chinese, Direction::ToModule),
    ("IN←◆".as_bytes(), Layout::Chinese, Direction::FromModule),
    ("SEND→◇".as_bytes(), Layout::Chinese, Direction::ToModule),
    ("RECV←◆".as_bytes(), Layout::Chinese, Direction::FromModule),
    (b"# SEND ASCII>", Layout::Words, Direction::ToModule),
    (b"# RECV ASCII>", Layout::Words, Direction::FromModule),
    (b"# SEND HEX>", Layout::Words, Direction::ToModule),
    (b"# RECV HEX>", Layout::Words, Direction::FromModule),
    ("发送：".as_bytes(), Layout::Words, Direction::ToModule),
    ("接收：".as_bytes(), Layout::Words, Direction::FromModule),
    ("发：".as_bytes(), Layout::Words, Direction::ToModule),
    ("收：".as_bytes(), Layout::Words, Direction::FromModule),
    (b"\xb7\xa2\xcb\xcd:", Layout::Words, Direction::ToModule),
    (b"\xbd\xd3\xca\xd5:", Layout::Words, Direction::FromModule),
    (b"sendline:", Layout::TxRx, Direction::ToModule),
    (b"recvline:", Layout::TxRx, Direction::FromModule),
    (b"TX->", Layout::TxRx, Direction::ToModule),
    (b"RX<-", Layout::TxRx, Direction::FromModule),
    (b"TX >", Layout::TxRx, Direction::ToModule),
    (b"RX <", Layout::TxRx, Direction::FromModule),
    (b">>> ", Layout::Arrows, Direction::ToModule),
    (b"<<< ", Layout::Arrows, Direction::FromModule),
    (b">> ", Layout::Arrows, Direction::ToModule),
    (b"<< ", Layout::Arrows, Direction::FromModule),
];

/// Words that are marks if what follows them is traffic.
const WORDS: &[(&[u8], Direction)] = &[
    (b"Sending AT command:", Direction::ToModule),
    (b"Sending command:", Direction::ToModule),
    (b"Sending:", Direction::ToModule),
    (b"Send command:", Direction::ToModule),
    (b"AT command:", Direction::ToModule),
    (b"Command:", Direction::ToModule),
    (b"Cmd:", Direction::ToModule),
    (b"Request:", Direction::ToModule),
    (b"Write:", Direction::ToModule),
    (b"AT >>", Direction::ToModule),
    (b"AT ->", Direction::ToModule),
    (b"Response:", Direction::FromModule),
    (b"Resp:", Direction::FromModule),
    (b"Reply:", Direction::FromModule),
    (b"Answer:", Direction::FromModule),
    (b"Receive:", Direction::FromModule),
    (b"Read:", Direction::FromModule),
    (b"URC:", Direction::FromModule),
    (b"AT <<", Direction::FromModule),
    (b"AT <-", Direction::FromModule),
];

/// Marks with words of the program in front of them.
const INNER: &[(&[u8], Direction)] = &[
    (b": sending: ", Direction::ToModule),
    (b"log_received_command: ", Direction::FromModule),
    (b"Send AT Command: ", Direction::ToModule),
];

impl Layout {
    /// The layout of `line`.
    ///
    /// ```
    /// use luat_modem::transcript::foreign::Layout;
    /// assert_eq!(Layout::of(b" <--- SHUT OK"), Layout::Arrows);
    /// assert_eq!(Layout::of(b"SHUT OK"), Layout::Plain);
    /// ```
    #[must_use]
    pub fn of(line: &[u8]) -> Self {
        frame(line).layout
    }

    /// Whether lines without a mark go on with the line above.
    pub(super) const fn is_block(self) -> bool {
        matches!(self, Self::Chinese | Self::Window | Self::Words)
    }
}

impl Framed<'_> {
    /// Whether `text`, a piece of this line, is traffic.
    pub(super) fn kind_of(&self, text: &[u8]) -> Kind {
        let is_marked = self.direction != Direction::Unknown && self.layout != Layout::Plain;
        let is_talk = match (self.layout, self.direction) {
            // Arrows are drawn in front of talk too.
            (Layout::Arrows, _) if !looks::looks_like_at(text) => looks::is_prose(text),
            _ if is_marked || looks::looks_like_at(text) => false,
            (Layout::Tagged, _) => true,
            // Goes on with what the module said, which may be words.
            (_, Direction::FromModule) => looks::is_note(text),
            _ => looks::is_note(text) || looks::is_prose(text),
        };
        if is_talk { Kind::Other } else { Kind::At }
    }
}

/// Takes `line` apart.
pub(super) fn frame(line: &[u8]) -> Framed<'_> {
    if let Some((at, program, rest)) = stamp::syslog(line.trim_ascii_start()) {
        let inner = match program {
            "chat" => chat(rest.trim_ascii()),
            _ => frame(rest),
        };
        let layout = match inner.layout {
            Layout::Plain | Layout::Stamped => Layout::Tagged,
            layout => layout,
        };
        return Framed {
            at: Some(at),
            layout,
            ..inner
        };
    }
    let (at, style, rest) = stamp::peel(line);
    let mut text = rest.trim_ascii();
    if let Some(rest) = modem_manager(text) {
        text = rest;
    }
    let mut layout = match style {
        Style::None => Layout::Plain,
        Style::Bracketed | Style::Bare => Layout::Stamped,
        Style::Tagged => Layout::Tagged,
    };
    let mut direction = Direction::Unknown;
    if style == Style::Bare {
        // The monitor of the Arduino IDE: the same arrow both ways.
        text = text.strip_prefix(b"->").unwrap_or(text).trim_ascii_start();
    }
    while let Some((tag, rest)) = tag(text) {
        text = rest;
        (layout, direction) = match tag {
            b"ril.sendat" => (Layout::Ril, Direction::ToModule),
            b"ril.proatc" => (Layout::Ril, Direction::FromModule),
            b"TX" | b"tx" | b"SEND" | b"Send" => (Layout::TxRx, Direction::ToModule),
            b"RX" | b"rx" | b"RECV" | b"Recv" => (Layout::TxRx, Direction::FromModule),
            _ => (Layout::Tagged, Direction::Unknown),
        };
    }
    if layout == Layout::TxRx {
        // `[TX] - AT`
        text = text.strip_prefix(b"-").unwrap_or(text).trim_ascii_start();
    }
    if let Some((way, inside)) = python_bytes(text) {
        text = inside;
        if way != Direction::Unknown {
            (layout, direction) = (Layout::TxRx, way);
        }
    }
    let marked = mark(text, style)
        .or_else(|| word_mark(text))
        .or_else(|| inner_mark(text));
    if let Some((found, way, rest)) = marked {
        (layout, direction, text) = (found.unwrap_or(layout), way, unquoted(rest));
    }
    Framed {
        at,
        direction,
        layout,
        text: text.trim_ascii(),
    }
}

/// The conversation script of pppd: `send (AT^M)`, `expect (OK)`, `-- got it`, and what the module
/// said in between.
fn chat(text: &[u8]) -> Framed<'_> {
    const TALK: [&[u8]; 9] = [
        b"--",
        b"expect (",
        b"abort on (",
        b"report (",
        b"clear abort",
        b"timeout",
        b"alarm",
        b"Failed",
        b"Can't",
    ];
    let sent = text
        .strip_prefix(b"send (")
        .and_then(|text| text.strip_suffix(b")"));
    let is_talk = TALK.iter().any(|talk| text.starts_with(talk));
    let (layout, direction, mut text) = match sent {
        Some(sent) => (Layout::TxRx, Direction::ToModule, sent),
        None if is_talk => (Layout::Tagged, Direction::Unknown, text),
        None => (Layout::TxRx, Direction::FromModule, text),
    };
    while let Some(rest) = text.strip_suffix(b"^M") {
        text = rest;
    }
    Framed {
        at: None,
        direction,
        layout,
        text: text.trim_ascii(),
    }
}

/// What stands behind level, time and port of ModemManager, up to 1.12:
/// `<debug> [1614766272.123456] (ttyUSB2): --> 'AT<CR>'`.
fn modem_manager(text: &[u8]) -> Option<&[u8]> {
    const LEVELS: [&[u8]; 10] = [
        b"debug", b"dbg", b"info", b"inf", b"warn", b"wrn", b"error", b"err", b"msg", b"trace",
    ];
    // Without syslog it writes its name itself.
    let own = text.strip_prefix(b"ModemManager[").and_then(|rest| {
        let end = rest.windows(3).take(12).position(|end| end == b"]: ")?;
        rest.get(end + 3..)
    });
    let inside = own.unwrap_or(text).strip_prefix(b"<")?;
    let end = inside.iter().take(8).position(|&b| b == b'>')?;
    let (level, rest) = inside.split_at_checked(end)?;
    if !LEVELS.contains(&level) {
        return None;
    }
    let (_, _, rest) = stamp::peel(rest.get(1..)?);
    let rest = rest.trim_ascii_start();
    let port = rest.strip_prefix(b"(").and_then(|inside| {
        let end = inside.iter().take(32).position(|&b| b == b')')?;
        let rest = inside.get(end + 1..)?;
        let rest = rest.strip_prefix(b":").unwrap_or(rest);
        Some(rest.trim_ascii_start())
    });
    Some(port.unwrap_or(rest))
}

/// What stands in quotes that a program put around a line: `"AT+CSTT="cmnet""`.
fn unquoted(text: &[u8]) -> &[u8] {
    let quoted = text.trim_ascii();
    let inside = [b'"', b'\'']
        .iter()
        .find_map(|&quote| quoted.strip_prefix(&[quote])?.strip_suffix(&[quote]));
    // Line ends in words are cut later, and need the quotes.
    let is_plain = |inside: &&[u8]| !inside.contains(&b'\\') && !inside.ends_with(b">");
    inside
        .filter(|inside| looks::looks_like_at(inside))
        .filter(is_plain)
        .unwrap_or(text)
}

/// A word that is a mark, if traffic follows.
fn word_mark(text: &[u8]) -> Option<(Option<Layout>, Direction, &[u8])> {
    WORDS.iter().find_map(|&(word, direction)| {
        let (head, rest) = text.split_at_checked(word.len())?;
        let said = unquoted(rest).trim_ascii();
        let is_bare = !said.contains(&b' ') && said.iter().any(u8::is_ascii_digit);
        let fits = head.eq_ignore_ascii_case(word)
            && (looks::looks_like_at(said) || is_bare && direction == Direction::FromModule);
        fits.then_some((Some(Layout::TxRx), direction, rest))
    })
}

/// What Python prints of bytes, `b'AT\r\n'`, and which way they went: behind numbers that are a time,
/// or words such as `write:`.
fn python_bytes(text: &[u8]) -> Option<(Direction, &[u8])> {
    const OUT: [&str; 6] = ["write", "send", "sent", "tx", "out", ">>"];
    const IN: [&str; 6] = ["read", "recv", "receive", "rx", "in", "<<"];
    let at = text
        .windows(2)
        .take(64)
        .position(|pair| pair == b"b'" || pair == b"b\"")?;
    let (before, rest) = text.split_at_checked(at)?;
    let quote = *rest.get(1)?;
    let inside = rest.get(2..)?.strip_suffix(&[quote])?;
    let before = core::str::from_utf8(before).ok()?.to_ascii_lowercase();
    let says = |words: &[&str]| {
        let mut said = before.split(|c: char| !c.is_ascii_alphabetic() && c != '>' && c != '<');
        said.any(|said| {
            words
                .iter()
                .any(|word| said == *word || word.len() > 3 && said.starts_with(word))
        })
    };
    let is_time = before
        .bytes()
        .all(|b| b.is_ascii_digit() || b" :.-/".contains(&b));
    let direction = match (says(&OUT), says(&IN)) {
        (true, false) => Direction::ToModule,
        (false, true) => Direction::FromModule,
        _ if is_time => Direction::Unknown,
        _ => return None,
    };
    let inside = inside.strip_prefix(b"\\t").unwrap_or(inside);
    Some((direction, inside.strip_suffix(b"\\r\\n").unwrap_or(inside)))
}

/// A mark behind the words of a program.
fn inner_mark(text: &[u8]) -> Option<(Option<Layout>, Direction, &[u8])> {
    for &(mark, direction) in INNER {
        if let Some(at) = text.windows(mark.len()).take(96).position(|w| w == mark) {
            let rest = text.get(at.checked_add(mark.len())?..)?;
            return Some((Some(Layout::TxRx), direction, rest));
        }
    }
    // Mbed: `AT TX ( 7): AT+CGMR`.
    let (direction, rest) = match text.split_at_checked(6)? {
        (b"AT TX ", rest) => (Direction::ToModule, rest),
        (b"AT RX ", rest) => (Direction::FromModule, rest),
        // `> AT+CSQ` and `< OK`, if that is what follows.
        _ => {
            let (direction, rest) = match text {
                [b'>', b' ', rest @ ..] => (Direction::ToModule, rest),
                [b'<', b' ', rest @ ..] => (Direction::FromModule, rest),
                _ => return None,
            };
            let fits = match direction {
                Direction::ToModule => rest.starts_with(b"AT+") || rest == b"AT",
                _ => looks::looks_like_at(rest),
            };
            return fits.then_some((Some(Layout::Arrows), direction, rest));
        }
    };
    let colon = rest.windows(2).take(12).position(|pair| pair == b"):")?;
    Some((
        Some(Layout::TxRx),
        direction,
        rest.get(colon + 2..)?.trim_ascii_start(),
    ))
}

/// A tag in brackets at the start of `text`, without what joins it to the rest.
fn tag(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let Some(inside) = text.strip_prefix(b"[") else {
        return slash_tag(text);
    };
    let end = inside.iter().take(48).position(|&b| b == b']')?;
    let (tag, rest) = inside.split_at_checked(end)?;
    let rest = rest.strip_prefix(b"]")?;
    let rest = rest.strip_prefix(b":").unwrap_or(rest);
    // `[I]-[ril.sendat]`
    let rest = rest
        .strip_prefix(b"-")
        .filter(|r| r.starts_with(b"["))
        .unwrap_or(rest);
    Some((tag, rest.trim_ascii_start()))
}

/// The tag of RT-Thread: `E/at.skt: `.
fn slash_tag(text: &[u8]) -> Option<(&[u8], &[u8])> {
    let [b'A' | b'E' | b'W' | b'I' | b'D', b'/', rest @ ..] = text else {
        return None;
    };
    let end = rest
        .iter()
        .take(32)
        .position(|b| matches!(b, b':' | b' '))?;
    let (tag, rest) = rest.split_at_checked(end)?;
    Some((
        tag,
        rest.trim_ascii_start()
            .strip_prefix(b":")?
            .trim_ascii_start(),
    ))
}

/// A mark of direction at the start of `text`; the layout is `None` where the mark tells nothing.
fn mark(text: &[u8], style: Style) -> Option<(Option<Layout>, Direction, &[u8])> {
    for &(mark, layout, direction) in MARKS {
        let (head, rest) = text.split_at_checked(mark.len()).unwrap_or_default();
        if head.eq_ignore_ascii_case(mark) {
            return Some((Some(layout), direction, rest));
        }
    }
    let (shaft, points_right, rest) = arrow(text)?;
    Some(match (shaft, points_right) {
        ([b'-'], true) if style == Style::Bracketed => {
            (Some(Layout::Window), Direction::FromModule, rest)
        }
        ([b'-'], false) if style == Style::Bracketed => {
            (Some(Layout::Window), Direction::ToModule, rest)
        }
        // Half of the tools mean the host by the near end, half the module.
        ([b'-'], _) => (None, Direction::Unknown, rest),
        (_, true) => (Some(Layout::Arrows), Direction::ToModule, rest),
        (_, false) => (Some(Layout::Arrows), Direction::FromModule, rest),
    })
}

/// An arrow at the start of `text`: its shaft, whether it points right, and the rest.
fn arrow(text: &[u8]) -> Option<(&[u8], bool, &[u8])> {
    let (points_left, text) = match text.strip_prefix(b"<") {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let first = *text.first().filter(|b| matches!(b, b'-' | b'='))?;
    let length = text.iter().take_while(|&&b| b == first).count();
    let (shaft, rest) = text.split_at_checked(length)?;
    let rest = if points_left {
        rest
    } else {
        rest.strip_prefix(b">")?
    };
    let ends = matches!(rest.first(), None | Some(b' ' | b'\t' | b'\'' | b'"'));
    ends.then_some((shaft, !points_left, rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_layout_is_found_from_one_line() {
        use Direction::{FromModule, ToModule, Unknown};
        for (line, layout, direction, text) in [
            (
                "[09:00:00.100]发→◇AT+CSQ",
                Layout::Chinese,
                ToModule,
                "AT+CSQ",
            ),
            ("[09:00:00.100]收←◆OK", Layout::Chinese, FromModule, "OK"),
            (
                "[2025/01/02 09:00:00.100] <- AT",
                Layout::Window,
                ToModule,
                "AT",
            ),
            (
                "[2025/01/02 09:00:00.100] -> OK",
                Layout::Window,
                FromModule,
                "OK",
            ),
            (
                "[2025/01/02 09:00:00.100] -> ",
                Layout::Window,
                FromModule,
                "",
            ),
            ("SEND:AT+CSQ", Layout::Words, ToModule, "AT+CSQ"),
            ("RECEIVED:", Layout::Words, FromModule, ""),
            ("I (77) modem: TX:|AT", Layout::TxRx, ToModule, "AT"),
            ("I (77) modem: RX:|OK", Layout::TxRx, FromModule, "OK"),
            ("[uart 1] RX: OK", Layout::TxRx, FromModule, "OK"),
            ("tx: AT", Layout::TxRx, ToModule, "AT"),
            (
                "[2021-01-02 03:04:05.678] [I]-[ril.sendat] AT",
                Layout::Ril,
                ToModule,
                "AT",
            ),
            (
                "[2021-01-02 03:04:05.678] [I]-[ril.proatc] OK",
                Layout::Ril,
                FromModule,
                "OK",
            ),
            (
                "[2021-01-02 03:04:05.678] [I]-[sim.task] up",
                Layout::Tagged,
                Unknown,
                "up",
            ),
            (" ---> AT", Layout::Arrows, ToModule, "AT"),
            (" <--- OK", Layout::Arrows, FromModule, "OK"),
            ("12.345 [GSM]:  => AT", Layout::Arrows, ToModule, "AT"),
            ("12.345 [GSM]:     <= OK", Layout::Arrows, FromModule, "OK"),
            (
                "[2021-01-02 03:04:05.678] OK",
                Layout::Stamped,
                Unknown,
                "OK",
            ),
            ("03:04:05.678 -> AT", Layout::Stamped, Unknown, "AT"),
            ("-> AT", Layout::Plain, Unknown, "AT"),
            (
                "[2202632] E/at.skt: no answer",
                Layout::Tagged,
                Unknown,
                "no answer",
            ),
            (
                "W (5) main: no answer",
                Layout::Tagged,
                Unknown,
                "no answer",
            ),
            ("+RECEIVE,0,4:", Layout::Plain, Unknown, "+RECEIVE,0,4:"),
            ("SEND OK", Layout::Plain, Unknown, "SEND OK"),
            ("------", Layout::Plain, Unknown, "------"),
            ("<0x1A>", Layout::Plain, Unknown, "<0x1A>"),
            ("> ", Layout::Plain, Unknown, ">"),
        ] {
            let framed = frame(line.as_bytes());
            let found = (framed.layout, framed.direction, framed.text);
            assert_eq!(found, (layout, direction, text.as_bytes()), "{line}");
        }
    }

    #[test]
    fn marks_are_found_in_gbk() {
        let framed = frame(b"[09:00:00.100]\xca\xd5\xa1\xfb\xa1\xf4OK");
        assert_eq!((framed.layout, framed.text), (Layout::Chinese, &b"OK"[..]));
    }
}
