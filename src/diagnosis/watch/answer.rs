//! What a line of the module shows.

use super::super::Finding;
use super::Watch;
use crate::at::urc::Boot;
use crate::time::Instant;
use crate::wire::{Failure, Fields, after, link_line};

impl Watch {
    pub(super) fn tell(&mut self, place: u32, at: Option<Instant>, line: &[u8]) {
        let is_boot =
            Boot::parse(line).is_some_and(Boot::is_restart) || line.starts_with(b"*ATREADY");
        if is_boot {
            self.booted(place, line);
        }
        self.after_boot = is_boot;
        if let Some(failure) = Failure::parse(line) {
            self.result(place);
            self.refused(place, line, failure);
            return;
        }
        let words = link_line(line).map_or(line, |(_, text)| text);
        if self.outcome(place, at, words) || line.contains(&b'(') {
            return;
        }
        match line {
            b"OK" => self.granted(place),
            b"NORMAL POWER DOWN" | b"POWER DOWN" => {
                self.result(place);
                if !self.restart_asked {
                    self.raise(Finding::SwitchedOff, place);
                }
            }
            b"+NO Service" => self.raise(Finding::NoService, place),
            b"SERVER OK" => self.raise(Finding::ServerUnreachable, place),
            b"CONNACK OK" => self.cure(place, &[Finding::MqttFailed]),
            _ if line.starts_with(b"UNDER-VOLTAGE") || line.starts_with(b"OVER-VOLTAGE") => {
                self.raise(Finding::Voltage, place);
            }
            _ => self.information(place, line),
        }
    }

    fn booted(&mut self, place: u32, line: &[u8]) {
        if self.after_boot {
            // Some print it twice.
            return;
        }
        if self.since_boot > 0 && !self.restart_asked {
            self.raise(Finding::Restarted, place);
        }
        if self.since_boot == 0 && line != b"^boot.rom" {
            self.idle_boots = self.idle_boots.saturating_add(1);
            if self.idle_boots >= 3 && !self.restart_asked {
                self.raise(Finding::BootLoop, place);
            }
        }
        self.since_boot = 0;
        self.restart_asked = false;
        self.radio.registered = [false; 3];
        self.links.numbered = None;
        self.links.connecting = None;
        self.asked.done = true;
    }

    fn granted(&mut self, place: u32) {
        self.result(place);
        let cured: &[Finding] = match self.asked_name() {
            b"+CIPMUX" if self.is_set(b"+CIPMUX") => {
                self.links.numbered = Some(self.asked_line().ends_with(b"1"));
                &[Finding::WrongState, Finding::WrongForm]
            }
            b"+CSTT" | b"+CIPMODE" => &[Finding::WrongState],
            b"+CIICR" => &[Finding::NoPdp, Finding::PdpLost, Finding::ApnLogin],
            b"+CGACT" | b"+CNACT" if !self.bearer_given_up => &[Finding::NoPdp, Finding::PdpLost],
            b"+SAPBR" if self.asked_line().starts_with(b"AT+SAPBR=1") => &[Finding::BearerClosed],
            b"+CPIN" if self.is_set(b"+CPIN") => {
                &[Finding::PinNeeded, Finding::PinWrong, Finding::PukNeeded]
            }
            b"+CGATT" if self.is_set(b"+CGATT") && !self.bearer_given_up => &[Finding::NotAttached],
            b"+CMGS" => &[Finding::SmsFailed],
            b"+CIPSSL" | b"+SSLCFG" => &[Finding::TlsMissing],
            b"+CIPSEND" => &[Finding::SendRefused],
            b"+CFUN" if self.is_set(b"+CFUN") => {
                match self.asked_line().get(8) {
                    Some(b'1') => {
                        self.bearer_given_up = false;
                        self.radio.off = false;
                        self.cure(place, &[Finding::RadioOff]);
                    }
                    Some(b'0' | b'4') => {
                        self.radio.off = true;
                        self.radio.registered = [false; 3];
                    }
                    _ => {}
                }
                &[]
            }
            _ => &[],
        };
        self.cure(place, cured);
    }

