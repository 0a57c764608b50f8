//! Receiving: pushed by the module, or pulled by the host (`CIPRXGET`).

use crate::at::command;
use crate::wire::{CommandLine, Expect, Fields};

/// Who moves received data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum ReceiveMode {
    /// 0: the module pushes it with `+RECEIVE`; nothing is buffered.
    Push,
    /// 1: the host pulls it; one `+CIPRXGET: 1,<n>` until the next read.
    Pull,
    /// 5: the host pulls it; one `+CIPRXGET: 1,<n>` for each packet. EC618 and EC718 only.
    PullEach,
}

impl ReceiveMode {
    /// Reads `+CIPRXGET: 0`, the line of `AT+CIPRXGET?` and [`QuerySettings`](super::QuerySettings). The URC
    /// of single-link mode, `+CIPRXGET: 1`, reads the same: only who asked can tell.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::of(line, "+CIPRXGET:")?;
        let mode = fields.byte()?;
        match (mode, fields.next()) {
            (0, None) => Some(Self::Push),
            (1, None) => Some(Self::Pull),
            (5, None) => Some(Self::PullEach),
            _ => None,
        }
    }
}

/// Choose who moves received data.
///
/// On the wire: `AT+CIPRXGET=1` -> `OK`. Source: vendor manual, CIPRXGET.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SetReceiveMode {
    /// The mode.
    pub mode: ReceiveMode,
}

command! {
    SetReceiveMode -> [Accepted] within 5_000 ms,
    write |self, buffer| {
        let mode = match self.mode {
            ReceiveMode::Push => 0,
            ReceiveMode::Pull => 1,
            ReceiveMode::PullEach => 5,
        };
        CommandLine::new(buffer, "+CIPRXGET=").number(mode).end()
    },
    expect Expect::OK,
}

/// Read received data.
///
/// On the wire: `AT+CIPRXGET=2,3,10` -> `+CIPRXGET: 2,3,5,0`, five bytes, `OK`. URC lines
/// `+CIPRXGET: 1,<m>` may stand in between (seen with SIM7000). Source: vendor manual, CIPRXGET.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Read {
    /// The link.
    pub link: u8,
    /// The most bytes to read, 1 to [`MAX_CHUNK`](super::MAX_CHUNK).
    pub length: u16,
}

command! {
    Read -> [first ReadHeader] within 10_000 ms,
    write |self, buffer| {
        CommandLine::new(buffer, "+CIPRXGET=")
            .number(2)
            .number(self.link.into())
            .number(self.length.into())
            .end()
    },
    expect Expect::info(&["+CIPRXGET: 2,", "+CIPRXGET:2,"]),
}

/// The header in front of data that is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct ReadHeader {
    /// The link.
    pub link: u8,
    /// Bytes that follow the header.
    pub read: u16,
    /// Bytes that are left in the module.
    pub left: u32,
}

impl atat::AtatResp for ReadHeader {}

impl ReadHeader {
    /// Reads `+CIPRXGET: 2,3,5,0`.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::of(line, "+CIPRXGET:")?;
        if fields.byte()? != 2 {
            return None;
        }
        Some(Self {
            link: fields.byte()?,
            read: fields.short()?,
            left: fields.number()?,
        })
    }
}

/// Query how much received data is left in the module.
///
/// On the wire: `AT+CIPRXGET=4,3` -> `+CIPRXGET: 4,3,0`, `OK`. Source: vendor manual, CIPRXGET.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Unread {
    /// The link.
    pub link: u8,
}

command! {
    Unread -> [first UnreadCount] within 5_000 ms,
    write |self, buffer| {
        CommandLine::new(buffer, "+CIPRXGET=").number(4).number(self.link.into()).end()
    },
    expect Expect::info(&["+CIPRXGET: 4,", "+CIPRXGET:4,"]),
}

/// How much received data is left in the module.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct UnreadCount {
    /// The link.
    pub link: u8,
    /// Bytes that can be read.
    pub left: u32,
}

impl atat::AtatResp for UnreadCount {}

impl UnreadCount {
    /// Reads `+CIPRXGET: 4,3,0`.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::of(line, "+CIPRXGET:")?;
        if fields.byte()? != 4 {
            return None;
        }
        Some(Self {
            link: fields.byte()?,
            left: fields.number()?,
        })
    }
}

/// Choose whether the module appends CR LF to each pushed chunk. Before the bearer is up.
///
/// On the wire: `AT+CIPRXF=1` -> `OK`; 0 appends, 1 does not. Which one is the factory default is
/// unverified. Source: vendor manual, CIPRXF.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SetReceiveTail {
    /// Whether CR LF is appended.
    pub append: bool,
}

command! {
    SetReceiveTail -> [Accepted] within 5_000 ms,
    write |self, buffer| {
        CommandLine::new(buffer, "+CIPRXF=").number(u32::from(!self.append)).end()
    },
    expect Expect::OK,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::at::Command;
    use crate::wire::Verdict;

    #[test]
    fn headers_of_the_manual() {
        let header = ReadHeader {
            link: 3,
            read: 5,
            left: 0,
        };
        assert_eq!(ReadHeader::parse(b"+CIPRXGET: 2,3,5,0"), Some(header));
        assert_eq!(ReadHeader::parse(b"+CIPRXGET:2,3,5,0"), Some(header));
        assert_eq!(ReadHeader::parse(b"+CIPRXGET: 4,3,0"), None);
        let left = UnreadCount { link: 0, left: 4 };
        assert_eq!(UnreadCount::parse(b"+CIPRXGET: 4,0,4"), Some(left));
        assert_eq!(UnreadCount::parse(b"+CIPRXGET: 1,0"), None);
    }

    #[test]
    fn a_urc_inside_the_exchange_is_not_its_answer() {
        let read = Read {
            link: 3,
            length: 10,
        };
        let unread = Unread { link: 3 };
        for expect in [read.expect(), unread.expect()] {
            assert_eq!(expect.judge(b"+CIPRXGET: 1,2", false), Verdict::Other);
        }
        assert_eq!(
            read.expect().judge(b"+CIPRXGET: 2,3,5,0", false),
            Verdict::Info
        );
        assert_eq!(
            unread.expect().judge(b"+CIPRXGET:4,3,0", false),
            Verdict::Info
        );
    }
}
