//! What stands around a line in a log and says which way it went: marks, words, tags, arrows.

use super::layout::Layout;
use super::stamp::Style;
use super::{Direction, looks};

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

/// A mark of direction at the start of `text`; the layout is `None` where the mark tells nothing.
pub(super) fn mark(text: &[u8], style: Style) -> Option<(Option<Layout>, Direction, &[u8])> {
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

/// A word that is a mark, if traffic follows.
pub(super) fn word_mark(text: &[u8]) -> Option<(Option<Layout>, Direction, &[u8])> {
    WORDS.iter().find_map(|&(word, direction)| {
        let (head, rest) = text.split_at_checked(word.len())?;
        let said = unquoted(rest).trim_ascii();
        let is_bare = !said.contains(&b' ') && said.iter().any(u8::is_ascii_digit);
        let fits = head.eq_ignore_ascii_case(word)
            && (looks::looks_like_at(said) || is_bare && direction == Direction::FromModule);
        fits.then_some((Some(Layout::TxRx), direction, rest))
    })
}

/// A mark behind the words of a program.
pub(super) fn inner_mark(text: &[u8]) -> Option<(Option<Layout>, Direction, &[u8])> {
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
pub(super) fn tag(text: &[u8]) -> Option<(&[u8], &[u8])> {
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

/// What Python prints of bytes, `b'AT\r\n'`, and which way they went: behind numbers that are a time,
/// or words such as `write:`.
pub(super) fn python_bytes(text: &[u8]) -> Option<(Direction, &[u8])> {
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

/// What stands in quotes that a program put around a line: `"AT+CSTT="cmnet""`.
pub(super) fn unquoted(text: &[u8]) -> &[u8] {
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
