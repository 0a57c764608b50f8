//! Echo requests (ICMP) from the module.

use super::{Number, command, ipv4, lines};
use crate::time::Duration;
use crate::wire::{CommandLine, Expect, Fields, Text};
use core::net::Ipv4Addr;

/// Ask a host for echoes. The bearer must be up; the command ends at once if it goes down.
///
/// On the wire: `AT+CIPPING="example.com",4,32,100,64` -> `+CIPPING: 1,"36.152.44.96",35,54` for each request,
/// `OK`. Source: vendor manual, CIPPING. Air780E firmware before V1155 told wrong times (vendor change
/// log).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ping<'a> {
    /// Name or address.
    pub host: Text<'a, 128>,
    /// How many requests; the module's own value is 4.
    pub count: Number<1, 100>,
    /// Bytes of each; the module's own value is 32.
    pub length: Number<0, 1024>,
    /// How long each echo may take, in tenths of a second.
    pub timeout_tenths: Number<1, 600>,
    /// How many hops a request may take; the module's own value is 64.
    pub ttl: Number<1, 255>,
}

command! {
    Ping<'a> -> [all Echoes] within 60_000 ms,
    write |self, buffer| {
        CommandLine::new(buffer, "+CIPPING=")
            .text(self.host)
            .number(self.count.value())
            .number(self.length.value())
            .number(self.timeout_tenths.value())
            .number(self.ttl.value())
            .end()
    },
    expect Expect::info(&["+CIPPING:"]),
    patience {
        // A second between requests is a guess (unverified), as are 20 s for the name.
        let each = u64::from(self.timeout_tenths.value()).saturating_add(10);
        let all = each.saturating_mul(self.count.value().into()).saturating_mul(100);
        Duration::from_millis(all.saturating_add(20_000))
    },
}

/// What became of one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Echo {
    /// The number of the request, from 1.
    pub number: u32,
    /// Who was asked.
    #[cfg_attr(feature = "defmt", defmt(Debug2Format))]
    pub address: Option<Ipv4Addr>,
    /// Time and hops left; `None` if no echo came.
    pub reply: Option<EchoReply>,
}

/// An echo that came.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct EchoReply {
    /// Milliseconds until it came.
    pub time_ms: u32,
    /// The hops that it had left.
    pub ttl: u8,
}

impl Echo {
    /// Reads `+CIPPING: 1,"36.152.44.96",35,54`; the time 600 with 255 hops means that no echo came.
    #[must_use]
    pub fn parse(line: &[u8]) -> Option<Self> {
        let mut fields = Fields::of(line, "+CIPPING:")?;
        let number = fields.number()?;
        let address = ipv4(fields.next()?);
        let reply = EchoReply {
            time_ms: fields.number()?,
            ttl: fields.byte()?,
        };
        Some(Self {
            number,
            address,
            reply: ((reply.time_ms, reply.ttl) != (600, 255)).then_some(reply),
        })
    }
}

/// What became of all requests.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Echoes {
    /// Requests that were told of.
    pub sent: u32,
    /// Of these, those whose echo came.
    pub received: u32,
    /// The shortest time in milliseconds.
    pub shortest_ms: u32,
    /// The longest time in milliseconds.
    pub longest_ms: u32,
    /// All times together in milliseconds.
    pub total_ms: u32,
}

impl atat::AtatResp for Echoes {}

impl Echoes {
    /// Reads every line of the answer; `None` if not one is known.
    #[must_use]
    pub fn parse_all(answer: &[u8]) -> Option<Self> {
        let mut echoes = Self::default();
        for echo in lines(answer).filter_map(Echo::parse) {
            echoes.sent = echoes.sent.saturating_add(1);
            if let Some(EchoReply { time_ms, .. }) = echo.reply {
                echoes.shortest_ms = match echoes.received {
                    0 => time_ms,
                    _ => echoes.shortest_ms.min(time_ms),
                };
                echoes.longest_ms = echoes.longest_ms.max(time_ms);
                echoes.total_ms = echoes.total_ms.saturating_add(time_ms);
                echoes.received = echoes.received.saturating_add(1);
            }
        }
        (echoes.sent > 0).then_some(echoes)
    }

    /// The mean time in milliseconds; `None` if no echo came.
    #[must_use]
    pub const fn mean_ms(&self) -> Option<u32> {
        self.total_ms.checked_div(self.received)
    }
}
