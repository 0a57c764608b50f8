//! The language, through the public interface: the bytes of every command, how it ends, what its
//! answer means; and a command of a user beside them.

use crate::bench::{agrees, text, writes};
use luat_modem::at::network::Domain;
use luat_modem::at::power::Functionality;
use luat_modem::at::serial::FlowControl;
use luat_modem::at::socket::{ReceiveMode, SendMode, Transport};
use luat_modem::at::{
    Accepted, Command, Urc, device, dns, network, pdp, power, serial, signal, sim, socket, urc,
};
use luat_modem::atat::{AtatCmd, AtatUrc, Error, InternalError};
use luat_modem::wire::{End, Expect, Info, Text, Verdict};

#[test]
fn device_commands() {
    writes(device::Attention, "AT\r\n");
    writes(device::Echo { on: false }, "ATE0\r\n");
    writes(device::Echo { on: true }, "ATE1\r\n");
    writes(device::Identify, "ATI\r\n");
    writes(device::QueryManufacturer, "AT+CGMI\r\n");
    writes(device::QueryModel, "AT+CGMM\r\n");
    writes(device::QueryRevision, "AT+CGMR\r\n");
    writes(device::QueryImei, "AT+CGSN\r\n");
    writes(device::Save, "AT&W\r\n");
    for (style, line) in [
        (device::ErrorStyle::Plain, "AT+CMEE=0\r\n"),
        (device::ErrorStyle::Numeric, "AT+CMEE=1\r\n"),
        (device::ErrorStyle::Words, "AT+CMEE=2\r\n"),
    ] {
        writes(device::SetErrorStyle { style }, line);
    }
}

#[test]
fn serial_and_power_commands() {
    writes(serial::SetBaud { rate: 921_600 }, "AT+IPR=921600\r\n");
    writes(serial::QueryBaud, "AT+IPR?\r\n");
    let flow = serial::SetFlowControl {
        from_module: FlowControl::Hardware,
        to_module: FlowControl::Off,
    };
    writes(flow, "AT+IFC=2,0\r\n");
    writes(serial::QueryFlowControl, "AT+IFC?\r\n");
    for (level, restart, line) in [
        (Functionality::Minimum, false, "AT+CFUN=0\r\n"),
        (Functionality::Full, false, "AT+CFUN=1\r\n"),
        (Functionality::Full, true, "AT+CFUN=1,1\r\n"),
        (Functionality::Flight, false, "AT+CFUN=4\r\n"),
    ] {
        writes(power::SetFunctionality { level, restart }, line);
    }
    writes(power::QueryFunctionality, "AT+CFUN?\r\n");
    writes(power::Restart, "AT+RESET\r\n");
    writes(power::PowerDown, "AT+CPOWD=1\r\n");
}

#[test]
fn sim_and_signal_commands() {
    writes(sim::QueryPin, "AT+CPIN?\r\n");
    writes(sim::EnterPin { pin: text("1234") }, "AT+CPIN=\"1234\"\r\n");
    let puk = sim::EnterPuk {
        puk: text("87654321"),
        pin: text("1234"),
    };
    writes(puk, "AT+CPIN=\"87654321\",\"1234\"\r\n");
    writes(sim::QueryIccid, "AT+ICCID\r\n");
    writes(sim::QueryCcid, "AT+CCID\r\n");
    writes(sim::QueryImsi, "AT+CIMI\r\n");
    writes(signal::QuerySignal, "AT+CSQ\r\n");
    writes(signal::QueryExtendedSignal, "AT+CESQ\r\n");
}

#[test]
fn network_commands() {
    for (domain, name) in [
        (Domain::Circuit, "+CREG"),
        (Domain::Packet, "+CGREG"),
        (Domain::Evolved, "+CEREG"),
    ] {
        writes(
            network::QueryRegistration { domain },
            &format!("AT{name}?\r\n"),
        );
        let report = network::ReportRegistration { domain, level: 2 };
        writes(report, &format!("AT{name}=2\r\n"));
    }
    writes(network::QueryOperator, "AT+COPS?\r\n");
    writes(network::QuerySystem, "AT^SYSINFO\r\n");
}

#[test]
fn pdp_commands() {
    writes(pdp::QueryAttachment, "AT+CGATT?\r\n");
    writes(pdp::Attach { attached: true }, "AT+CGATT=1\r\n");
    writes(pdp::Attach { attached: false }, "AT+CGATT=0\r\n");
    writes(pdp::QueryContexts, "AT+CGDCONT?\r\n");
    let context = pdp::DefineContext {
        cid: 1,
        kind: pdp::PdpType::Ipv4v6,
        apn: text("cmiot"),
    };
    writes(context, "AT+CGDCONT=1,\"IPV4V6\",\"cmiot\"\r\n");
    writes(pdp::QueryActiveContexts, "AT+CGACT?\r\n");
    writes(
        pdp::ActivateContext {
            cid: 5,
            active: true,
        },
        "AT+CGACT=1,5\r\n",
    );
    writes(pdp::QueryContextAddress { cid: 1 }, "AT+CGPADDR=1\r\n");
    writes(pdp::StartTask { access_point: None }, "AT+CSTT\r\n");
    let mut point = pdp::AccessPoint {
        apn: text("cmiot"),
        login: None,
    };
    let start = pdp::StartTask {
        access_point: Some(point),
    };
    writes(start, "AT+CSTT=\"cmiot\"\r\n");
    point.login = Some(pdp::Login {
        user: text("me"),
        password: text(""),
    });
    let start = pdp::StartTask {
        access_point: Some(point),
    };
    writes(start, "AT+CSTT=\"cmiot\",\"me\",\"\"\r\n");
    writes(pdp::Activate, "AT+CIICR\r\n");
    writes(pdp::QueryLocalAddress, "AT+CIFSR\r\n");
    writes(pdp::Shut, "AT+CIPSHUT\r\n");
}

