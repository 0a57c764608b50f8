//! Standard input, cut into datagrams.

use crate::args::Udp;
use crate::commands::pipe::Input;
use crate::exit::Failure;
use luat_modem::at::socket::MAX_CHUNK;

/// Where one datagram ends and the next begins.
#[derive(Clone, Copy, Debug)]
enum Cut {
    /// Where a read of standard input ends.
    Read,
    /// At the end of a line, which is not part of it.
    Line,
    /// After so many bytes.
    Size(usize),
}

/// The datagrams of standard input.
pub(super) struct Cutter {
    input: Input,
    cut: Cut,
    /// What was read and is not taken.
    kept: Vec<u8>,
    /// Where in the input `kept` ends.
    place: u64,
    /// The datagram at the front of `kept`, and how many bytes go with it.
    front: Option<Front>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Front {
    length: usize,
    taken: usize,
}

impl Cutter {
    /// Begins to read.
    pub(super) fn start(task: &Udp) -> Self {
        let cut = match (task.line, task.size) {
            (true, _) => Cut::Line,
            (false, Some(size)) => Cut::Size(size.into()),
            (false, None) => Cut::Read,
        };
        Self {
            input: Input::start(MAX_CHUNK.into()),
            cut,
            kept: Vec::new(),
            place: 0,
            front: None,
        }
    }

    /// The next datagram, if it is here.
    pub(super) fn front(&mut self) -> Option<&[u8]> {
        while self.front.is_none() {
            let over = self.input.is_over(self.place);
            self.front = self.cut.front(&self.kept, over);
            if self.front.is_some() {
                break;
            }
            if !self.input.go_on(self.place) {
                // The end is seen only when it is asked for.
                if !over && self.input.is_over(self.place) {
                    continue;
                }
                return None;
            }
            self.kept.extend_from_slice(self.input.from(self.place));
            self.place = self.input.total();
        }
        self.kept.get(..self.front?.length)
    }

    /// The datagram at the front is on its way.
    pub(super) fn taken(&mut self) {
        if let Some(front) = self.front.take() {
            self.kept.drain(..front.taken.min(self.kept.len()));
        }
    }

    /// Whether the end has come, and every datagram before it was taken.
    pub(super) fn is_over(&self) -> bool {
        self.kept.is_empty() && self.input.is_over(self.place)
    }

    /// Whether its end is no end but an error.
    pub(super) fn failure(&self) -> Option<Failure> {
        self.input.failure()
    }
}

impl Cut {
    /// The first datagram of `kept`, if it is whole; `over`: nothing comes behind.
    fn front(self, kept: &[u8], over: bool) -> Option<Front> {
        let whole = |length| Front {
            length,
            taken: length,
        };
        match self {
            _ if kept.is_empty() => None,
            Self::Read => Some(whole(kept.len())),
            Self::Size(size) if kept.len() >= size => Some(whole(size)),
            Self::Size(_) => over.then(|| whole(kept.len())),
            Self::Line => match kept.iter().position(|byte| *byte == b'\n') {
                Some(at) => {
                    let line = kept.get(..at).unwrap_or_default();
                    Some(Front {
                        length: line.strip_suffix(b"\r").unwrap_or(line).len(),
                        taken: at + 1,
                    })
                }
                // Its end may never come; whoever sends it says that it is too long.
                None if over || kept.len() > usize::from(MAX_CHUNK) + 1 => Some(whole(kept.len())),
                None => None,
            },
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Cut, Front};

    #[test]
    fn lines_lose_their_ends() {
        let front = |kept: &[u8], over| Cut::Line.front(kept, over);
        assert_eq!(
            front(b"ab\r\nc", false),
            Some(Front {
                length: 2,
                taken: 4
            })
        );
        assert_eq!(
            front(b"\nc", false),
            Some(Front {
                length: 0,
                taken: 1
            })
        );
        assert_eq!(front(b"c", false), None);
        assert_eq!(
            front(b"c", true),
            Some(Front {
                length: 1,
                taken: 1
            })
        );
        assert_eq!(front(b"", true), None);
        assert!(
            front(&[b'x'; 1461], false).is_none(),
            "its CR LF may be next"
        );
        assert_eq!(front(&[b'x'; 1462], false).map(|f| f.length), Some(1462));
    }

    #[test]
    fn sizes_are_kept_but_for_the_last() {
        let front = |kept: &[u8], over| Cut::Size(3).front(kept, over);
        assert_eq!(
            front(b"abcd", false),
            Some(Front {
                length: 3,
                taken: 3
            })
        );
        assert_eq!(front(b"ab", false), None);
        assert_eq!(
            front(b"ab", true),
            Some(Front {
                length: 2,
                taken: 2
            })
        );
    }
}
