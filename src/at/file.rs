//! Files in the module: certificates and keys live here.
//!
//! Names and paths have at most 64 bytes; the root is `/` or `C:/`, a card is `D:/` (vendor manual,
//! FSLS).

use super::{Number, command, lines};
use crate::time::Duration;
use crate::wire::{CommandLine, End, Expect, Fields, Info, Text, after};

/// The name of a file or directory.
pub type Name<'a> = Text<'a, 64>;

/// The most bytes that one [`Write`] or [`Read`] moves (vendor manual, FSWRITE and FSREAD).
pub const MAX_LENGTH: u32 = 10_240;

/// Create a file.
///
/// On the wire: `AT+FSCREATE="ca.crt"` -> `OK`, or `ERROR`; whether it is an error that the file is there
/// already is unverified. Source: vendor manual, FSCREATE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Create<'a> {
    /// The file.
    pub name: Name<'a>,
}

command! {
    Create<'a> -> [Accepted] within 5_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+FSCREATE=").text(self.name).end(),
    expect Expect::OK,
}

/// Delete a file.
///
/// On the wire: `AT+FSDEL="ca.crt"` -> `OK`, or `ERROR`. Source: vendor manual, FSDEL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Delete<'a> {
    /// The file.
    pub name: Name<'a>,
}

command! {
    Delete<'a> -> [Accepted] within 5_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+FSDEL=").text(self.name).end(),
    expect Expect::OK,
}

/// Where writing begins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Position {
    /// 0: at the beginning. Whether a longer file keeps its tail is unverified.
    Start,
    /// 1: at the end.
    End,
}

/// Write a file: the prompt follows, then the caller writes exactly `length` bytes.
///
/// On the wire: `AT+FSWRITE="ca.crt",0,2080,15` -> `>`, the bytes, then `OK` or `ERROR`, or `TimeOut` if
/// they did not come in time. Source: vendor manual, FSWRITE. The prompt had no space in Air724
/// firmware before V401857 (vendor change log).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Write<'a> {
    /// The file, which must be there.
    pub name: Name<'a>,
    /// Where writing begins.
    pub position: Position,
    /// Bytes that follow the prompt.
    pub length: Number<1, MAX_LENGTH>,
    /// How long the module waits for them, in seconds.
    pub patience_s: Number<1, 3600>,
}

command! {
    Write<'a> -> [Accepted] within 60_000 ms,
    write |self, buffer| {
        CommandLine::new(buffer, "+FSWRITE=")
            .text(self.name)
            .number(self.position as u32)
            .number(self.length.value())
            .number(self.patience_s.value())
            .end()
    },
    expect Expect { info: Info::None, end: End::PromptThenOk },
    patience Duration::from_secs(u64::from(self.patience_s.value())).max(Duration::from_secs(60)),
}

/// Read a file, or a part of it.
///
/// On the wire: `AT+FSREAD="test.txt",1,10,4` -> the bytes, then `OK`. Nothing announces or counts them: a
/// text is had whole from [`Engine::answer`](crate::engine::Engine::answer) as lines without empty
/// ones; a file with other bytes, or with a line `OK` or a URC of its own, cannot be read this way.
/// Source: vendor manual, FSREAD.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Read<'a> {
    /// The file.
    pub name: Name<'a>,
    /// The byte to begin with, which must lie inside the file.
    pub from: u32,
    /// The most bytes to read.
    pub length: Number<1, MAX_LENGTH>,
}

command! {
    Read<'a> -> [Accepted] within 10_000 ms,
    write |self, buffer| {
        CommandLine::new(buffer, "+FSREAD=")
            .text(self.name)
            .number(u32::from(self.from > 0))
            .number(self.length.value())
            .number(self.from)
            .end()
    },
    expect Expect::ANY,
}

/// Query the size of a file.
///
/// On the wire: `AT+FSFLSIZE="test.txt"` -> `+FSFLSIZE: 10`, `OK`. Source: vendor manual, FSFLSIZE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct QuerySize<'a> {
    /// The file.
    pub name: Name<'a>,
}

command! {
    QuerySize<'a> -> [first Size] within 5_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+FSFLSIZE=").text(self.name).end(),
    expect Expect::info(&["+FSFLSIZE:"]),
}

/// The size of a file in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Size(pub u32);

impl atat::AtatResp for Size {}

impl Size {
    /// Reads `+FSFLSIZE: 10`.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        Fields::of(line, "+FSFLSIZE:")?.number().map(Self)
    }
}

/// Query the free space.
///
/// On the wire: `AT+FSMEM` -> `+FSMEM: 1304000 bytes`, `OK`. Source: vendor manual, FSMEM and examples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct QueryFree;

command! {
    QueryFree -> [first Free] within 5_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+FSMEM").end(),
    expect Expect::info(&["+FSMEM:"]),
}

/// The free space in bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Free(pub u32);

impl atat::AtatResp for Free {}

impl Free {
    /// Reads `+FSMEM: 1304000 bytes` or `+FSMEM: 1304000`.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        let text = after(line, "+FSMEM:")?;
        let number = text.strip_suffix(b"bytes").unwrap_or(text);
        Fields::new(number.trim_ascii()).number().map(Self)
    }
}

/// List a directory.
///
/// On the wire: `AT+FSLS="/testdir"` -> `testdir\test.txt`, a line for each entry, `OK`. The lines are had
/// from [`Engine::answer`](crate::engine::Engine::answer) and read by [`entries`].
/// Source: vendor manual, FSLS and examples.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct List<'a> {
    /// The directory.
    pub path: Name<'a>,
}

command! {
    List<'a> -> [Accepted] within 10_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+FSLS=").text(self.path).end(),
    expect Expect::ANY,
}

/// An entry of a directory.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry<'l> {
    /// Its path as the module writes it, with backslashes, none at the end.
    pub path: &'l str,
    /// Whether it is a directory.
    pub is_directory: bool,
}

/// The entries in the answer to [`List`]; lines that are no UTF-8 are left out.
pub fn entries(answer: &[u8]) -> impl Iterator<Item = Entry<'_>> {
    lines(answer).filter_map(|line| {
        let text = core::str::from_utf8(line).ok()?;
        let directory = text.strip_suffix('\\');
        Some(Entry {
            path: directory.unwrap_or(text),
            is_directory: directory.is_some(),
        })
    })
}
