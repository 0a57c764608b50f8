//! No line whatsoever makes a parser panic, and noise does not hide what the module says.

use luat_modem::at::power::Functionality;
use luat_modem::at::{
    Urc, device, dns, error, file, heartbeat, network, pdp, ping, recognise, serial, signal, sim,
    sleep, socket, tls, urc,
};
use proptest::prelude::*;

/// Lines that look like AT, mixed with garbage: far more of them get behind the prefixes.
fn line() -> impl Strategy<Value = Vec<u8>> {
    let prefixes = [
        "+CSQ:",
        "+CESQ:",
        "*CESQ:",
        "+CREG:",
        "+CGREG:",
        "+CEREG:",
        "+COPS:",
        "^SYSINFO:",
        "^MODE:",
        "+CPIN:",
        "+CGEV:",
        "*CGEV:",
        "+NITZ:",
        "+CIPSTART:",
        "+CIPACK:",
        "+CIPRXGET:",
        "STATE:",
        "C:",
        "S:",
        "+CIPSTATUS:",
        "+CDNSGIP:",
        "PrimaryDns:",
        "+CGDCONT:",
        "+CGACT:",
        "+CGPADDR:",
        "+CGATT:",
        "+CFUN:",
        "+IPR:",
        "+IFC:",
        "+CIPSSL:",
        "+SSLCFG:",
        "+SSLCFG: \"seclevel\",",
        "+SSLCFG: \"cacert\",",
        "+FSFLSIZE:",
        "+FSMEM:",
        "+CLPORT:",
        "+CIPSERVER:",
        "+CIPMODE:",
        "+CIPCCFG:",
        "+CIPTKA:",
        "+CIPRDTIMER:",
        "+CIPSPRT:",
        "+CIPATS:",
        "+CIPQSEND:",
        "+CIPSCONT:",
        "+CGAUTH:",
        "+CSCLK:",
        "+WAKETIM:",
        "+POWERMODE:",
        "^HEARTCONFIG:",
        "^HEARTINQUIRE:",
        "+CIPPING:",
        "*CSQ:",
        "*BANDIND:",
        "RECV FROM:",
        "CONNECT",
        "+CIPMUX:",
        "DATA ACCEPT:",
        "+PDP",
        "+SAPBR ",
        "+UPGRADEIND:",
        "+QIND:",
        "^CARDMODE:",
        "+ICCID:",
        "+CGMM:",
        "AT",
        "AT+",
        "ATS",
        "3,",
        "3, TCP ERROR:",
        "REMOTE IP:",
        "",
    ];
    let text = prop_oneof![
        proptest::collection::vec(any::<u8>(), 0..60),
        "[ 0-9,\"():./+-]{0,60}".prop_map(String::into_bytes),
    ];
    (proptest::sample::select(prefixes.to_vec()), text)
        .prop_map(|(prefix, text)| [prefix.as_bytes(), &text].concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2000))]

    #[test]
    fn no_line_makes_a_parser_panic(line in line()) {
        let line = line.as_slice();
        let _ = luat_modem::at::ipv4(line);
        let _ = luat_modem::at::Imei::parse_all(line);
        let _ = luat_modem::at::Imsi::parse_all(line);
        let _ = luat_modem::at::Iccid::parse_all(line);
        let _ = luat_modem::at::NetworkTime::parse(line);
        let _ = device::Model::parse_all(line);
        let _ = device::Manufacturer::parse_all(line);
        let _ = device::Revision::parse_all(line);
        let _ = serial::Baud::parse(line);
        let _ = serial::FlowControls::parse(line);
        let _ = Functionality::parse(line);
        let _ = sim::SimStatus::parse(line);
        let _ = signal::Signal::parse(line).map(signal::Signal::dbm);
        if let Some(signal) = signal::ExtendedSignal::parse(line) {
            let _ = (signal.rxlev_dbm(), signal.rscp_dbm(), signal.ecno_tenths_db());
            let _ = (signal.rsrq_tenths_db(), signal.rsrp_dbm());
        }
        let _ = network::Registration::parse_answer(line);
        let _ = network::Registration::parse_urc(line);
        let _ = network::Operator::parse(line);
        let _ = network::System::parse(line);
        let _ = network::Mode::parse(line);
        let _ = pdp::LocalAddress::parse(line);
        let _ = pdp::Attachment::parse(line);
        let _ = pdp::Contexts::parse_all(line);
        let _ = pdp::ActiveContexts::parse_all(line);
        let _ = pdp::ContextAddress::parse(line);
        let _ = socket::Links::parse(line);
        let _ = socket::Acknowledgement::parse(line);
        let _ = socket::ReadHeader::parse(line);
        let _ = socket::UnreadCount::parse(line);
        let _ = socket::Multiplexed::parse(line);
        let _ = socket::Status::parse_all(line);
        let _ = socket::LinkStatus::parse(line);
        let _ = dns::Resolution::parse(line);
        let _ = dns::Servers::parse_all(line);
        let _ = tls::Secured::parse(line);
        let _ = tls::SetTls::parse(line);
        let _ = tls::TlsSetting::parse(line).map(|setting| setting.setting().map(drop));
        let _ = file::Size::parse(line);
        let _ = file::Free::parse(line);
        let _ = file::entries(line).count();
        let _ = socket::LocalPorts::parse_all(line);
        let _ = socket::Server::parse(line);
        let _ = socket::Settings::parse_all(line);
        let _ = socket::Resumption::parse(line);
        let _ = socket::KeepAlive::parse(line);
        let _ = pdp::ContextLogins::parse_all(line);
        let _ = sleep::Sleep::parse(line);
        let _ = sleep::SleepDelay::parse(line);
        let _ = sleep::PowerMode::parse(line);
        let _ = heartbeat::Heartbeat::parse(line);
        let _ = heartbeat::Heartbeats::parse(line);
        let _ = ping::Echoes::parse_all(line).map(|echoes| echoes.mean_ms());
        let _ = signal::SignalReport::parse(line);
        let _ = network::Band::parse(line);
        let _ = recognise::shows_secret(line);
        let _ = recognise::recognise(line);
        if let Ok(line) = core::str::from_utf8(line) {
            let _ = recognise::expect_of(line);
            let _ = recognise::max_timeout_of(line);
            let _ = recognise::is_secret(line);
        }
        prop_assert!(urc::find(line) == Urc::parse(line) || Urc::parse(line).is_none());
        if urc::stands_alone(line) {
            prop_assert!(!line.is_empty());
        }
    }

    #[test]
    fn every_number_has_a_text(code in any::<u16>()) {
        for meaning in [error::cme(code), error::cms(code), error::tcp(code), error::udp(code), error::dns(code)] {
            prop_assert!(!meaning.is_empty());
        }
    }

    /// Garbage without a digit, a sign or a word of its own does not hide a URC.
    #[test]
    fn noise_does_not_hide_a_urc(noise in proptest::collection::vec(0x80u8..=0xFF, 0..40)) {
        for line in [&b"3, CLOSED"[..], b"+CPIN: READY", b"^MODE: 0,0", b"*CESQ: 1,2,3,4,5,6,7"] {
            let noisy = [&noise, line].concat();
            prop_assert_eq!(urc::find(&noisy), Urc::parse(line));
            prop_assert!(Urc::parse(line).is_some());
        }
    }
}
