//! A heartbeat as people type it: `120:ping`.

use crate::duration;
use std::time::Duration;

/// What is sent after how much silence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Beat {
    pub(crate) every: Duration,
    pub(crate) bytes: Vec<u8>,
}

/// Reads `INTERVAL:TEXT`.
pub(crate) fn parse(text: &str) -> Result<Beat, String> {
    let (every, bytes) = text
        .split_once(':')
        .ok_or("write it like 120:ping or 2m:ping\\r\\n")?;
    let every = duration::parse(every)?;
    if every < Duration::from_millis(100) {
        return Err("the interval is at least 100ms".into());
    }
    let bytes = unescape(bytes)?;
    match bytes.len() {
        0 => Err("there is nothing to send behind the colon".into()),
        1..=256 => Ok(Beat { every, bytes }),
        _ => Err("a heartbeat has at most 256 bytes".into()),
    }
}

/// Reads `\\r`, `\\n`, `\\xNN` and the like.
pub(crate) fn unescape(text: &str) -> Result<Vec<u8>, String> {
    let mut bytes = Vec::new();
    let mut rest = text.chars();
    while let Some(character) = rest.next() {
        if character != '\\' {
            bytes.extend(character.encode_utf8(&mut [0; 4]).bytes());
            continue;
        }
        bytes.push(match rest.next() {
            Some('r') => b'\r',
            Some('n') => b'\n',
            Some('t') => b'\t',
            Some('0') => 0,
            Some('\\') => b'\\',
            Some('x') => {
                let digits: String = rest.by_ref().take(2).collect();
                u8::from_str_radix(&digits, 16)
                    .ok()
                    .filter(|_| digits.len() == 2)
                    .ok_or("two hexadecimal digits follow \\x")?
            }
            _ => return Err("a backslash is written \\\\".into()),
        });
    }
    Ok(bytes)
}

#[cfg(test)]
mod tests {
    use super::parse;
    use std::time::Duration;

    #[test]
    fn beats() {
        let beat = parse("120:ping").unwrap();
        assert_eq!(beat.every, Duration::from_secs(120));
        assert_eq!(beat.bytes, b"ping");
        let bytes = |text| parse(text).unwrap().bytes;
        assert_eq!(bytes(r"2m:a:b\r\n"), b"a:b\r\n");
        assert_eq!(bytes(r"1s:\xff\x00\\"), b"\xff\0\\");
        for bad in ["", "120", "120:", "x:ping", r"1:\q", r"1:\x1", "50ms:a"] {
            assert!(parse(bad).is_err(), "{bad}");
        }
    }
}
