//! Opening a link: what the module has to be told first, and `CIPSTART`.
//!
//! ```text
//! AT+CIPSSL=1 -> AT+SSLCFG="sslversion",3,3 … -> AT+CLPORT=3,"TCP",5000 -> AT+CIPSTART=3,"TCP",…
//! ```
//!
//! The switch `CIPSSL` is one for all links and counts at `CIPSTART` (vendor manual, CIPSSL), so one
//! link is opened at a time, while others send and receive.

use super::Engine;
use super::exchange::{Outcome, Purpose};
use super::link::{LinkState, Transport};
use super::memory::Links;
use super::need::Need;
use super::reason::ConnectFailure;
use super::tls::Tls;
use super::written::Written;
use crate::at::socket::{SetLocalPort, Start, StartSingle};
use crate::at::tls::{Secure, SetTls, TlsName, TlsOption};
use crate::time::Instant;
use crate::wire::Text;

/// The needs in their order. Those of TLS come right behind the switch.
const NEEDS: [Need; 10] = [
    Need::Tls,
    Need::TlsSetting(TlsName::Version),
    Need::TlsSetting(TlsName::Verification),
    Need::TlsSetting(TlsName::Authority),
    Need::TlsSetting(TlsName::Certificate),
    Need::TlsSetting(TlsName::Key),
    Need::TlsSetting(TlsName::HostName),
    Need::TlsSetting(TlsName::IgnoreClock),
    Need::TlsSetting(TlsName::NegotiationTimeout),
    Need::LocalPort,
];

/// What is known of settings that the module keeps from one opening to the next.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Opening {
    /// The link that is being prepared, and how many of [`NEEDS`] are met.
    link: Option<(u8, u8)>,
    /// How `CIPSSL` stands.
    secure: Option<bool>,
    /// The link of which a setting was refused, once.
    refused: Option<u8>,
    /// Links that have a local port, one bit each.
    local_ports: u16,
    /// Where data are to be transparent, `CONNECT OK` came and not `CONNECT`. If `ATO` does not help, the
    /// module has forgotten `CIPMODE=1`.
    pub(super) without_data_phase: bool,
}

impl Opening {
    /// Whether a link is being prepared.
    pub(super) const fn is_begun(&self) -> bool {
        self.link.is_some()
    }
}

