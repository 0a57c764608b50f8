//! Single link, transparent data, ports of this side and the server in the language.

use crate::bench::{agrees, answers, text, writes};
use luat_modem::at::socket::{
    self, CloseSingle, Gathering, Listen, LocalPort, QueryLocalPorts, QueryServer,
    QueryTransparent, QueryTransparentConfig, Resume, Resumption, Server, SetLocalPort,
    SetTransparent, SetTransparentConfig, StartSingle, Transparent, TransparentConfig, Transport,
    Unlisten,
};
use luat_modem::at::urc::LinkUrc;
use luat_modem::at::{Command, Number, Urc};
use luat_modem::wire::{End, Failure, Verdict};

fn config(gathering: Option<Gathering>) -> TransparentConfig {
    TransparentConfig {
        retries: Number::new(5).unwrap(),
        wait_tenths: Number::new(2).unwrap(),
        packet: Number::new(1024).unwrap(),
        escape: true,
        gathering,
    }
}

fn gathering() -> Gathering {
    Gathering {
        pauses: false,
        size: Number::new(1460).unwrap(),
        pause_ms: Number::new(50).unwrap(),
        drops: true,
    }
}

fn start(transport: Transport) -> StartSingle<'static> {
    StartSingle {
        transport,
        host: text("60.166.18.9"),
        port: 7500,
    }
}

#[test]
fn one_link() {
    writes(
        start(Transport::Tcp),
        "AT+CIPSTART=\"TCP\",\"60.166.18.9\",7500\r\n",
    );
    writes(
        start(Transport::Udp),
        "AT+CIPSTART=\"UDP\",\"60.166.18.9\",7500\r\n",
    );
    writes(CloseSingle { quick: false }, "AT+CIPCLOSE=0\r\n");
    writes(CloseSingle { quick: true }, "AT+CIPCLOSE=1\r\n");
    let close = CloseSingle { quick: false }.expect();
    assert_eq!(close.judge(b"OK", false), Verdict::Other);
    assert_eq!(close.judge(b"CLOSE OK", false), Verdict::Last);
}

/// What follows the `OK` of `AT+CIPSTART` without a link number, in the manual's words.
#[test]
fn what_became_of_the_one_link() {
    for (line, urc) in [
        (&b"CONNECT OK"[..], Urc::Single(LinkUrc::ConnectOk)),
        (b"CONNECT FAIL", Urc::Single(LinkUrc::ConnectFail)),
        (b"ALREADY CONNECT", Urc::Single(LinkUrc::AlreadyConnected)),
        (b"CONNECT", Urc::Transparent),
        (b"CLOSED", Urc::Single(LinkUrc::Closed)),
        (b"TCP ERROR:14", Urc::Single(LinkUrc::TcpError(14))),
        (b"UDP ERROR:7", Urc::Single(LinkUrc::UdpError(7))),
    ] {
        assert_eq!(Urc::parse(line), Some(urc));
    }
    assert_eq!(
        socket::IpState::parse(b"STATE: TCP CLOSED"),
        Some(socket::IpState::TcpClosed)
    );
    for broken in [&b"CONNECTED"[..], b"CONNEC", b"3, CONNECT", b"CONNECT OKAY"] {
        assert_eq!(Urc::parse(broken), None, "{}", broken.escape_ascii());
    }
}

#[test]
fn transparent_data() {
    writes(SetTransparent { on: true }, "AT+CIPMODE=1\r\n");
    writes(SetTransparent { on: false }, "AT+CIPMODE=0\r\n");
    writes(QueryTransparent, "AT+CIPMODE?\r\n");
    let mode = |answer: &[u8]| answers(&QueryTransparent, answer);
    assert_eq!(mode(b"+CIPMODE: 0 "), Some(Transparent(false)));
    assert_eq!(mode(b"+CIPMODE:1"), Some(Transparent(true)));
    let test_form = b"+CIPMODE: (0-NORMAL MODE,1-TRANSPARENT MODE)";
    for broken in [&test_form[..], b"+CIPMODE: 2", b"+CIPMODE:", b"1"] {
        assert_eq!(mode(broken), None, "{}", broken.escape_ascii());
    }
}

