//! A line of a log, taken apart: how it is laid out is found from the line alone.

use super::Direction;
use super::layout::{Framed, Layout};
use super::marks::{inner_mark, mark, python_bytes, tag, unquoted, word_mark};
use super::stamp::{self, Style};

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
