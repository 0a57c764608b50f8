//! Logs of other tools, and the names of their lines: read to the end, in order, no longer than they
//! are.

#![no_main]

use libfuzzer_sys::fuzz_target;
use luat_modem::at::Urc;
use luat_modem::at::recognise::{self, recognise};
use luat_modem::transcript::foreign::{looks_like_at, read};

/// One byte that is not UTF-8 becomes three.
const REPLACEMENT: usize = 3;

fuzz_target!(|log: &[u8]| {
    let lines_of_log = log.split(|b| *b == b'\n').count();
    let (mut above, mut length) = (0, 0);
    for line in read(log) {
        assert!(line.number >= above, "out of order");
        assert!((1..=lines_of_log).contains(&line.number));
        assert!(!line.text.contains('\n'), "one line each");
        above = line.number;
        length += line.text.len();
        names(&line.text);
    }
    assert!(length <= log.len() * REPLACEMENT, "more than there was");
    for line in log.split(|b| *b == b'\n') {
        let _ = (recognise(line), Urc::parse(line), looks_like_at(line));
    }
});

fn names(line: &str) {
    let _ = recognise(line.as_bytes());
    let _ = recognise::expect_of(line);
    let _ = recognise::max_timeout_of(line);
    // A line that the recorder masks whole is one that a log must not show.
    let secret = recognise::is_secret(line);
    assert_eq!(secret, recognise::is_secret(line));
}