#[test]
fn socket_commands() {
    writes(socket::Multiplex { on: true }, "AT+CIPMUX=1\r\n");
    writes(socket::QueryMultiplex, "AT+CIPMUX?\r\n");
    for (mode, line) in [
        (SendMode::SendOk, "AT+CIPQSEND=0\r\n"),
        (SendMode::Accept, "AT+CIPQSEND=1\r\n"),
        (SendMode::Slow, "AT+CIPQSEND=2\r\n"),
    ] {
        writes(socket::SetSendMode { mode }, line);
    }
    for (mode, line) in [
        (ReceiveMode::Push, "AT+CIPRXGET=0\r\n"),
        (ReceiveMode::Pull, "AT+CIPRXGET=1\r\n"),
        (ReceiveMode::PullEach, "AT+CIPRXGET=5\r\n"),
    ] {
        writes(socket::SetReceiveMode { mode }, line);
    }
    writes(socket::SetReceiveTail { append: false }, "AT+CIPRXF=1\r\n");
    writes(socket::SetReceiveTail { append: true }, "AT+CIPRXF=0\r\n");
    writes(socket::QueryLinks, "AT+CIPSTART=?\r\n");
    writes(
        socket::Send {
            link: 3,
            length: 1460,
        },
        "AT+CIPSEND=3,1460\r\n",
    );
    writes(
        socket::Read {
            link: 3,
            length: 10,
        },
        "AT+CIPRXGET=2,3,10\r\n",
    );
    writes(socket::Unread { link: 3 }, "AT+CIPRXGET=4,3\r\n");
    writes(socket::Acknowledged { link: 3 }, "AT+CIPACK=3\r\n");
    writes(
        socket::Close {
            link: 3,
            quick: false,
        },
        "AT+CIPCLOSE=3,0\r\n",
    );
    writes(
        socket::Close {
            link: 3,
            quick: true,
        },
        "AT+CIPCLOSE=3,1\r\n",
    );
    writes(socket::QueryStatus, "AT+CIPSTATUS\r\n");
    writes(socket::QueryLinkStatus { link: 3 }, "AT+CIPSTATUS=3\r\n");
}

#[test]
fn opening_a_link_takes_the_longest_name() {
    let start = |host, transport| socket::Start {
        link: 9,
        transport,
        host,
        port: 65535,
    };
    writes(
        start(text("example.com"), Transport::Udp),
        "AT+CIPSTART=9,\"UDP\",\"example.com\",65535\r\n",
    );
    let long = "h".repeat(128);
    writes(
        start(text(&long), Transport::Tcp),
        &format!("AT+CIPSTART=9,\"TCP\",\"{long}\",65535\r\n"),
    );
    assert!(Text::<128>::new(&"h".repeat(129)).is_err());
}

#[test]
fn dns_commands() {
    let resolve = dns::Resolve {
        host: text("example.com"),
    };
    writes(resolve, "AT+CDNSGIP=\"example.com\"\r\n");
    writes(dns::QueryServers, "AT+CDNSCFG?\r\n");
    let mut servers = dns::SetServers {
        primary: [255; 4].into(),
        secondary: None,
    };
    writes(servers, "AT+CDNSCFG=\"255.255.255.255\"\r\n");
    servers.secondary = Some([8, 8, 4, 4].into());
    writes(servers, "AT+CDNSCFG=\"255.255.255.255\",\"8.8.4.4\"\r\n");
}

#[test]
fn how_commands_end() {
    assert_eq!(device::Attention.expect(), Expect::OK);
    assert_eq!(device::Identify.expect(), Expect::ANY);
    assert_eq!(pdp::QueryLocalAddress.expect().end, End::Bare);
    assert_eq!(pdp::Shut.expect().end, End::Line("SHUT OK"));
    assert_eq!(
        power::PowerDown.expect().end,
        End::Line("NORMAL POWER DOWN")
    );
    let close = socket::Close {
        link: 4,
        quick: true,
    };
    assert_eq!(close.expect().end, End::Link(4, "CLOSE OK"));
    assert_eq!(
        socket::Send { link: 0, length: 1 }.expect().end,
        End::Prompt
    );
    assert_eq!(socket::QueryStatus.expect().end, End::OkThenQuiet);
    let resolve = dns::Resolve { host: text("a") }.expect();
    assert_eq!(resolve.judge(b"OK", false), Verdict::OkFirst);
    assert_eq!(resolve.judge(b"+CDNSGIP: 0,8", true), Verdict::Last);
    let registration = network::QueryRegistration {
        domain: Domain::Evolved,
    };
    // Seen in an Air780EP log: the answer names another domain.
    let line = b"+CGREG: 2,1,\"2797\",\"02B82E17\",7";
    assert_eq!(registration.expect().judge(line, false), Verdict::Info);
}

