//! The module accepts connections, where its firmware can.
#![cfg(feature = "emulator")]

mod bench;

use bench::{Bench, Room};
use luat_modem::emulator::{Fault, Options, Service, SimNetwork};
use luat_modem::engine::{CloseReason, Config, Event, ListenError, Transport};
use luat_modem::time::Duration;

const SECOND: Duration = Duration::from_secs(1);

fn up<R>(profile: &str, test: impl FnOnce(&mut Bench<'_>) -> R) -> R {
    let mut network = SimNetwork::new();
    network.serve("echo.test", 7, Service::echo());
    let mut memory = Room::new();
    let options = Options::named(profile).unwrap();
    let mut bench = Bench::new(&mut memory, Config::new(), options, network);
    bench.ready();
    test(&mut bench)
}

#[test]
fn clients_are_served() {
    up("luatos", |bench| {
        let first = bench.connect("echo.test", 7);
        assert_eq!(bench.engine.listen(8888), Ok(()));
        assert_eq!(bench.engine.listen(8889), Err(ListenError::Busy(8888)));
        assert!(bench.run(SECOND * 10, |b| b.told(Event::Listening(8888))));
        assert_eq!(bench.engine.listening(), Ok(8888));
        for greeting in [&b"one"[..], b"two"] {
            let client = Service::sink().greeting(greeting);
            bench.module.network().knock(8888, client);
        }
        let mut clients = Vec::new();
        bench.run(SECOND * 10, |b| {
            clients.extend(b.engine.accept());
            clients.len() == 2
        });
        assert_eq!(clients.len(), 2, "{}", bench.transcript());
        for ((link, from), greeting) in clients.iter().zip([b"one", b"two"]) {
            assert_eq!(bench.engine.status(*link).unwrap().remote, Some(*from));
            bench.run(SECOND * 10, |b| b.engine.is_readable(*link));
            let mut buffer = [0; 8];
            assert_eq!(bench.engine.recv(*link, &mut buffer), Ok(3));
            assert_eq!(&buffer[..3], greeting);
            bench.engine.send(*link, b"welcome").unwrap();
        }
        // Links of our own leave them alone.
        let mine = bench.connect("echo.test", 7);
        assert!(mine != first && clients.iter().all(|(link, _)| *link != mine));
        // The server comes back with the network.
        bench.inject(Fault::PdpDeact);
        assert_eq!(bench.closed(first).reason, CloseReason::NetworkLost);
        bench.ready();
        let again = |b: &Bench<'_>| {
            let told = b
                .events
                .iter()
                .filter(|(_, e)| *e == Event::Listening(8888));
            told.count() == 2
        };
        assert!(
            bench.run(SECOND * 30, |b| again(b)),
            "{}",
            bench.transcript()
        );
        bench.engine.unlisten();
        bench.run(SECOND * 5, |_| false);
        assert_eq!(bench.engine.listening(), Err(nb::Error::WouldBlock));
    });
}

#[test]
fn without_a_server_that_is_said() {
    up("air780e", |bench| {
        assert_eq!(bench.engine.listen(0), Err(ListenError::BadPort));
        bench.engine.listen(8888).unwrap();
        let refused = Event::ListenFailed(8888, ListenError::NotSupported);
        assert!(
            bench.run(SECOND * 10, |b| b.told(refused)),
            "{}",
            bench.transcript()
        );
        assert_eq!(
            ListenError::NotSupported.to_string(),
            "this firmware has no server; behind carrier NAT nobody could reach you"
        );
        let link = bench
            .engine
            .connect(Transport::Tcp, "echo.test", 7)
            .unwrap();
        assert!(bench.run(SECOND * 10, |b| b.told(Event::Connected(link))));
    });
}

/// A firmware that has the command and refuses this port is not one without a server.
#[test]
fn a_port_that_is_refused() {
    up("luatos", |bench| {
        bench.inject(Fault::Refuse(3));
        bench.engine.listen(8888).unwrap();
        let refused = Event::ListenFailed(8888, ListenError::Refused);
        assert!(
            bench.run(SECOND * 10, |b| b.told(refused)),
            "{}",
            bench.transcript()
        );
        assert_eq!(bench.engine.listen(8889), Ok(()));
        assert!(bench.run(SECOND * 10, |b| b.told(Event::Listening(8889))));
    });
}

/// The server moves to another port: the old one is given up first.
#[test]
fn the_port_changes() {
    up("luatos", |bench| {
        for port in [8888, 8889, 8888] {
            assert_eq!(bench.engine.listen(port), Ok(()));
            bench.run(SECOND * 10, |b| b.engine.listening() == Ok(port));
            assert_eq!(bench.engine.listening(), Ok(port), "{}", bench.transcript());
            bench.engine.unlisten();
        }
    });
}
