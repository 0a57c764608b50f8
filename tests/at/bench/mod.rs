//! What the tests of the language share.

use luat_modem::at::{Command, recognise};
use luat_modem::atat::{AtatCmd, Error};
use luat_modem::wire::Text;

/// The command writes exactly `line`, and writes nothing into any buffer that is too short.
pub(crate) fn writes<C: Command>(command: C, line: &str) {
    let mut buffer = [0xAA; 1024];
    let length = command.write(&mut buffer);
    assert_eq!(
        buffer.get(..length).map(String::from_utf8_lossy).as_deref(),
        Some(line)
    );
    assert!(buffer[length..].iter().all(|&byte| byte == 0xAA));
    for short in 0..line.len() {
        let mut buffer = vec![0; short];
        assert_eq!(command.write(&mut buffer), 0, "{line:?} in {short} bytes");
    }
    let mut exact = vec![0; line.len()];
    assert_eq!(command.write(&mut exact), line.len());
    assert!(C::MAX_TIMEOUT_MS >= 1000, "{line:?}");
}

pub(crate) fn text<const MAX: usize>(text: &str) -> Text<'_, MAX> {
    Text::new(text).unwrap()
}

/// A typed command and the same line typed by a person wait for the same end, and the person at
/// least as long.
pub(crate) fn agrees<C: Command>(command: C) {
    let mut buffer = [0; 1024];
    let length = command.write(&mut buffer);
    let line = core::str::from_utf8(&buffer[..length]).unwrap();
    assert_eq!(
        recognise::expect_of(line).end,
        command.expect().end,
        "{line}"
    );
    let patience = recognise::max_timeout_of(line).as_millis();
    assert!(
        patience >= C::MAX_TIMEOUT_MS.into(),
        "{line}: {patience} ms"
    );
    assert_eq!(recognise::is_secret(line), command.is_secret(), "{line}");
    assert!(
        matches!(
            recognise::recognise(line.as_bytes()),
            Some(recognise::Recognised::Command(known)) if known.meaning != "a command without a name here"
        ),
        "{line}"
    );
}

/// The answer of a module, as its lines without the final result.
#[allow(dead_code, reason = "not every test reads answers")]
pub(crate) fn answers<C: AtatCmd>(command: &C, answer: &[u8]) -> Option<C::Response> {
    match command.parse(Ok(answer)) {
        Ok(response) => Some(response),
        Err(error) => {
            assert_eq!(error, Error::Parse);
            None
        }
    }
}
