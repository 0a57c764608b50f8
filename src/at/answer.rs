//! What the files of this room share: the empty answer, the lines of an answer, addresses, and the
//! macro that ties a command to its answer.

use crate::wire::{number, trim};
use core::net::Ipv4Addr;
use heapless::Vec;

/// The answer of a command that only says `OK` (or its own final line): there is nothing to read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub struct Accepted;

impl atat::AtatResp for Accepted {}

/// The lines of an answer: split at CR and LF, trimmed, empty ones left out.
///
/// ```
/// use luat_modem::at::lines;
/// let answer = b"PrimaryDns: 211.136.112.50\r\nSecondaryDns: 211.136.150.66";
/// assert_eq!(lines(answer).count(), 2);
/// ```
pub fn lines(answer: &[u8]) -> impl Iterator<Item = &[u8]> {
    answer
        .split(|&byte| byte == b'\r' || byte == b'\n')
        .map(trim)
        .filter(|line| !line.is_empty())
}

/// The first `N`, read one by one.
pub(super) fn first<T, const N: usize>(items: impl Iterator<Item = T>) -> Vec<T, N> {
    let mut list = Vec::new();
    for item in items.take(N) {
        // There is room: no more than `N` come.
        let _ = list.push(item);
    }
    list
}

/// A dotted IPv4 address with nothing around it; leading zeros are decimal, as some cores print
/// them (vendor manual, CIFSR example of TCPIP).
///
/// ```
/// use luat_modem::at::ipv4;
/// assert_eq!(ipv4(b"010.083.172.111"), Some([10, 83, 172, 111].into()));
/// assert_eq!(ipv4(b"10.74.100"), None);
/// ```
#[must_use]
pub fn ipv4(text: &[u8]) -> Option<Ipv4Addr> {
    let mut parts = text.split(|&byte| byte == b'.');
    let mut octets = [0; 4];
    for octet in &mut octets {
        let digits = parts.next()?;
        if digits.len() > 3 {
            return None;
        }
        *octet = u8::try_from(number(digits)?).ok()?;
    }
    parts.next().is_none().then_some(octets.into())
}

/// A field that says 0 or 1.
pub(in crate::at) fn switch(field: &[u8]) -> Option<bool> {
    match trim(field) {
        b"0" => Some(false),
        b"1" => Some(true),
        _ => None,
    }
}

/// Ties a command to its answer, its patience and its text.
///
/// * `-> Accepted`: nothing to read.
/// * `-> first Type`: the first line of the answer that `Type::parse` takes.
/// * `-> all Type`: `Type::parse_all` reads every line.
macro_rules! command {
    (@parse Accepted, $answer:ident) => {
        $answer.map(|_| crate::at::Accepted).map_err(Into::into)
    };
    (@parse first $response:ty, $answer:ident) => {
        crate::at::lines($answer?).find_map(<$response>::parse).ok_or(atat::Error::Parse)
    };
    (@parse all $response:ty, $answer:ident) => {
        <$response>::parse_all($answer?).ok_or(atat::Error::Parse)
    };
    (@response Accepted) => { crate::at::Accepted };
    (@response $_how:ident $response:ty) => { $response };
    (
        $name:ident $(<$life:lifetime>)? -> [$($response:tt)+] within $timeout:literal ms,
        write |$self:ident, $buffer:ident| $write:expr,
        expect $expect:expr
        $(, secret $secret:expr)? $(, patience $patience:expr)? $(,)?
    ) => {
        impl $(<$life>)? atat::AtatCmd for $name $(<$life>)? {
            type Response = crate::at::command!(@response $($response)+);

            const MAX_TIMEOUT_MS: u32 = $timeout;

            fn write(&$self, $buffer: &mut [u8]) -> usize {
                $write
            }

            fn parse(
                &self,
                answer: Result<&[u8], atat::InternalError>,
            ) -> Result<Self::Response, atat::Error> {
                crate::at::command!(@parse $($response)+, answer)
            }
        }

        impl $(<$life>)? crate::at::Command for $name $(<$life>)? {
            fn expect(&$self) -> crate::wire::Expect {
                $expect
            }

            $(fn is_secret(&$self) -> bool {
                $secret
            })?

            $(fn patience(&$self) -> crate::time::Duration {
                $patience
            })?
        }
    };
}

pub(in crate::at) use command;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses() {
        for (text, address) in [
            (&b"10.74.100.63"[..], [10, 74, 100, 63]),
            (b"010.083.172.111", [10, 83, 172, 111]),
            (b"255.255.255.255", [255; 4]),
        ] {
            assert_eq!(ipv4(text), Some(address.into()));
        }
        for bad in [
            &b""[..],
            b"10.1.2",
            b"10.1.2.3.4",
            b"10.1.2.256",
            b"10.1.2.0003",
            b"10.1..2",
            b"10.1.2.x",
            b" 10.1.2.3",
        ] {
            assert_eq!(ipv4(bad), None, "{bad:?}");
        }
    }
}
