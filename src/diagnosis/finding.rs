//! What can be found.

use super::pages::{self, Page};
use super::{Language, Severity, Step};
use core::fmt;

/// Something that was found, with a code that does not change and a [`Page`] of words.
///
/// In the order of the steps, so that the first one is the root of those that follow it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Finding {
    /// `module.no-answer`: the module does not answer.
    NoAnswer,
    /// `module.garbage`: what comes from the module is not text.
    Garbage,
    /// `serial.bytes-lost`: bytes are lost on the serial line.
    BytesLost,
    /// `serial.echo`: the echo of commands is on.
    EchoOn,
    /// `serial.autobaud`: the module adapts its rate at each start.
    Autobaud,
    /// `module.silent`: the module stopped answering.
    Silent,
    /// `module.restarted`: the module restarted in the middle of the work.
    Restarted,
    /// `module.boot-loop`: the module restarts again and again.
    BootLoop,
    /// `module.voltage`: the supply voltage is out of range.
    Voltage,
    /// `module.temperature`: the module is too hot or too cold.
    Temperature,
    /// `module.off`: the module switched itself off.
    SwitchedOff,
    /// `module.radio-off`: the radio is switched off.
    RadioOff,
    /// `module.unknown-command`: a command is not known to this firmware.
    UnknownCommand,
    /// `module.bad-characters`: a command holds Chinese quotes or other characters that are not ASCII.
    BadCharacters,
    /// `module.bad-parameter`: a command has wrong parameters.
    BadParameter,
    /// `module.old-firmware`: the firmware is old and has known faults.
    OldFirmware,
    /// `update.failed`: the firmware update failed.
    UpdateFailed,
    /// `sim.missing`: no SIM card is found.
    SimMissing,
    /// `sim.removed`: the SIM card was taken out, or lost contact.
    SimRemoved,
    /// `sim.pin-needed`: the SIM card asks for its PIN.
    PinNeeded,
    /// `sim.pin-wrong`: the PIN is wrong.
    PinWrong,
    /// `sim.puk`: the SIM card is locked and asks for its PUK.
    PukNeeded,
    /// `sim.failure`: the SIM card does not work.
    SimFailure,
    /// `sim.busy`: the SIM card is not ready yet.
    SimBusy,
    /// `sim.locked`: module or card are locked to a network or to each other.
    SimLocked,
    /// `signal.none`: there is no signal.
    NoSignal,
    /// `signal.weak`: the signal is weak.
    WeakSignal,
    /// `network.not-registered`: the module is not registered, and does not search.
    NotRegistered,
    /// `network.searching`: the module searches for a network and finds none.
    Searching,
    /// `network.denied`: the network denies registration.
    Denied,
    /// `network.imei-barred`: the network bars this device.
    ImeiBarred,
    /// `network.no-coverage`: the module is out of coverage of this kind of network.
    NoCoverage,
    /// `network.emergency-only`: the network allows emergency calls only.
    EmergencyOnly,
    /// `network.no-service`: the service was lost.
    NoService,
    /// `network.roaming`: the card roams.
    Roaming,
    /// `network.2g-only`: only 2G is in use.
    OnlyGsm,
    /// `network.unicom-2g`: a China Unicom card on a 2G network.
    UnicomGsm,
    /// `network.not-attached`: not attached to the packet network.
    NotAttached,
    /// `network.arrears`: registered, but no data: probably the card is unpaid.
    Arrears,
    /// `network.no-pdp`: the network gives no bearer.
    NoPdp,
    /// `network.apn-login`: the access point refuses user or password.
    ApnLogin,
    /// `network.pdp-lost`: the network took the bearer away.
    PdpLost,
    /// `network.detached`: the network threw the module out of its packet service.
    Detached,
    /// `network.bearer-closed`: the bearer of HTTP and FTP is not open.
    BearerClosed,
    /// `socket.wrong-state`: a command came in the wrong state.
    WrongState,
    /// `socket.wrong-form`: a command has the form of the other link mode.
    WrongForm,
    /// `connect.failed`: the connection to the server failed.
    ConnectFailed,
    /// `connect.timeout`: the connection was never answered.
    ConnectTimeout,
    /// `connect.refused`: the server refuses the connection.
    ConnectRefused,
    /// `connect.private-address`: the server's address is a private one.
    PrivateAddress,
    /// `connect.already`: the link was open already.
    AlreadyConnected,
    /// `dns.failed`: the server's name was not resolved.
    NameFailed,
    /// `send.failed`: data could not be sent.
    SendFailed,
    /// `send.refused`: sending was refused.
    SendRefused,
    /// `link.closed`: the far end closed the link, or it was lost.
    ClosedByPeer,
    /// `link.reset`: the link broke with an error.
    LinkReset,
    /// `tls.missing`: the firmware has no TLS.
    TlsMissing,
    /// `tls.failed`: TLS could not be agreed on.
    TlsFailed,
    /// `server.unreachable`: a server on the module is hardly ever reached.
    ServerUnreachable,
    /// `http.failed`: the HTTP request failed.
    HttpFailed,
    /// `mqtt.failed`: the MQTT broker was not reached, or refused the login.
    MqttFailed,
    /// `service.failed`: a transfer of FTP, e-mail or the like failed.
    ServiceFailed,
    /// `sms.failed`: a short message was refused.
    SmsFailed,
    /// `keepalive.slow`: the heartbeat is slower than 4 minutes.
    SlowHeartbeat,
    /// `keepalive.unacknowledged`: sent data is not acknowledged.
    Unacknowledged,
    /// `keepalive.idle`: the link was lost after a long pause.
    IdleLost,
}

