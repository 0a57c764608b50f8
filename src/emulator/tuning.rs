//! The settings of the CIP commands: one number each, asked and set alike.
//!
//! On the wire: `AT+CIPMUX=1` → `OK`, `AT+CIPMUX?` → `+CIPMUX: 1`.

use super::error::Cme;
use super::line::{Command, Form};
use super::network::KeepAlive;
use super::pdp::Ip;
use super::profile::Family;
use super::stage::Outcome;
use super::{Module, Network};
use crate::time::Duration;
use std::format;
use std::prelude::v1::*;

impl<N: Network> Module<N> {
    pub(super) fn execute_tcp_setting(&mut self, command: &Command) -> Option<Outcome> {
        let name = command.name.as_str();
        let modes = if self.options.profile.family == Family::Ec {
            2
        } else {
            1
        };
        // Several links and transparent mode exclude each other.
        let may_multiply = self.ip == Ip::Initial && !self.tcp.transparent;
        let tcp = &mut self.tcp;
        let (value, highest, allowed) = match name {
            "+CIPMUX" => (u8::from(tcp.multi), 1, may_multiply),
            "+CIPQSEND" => (tcp.send_mode, modes, true),
            "+CIPSPRT" => (tcp.prompting, 2, true),
            "+CIPRXF" => (tcp.chunk_end, 1, true),
            "+CIPHEAD" => (u8::from(tcp.head), 1, true),
            "+CIPSHOWTP" => (u8::from(tcp.head_transport), 1, true),
            "+CIPSRIP" => (u8::from(tcp.head_address), 1, true),
            "+CIPSSL" => (u8::from(tcp.tls), 1, true),
            _ => return None,
        };
        let outcome = match command.form {
            Form::Ask => self.told(format!("{name}: {value}")),
            // So the vendor manual writes it.
            Form::Test if name == "+CIPSSL" => self.told("+CIPSSL: (0-1)"),
            Form::Test if highest == 2 => self.told(format!("{name}: (0,1,2)")),
            Form::Test => self.told(format!("{name}: (0,1)")),
            Form::Run => Outcome::Error,
            Form::Set => match command.number(0).filter(|n: &u8| *n <= highest) {
                Some(n) if allowed => {
                    self.tune(name, n);
                    Outcome::Ok
                }
                _ => Outcome::Refused(Cme::NOT_ALLOWED),
            },
        };
        Some(outcome)
    }

    fn tune(&mut self, name: &str, n: u8) {
        let on = n == 1;
        match name {
            "+CIPMUX" => self.tcp.multi = on,
            "+CIPQSEND" => self.tcp.send_mode = n,
            "+CIPSPRT" => self.tcp.prompting = n,
            "+CIPRXF" => self.tcp.chunk_end = n,
            "+CIPHEAD" => self.tcp.head = on,
            "+CIPSHOWTP" => self.tcp.head_transport = on,
            "+CIPSRIP" => self.tcp.head_address = on,
            "+CIPSSL" => self.tcp.tls = on,
            _ => {}
        }
    }

    /// On the wire: `PrimaryDns: 211.136.112.50`, `SecondaryDns: …`, without a `+CDNSCFG:`.
    pub(super) fn name_servers(&mut self, form: Form, command: &Command) -> Outcome {
        match form {
            Form::Ask => {
                let [first, second] = self.tcp.name_servers.clone();
                self.say_all(&[
                    format!("PrimaryDns: {first}"),
                    format!("SecondaryDns: {second}"),
                ]);
                Outcome::Ok
            }
            Form::Test => self.told("+CDNSCFG: (\"Primary DNS\"),(\"Secondary DNS\")"),
            Form::Set if !command.text(0).is_empty() => {
                let second = if command.args.len() > 1 {
                    command.text(1)
                } else {
                    "0.0.0.0"
                };
                self.tcp.name_servers = [String::from(command.text(0)), String::from(second)];
                Outcome::Ok
            }
            Form::Run | Form::Set => Outcome::Error,
        }
    }