impl Engine<'_> {
    pub(super) fn start_opening(&mut self, now: Instant) -> bool {
        let wanted = |link: &super::link::Link| {
            link.state == LinkState::Requested && !link.stray && link.not_before <= now
        };
        let begun = self
            .opening
            .link
            .filter(|(index, _)| self.links.at(*index).is_some_and(wanted));
        let Some((index, met)) = begun.or_else(|| Some((self.pick(self.turn.other, wanted)?, 0)))
        else {
            self.opening.link = None;
            return false;
        };
        self.turn.other = index;
        for (met, need) in (1..).zip(NEEDS).skip(usize::from(met)) {
            self.opening.link = Some((index, met));
            if self.begin_need(index, need, now) {
                return true;
            }
        }
        self.opening.link = None;
        self.begin_connect(index, now);
        true
    }

    /// Sends the command for `need`, if the link has that need.
    fn begin_need(&mut self, index: u8, need: Need, now: Instant) -> bool {
        let Some(link) = self.links.at(index) else {
            return false;
        };
        let purpose = Purpose::Prepare(index, need);
        let profile = match link.transport {
            Transport::Tls(number) => self.config.tls.get(usize::from(number)).copied(),
            Transport::Tcp | Transport::Udp => None,
        };
        match need {
            Need::Tls => {
                let on = profile.is_some();
                // Who never uses TLS never touches the switch.
                let unknown = !self.config.tls.is_empty();
                if self.opening.secure.map_or(unknown, |is| is != on) {
                    self.begin(now, purpose, &Secure { on });
                    return true;
                }
            }
            Need::TlsSetting(name) => {
                if let Some(profile) = profile
                    && let Some(option) = tls_option(&self.links, index, &profile, name)
                {
                    // The option may borrow the host name, which lies in the receive memory.
                    let command = SetTls {
                        link: index,
                        option,
                    };
                    let written = Written::of(&command, self.command);
                    self.begin_written(now, purpose, written);
                    return true;
                }
            }
            Need::LocalPort => {
                let set = self.opening.local_ports & bit(index) != 0;
                if link.local_port > 0 || set {
                    let command = SetLocalPort {
                        link: (!self.config.transparent).then_some(index),
                        transport: link.transport.on_the_wire(),
                        port: link.local_port,
                    };
                    self.begin(now, purpose, &command);
                    return true;
                }
            }
        }
        false
    }

    pub(super) fn finish_need(&mut self, index: u8, need: Need, outcome: Outcome) {
        let Some(link) = self.links.at(index) else {
            return;
        };
        let wanted = match need {
            Need::Tls | Need::TlsSetting(_) => matches!(link.transport, Transport::Tls(_)),
            Need::LocalPort => link.local_port > 0,
        };
        let refused = matches!(outcome, Outcome::Refused(_));
        if refused && wanted && self.opening.refused != Some(index) {
            // Once may be chance: the same again.
            self.opening.refused = Some(index);
            if let Some((_, met)) = &mut self.opening.link {
                *met = met.saturating_sub(1);
            }
            return;
        }
        if !refused {
            self.opening.refused = None;
        }
        let failure = match outcome {
            Outcome::Lost => Some(ConnectFailure::NoAnswer),
            // What this link does not want, this firmware does not have.
            Outcome::Refused(_) if wanted => Some(ConnectFailure::NotSupported(need)),
            Outcome::Refused(_) | Outcome::Done | Outcome::Accepted(_) | Outcome::SendFailed => {
                None
            }
        };
        match need {
            Need::Tls if outcome != Outcome::Lost => {
                self.opening.secure = Some(wanted && failure.is_none());
            }
            Need::Tls => self.opening.secure = None,
            Need::LocalPort if wanted => self.opening.local_ports |= bit(index),
            Need::LocalPort => self.opening.local_ports &= !bit(index),
            Need::TlsSetting(_) => {}
        }
        if let Some(failure) = failure {
            self.opening.link = None;
            self.opening.refused = None;
            self.fail_connect(index, failure);
        }
    }

    /// Sends `CIPSTART`.
    fn begin_connect(&mut self, index: u8, now: Instant) {
        let Some(link) = self.links.at_mut(index) else {
            return;
        };
        link.enter(index, LinkState::Opening);
        let (transport, port) = (link.transport.on_the_wire(), link.port);
        let Some(host) = host(&self.links, index) else {
            return;
        };
        let written = if self.config.transparent {
            let start = StartSingle {
                transport,
                host,
                port,
            };
            Written::of(&start, self.command)
        } else {
            let start = Start {
                link: index,
                transport,
                host,
                port,
            };
            Written::of(&start, self.command)
        };
        self.begin_written(now, Purpose::Connect(index), written);
    }
}

/// The host of a link that is not opened yet.
fn host<'l>(links: &'l Links<'_>, index: u8) -> Option<Text<'l, 128>> {
    let length = usize::from(links.at(index)?.name);
    let host = links.name(index).get(..length)?;
    // It was checked when it was stored.
    Text::new(core::str::from_utf8(host).ok()?).ok()
}

/// The value of a setting; `None` if the profile has none.
fn tls_option<'t>(
    links: &'t Links<'_>,
    index: u8,
    profile: &Tls<'t>,
    name: TlsName,
) -> Option<TlsOption<'t>> {
    Some(match name {
        TlsName::Version => TlsOption::Version(profile.version),
        TlsName::Verification => TlsOption::Verification(profile.verification()),
        TlsName::Authority => TlsOption::Authority(profile.authority?),
        TlsName::Certificate => TlsOption::Certificate(profile.identity?.certificate),
        TlsName::Key => TlsOption::Key(profile.identity?.key),
        TlsName::HostName => TlsOption::HostName(match profile.host_name {
            Some(name) => name,
            None => host(links, index)?,
        }),
        TlsName::IgnoreClock => TlsOption::IgnoreClock(profile.ignore_clock),
        TlsName::NegotiationTimeout => TlsOption::NegotiationTimeout(profile.negotiation?),
        TlsName::CipherSuite | TlsName::Anchor => return None,
    })
}

fn bit(index: u8) -> u16 {
    1u16.checked_shl(index.into()).unwrap_or(0)
}