#[test]
fn return_to_transparent_data() {
    writes(Resume, "ATO\r\n");
    let expect = Resume.expect();
    for (line, resumption) in [
        (&b"CONNECT"[..], Resumption::Data),
        (b"CONNECT 115200", Resumption::Data),
        (b"NO CARRIER", Resumption::NoCarrier),
    ] {
        assert_eq!(expect.judge(line, false), Verdict::Last);
        assert_eq!(answers(&Resume, line), Some(resumption));
    }
    assert_eq!(expect.judge(b"OK", false), Verdict::Other);
    assert_eq!(
        expect.judge(b"+CME ERROR: 3", false),
        Verdict::Failed(Failure::Cme(3))
    );
    assert_eq!(answers(&Resume, b"CONNECT OK"), None);
    assert_eq!(answers(&Resume, b""), None);
}

#[test]
fn when_transparent_data_becomes_a_packet() {
    writes(
        SetTransparentConfig(config(None)),
        "AT+CIPCCFG=5,2,1024,1\r\n",
    );
    writes(
        SetTransparentConfig(config(Some(gathering()))),
        "AT+CIPCCFG=5,2,1024,1,0,1460,50,1\r\n",
    );
    writes(QueryTransparentConfig, "AT+CIPCCFG?\r\n");
    let read = |answer: &[u8]| answers(&QueryTransparentConfig, answer);
    assert_eq!(
        read(b"+CIPCCFG: 5,2,1024,1,0,1460,50,1 "),
        Some(config(Some(gathering())))
    );
    // AT+CIPSCONT? leaves the last number out.
    let kept = Gathering {
        drops: false,
        ..gathering()
    };
    assert_eq!(
        read(b"+CIPCCFG:5,2,1024,1,0,1460,50"),
        Some(config(Some(kept)))
    );
    assert_eq!(read(b"+CIPCCFG: 5,2,1024,1"), Some(config(None)));
    assert_eq!(read(b"+CIPCCFG: 5,2,1024,1,0,0,0,0"), Some(config(None)));
    for broken in [
        &b"+CIPCCFG: (NmRetry:3-8),(WaitTm:2-10),(SendSz:1-1460)"[..],
        b"+CIPCCFG: 9,2,1024,1",
        b"+CIPCCFG: 5,1,1024,1",
        b"+CIPCCFG: 5,2,1461,1",
        b"+CIPCCFG: 5,2,1024,2",
        b"+CIPCCFG: 5,2,1024",
        b"+CIPCCFG:",
    ] {
        assert_eq!(read(broken), None, "{}", broken.escape_ascii());
    }
}

#[test]
fn ports_of_this_side() {
    let numbered = SetLocalPort {
        link: Some(3),
        transport: Transport::Udp,
        port: 65535,
    };
    writes(numbered, "AT+CLPORT=3,\"UDP\",65535\r\n");
    let single = SetLocalPort {
        link: None,
        transport: Transport::Tcp,
        port: 5000,
    };
    writes(single, "AT+CLPORT=\"TCP\",5000\r\n");
    writes(QueryLocalPorts, "AT+CLPORT?\r\n");

    let ports = |answer: &[u8]| answers(&QueryLocalPorts, answer);
    let port = |link, tcp, udp| Some(LocalPort { link, tcp, udp });
    let single = ports(b"+CLPORT: 5000,0").unwrap();
    assert_eq!(single.single, port(None, 5000, 0));
    assert_eq!(single.links, [None; 10]);
    let numbered =
        ports(b"+CLPORT: 0,0,0\r\n+CLPORT: 1,5000,5001\r\n+CLPORT:5,0,65535\r\n").unwrap();
    assert_eq!(numbered.single, None);
    assert_eq!(numbered.links[0], port(Some(0), 0, 0));
    assert_eq!(numbered.links[1], port(Some(1), 5000, 5001));
    assert_eq!(numbered.links[2], None);
    assert_eq!(numbered.links[5], port(Some(5), 0, 65535));
    for broken in [
        &b"+CLPORT:"[..],
        b"+CLPORT: 5000",
        b"+CLPORT: 65536,0",
        b"+CLPORT: 0,0,x",
        b"+CLPORT: 256,1,1",
        b"+CLPORT: 10,1,1",
        b"+CLPORT: (0-5),(\"TCP\",\"UDP\"),(0-65535)",
    ] {
        assert_eq!(ports(broken), None, "{}", broken.escape_ascii());
    }
}