    /// `AT+CLPORT="TCP",<port>`, with the link in front in multi-link mode.
    pub(super) fn local_ports(&mut self, form: Form, command: &Command) -> Outcome {
        let multi = self.tcp.multi;
        let last = self.links.len() - 1;
        match form {
            Form::Ask => {
                let links = self
                    .links
                    .iter()
                    .enumerate()
                    .take(if multi { last + 1 } else { 1 });
                let lines: Vec<String> = links
                    .map(|(number, link)| match (multi, link.local) {
                        (true, [tcp, udp]) => format!("+CLPORT: {number},{tcp},{udp}"),
                        (false, [tcp, udp]) => format!("+CLPORT: {tcp},{udp}"),
                    })
                    .collect();
                self.say_all(&lines);
                Outcome::Ok
            }
            Form::Test if multi => {
                self.told(format!("+CLPORT: (0-{last}),(\"TCP\",\"UDP\"),(0-65535)"))
            }
            Form::Test => self.told("+CLPORT: (\"TCP\",\"UDP\"),(0-65535)"),
            Form::Run => Outcome::Error,
            Form::Set => {
                let (number, first) = if multi {
                    (self.link_number(command.text(0)), 1)
                } else {
                    (Some(0), 0)
                };
                let kind = match command.text(first).to_ascii_uppercase().as_str() {
                    "TCP" => Some(0),
                    "UDP" => Some(1),
                    _ => None,
                };
                match (number, kind, command.number(first + 1)) {
                    (Some(number), Some(kind), Some(port)) => {
                        self.links[number].local[kind] = port;
                        Outcome::Ok
                    }
                    _ => Outcome::Error,
                }
            }
        }
    }

    /// `AT+CIPTKA=<mode>[,<idle>[,<interval>[,<count>]]]`. It counts for links opened later.
    pub(super) fn keep_alive(&mut self, form: Form, command: &Command) -> Outcome {
        match form {
            Form::Ask => {
                let [mode, idle, interval, count] = self.tcp.keep_alive;
                self.told(format!("+CIPTKA: {mode},{idle},{interval},{count}"))
            }
            Form::Test => self.told("+CIPTKA: (0,1),(30-7200),(30-600),(1-9)"),
            Form::Run => Outcome::Error,
            Form::Set => {
                let ranges = [
                    (0, 1, None),
                    (30, 7200, Some(7200)),
                    (30, 600, Some(75)),
                    (1, 9, Some(9)),
                ];
                let mut own = [0; 4];
                for (index, (least, most, default)) in ranges.into_iter().enumerate() {
                    let given = match (command.text(index), default) {
                        ("", default) => default,
                        (text, _) => text.parse().ok(),
                    };
                    match given.filter(|n: &u32| (least..=most).contains(n)) {
                        Some(n) => own[index] = n,
                        None => return Outcome::Refused(Cme::NOT_ALLOWED),
                    }
                }
                self.tcp.keep_alive = own;
                Outcome::Ok
            }
        }
    }

    /// The probes that `AT+CIPTKA` asks for.
    pub(super) fn probes(&self) -> Option<KeepAlive> {
        let [mode, idle, interval, count] = self.tcp.keep_alive;
        let seconds = |n: u32| Duration::from_secs(u64::from(n));
        (mode == 1).then(|| KeepAlive {
            idle: seconds(idle),
            interval: seconds(interval),
            count,
        })
    }

    /// `AT+TCPUSERPARAM=6,<retries 0-12>,7200,<longest wait 1-16 s>` (a driver of the 2G and 8910
    /// firmware; not in the vendor manual). Taken; the resending itself is the network's.
    pub(super) fn resend_limits(&mut self, command: &Command) -> Outcome {
        let given: [Option<u32>; 4] = [0, 1, 2, 3].map(|index| command.number(index));
        match given {
            [Some(6), Some(0..=12), Some(_), Some(1..=16)] => Outcome::Ok,
            _ => Outcome::Error,
        }
    }

    /// `AT*DNSTMOUT=<retries 1-8>,<factor 1-5>` (as above).
    pub(super) fn name_limits(&mut self, command: &Command) -> Outcome {
        match (command.number(0), command.number(1)) {
            (Some(1..=8u8), Some(1..=5u8)) => Outcome::Ok,
            _ => Outcome::Error,
        }
    }

    /// `AT+CIPATS=<mode>[,<seconds>]`: an unfinished payload goes by itself.
    pub(super) fn send_timer(&mut self, form: Form, command: &Command) -> Outcome {
        match form {
            Form::Ask => {
                let seconds = self.tcp.send_timer;
                self.told(format!(
                    "+CIPATS: {},{}",
                    u8::from(seconds.is_some()),
                    seconds.unwrap_or(1)
                ))
            }
            Form::Test => self.told("+CIPATS: (0,1),(1-100)"),
            Form::Run => Outcome::Error,
            Form::Set => match (command.number(0), command.number_or(1, 1u8)) {
                (Some(0u8), _) => {
                    self.tcp.send_timer = None;
                    Outcome::Ok
                }
                (Some(1), Some(seconds @ 1..=100)) => {
                    self.tcp.send_timer = Some(seconds);
                    Outcome::Ok
                }
                _ => Outcome::Refused(Cme::NOT_ALLOWED),
            },
        }
    }
}
