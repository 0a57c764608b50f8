//! One link without a number, and transparent data on it: what goes into the UART goes to the far end.
//!
//! EC716S modules (Air780EL, Air780ET, Air700EC) can neither leave transparent data nor return to it
//! (vendor manual, +++ and ATO).

use super::Transport;
use crate::at::{Number, command, switch};
use crate::time::Duration;
use crate::wire::{CommandLine, End, Expect, Fields, Info, Text};

/// Open the one link of single-link mode.
///
/// On the wire: `AT+CIPSTART="TCP","example.com",80` -> `OK`, then `CONNECT OK` or `ALREADY CONNECT`, or
/// `STATE: TCP CLOSED` and `CONNECT FAIL`; in transparent mode `CONNECT` and data at once.
/// From `IP INITIAL` it brings the bearer up by itself, which the manual does not recommend.
/// Source: vendor manual, CIPSTART and examples; seen in Air780E and Air780EP logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StartSingle<'a> {
    /// The transport.
    pub transport: Transport,
    /// Name or address of the far end; the module resolves names itself.
    pub host: Text<'a, 128>,
    /// Port of the far end, 1 to 65535.
    pub port: u16,
}

command! {
    StartSingle<'a> -> [Accepted] within 20_000 ms,
    write |self, buffer| {
        CommandLine::new(buffer, "+CIPSTART=")
            .quoted(self.transport.as_str())
            .text(self.host)
            .number(self.port.into())
            .end()
    },
    expect Expect::OK,
}

/// Close the one link of single-link mode.
///
/// On the wire: `AT+CIPCLOSE=0` -> `CLOSE OK`, and no `OK`; a link that is not open answers `ERROR`.
/// Source: vendor manual, CIPCLOSE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct CloseSingle {
    /// `true` drops the connection at once, `false` finishes it in order.
    pub quick: bool,
}

command! {
    CloseSingle -> [Accepted] within 10_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+CIPCLOSE=").number(self.quick.into()).end(),
    expect Expect { info: Info::None, end: End::Line("CLOSE OK") },
}

/// Choose transparent data for the one link. Only in `IP INITIAL`, and only without numbered links.
///
/// On the wire: `AT+CIPMODE=1` -> `OK`. Source: vendor manual, CIPMODE, which names TCP only, while its
/// examples also show UDP.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SetTransparent {
    /// Whether data is transparent.
    pub on: bool,
}

command! {
    SetTransparent -> [Accepted] within 5_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+CIPMODE=").number(self.on.into()).end(),
    expect Expect::OK,
}

/// Query whether data is transparent.
///
/// On the wire: `AT+CIPMODE?` -> `+CIPMODE: 0`, `OK`. Source: vendor manual, CIPMODE.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct QueryTransparent;

command! {
    QueryTransparent -> [first Transparent] within 5_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+CIPMODE?").end(),
    expect Expect::info(&["+CIPMODE:"]),
}

/// Whether data is transparent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Transparent(pub bool);

impl atat::AtatResp for Transparent {}

impl Transparent {
    /// Reads `+CIPMODE: 0`.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        switch(Fields::of(line, "+CIPMODE:")?.next()?).map(Self)
    }
}

/// What leaves transparent data for commands, with silence around it and no line end. `OK` answers it,
/// and the link stays open.
pub const ESCAPE: &[u8; 3] = b"+++";

/// The silence that must stand in front of [`ESCAPE`] (vendor manual, +++).
pub const ESCAPE_SILENCE: Duration = Duration::from_millis(1000);

/// Within this time the bytes of [`ESCAPE`] must come, and for as long nothing may follow them (vendor
/// manual, +++).
pub const ESCAPE_PAUSE: Duration = Duration::from_millis(500);

/// Return to transparent data.
///
/// On the wire: `ATO` -> `CONNECT` and data at once, or `NO CARRIER`; no `OK`. Air724 firmware before
/// V401857 sometimes failed at it (vendor change log). Source: vendor manual, ATO.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Resume;

command! {
    Resume -> [first Resumption] within 5_000 ms,
    write |self, buffer| CommandLine::new(buffer, "O").end(),
    expect Expect { info: Info::Prefix(&["CONNECT", "NO CARRIER"]), end: End::Bare },
}

