//! What a command of the host shows.

use super::super::Finding;
use super::Watch;
use crate::at::ipv4;
use crate::at::recognise::command_name;
use crate::bytes::find;
use crate::time::{Duration, Instant};
use crate::wire::Fields;
use core::net::Ipv4Addr;

/// Heartbeats should not be slower (vendor, questions and answers).
const SLOWEST: u32 = 240;

impl Watch {
    pub(super) fn sent(&mut self, place: u32, at: Option<Instant>, line: &[u8]) {
        let name = command_name(line).unwrap_or(&[]);
        let start = name.len().saturating_add(2);
        let parameters = line.get(start..).and_then(|rest| rest.strip_prefix(b"="));
        let parameters = parameters.filter(|p| !p.starts_with(b"?"));
        if is_foreign(line) && !speaks(name) {
            self.raise(Finding::BadCharacters, place);
        }
        let mut fields = Fields::new(parameters.unwrap_or(&[]));
        match name {
            b"+CIPSTART" if parameters.is_some() => self.opens(place, at, fields),
            b"+CIPSSL" => self.links.tls = fields.byte() == Some(1),
            b"+CFUN" => {
                let level = fields.byte();
                if fields.byte() == Some(1) {
                    self.restart_asked = true;
                }
                self.bearer_given_up |= matches!(level, Some(0 | 4));
            }
            b"+RESET" | b"+RSTSET" | b"+CRESET" | b"+CREBOOT" | b"+CPOWD" | b"+CPOF"
            | b"+UPGRADE" | b"+ECRST" | b"+UARTUPGRADE" | b"+CPNETAPN" | b"*SIMAUTO" | b"Z" => {
                self.restart_asked = true;
                self.bearer_given_up = true;
            }
            b"+CIPSHUT" => self.bearer_given_up = true,
            b"+CGATT" | b"+CGACT" if fields.byte() == Some(0) => self.bearer_given_up = true,
            b"+CSTT" | b"+CIICR" | b"+CNACT" | b"+NETOPEN" => self.bearer_given_up = false,
            b"+SAPBR" if fields.byte() == Some(1) => self.links.bearer_asked = true,
            b"^HEARTCONFIG" => self.beats(place, fields.nth(2)),
            b"+MCONNECT" | b"+CIPTKA" => self.beats(place, fields.nth(1)),
            b"+CIPCLOSE" => {
                if let Some((opened, since)) = self.links.connecting.take() {
                    self.gave_up(opened, since, at);
                }
            }
            b"E" if line.ends_with(b"0") => self.echoes = 0,
            _ => {}
        }
    }

    fn opens(&mut self, place: u32, at: Option<Instant>, mut fields: Fields<'_>) {
        if let Some((opened, since)) = self.links.connecting.take() {
            self.gave_up(opened, since, at);
        }
        let first = fields.next().unwrap_or(&[]);
        self.links.with_number = first.first().is_some_and(u8::is_ascii_digit);
        let host = if self.links.with_number {
            fields.nth(1)
        } else {
            fields.next()
        };
        self.links.connecting = Some((place, at));
        self.links.seen_connecting = 0;
        if host.and_then(ipv4).is_some_and(is_private) {
            self.raise(Finding::PrivateAddress, place);
        }
    }

    /// A link was given up before its result came.
    fn gave_up(&mut self, opened: u32, since: Option<Instant>, now: Option<Instant>) {
        let long = match (since, now) {
            (Some(since), Some(now)) => since <= now && now.since(since) >= Duration::from_secs(5),
            _ => true,
        };
        if long {
            self.raise(Finding::ConnectTimeout, opened);
        }
    }

    fn beats(&mut self, place: u32, seconds: Option<&[u8]>) {
        let seconds = seconds.and_then(|field| Fields::new(field).number());
        if seconds.is_some_and(|seconds| seconds > SLOWEST) {
            self.raise(Finding::SlowHeartbeat, place);
        }
    }
}

/// Whether it holds quotes or commas of another alphabet.
fn is_foreign(line: &[u8]) -> bool {
    const MARKS: [&str; 7] = ["“", "”", "‘", "’", "，", "：", "＝"];
    MARKS
        .iter()
        .any(|mark| find(line, mark.as_bytes()).is_some())
}

/// Commands whose text people read.
fn speaks(name: &[u8]) -> bool {
    [&b"+CTTS"[..], b"+CMGS", b"+MPUB", b"+CUSD", b"+SMTPBODY"].contains(&name)
}

/// Reached only from the network that it belongs to (RFC 1918, loopback, link-local).
const fn is_private(address: Ipv4Addr) -> bool {
    address.is_private() || address.is_loopback() || address.is_link_local()
}
