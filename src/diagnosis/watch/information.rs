//! What a line of information shows: `+CPIN: READY`, `+CEREG: 0,2`, `STATE: IP INITIAL`.

use super::super::Finding;
use super::Watch;
use crate::at::ipv4;
use crate::at::network::{Domain, Registration, RegistrationStatus};
use crate::at::signal::Signal;
use crate::at::sim::SimStatus;
use crate::bytes::{behind, find};
use crate::wire::{Fields, after};

impl Watch {
    pub(super) fn information(&mut self, place: u32, line: &[u8]) {
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
}
