use super::*;
use crate::transcript::Transcript;
use std::string::ToString;

fn ms(millis: u64) -> Instant {
    Instant::from_millis(millis)
}

fn record(script: impl FnOnce(&mut Recorder<&mut Vec<u8>>) -> io::Result<()>) -> String {
    let mut file = Vec::new();
    let mut recorder = Recorder::new(&mut file, &Header::new(), ms(1000)).unwrap();
    script(&mut recorder).unwrap();
    drop(recorder);
    String::from_utf8(file).unwrap()
}

fn body(text: &str) -> &str {
    text.strip_prefix("luat-transcript 1\n\n").unwrap()
}

#[test]
fn a_line_that_comes_byte_by_byte_is_one_entry() {
    let text = record(|r| {
        for (at, byte) in (1000..).zip(b"AT+CSQ\r\n") {
            r.sent(ms(at), &[*byte])?;
        }
        for (at, byte) in (1010..).zip(b"\r\n+CSQ: 20,0\r\n") {
            r.received(ms(at), &[*byte])?;
        }
        Ok(())
    });
    assert_eq!(
        body(&text),
        "+0.000 > \"AT+CSQ\\r\\n\"\n+0.010 < \"\\r\\n\"\n+0.012 < \"+CSQ: 20,0\\r\\n\"\n"
    );
}

#[test]
fn the_same_instant_is_one_entry() {
    let text = record(|r| {
        r.received(ms(1002), b"\r\n")?;
        r.received(ms(1002), b"OK\r\n")?;
        r.received(ms(1003), b"\r\nRDY\r\n")
    });
    assert_eq!(
        body(&text),
        "+0.002 < \"\\r\\n\"\n         \"OK\\r\\n\"\n+0.003 < \"\\r\\nRDY\\r\\n\"\n"
    );
    let again = Transcript::parse(&text).unwrap();
    assert_eq!(again.entries.len(), 2);
    assert!(again.to_string().contains("+0.002 < \"\\r\\nOK\\r\\n\"\n"));
}

#[test]
fn a_pause_inside_a_line_is_kept() {
    let text = record(|r| {
        r.received(ms(1000), b"+CGEV")?;
        r.received(ms(1050), b": ME PDN ACT 1\r\n")
    });
    assert_eq!(
        body(&text),
        "+0.000 < \"+CGEV\"\n+0.050 < \": ME PDN ACT 1\\r\\n\"\n"
    );
}

#[test]
fn what_ended_is_in_the_file_at_once() {
    let mut file = Vec::new();
    let mut recorder = Recorder::new(&mut file, &Header::new(), ms(0)).unwrap();
    recorder.received(ms(0), b"\r\nOK\r\n> ").unwrap();
    recorder.comment(ms(1), "prompt\nseen").unwrap();
    core::mem::forget(recorder);
    let text = String::from_utf8(file).unwrap();
    assert_eq!(
        body(&text),
        "+0.000 < \"\\r\\nOK\\r\\n\"\n         \"> \"\n+0.001 -- prompt\\nseen\n"
    );
}

#[test]
fn a_broken_writer_is_told_and_costs_no_memory() {
    let mut recorder = Recorder::new(Full(30), &Header::new(), ms(0)).unwrap();
    let told = (0..100)
        .filter(|&at| recorder.received(ms(at), &[b'x'; 200]).is_err())
        .count();
    assert!(told > 40, "{told}");
    assert!(recorder.held.len() <= PATIENCE);
}

#[derive(Debug)]
struct Full(usize);

impl io::Write for Full {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0 = self
            .0
            .checked_sub(bytes.len())
            .ok_or(io::ErrorKind::StorageFull)?;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
