//! What a line of the module shows.

use super::super::Finding;
use super::Watch;
use crate::at::ipv4;
use crate::at::network::{Domain, Registration, RegistrationStatus};
use crate::at::signal::Signal;
use crate::at::sim::SimStatus;
use crate::at::urc::Boot;
use crate::bytes::{behind, find};
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

    fn information(&mut self, place: u32, line: &[u8]) {
        if let Some(status) = SimStatus::parse(line) {
            return self.card(place, status);
        }
        if let Some(signal) = Signal::parse(line) {
            return self.signal(place, signal.rssi);
        }
        let registration =
            Registration::parse_answer(line).or_else(|| Registration::parse_urc(line));
        if let Some((domain, registration)) = registration {
            return self.registration(place, domain, registration);
        }
        if let Some(state) = after(line, "STATE:") {
            return self.state(place, state);
        }
        if let Some(address) = ipv4(line).filter(|_| self.is_asked(b"+CIFSR")) {
            self.result(place);
            if address.is_unspecified() {
                self.raise(Finding::NoPdp, place);
            } else {
                self.cure(
                    place,
                    &[
                        Finding::NoPdp,
                        Finding::PdpLost,
                        Finding::WrongState,
                        Finding::NotAttached,
                    ],
                );
            }
            return;
        }
        self.model(place, line);
        if let Some(colon) = line.iter().position(|&b| b == b':')
            && let Some((name, rest)) = line.split_at_checked(colon)
        {
            let fields = Fields::new(rest.get(1..).unwrap_or(&[]).trim_ascii());
            self.named(place, name.trim_ascii(), fields, line);
        }
    }

    fn card(&mut self, place: u32, status: SimStatus) {
        match status {
            SimStatus::Ready => self.cure(
                place,
                &[
                    Finding::SimMissing,
                    Finding::SimRemoved,
                    Finding::PinNeeded,
                    Finding::PinWrong,
                    Finding::PukNeeded,
                    Finding::SimFailure,
                    Finding::SimBusy,
                    Finding::SimLocked,
                ],
            ),
            SimStatus::NotInserted => self.raise(Finding::SimMissing, place),
            SimStatus::Removed => self.raise(Finding::SimRemoved, place),
            SimStatus::Pin => self.raise(Finding::PinNeeded, place),
            SimStatus::Puk => self.raise(Finding::PukNeeded, place),
            SimStatus::NotReady => self.raise(Finding::SimBusy, place),
            SimStatus::Other => self.raise(Finding::SimLocked, place),
            SimStatus::Pin2 | SimStatus::Puk2 => {}
        }
    }

    fn signal(&mut self, place: u32, rssi: u8) {
        match rssi {
            0 | 99 => self.raise(Finding::NoSignal, place),
            1..=10 => {
                self.cure(place, &[Finding::NoSignal]);
                self.raise(Finding::WeakSignal, place);
            }
            _ => self.cure(place, &[Finding::NoSignal, Finding::WeakSignal]),
        }
    }

    fn registration(&mut self, place: u32, domain: Domain, registration: Registration) {
        let status = registration.status;
        if let Some(known) = self.radio.registered.get_mut(domain as usize) {
            *known = status.is_registered();
        }
        if self.radio.registered.contains(&true) {
            self.cure(
                place,
                &[
                    Finding::NotRegistered,
                    Finding::Searching,
                    Finding::Denied,
                    Finding::NoCoverage,
                    Finding::EmergencyOnly,
                    Finding::NoService,
                    Finding::ImeiBarred,
                    Finding::RadioOff,
                    Finding::SimMissing,
                    Finding::SimBusy,
                    Finding::SimFailure,
                    Finding::PinNeeded,
                ],
            );
            self.radio.off = false;
            if matches!(
                status,
                RegistrationStatus::Roaming | RegistrationStatus::RoamingNoFallback
            ) && self.ledger.of(Finding::Roaming).is_none()
            {
                self.raise(Finding::Roaming, place);
            }
            return;
        }
        if self.radio.off {
            return self.raise(Finding::RadioOff, place);
        }
        let finding = match status {
            RegistrationStatus::NotRegistered => Finding::NotRegistered,
            RegistrationStatus::Searching => Finding::Searching,
            RegistrationStatus::Denied => Finding::Denied,
            RegistrationStatus::Unknown => Finding::NoCoverage,
            RegistrationStatus::EmergencyBearer | RegistrationStatus::EmergencyOnly => {
                Finding::EmergencyOnly
            }
            _ => return,
        };
        // A denial is not taken back by another domain that merely searches.
        if matches!(finding, Finding::Denied) {
            self.cure(place, &[Finding::NotRegistered, Finding::Searching]);
        }
        self.raise(finding, place);
    }

    fn state(&mut self, place: u32, state: &[u8]) {
        match state {
            b"PDP DEACT" => self.bearer_lost(place),
            b"TCP CONNECTING" | b"UDP CONNECTING" => {
                self.links.seen_connecting = self.links.seen_connecting.saturating_add(1);
                if self.links.seen_connecting >= 2 {
                    self.raise(Finding::ConnectTimeout, place);
                }
            }
            b"IP STATUS" | b"IP PROCESSING" | b"CONNECT OK" => {
                self.cure(place, &[Finding::PdpLost, Finding::NoPdp]);
            }
            _ => {}
        }
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

    /// What the model and its firmware show.
    fn model(&mut self, place: u32, line: &[u8]) {
        let has = |word: &str| find(line, word.as_bytes()).is_some();
        if has("780E") || has("Air780") || has("Air724") || has("SIM7600") || has("A76") {
            self.radio.lte = true;
        }
        if has("SIM800") || has("SIM900") || has("Air202") || has("SIM868") || has("SIM808") {
            self.radio.gsm = true;
        }
        if let Some(version) = behind(line, b"AirM2M_780E_V")
            && Fields::new(version.get(..4).unwrap_or(&[]))
                .short()
                .is_some_and(|v| v < 1161)
        {
            self.raise(Finding::OldFirmware, place);
        }
    }

    fn named(&mut self, place: u32, name: &[u8], mut fields: Fields<'_>, line: &[u8]) {
        match name {
            b"+CGATT" => match fields.byte() {
                Some(0) => self.raise(Finding::NotAttached, place),
                Some(_) => self.cure(place, &[Finding::NotAttached, Finding::Detached]),
                None => {}
            },
            b"+PDP" => self.bearer_lost(place),
            b"+APP PDP" => {
                if line.ends_with(b"DEACTIVE") {
                    self.bearer_lost(place);
                } else {
                    self.cure(place, &[Finding::PdpLost, Finding::NoPdp]);
                }
            }
            b"+CGEV" | b"*CGEV" => self.bearer_event(place, line),
            b"+SAPBR" => match fields.nth(1) {
                Some(b"3") if self.links.bearer_asked => self.raise(Finding::BearerClosed, place),
                Some(b"1") => self.cure(place, &[Finding::BearerClosed, Finding::NotAttached]),
                _ => {}
            },
            b"^MODE" => self.mode(place, fields.byte()),
            b"+COPS" => self.operator(place, fields),
            b"+CPSI" if behind(line, b"NO SERVICE").is_some() => {
                self.raise(Finding::NoService, place)
            }
            b"+CFUN" => match fields.byte() {
                Some(0 | 4) => self.raise(Finding::RadioOff, place),
                Some(1) => self.cure(place, &[Finding::RadioOff]),
                _ => {}
            },
            b"+CMTE" if !self.is_asked(b"+CMTE") => self.raise(Finding::Temperature, place),
            b"+IPR" if fields.number() == Some(0) => self.raise(Finding::Autobaud, place),
            b"+CIPMUX" => self.links.numbered = fields.byte().map(|mux| mux == 1),
            b"+CSMINS" if fields.nth(1) == Some(b"0") => self.raise(Finding::SimMissing, place),
            b"+CIPACK" => self.acknowledged(place, fields.nth(2)),
            b"+UPGRADEIND" => match fields.next() {
                Some([b'-', ..]) => self.raise(Finding::UpdateFailed, place),
                Some(_) => self.cure(place, &[Finding::UpdateFailed]),
                None => {}
            },
            _ => self.service(place, name, fields),
        }
    }

    fn service(&mut self, place: u32, name: &[u8], mut fields: Fields<'_>) {
        match name {
            b"+CDNSGIP" => match fields.byte() {
                Some(0) => self.raise(Finding::NameFailed, place),
                Some(_) => self.cure(place, &[Finding::NameFailed]),
                None => {}
            },
            b"+HTTPACTION" | b"+SHREQ" => {
                match fields.nth(1).and_then(|field| Fields::new(field).short()) {
                    Some(200..=299) => self.cure(place, &[Finding::HttpFailed]),
                    Some(400..) => self.raise(Finding::HttpFailed, place),
                    _ => {}
                }
            }
            b"+CAOPEN" | b"+CIPOPEN" => match fields.nth(1) {
                Some(b"0") => self.cure(place, &[Finding::ConnectFailed]),
                Some([b'1'..=b'9', ..]) => self.raise(Finding::ConnectFailed, place),
                _ => {}
            },
            b"+CMQTTCONNECT" => match fields.nth(1) {
                Some(b"0") => self.cure(place, &[Finding::MqttFailed]),
                Some([b'1'..=b'9', ..]) => self.raise(Finding::MqttFailed, place),
                _ => {}
            },
            b"+FTPGET" | b"+FTPPUT" | b"+FTPLIST" | b"+FTPSIZE" => {
                let (kind, code) = (fields.byte(), fields.short());
                if kind == Some(1) && code.is_some_and(|code| (61..1000).contains(&code)) {
                    self.raise(Finding::ServiceFailed, place);
                }
            }
            _ => {}
        }
    }

    fn bearer_event(&mut self, place: u32, line: &[u8]) {
        let by_network = behind(line, b"NW ").is_some();
        if behind(line, b"DETACH").is_some() {
            if by_network {
                self.raise(Finding::Detached, place);
            }
        } else if behind(line, b"DEACT").is_some() {
            if by_network && !self.bearer_given_up {
                self.raise(Finding::PdpLost, place);
            }
        } else if behind(line, b"PDN ACT").is_some() {
            self.cure(
                place,
                &[Finding::PdpLost, Finding::Detached, Finding::NoPdp],
            );
        }
    }

    fn mode(&mut self, place: u32, main: Option<u8>) {
        match main {
            Some(0) => self.raise(Finding::NoService, place),
            Some(3) => {
                self.cure(place, &[Finding::NoService]);
                self.on_gsm(place, true);
            }
            Some(_) => {
                self.cure(
                    place,
                    &[Finding::NoService, Finding::OnlyGsm, Finding::UnicomGsm],
                );
                self.radio.on_gsm = false;
            }
            None => {}
        }
    }

    fn operator(&mut self, place: u32, mut fields: Fields<'_>) {
        let name = fields.nth(2).unwrap_or(&[]);
        let unicom = ["46001", "46006", "46009", "UNICOM", "Unicom"];
        self.radio.unicom = unicom
            .iter()
            .any(|word| behind(name, word.as_bytes()).is_some());
        match fields.byte() {
            Some(0 | 1 | 3) => self.on_gsm(place, self.radio.lte),
            None if self.radio.gsm && !name.is_empty() => self.on_gsm(place, false),
            _ => {}
        }
    }

    /// It is a step back only for a module that knows better.
    fn on_gsm(&mut self, place: u32, is_step_back: bool) {
        self.radio.on_gsm = true;
        if is_step_back {
            self.raise(Finding::OnlyGsm, place);
        }
        if self.radio.unicom {
            self.raise(Finding::UnicomGsm, place);
        }
    }

    fn acknowledged(&mut self, place: u32, open: Option<&[u8]>) {
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