impl Finding {
    /// Every finding, in the order of the steps.
    pub const ALL: [Self; 66] = [
        Self::NoAnswer,
        Self::Garbage,
        Self::BytesLost,
        Self::EchoOn,
        Self::Autobaud,
        Self::Silent,
        Self::Restarted,
        Self::BootLoop,
        Self::Voltage,
        Self::Temperature,
        Self::SwitchedOff,
        Self::RadioOff,
        Self::UnknownCommand,
        Self::BadCharacters,
        Self::BadParameter,
        Self::OldFirmware,
        Self::UpdateFailed,
        Self::SimMissing,
        Self::SimRemoved,
        Self::PinNeeded,
        Self::PinWrong,
        Self::PukNeeded,
        Self::SimFailure,
        Self::SimBusy,
        Self::SimLocked,
        Self::NoSignal,
        Self::WeakSignal,
        Self::NotRegistered,
        Self::Searching,
        Self::Denied,
        Self::ImeiBarred,
        Self::NoCoverage,
        Self::EmergencyOnly,
        Self::NoService,
        Self::Roaming,
        Self::OnlyGsm,
        Self::UnicomGsm,
        Self::NotAttached,
        Self::Arrears,
        Self::NoPdp,
        Self::ApnLogin,
        Self::PdpLost,
        Self::Detached,
        Self::BearerClosed,
        Self::WrongState,
        Self::WrongForm,
        Self::ConnectFailed,
        Self::ConnectTimeout,
        Self::ConnectRefused,
        Self::PrivateAddress,
        Self::AlreadyConnected,
        Self::NameFailed,
        Self::SendFailed,
        Self::SendRefused,
        Self::ClosedByPeer,
        Self::LinkReset,
        Self::TlsMissing,
        Self::TlsFailed,
        Self::ServerUnreachable,
        Self::HttpFailed,
        Self::MqttFailed,
        Self::ServiceFailed,
        Self::SmsFailed,
        Self::SlowHeartbeat,
        Self::Unacknowledged,
        Self::IdleLost,
    ];