/// What became of the return to transparent data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Resumption {
    /// `CONNECT`: what follows is data.
    Data,
    /// `NO CARRIER`: there is no link to return to.
    NoCarrier,
}

impl atat::AtatResp for Resumption {}

impl Resumption {
    /// Reads `CONNECT` or `NO CARRIER`. A rate may follow the first (V.250 §6.2.7).
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        match line {
            b"CONNECT" => Some(Self::Data),
            b"NO CARRIER" => Some(Self::NoCarrier),
            [
                b'C',
                b'O',
                b'N',
                b'N',
                b'E',
                b'C',
                b'T',
                b' ',
                b'0'..=b'9',
                ..,
            ] => Some(Self::Data),
            _ => None,
        }
    }
}

/// When transparent data becomes a packet, and what happens to it in trouble.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct TransparentConfig {
    /// How often a packet is repeated; the module's own value is 5.
    pub retries: Number<3, 8>,
    /// How long the module waits for more data before it sends, in tenths of a second; its own value
    /// is 2.
    pub wait_tenths: Number<2, 10>,
    /// The most bytes of a packet; the module's own value is 1024.
    pub packet: Number<1, 1460>,
    /// Whether [`ESCAPE`] is looked for. The manual says both that 0 is the default and that the
    /// firmware ignores it.
    pub escape: bool,
    /// How the UART is read, if that is to be changed.
    pub gathering: Option<Gathering>,
}

/// How the UART is read in transparent mode.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Gathering {
    /// Whether there is a pause between reads.
    pub pauses: bool,
    /// The most bytes of a read.
    pub size: Number<50, 1460>,
    /// The pause between reads in milliseconds; the module's own value is 50.
    pub pause_ms: Number<20, 1000>,
    /// Whether data that was not sent is dropped when an error ends the mode. Otherwise it goes to
    /// the far end of the next connection.
    pub drops: bool,
}

/// Choose when transparent data becomes a packet. Only in transparent mode and without numbered links.
///
/// On the wire: `AT+CIPCCFG=5,2,1024,1` or `AT+CIPCCFG=5,2,1024,1,0,1460,50,1` -> `OK`. Source: vendor
/// manual, CIPCCFG.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct SetTransparentConfig(pub TransparentConfig);

command! {
    SetTransparentConfig -> [Accepted] within 5_000 ms,
    write |self, buffer| {
        let line = CommandLine::new(buffer, "+CIPCCFG=")
            .number(self.0.retries.value())
            .number(self.0.wait_tenths.value())
            .number(self.0.packet.value())
            .number(self.0.escape.into());
        match self.0.gathering {
            Some(gathering) => line
                .number(gathering.pauses.into())
                .number(gathering.size.value())
                .number(gathering.pause_ms.value())
                .number(gathering.drops.into())
                .end(),
            None => line.end(),
        }
    },
    expect Expect::OK,
}

/// Query when transparent data becomes a packet.
///
/// On the wire: `AT+CIPCCFG?` -> `+CIPCCFG: 5,2,1024,0,0,1460,50,0`, `OK`. Source: vendor manual, CIPCCFG.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct QueryTransparentConfig;

command! {
    QueryTransparentConfig -> [first TransparentConfig] within 5_000 ms,
    write |self, buffer| CommandLine::new(buffer, "+CIPCCFG?").end(),
    expect Expect::info(&["+CIPCCFG:"]),
}

impl atat::AtatResp for TransparentConfig {}

impl TransparentConfig {
    /// Reads `+CIPCCFG: 5,2,1024,0,0,1460,50,0`; without the last four, or with values out of range among
    /// them, their part is missing.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::of(line, "+CIPCCFG:")?;
        Some(Self {
            retries: Number::new(fields.number()?).ok()?,
            wait_tenths: Number::new(fields.number()?).ok()?,
            packet: Number::new(fields.number()?).ok()?,
            escape: switch(fields.next()?)?,
            gathering: Gathering::parse(&mut fields),
        })
    }
}

impl Gathering {
    fn parse(fields: &mut Fields<'_>) -> Option<Self> {
        Some(Self {
            pauses: switch(fields.next()?)?,
            size: Number::new(fields.number()?).ok()?,
            pause_ms: Number::new(fields.number()?).ok()?,
            drops: fields.next().and_then(switch).unwrap_or(false),
        })
    }
}
