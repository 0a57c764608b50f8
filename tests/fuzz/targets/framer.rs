//! The framer: what it finds does not depend on how the bytes are split, every byte is consumed once,
//! and a token never stands still.

#![no_main]

use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use luat_modem::wire::{Framer, Listen, Token};

#[derive(Arbitrary, Debug)]
struct Case<'a> {
    prompt: bool,
    read: Option<(u8, u16)>,
    /// The echo that is expected behind a prompt.
    echo: Option<u8>,
    small_buffer: bool,
    /// What is asked of the framer, and behind how many bytes more.
    acts: Vec<(u8, Act)>,
    /// The lengths of the pieces, over and over.
    pieces: Vec<u8>,
    bytes: &'a [u8],
}

#[derive(Arbitrary, Clone, Copy, Debug)]
enum Act {
    Reset,
    CompletePartial,
    ExpectEcho(u8),
}

#[derive(Debug, PartialEq)]
enum Found {
    Line(Vec<u8>, Option<u8>),
    Overlong(usize, Vec<u8>),
    Prompt,
    Payload(u8, u16, Option<u16>, Vec<u8>),
    Broken(u8, u16),
}

fuzz_target!(|case: Case<'_>| {
    let whole = case.found(&mut core::iter::repeat(usize::MAX));
    let single = case.found(&mut core::iter::repeat(1));
    assert_eq!(whole, single, "byte by byte");
    let pieces = case.pieces.iter().map(|n| usize::from(*n) + 1);
    let cut = case.found(&mut pieces.chain([7]).cycle());
    assert_eq!(whole, cut, "in pieces");
});

impl Case<'_> {
    fn found(&self, pieces: &mut dyn Iterator<Item = usize>) -> Vec<Found> {
        let mut buffer = [0; 256];
        let size = if self.small_buffer { 8 } else { 256 };
        let mut run = Run {
            framer: Framer::new(&mut buffer[..size]),
            listen: Listen {
                prompt: self.prompt,
                read: self.read,
                late: !self.prompt,
            },
            echo: self.echo,
            payload: Vec::new(),
            found: Vec::new(),
        };
        let mut rest = self.bytes;
        for (behind, act) in &self.acts {
            let (now, later) = rest.split_at(rest.len().min(usize::from(*behind)));
            run.feed_all(now, pieces);
            run.act(*act);
            rest = later;
        }
        run.feed_all(rest, pieces);
        run.found
    }
}

struct Run<'m> {
    framer: Framer<'m>,
    listen: Listen,
    echo: Option<u8>,
    payload: Vec<u8>,
    found: Vec<Found>,
}

impl Run<'_> {
    fn feed_all(&mut self, mut bytes: &[u8], pieces: &mut dyn Iterator<Item = usize>) {
        while !bytes.is_empty() {
            let n = pieces.next().unwrap_or(1).min(bytes.len());
            let (piece, rest) = bytes.split_at(n);
            self.feed(piece);
            bytes = rest;
        }
    }

    fn feed(&mut self, mut input: &[u8]) {
        // A prompt may leave its space, and a header its line end, to the next call.
        let mut idle = 0;
        loop {
            let (n, token) = self.framer.feed(input, self.listen);
            assert!(n <= input.len());
            input = &input[n..];
            idle = if n == 0 { idle + 1 } else { 0 };
            assert!(idle < 3, "no progress: {token:?}");
            match token {
                Token::More => {
                    assert!(input.is_empty(), "left over");
                    return;
                }
                Token::Line => {
                    let line = self.framer.line().to_vec();
                    assert!(!line.is_empty(), "an empty line");
                    self.found.push(Found::Line(line, self.framer.gap()));
                }
                Token::Overlong(n) => {
                    let line = self.framer.line().to_vec();
                    self.found.push(Found::Overlong(n, line));
                }
                Token::Prompt => {
                    self.found.push(Found::Prompt);
                    if let Some(n) = self.echo {
                        self.framer.expect_echo(usize::from(n));
                    }
                }
                Token::Payload => {
                    if input.is_empty() {
                        return;
                    }
                    let counted = self.framer.payload().expect("announced");
                    assert!((1..=counted.total).contains(&counted.remaining));
                    let n = input.len().min(usize::from(counted.remaining));
                    self.payload.extend_from_slice(&input[..n]);
                    input = &input[n..];
                    idle = 0;
                    if self.framer.take_payload(n) {
                        let bytes = core::mem::take(&mut self.payload);
                        assert_eq!(bytes.len(), usize::from(counted.total));
                        let found =
                            Found::Payload(counted.link, counted.total, counted.left, bytes);
                        self.found.push(found);
                    }
                    if input.is_empty() {
                        return;
                    }
                }
            }
        }
    }

    fn act(&mut self, act: Act) {
        match act {
            Act::Reset => {
                self.payload.clear();
                if let Some(counted) = self.framer.reset() {
                    let found = Found::Broken(counted.link, counted.remaining);
                    self.found.push(found);
                }
            }
            Act::CompletePartial => {
                if self.framer.complete_partial() {
                    let line = self.framer.line().to_vec();
                    self.found.push(Found::Line(line, self.framer.gap()));
                }
            }
            // The driver asks for it behind a prompt alone.
            Act::ExpectEcho(n) => {
                if self.framer.payload().is_none() && self.framer.partial().is_empty() {
                    self.framer.expect_echo(usize::from(n));
                }
            }
        }
    }
}