    /// What became of a link or of data; whether `words` says that.
    fn outcome(&mut self, place: u32, at: Option<Instant>, words: &[u8]) -> bool {
        match words {
            b"CONNECT OK" | b"CONNECT" => {
                self.asked.done = true;
                self.links.connecting = None;
                self.links.data_at = at.or(self.links.data_at);
                self.cure(
                    place,
                    &[
                        Finding::ConnectFailed,
                        Finding::ConnectTimeout,
                        Finding::ConnectRefused,
                        Finding::PrivateAddress,
                        Finding::NameFailed,
                        Finding::WrongState,
                        Finding::WrongForm,
                        Finding::BadCharacters,
                        Finding::TlsFailed,
                        Finding::PdpLost,
                        Finding::NoPdp,
                        Finding::NotAttached,
                        Finding::ClosedByPeer,
                        Finding::LinkReset,
                        Finding::SendFailed,
                        Finding::SendRefused,
                    ],
                );
            }
            b"ALREADY CONNECT" => {
                self.links.connecting = None;
                self.raise(Finding::AlreadyConnected, place);
            }
            b"CONNECT FAIL" => {
                self.links.connecting = None;
                self.raise(Finding::ConnectFailed, place);
                if self.links.tls {
                    self.raise(Finding::TlsFailed, place);
                }
            }
            b"SHUT OK" => {
                self.result(place);
                self.links.connecting = None;
                self.cure(place, &[Finding::WrongState]);
            }
            b"CLOSE OK" => {
                self.result(place);
                self.links.connecting = None;
            }
            b"SEND OK" => self.sent_data(place, at),
            b"SEND FAIL" => {
                self.result(place);
                self.raise(Finding::SendFailed, place);
            }
            b"CLOSED" => {
                let finding = if self.was_idle(at) {
                    Finding::IdleLost
                } else {
                    Finding::ClosedByPeer
                };
                self.raise(finding, place);
            }
            _ if words.starts_with(b"DATA ACCEPT") => self.sent_data(place, at),
            _ => {
                let error = after(words, "TCP ERROR:").or_else(|| after(words, "UDP ERROR:"));
                let Some(code) = error.and_then(|code| Fields::new(code).short()) else {
                    return false;
                };
                let finding = match code {
                    11 => Finding::ConnectRefused,
                    6 => Finding::ConnectFailed,
                    12 if self.links.connecting.is_some() => Finding::ConnectTimeout,
                    _ => Finding::LinkReset,
                };
                self.links.connecting = None;
                self.raise(finding, place);
            }
        }
        true
    }

    fn sent_data(&mut self, place: u32, at: Option<Instant>) {
        self.result(place);
        self.links.data_at = at.or(self.links.data_at);
        self.cure(place, &[Finding::SendFailed, Finding::SendRefused]);
    }

    pub(super) fn bearer_lost(&mut self, place: u32) {
        if self.is_asked(b"+CIICR") && !self.asked.done {
            self.raise(Finding::NoPdp, place);
        }
        if !self.bearer_given_up || self.is_asked(b"+CIPSTATUS") {
            self.raise(Finding::PdpLost, place);
        }
        self.links.connecting = None;
    }

    pub(super) fn acknowledged(&mut self, place: u32, open: Option<&[u8]>) {
        match open.and_then(|field| Fields::new(field).number()) {
            Some(0) => {
                self.links.open_acks = 0;
                self.cure(place, &[Finding::Unacknowledged]);
            }
            Some(_) => {
                self.links.open_acks = self.links.open_acks.saturating_add(1);
                if self.links.open_acks >= 3 {
                    self.raise(Finding::Unacknowledged, place);
                }
            }
            None => {}
        }
    }
}
