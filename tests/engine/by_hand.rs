//! A module whose every line the test says itself.

use super::{SECOND, config};
use crate::bench::Room;
use luat_modem::engine::{Engine, Event, LinkId, Receive, Transport};
use luat_modem::time::{Duration, Instant};

const TICK: Duration = Duration::from_millis(10);

/// The engine in push mode with a link that connects at once, up to the first command in which `stop` is
/// found. The number of links stays unknown.
fn push<'r>(room: &'r mut Room, stop: &str) -> (Engine<'r>, LinkId, Instant) {
    let mut engine = Engine::new(room, config(Receive::Push));
    let link = engine.connect(Transport::Tcp, "echo.test", 7).unwrap();
    let mut now = Instant::ZERO;
    for _ in 0..100_000 {
        engine.advance(now);
        let said = String::from_utf8(engine.outgoing(now).to_vec()).unwrap();
        engine.sent(now, said.len());
        if said.contains(stop) {
            return (engine, link, now);
        }
        if said.starts_with("AT+CIPSTART=0") {
            engine.send(link, b"hello").unwrap();
        }
        let answer = answer(&said);
        engine.receive(now, answer.as_bytes());
        now = now + TICK;
    }
    panic!("{stop} was never said");
}

/// What a module says that has nothing against anything.
fn answer(said: &str) -> &'static str {
    match said {
        "AT+CPIN?\r\n" => "\r\n+CPIN: READY\r\n\r\nOK\r\n",
        "AT+CEREG?\r\n" => "\r\n+CEREG: 0,1\r\n\r\nOK\r\n",
        "AT+CGATT?\r\n" => "\r\n+CGATT: 1\r\n\r\nOK\r\n",
        "AT+CIPSHUT\r\n" => "\r\nSHUT OK\r\n",
        "AT+CIFSR\r\n" => "\r\n10.0.0.2\r\n",
        "AT+CIPSTART=?\r\n" => "\r\nERROR\r\n",
        "" => "",
        start if start.starts_with("AT+CIPSTART=0") => "\r\nOK\r\n\r\n0, CONNECT OK\r\n",
        "hello" => "\r\nDATA ACCEPT:0,5\r\n",
        send if send.starts_with("AT+CIPSEND") => "\r\n> ",
        _ => "\r\nOK\r\n",
    }
}

/// What the engine says within `time`, when the module is silent.
fn says(engine: &mut Engine<'_>, now: &mut Instant, time: Duration) -> Vec<u8> {
    let end = *now + time;
    while *now < end {
        *now = *now + TICK;
        engine.advance(*now);
        let said = engine.outgoing(*now).to_vec();
        if !said.is_empty() {
            engine.sent(*now, said.len());
            return said;
        }
    }
    Vec::new()
}

/// The lines of `CIPSTATUS` may have a payload between them that takes longer than the silence that
/// ends it; no command goes out meanwhile.
#[test]
fn an_answer_that_ends_by_silence_waits_for_a_payload() {
    let mut room = Box::new(Room::new());
    // The first audit.
    let (mut engine, link, mut now) = push(&mut room, "CIPSTATUS");
    engine.receive(
        now,
        b"\r\nOK\r\n\r\nSTATE: IP PROCESSING\r\n\r\nC: 0,0,\"TCP\",\"10.0.0.9\",\"7\",\"CONNECTED\"\r\n",
    );
    engine.receive(now, b"\r\n+RECEIVE,0,100:\r\n");
    // A user who writes, so that there is something to say.
    engine.send(link, b"x").unwrap();
    for _ in 0..100 {
        now = now + TICK;
        engine.advance(now);
        engine.receive(now, b"p");
        assert_eq!(engine.outgoing(now), b"", "{now:?}");
    }
    now = now + SECOND;
    engine.advance(now);
    assert_eq!(engine.outgoing(now), b"AT+CIPSEND=0,1\r\n");
}

/// The UART lost bytes of a push, so that it swallowed the header of the next, whose payload now looks like
/// lines and one of them like a prompt.
#[test]
fn a_prompt_among_the_rest_of_a_push_is_not_believed() {
    for rest in [
        "VE,0,1460:\r\n> OK\r\n",
        "VE,0,1460:\r\nRDX\r\n>\r\n",
        "x\r\n> > > \r\n",
    ] {
        for cut in [1, 2, 5, 1500] {
            let mut room = Box::new(Room::new());
            let (mut engine, _, mut now) = push(&mut room, "CIPSEND");
            for piece in rest.as_bytes().chunks(cut) {
                engine.receive(now, piece);
                assert_eq!(engine.outgoing(now), b"", "{rest:?} by {cut}");
            }
            let said = says(&mut engine, &mut now, SECOND);
            assert_eq!(said, b"", "{rest:?} by {cut}");
        }
    }
}

/// The same rest, and then the true one.
#[test]
fn a_prompt_behind_which_it_is_silent_is_believed() {
    let mut room = Box::new(Room::new());
    let (mut engine, _, mut now) = push(&mut room, "CIPSEND");
    engine.receive(now, b"x\r\n> OK\r\n\r\n> ");
    assert_eq!(engine.outgoing(now), b"");
    assert_eq!(says(&mut engine, &mut now, SECOND), b"hello");
    let (mut engine, _, mut now) = push(&mut room, "CIPSEND");
    engine.receive(now, b"x\r\n\r\n>");
    assert_eq!(says(&mut engine, &mut now, SECOND), b"hello");
    // Without anything odd in front it is taken at once.
    let (mut engine, _, now) = push(&mut room, "CIPSEND");
    engine.receive(now, b"\r\n> ");
    assert_eq!(engine.outgoing(now), b"hello");
}

/// The line of an echo ends at CR, when LF may not have gone out yet.
#[test]
fn an_echo_that_comes_byte_by_byte_is_known() {
    let mut room = Box::new(Room::new());
    let mut engine = Engine::new(&mut room, config(Receive::Push));
    let (mut now, mut echoes) = (Instant::ZERO, 0);
    while !engine.is_ready() {
        assert!(now < Instant::ZERO + 60 * SECOND);
        engine.advance(now);
        let mut said = String::new();
        while let [byte, ..] = *engine.outgoing(now) {
            engine.sent(now, 1);
            // It does not obey ATE0.
            engine.receive(now, &[byte]);
            said.push(char::from(byte));
            echoes += 1;
        }
        engine.receive(now, answer(&said).as_bytes());
        while let Some(event) = engine.event() {
            assert_ne!(event, Event::Unrecognised);
        }
        now = now + TICK;
    }
    assert!(echoes > 100);
}
