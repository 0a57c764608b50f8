//! What was written on the present connection and is not known to be accepted by the module.

use heapless::Deque;

/// Pieces that can be on their way at a time. A stream needs one, and one more for each heartbeat
/// among them.
const PIECES: usize = 16;

/// A piece of what the UART brought, on its way.
#[derive(Clone, Copy, Debug)]
struct Piece {
    /// Bytes of payload.
    length: usize,
    /// The place on the connection behind its last byte, frames and heartbeats counted.
    end: u32,
}

/// The pieces that are on their way, oldest first.
#[derive(Debug, Default)]
pub(super) struct Flight {
    pieces: Deque<Piece, PIECES>,
    /// The place on the connection behind the last byte of payload that was accepted.
    accepted_to: u32,
}

impl Flight {
    pub(super) const fn new() -> Self {
        Self {
            pieces: Deque::new(),
            accepted_to: 0,
        }
    }

    /// The place on the connection behind the last byte of payload that was accepted.
    pub(super) const fn accepted_to(&self) -> u32 {
        self.accepted_to
    }

    /// Whether one more can go.
    pub(super) fn takes(&self) -> bool {
        !self.pieces.is_full()
    }

    /// A piece was written; it lies from `start` to `end` on the connection. Those of a stream melt
    /// together.
    pub(super) fn add(&mut self, length: usize, start: u32, end: u32, is_stream: bool) {
        if is_stream
            && let Some(last) = self.pieces.back_mut()
            && last.end == start
        {
            last.length = last.length.saturating_add(length);
            last.end = end;
            return;
        }
        // There is room: it was asked for.
        let _ = self.pieces.push_back(Piece { length, end });
    }

    /// The module has accepted so much of the connection: how much of what is on its way that
    /// is. Of a stream parts count.
    pub(super) fn accepted(&mut self, place: u32, is_stream: bool) -> usize {
        let mut done = 0_usize;
        while let Some(first) = self.pieces.front_mut() {
            let missing = usize::try_from(first.end.saturating_sub(place)).unwrap_or(usize::MAX);
            if missing > 0 {
                if is_stream {
                    let part = first.length.saturating_sub(missing);
                    if part > 0 {
                        self.accepted_to = place;
                    }
                    first.length = first.length.saturating_sub(part);
                    done = done.saturating_add(part);
                }
                break;
            }
            done = done.saturating_add(first.length);
            self.accepted_to = first.end;
            self.pieces.pop_front();
        }
        done
    }

    /// Bytes that are on their way.
    pub(super) fn bytes(&self) -> usize {
        self.pieces
            .iter()
            .fold(0, |sum, piece| sum.saturating_add(piece.length))
    }

    /// Nothing is on its way any more.
    pub(super) fn clear(&mut self) {
        *self = Self::new();
    }
}

#[cfg(test)]
mod tests {
    use super::Flight;

    #[test]
    fn parts_of_a_stream_count() {
        let mut flight = Flight::new();
        flight.add(10, 0, 10, true);
        flight.add(10, 10, 20, true);
        // A heartbeat of 5 bytes stands between.
        flight.add(4, 25, 29, true);
        assert_eq!(flight.accepted(12, true), 12);
        assert_eq!((flight.accepted(22, true), flight.accepted_to()), (8, 20));
        assert_eq!((flight.accepted(26, true), flight.bytes()), (1, 3));
        assert_eq!(flight.accepted_to(), 26);
        assert_eq!((flight.accepted(29, true), flight.bytes()), (3, 0));
    }

    #[test]
    fn a_message_counts_when_it_is_whole() {
        let mut flight = Flight::new();
        flight.add(10, 0, 16, false);
        flight.add(10, 16, 32, false);
        assert_eq!(flight.accepted(31, false), 10);
        assert_eq!(flight.accepted(32, false), 10);
    }

    #[test]
    fn no_more_go_than_can_be_followed() {
        let mut flight = Flight::new();
        let mut place = 0;
        while flight.takes() {
            flight.add(1, place, place + 1, false);
            place += 1;
        }
        assert_eq!(place, 16);
        flight.accepted(1, false);
        assert!(flight.takes());
    }
}