    /// Its page.
    #[must_use]
    pub const fn page(self) -> &'static Page {
        match self {
            Self::NoAnswer => &pages::module::NO_ANSWER,
            Self::Garbage => &pages::module::GARBAGE,
            Self::BytesLost => &pages::module::BYTES_LOST,
            Self::EchoOn => &pages::module::ECHO_ON,
            Self::Autobaud => &pages::module::AUTOBAUD,
            Self::Silent => &pages::module::SILENT,
            Self::Restarted => &pages::module::RESTARTED,
            Self::BootLoop => &pages::module::BOOT_LOOP,
            Self::Voltage => &pages::module::VOLTAGE,
            Self::Temperature => &pages::module::TEMPERATURE,
            Self::SwitchedOff => &pages::module::SWITCHED_OFF,
            Self::RadioOff => &pages::module::RADIO_OFF,
            Self::UnknownCommand => &pages::module::UNKNOWN_COMMAND,
            Self::BadCharacters => &pages::module::BAD_CHARACTERS,
            Self::BadParameter => &pages::module::BAD_PARAMETER,
            Self::OldFirmware => &pages::module::OLD_FIRMWARE,
            Self::UpdateFailed => &pages::socket::UPDATE_FAILED,
            Self::SimMissing => &pages::card::SIM_MISSING,
            Self::SimRemoved => &pages::card::SIM_REMOVED,
            Self::PinNeeded => &pages::card::PIN_NEEDED,
            Self::PinWrong => &pages::card::PIN_WRONG,
            Self::PukNeeded => &pages::card::PUK_NEEDED,
            Self::SimFailure => &pages::card::SIM_FAILURE,
            Self::SimBusy => &pages::card::SIM_BUSY,
            Self::SimLocked => &pages::card::SIM_LOCKED,
            Self::NoSignal => &pages::network::NO_SIGNAL,
            Self::WeakSignal => &pages::network::WEAK_SIGNAL,
            Self::NotRegistered => &pages::network::NOT_REGISTERED,
            Self::Searching => &pages::network::SEARCHING,
            Self::Denied => &pages::network::DENIED,
            Self::ImeiBarred => &pages::network::IMEI_BARRED,
            Self::NoCoverage => &pages::network::NO_COVERAGE,
            Self::EmergencyOnly => &pages::network::EMERGENCY_ONLY,
            Self::NoService => &pages::network::NO_SERVICE,
            Self::Roaming => &pages::network::ROAMING,
            Self::OnlyGsm => &pages::network::ONLY_GSM,
            Self::UnicomGsm => &pages::network::UNICOM_GSM,
            Self::NotAttached => &pages::bearer::NOT_ATTACHED,
            Self::Arrears => &pages::bearer::ARREARS,
            Self::NoPdp => &pages::bearer::NO_PDP,
            Self::ApnLogin => &pages::bearer::APN_LOGIN,
            Self::PdpLost => &pages::bearer::PDP_LOST,
            Self::Detached => &pages::bearer::DETACHED,
            Self::BearerClosed => &pages::bearer::BEARER_CLOSED,
            Self::WrongState => &pages::socket::WRONG_STATE,
            Self::WrongForm => &pages::socket::WRONG_FORM,
            Self::ConnectFailed => &pages::socket::CONNECT_FAILED,
            Self::ConnectTimeout => &pages::socket::CONNECT_TIMEOUT,
            Self::ConnectRefused => &pages::socket::CONNECT_REFUSED,
            Self::PrivateAddress => &pages::socket::PRIVATE_ADDRESS,
            Self::AlreadyConnected => &pages::socket::ALREADY_CONNECTED,
            Self::NameFailed => &pages::socket::NAME_FAILED,
            Self::SendFailed => &pages::socket::SEND_FAILED,
            Self::SendRefused => &pages::socket::SEND_REFUSED,
            Self::ClosedByPeer => &pages::socket::CLOSED_BY_PEER,
            Self::LinkReset => &pages::socket::LINK_RESET,
            Self::TlsMissing => &pages::socket::TLS_MISSING,
            Self::TlsFailed => &pages::socket::TLS_FAILED,
            Self::ServerUnreachable => &pages::socket::SERVER_UNREACHABLE,
            Self::HttpFailed => &pages::socket::HTTP_FAILED,
            Self::MqttFailed => &pages::socket::MQTT_FAILED,
            Self::ServiceFailed => &pages::socket::SERVICE_FAILED,
            Self::SmsFailed => &pages::socket::SMS_FAILED,
            Self::SlowHeartbeat => &pages::socket::SLOW_HEARTBEAT,
            Self::Unacknowledged => &pages::socket::UNACKNOWLEDGED,
            Self::IdleLost => &pages::socket::IDLE_LOST,
        }
    }

    /// The finding with this code.
    ///
    /// ```
    /// use luat_modem::diagnosis::Finding;
    /// assert_eq!(Finding::of_code("sim.missing"), Some(Finding::SimMissing));
    /// ```
    #[must_use]
    pub fn of_code(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|finding| finding.code() == code)
    }

    /// For programs: `sim.missing`.
    #[must_use]
    pub const fn code(self) -> &'static str {
        self.page().code
    }

    /// The step that it belongs to.
    #[must_use]
    pub const fn step(self) -> Step {
        self.page().step
    }

    /// How bad it is.
    #[must_use]
    pub const fn severity(self) -> Severity {
        self.page().severity
    }

    /// What is found, in a few words.
    #[must_use]
    pub const fn what(self, language: Language) -> &'static str {
        self.page().what.of(language)
    }

    /// What it is concluded from, and what it comes from.
    #[must_use]
    pub const fn why(self, language: Language) -> &'static str {
        self.page().why.of(language)
    }

    /// What to do.
    #[must_use]
    pub const fn advice(self, language: Language) -> &'static str {
        self.page().advice.of(language)
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.what(Language::English))
    }
}
