//! The short way for payload that goes on: bytes in the middle of it go straight to their ring.

use super::Engine;
use core::ops::Range;

/// Where the payload that is coming in goes on in the receive memory. What went there is booked when the run
/// ends: whatever may change its link ends it first.
#[derive(Debug, Default)]
pub(super) struct Run {
    link: Option<u8>,
    /// Where the ring of that link lies, which never changes.
    span: Range<usize>,
    begun: usize,
    at: usize,
    /// It goes no further than this; 0 if there is no run.
    end: usize,
    /// Bytes that the framer does not know of yet.
    untold: usize,
}

impl Run {
    /// Where the ring of a link lies, if it was the last.
    pub(super) fn span_of(&self, index: u8) -> Option<Range<usize>> {
        (self.link == Some(index)).then(|| self.span.clone())
    }

    /// A link other than the last.
    pub(super) fn keep(&mut self, index: u8, span: Range<usize>) -> Range<usize> {
        self.link = Some(index);
        self.span = span.clone();
        span
    }

    /// Up to `most` bytes of the last link may go to `place`, which counts from its ring.
    pub(super) fn begin(&mut self, place: Range<usize>, most: usize) {
        self.at = self.span.start.saturating_add(place.start);
        self.begun = self.at;
        self.end = self.at.saturating_add(place.len().min(most));
    }

    /// The place of the next `n` bytes.
    pub(super) fn go_on<'r>(&mut self, memory: &'r mut [u8], n: usize) -> Option<&'r mut [u8]> {
        let next = self.at.wrapping_add(n);
        if next > self.end {
            return None;
        }
        let place = memory.get_mut(self.at..)?.get_mut(..n)?;
        self.at = next;
        Some(place)
    }

    /// Says for which link how many bytes went, if there was a run.
    pub(super) fn end(&mut self) -> Option<(u8, usize)> {
        if core::mem::take(&mut self.end) == 0 {
            return None;
        }
        let taken = self.at.wrapping_sub(self.begun);
        self.untold = self.untold.saturating_add(taken);
        Some((self.link?, taken))
    }

    /// What the framer is to be told.
    pub(super) fn tell(&mut self) -> usize {
        core::mem::take(&mut self.untold)
    }
}

impl Engine<'_> {
    /// Ends the short way and books what went it, before the long way, or anybody else, looks at the payload.
    pub(super) fn end_run(&mut self) {
        let taken = self.links.end_run();
        if taken > 0 {
            self.framer.take_payload(taken);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::{Config, Engine, Event, LinkId, LinkState, Memory, Receive};
    use crate::engine::{Shutdown, Transport};
    use crate::time::{Duration, Instant};
    use std::format;
    use std::vec::Vec;

    type Room = Memory<2, 256, 256>;

    /// Two links that are open, and the instant.
    fn open(memory: &mut Room) -> (Engine<'_>, [LinkId; 2], Instant) {
        let mut config = Config::new();
        config.receive = Receive::Push;
        let mut engine = Engine::new(memory, config);
        let links = [7, 8].map(|port| engine.connect(Transport::Tcp, "a.test", port).unwrap());
        let mut now = Instant::ZERO;
        while engine.status(links[1]).unwrap().state != LinkState::Open {
            now = now + Duration::from_millis(1);
            engine.advance(now);
            let command = engine.outgoing(now).to_vec();
            engine.sent(now, command.len());
            let answer: &[u8] = match &command[..] {
                b"" => b"",
                b"AT+CPIN?\r\n" => b"\r\n+CPIN: READY\r\n\r\nOK\r\n",
                b"AT+CEREG?\r\n" => b"\r\n+CEREG: 0,1\r\n\r\nOK\r\n",
                b"AT+CGATT?\r\n" => b"\r\n+CGATT: 1\r\n\r\nOK\r\n",
                b"AT+CIPSHUT\r\n" => b"\r\nSHUT OK\r\n",
                b"AT+CIFSR\r\n" => b"\r\n10.0.0.2\r\n",
                b"AT+CIPSTART=0,\"TCP\",\"a.test\",7\r\n" => b"\r\nOK\r\n\r\n0, CONNECT OK\r\n",
                b"AT+CIPSTART=1,\"TCP\",\"a.test\",8\r\n" => b"\r\nOK\r\n\r\n1, CONNECT OK\r\n",
                _ => b"\r\nOK\r\n",
            };
            engine.receive(now, answer);
        }
        while engine.event().is_some() {}
        (engine, links, now)
    }

    /// What the user sees when `act` happens behind the first `at` bytes of `input`, which come in pieces of
    /// `piece`.
    fn seen(input: &[u8], at: usize, piece: usize, act: Act) -> std::string::String {
        let mut memory = Room::new();
        let (mut engine, links, mut now) = open(&mut memory);
        let mut text = std::string::String::new();
        let mut read = |engine: &mut Engine<'_>| {
            let mut buffer = [0; 100];
            while let Some(event) = engine.event() {
                // How often it is told depends on when somebody looks.
                if !matches!(event, Event::Readable(_)) {
                    text.push_str(&format!("{event:?}\n"));
                }
            }
            let mut data = [Vec::new(), Vec::new()];
            for (link, data) in links.iter().zip(&mut data) {
                while let Ok(n @ 1..) = engine.recv(*link, &mut buffer) {
                    data.extend_from_slice(&buffer[..n]);
                }
            }
            text.push_str(&format!("{data:?} {:?}\n", engine.total()));
        };
        for (step, part) in [&input[..at], &input[at..]].into_iter().enumerate() {
            for bytes in part.chunks(piece) {
                engine.receive(now, bytes);
            }
            if step == 0 {
                act(&mut engine, links, &mut now);
                read(&mut engine);
            }
        }
        now = now + Duration::from_millis(20);
        engine.advance(now);
        read(&mut engine);
        text
    }

    type Act = fn(&mut Engine<'_>, [LinkId; 2], &mut Instant);

    /// Whatever the user does in the middle of a payload, it makes no difference which way its bytes went.
    #[test]
    fn both_ways_come_to_the_same() {
        let mut input = b"\r\n+RECEIVE,0,90:\r\n".to_vec();
        input.extend(0..90);
        input.extend(b"\r\n+RECEIVE,1,40:\r\n");
        input.extend(100..140);
        input.extend(b"\r\n+RECEIVE,0,200:\r\n");
        input.extend(0..200);
        input.extend(b"\r\n+CEREG: 5\r\n");
        let acts: [Act; 8] = [
            |_, _, _| {},
            |engine, links, _| {
                let _ = engine.recv(links[0], &mut [0; 10]);
            },
            |engine, _, now| engine.advance(*now),
            |engine, _, now| {
                // A pause, and one that is too long.
                for millis in [300, 1500] {
                    *now = *now + Duration::from_millis(millis);
                    engine.advance(*now);
                }
            },
            |engine, links, now| engine.close(*now, links[0], Shutdown::Abort),
            |engine, links, _| engine.release(links[1]),
            |engine, _, now| engine.uart_lost(*now),
            |engine, _, now| engine.restart(*now),
        ];
        for (number, act) in acts.into_iter().enumerate() {
            for at in 0..=input.len() {
                let whole = seen(&input, at, usize::MAX, act);
                for piece in [1, 7, 64] {
                    let pieces = seen(&input, at, piece, act);
                    assert_eq!(
                        pieces, whole,
                        "{number} behind {at} bytes, pieces of {piece}"
                    );
                }
            }
        }
    }
}