#[test]
fn the_table_agrees_with_the_types() {
    agrees(device::Attention);
    agrees(device::Echo { on: false });
    agrees(device::Identify);
    agrees(device::QueryImei);
    agrees(device::Save);
    agrees(power::PowerDown);
    agrees(power::Restart);
    agrees(power::SetFunctionality {
        level: Functionality::Full,
        restart: true,
    });
    agrees(sim::EnterPin { pin: text("1234") });
    agrees(sim::QueryPin);
    agrees(signal::QuerySignal);
    agrees(network::QueryOperator);
    agrees(network::QuerySystem);
    agrees(pdp::Attach { attached: true });
    agrees(pdp::ActivateContext {
        cid: 1,
        active: true,
    });
    agrees(pdp::Activate);
    agrees(pdp::QueryLocalAddress);
    agrees(pdp::Shut);
    agrees(pdp::StartTask { access_point: None });
    agrees(socket::QueryLinks);
    agrees(socket::QueryStatus);
    agrees(socket::QueryLinkStatus { link: 2 });
    agrees(socket::Send { link: 1, length: 5 });
    agrees(socket::Read { link: 1, length: 5 });
    agrees(socket::Close {
        link: 1,
        quick: false,
    });
    agrees(socket::Acknowledged { link: 1 });
    agrees(dns::Resolve { host: text("a.b") });
    agrees(dns::QueryServers);
    agrees(socket::Start {
        link: 0,
        transport: Transport::Tcp,
        host: text("a.b"),
        port: 80,
    });
}

#[test]
fn answers_arrive_through_atat() {
    let registration = network::QueryRegistration {
        domain: Domain::Evolved,
    };
    let answer = b"+CEREG: 1\r\n+CEREG: 2,5,\"4844\",\"0EA2D0CA\",7";
    let parsed = registration.parse(Ok(answer)).unwrap();
    assert_eq!(
        parsed.status,
        network::RegistrationStatus::Roaming,
        "the URC in between is passed over"
    );
    assert_eq!(registration.parse(Ok(b"")), Err(Error::Parse));
    assert_eq!(
        registration.parse(Err(InternalError::Timeout)),
        Err(Error::Timeout)
    );
    assert_eq!(device::Attention.parse(Ok(b"")), Ok(Accepted));
    assert_eq!(
        device::Attention.parse(Err(InternalError::Error)),
        Err(Error::Error)
    );
    let address = pdp::QueryLocalAddress
        .parse(Ok(b"010.083.172.111"))
        .unwrap();
    assert_eq!(address, pdp::LocalAddress([10, 83, 172, 111].into()));
    let imei = device::QueryImei.parse(Ok(b"866771020000003")).unwrap();
    assert_eq!(imei.to_string(), "86677102*******");
    let contexts = pdp::QueryContexts.parse(Ok(b"")).unwrap();
    assert!(contexts.0.is_empty());
    let status = socket::QueryStatus.parse(Ok(b"STATE: PDP DEACT")).unwrap();
    assert_eq!(status.state, Some(socket::IpState::PdpDeact));
    assert_eq!(
        <Urc as AtatUrc>::parse(b"RDY"),
        Some(Urc::Boot(urc::Boot::Ready))
    );
}

mod derived {
    //! A command of a user, written with atat's derive macro.

    use super::*;
    use luat_modem::atat;

    #[derive(Clone, atat::atat_derive::AtatCmd)]
    #[at_cmd("+CIPTKA", Accepted, termination = "\r\n", parse = accepted)]
    struct SetKeepAlive {
        #[at_arg(position = 0)]
        on: u8,
        #[at_arg(position = 1)]
        idle_s: Option<u16>,
    }

    fn accepted(_: &[u8]) -> Result<Accepted, Error> {
        Ok(Accepted)
    }

    impl Command for SetKeepAlive {
        fn expect(&self) -> Expect {
            Expect::OK
        }
    }

    #[test]
    fn fits_beside_the_others() {
        let mut buffer = [0; 64];
        let command = SetKeepAlive {
            on: 1,
            idle_s: Some(120),
        };
        let length = command.write(&mut buffer);
        assert_eq!(&buffer[..length], b"AT+CIPTKA=1,120\r\n");
        let command = SetKeepAlive {
            on: 0,
            idle_s: None,
        };
        let length = command.write(&mut buffer);
        assert_eq!(&buffer[..length], b"AT+CIPTKA=0\r\n");
        assert_eq!(command.parse(Ok(b"")), Ok(Accepted));
        assert_eq!(command.expect().info, Info::None);
    }
}
