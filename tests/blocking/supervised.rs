//! Supervisors in a superloop around the blocking end, in virtual time.

use crate::bench::{TestModem, World, alone};
use luat_modem::emulator::Fault;
use luat_modem::engine::Transport;
use luat_modem::supervise::{
    Change, Food, Heartbeat, Payload, Persistent, Policy, Supervise, Watchdog, When, idle_until,
};
use luat_modem::time::{Clock, Duration, Instant};

const SECOND: Duration = Duration::from_secs(1);

/// The loop of a firmware; what the link told, and when the watchdog expired.
fn superloop(
    world: &World,
    modem: &TestModem<'_>,
    server: &mut Persistent<'_>,
    watchdog: &mut Watchdog,
    end: Instant,
) -> (Vec<(Instant, Change)>, Vec<Instant>) {
    let (mut told, mut expired) = (Vec::new(), Vec::new());
    while modem.now() < end {
        let moved = modem.poll().unwrap();
        let next = modem.with_engine(|engine| {
            while let Some(change) = server.advance(engine, modem.now()) {
                told.push((modem.now(), change));
            }
            expired.extend(watchdog.advance(engine, modem.now()).map(|_| modem.now()));
            if let Some(link) = server.link() {
                while let Ok(1..) = engine.recv(link, &mut [0; 64]) {}
            }
            let deadlines = [server.deadline(), watchdog.deadline()];
            idle_until(engine, modem.now(), &deadlines)
        });
        if !moved {
            world.idle(Some(next.map_or(end, |next| next.min(end))));
        }
    }
    (told, expired)
}

#[test]
fn a_superloop_keeps_a_connection_for_an_hour() {
    alone(|world, modem| {
        let heartbeat = Heartbeat::new(Payload::Bytes(b"beat"))
            .every(60 * SECOND)
            .when(When::Always)
            .answered_within(10 * SECOND);
        let mut server = Persistent::new("server", Transport::Tcp, "echo.test", 7, Policy::new())
            .with_heartbeat(heartbeat);
        let mut watchdog = Watchdog::new(100 * SECOND).fed_by(Food::Received);
        let end = world.now() + 3600 * SECOND;
        let (told, expired) = superloop(world, modem, &mut server, &mut watchdog, end);
        assert!(
            matches!(
                told[..],
                [(_, Change::Connecting(_)), (_, Change::Connected(_))]
            ),
            "{told:?}"
        );
        assert_eq!(expired, []);
        assert_eq!(server.account().traffic.heartbeats, 59);

        world.inject(Fault::PdpDeact);
        let lost = world.now();
        let (told, _) = superloop(world, modem, &mut server, &mut watchdog, lost + 60 * SECOND);
        assert!(
            matches!(
                told[..],
                [
                    (_, Change::Lost(Some(_))),
                    (_, Change::Connecting(_)),
                    (_, Change::Connected(_))
                ]
            ),
            "{told:?}"
        );
        assert!(server.is_open() && told[2].0 < lost + 10 * SECOND);
    });
}

/// What a supervisor is due for does not depend on what the UART does.
#[test]
fn every_supervisor_can_be_driven_alike() {
    alone(|world, modem| {
        let mut server = Persistent::new("a", Transport::Tcp, "echo.test", 7, Policy::new());
        let mut watchdog = Watchdog::new(10 * SECOND);
        fn drive<S: Supervise>(modem: &TestModem<'_>, supervisor: &mut S) -> Option<Instant> {
            modem.with_engine(
                |engine| {
                    while supervisor.advance(engine, modem.now()).is_some() {}
                },
            );
            supervisor.deadline()
        }
        assert_eq!(drive(modem, &mut server), None);
        assert_eq!(drive(modem, &mut watchdog), Some(world.now() + 10 * SECOND));
    });
}

/// A protocol crate can run on a link that a supervisor keeps.
#[test]
fn a_lent_socket_leaves_the_link() {
    use embedded_io::{Read, Write};
    alone(|world, modem| {
        let mut server = Persistent::new("server", Transport::Tcp, "echo.test", 7, Policy::new());
        let mut watchdog = Watchdog::new(3600 * SECOND);
        let soon = world.now() + 10 * SECOND;
        superloop(world, modem, &mut server, &mut watchdog, soon);
        let link = server.link().unwrap();
        for text in [b"one", b"two"] {
            let mut socket = modem.lend(link);
            socket.write_all(text).unwrap();
            let mut back = [0; 3];
            socket.read_exact(&mut back).unwrap();
            assert_eq!(&back, text);
        }
        let soon = world.now() + 10 * SECOND;
        superloop(world, modem, &mut server, &mut watchdog, soon);
        assert_eq!(server.link(), Some(link));
        assert_eq!(server.account().connections, 1);
    });
}