#[test]
fn the_server() {
    writes(Listen { port: 8888 }, "AT+CIPSERVER=1,8888\r\n");
    writes(Unlisten, "AT+CIPSERVER=0\r\n");
    writes(QueryServer, "AT+CIPSERVER?\r\n");
    let listen = Listen { port: 1 }.expect();
    assert_eq!(listen.judge(b"OK", false), Verdict::OkFirst);
    assert_eq!(listen.judge(b"0, CLOSED", true), Verdict::Other);
    assert_eq!(listen.judge(b"SERVER OK", true), Verdict::Last);
    assert_eq!(
        listen.judge(b"ERROR", false),
        Verdict::Failed(Failure::Error)
    );
    let unlisten = Unlisten.expect();
    assert_eq!(unlisten.end, End::OkThenInfo);
    assert_eq!(unlisten.judge(b"SERVER CLOSE", true), Verdict::Last);
    assert_eq!(unlisten.judge(b"SERVER OK", true), Verdict::Other);

    let server = |answer: &[u8]| answers(&QueryServer, answer);
    assert_eq!(server(b"+CIPSERVER: 0"), Some(Server::Closed));
    let listening = |port| Some(Server::Listening { port });
    assert_eq!(server(b"+CIPSERVER: 1,8888,0,0"), listening(Some(8888)));
    assert_eq!(server(b"+CIPSERVER:1"), listening(None));
    let test_form = b"+CIPSERVER: (0-CLOSE SERVER, 1-OPEN SERVER),(1-65535)";
    for broken in [&test_form[..], b"+CIPSERVER:", b"+CIPSERVER: 2"] {
        assert_eq!(server(broken), None);
    }
}

#[test]
fn clients_of_the_server() {
    let client = LinkUrc::RemoteIp([10, 76, 40, 73].into());
    for line in [
        &b"0, REMOTE IP: 10.76.40.73"[..],
        b"0,REMOTE IP:10.76.40.73",
    ] {
        assert_eq!(Urc::parse(line), Some(Urc::Link(0, client)));
    }
    assert_eq!(
        Urc::parse(b"REMOTE IP: 10.76.40.73"),
        Some(Urc::Single(client))
    );
    for broken in [&b"0, REMOTE IP:"[..], b"0, REMOTE IP: 10.76.40"] {
        assert_eq!(Urc::parse(broken), None);
    }
    assert_eq!(Urc::parse(b"SERVER OK"), Some(Urc::Listening(true)));
    assert_eq!(Urc::parse(b"SERVER CLOSE"), Some(Urc::Listening(false)));
    assert_eq!(Urc::parse(b"SERVER"), None);
}

#[test]
fn the_table_agrees_with_the_types() {
    agrees(start(Transport::Tcp));
    agrees(SetTransparent { on: true });
    agrees(QueryTransparent);
    agrees(Resume);
    agrees(SetTransparentConfig(config(None)));
    agrees(QueryTransparentConfig);
    agrees(QueryLocalPorts);
    agrees(SetLocalPort {
        link: None,
        transport: Transport::Tcp,
        port: 1,
    });
    agrees(Listen { port: 1 });
    agrees(Unlisten);
    agrees(QueryServer);
}
