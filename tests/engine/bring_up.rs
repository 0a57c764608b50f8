//! From power-on to ready, and why not.

use super::{SECOND, echo, network, options, up};
use crate::bench::{Bench, Room};
use luat_modem::emulator::{Chance, Fault, Options, Profile, Sim, Timing};
use luat_modem::engine::{Cause, CloseReason, Config, Event, Remedy, Step};

#[test]
fn every_profile_comes_up() {
    for profile in Profile::ALL {
        up(Config::new(), Options::new(profile.clone()), |bench| {
            assert_eq!(usize::from(bench.engine.link_count()), profile.links);
            assert_eq!(bench.module.overlaps(), 0);
        });
    }
}

/// The SIM card and the network, as far as they can go wrong before there are links.
#[test]
fn bring_up_says_why_it_failed() {
    let trouble = |config: Config<'_>, options: Options, limit: u32| {
        let mut memory = Room::new();
        let mut bench = Bench::new(&mut memory, config, options, network());
        bench.run(limit * SECOND, |b| b.engine.down().is_some());
        (bench.engine.down(), bench.trouble(), bench.now)
    };
    let base = || options("air780e");

    let (down, first, at) = trouble(Config::new(), base().with_sim(Sim::missing()), 60);
    assert_eq!(down, Some(Cause::SimMissing));
    assert_eq!(first, (Step::Sim, Cause::SimMissing, Remedy::None));
    assert!(at.as_millis() < 20_000, "{at:?}");

    let (down, ..) = trouble(Config::new(), base().with_sim(Sim::pin("1234", 3)), 60);
    assert_eq!(down, Some(Cause::PinNeeded));
    let (down, ..) = trouble(Config::new(), base().with_sim(Sim::puk("12345678", 3)), 60);
    assert_eq!(down, Some(Cause::PukNeeded));

    let mut denied = base();
    denied.registration = luat_modem::emulator::Registration::Denied;
    let (down, first, _) = trouble(Config::new(), denied, 3000);
    assert_eq!(down, Some(Cause::RegistrationDenied));
    assert_eq!(first.1, Cause::RegistrationDenied);

    let mut no_bearer = base();
    no_bearer.bearer = false;
    let (down, first, _) = trouble(Config::new(), no_bearer, 3000);
    assert_eq!((down, first.1), (Some(Cause::NoPdp), Cause::NoPdp));
}

#[test]
fn a_pin_is_tried_once() {
    for (pin, works) in [("1234", true), ("4321", false)] {
        let mut memory = Room::new();
        let options = options("air780e").with_sim(Sim::pin("1234", 3));
        let config = Config::new().pin(pin).unwrap();
        let mut bench = Bench::new(&mut memory, config, options, network());
        bench.run(600 * SECOND, |b| works && b.engine.is_ready());
        assert_eq!(bench.engine.is_ready(), works, "{}", bench.transcript());
        let entered = bench
            .module
            .commands()
            .iter()
            .filter(|c| c.starts_with("AT+CPIN="))
            .count();
        assert_eq!(entered, 1);
        if !works {
            assert_eq!(bench.engine.down(), Some(Cause::PinWrong));
        }
    }
}

/// A module that is quick to be usable says `RDY` a second time in the middle of traffic.
#[test]
fn a_second_rdy_of_the_same_boot_is_no_restart() {
    let options = options("luatos").with_timing(Timing::instant());
    up(Config::new(), options, |bench| {
        let rdy = Fault::Notice {
            text: "RDY".to_string(),
            at: Chance::Now,
        };
        bench.inject(Fault::Restart);
        let restarted = bench.run(SECOND, |b| b.told(Event::Restarted));
        assert!(restarted);
        let boot = bench.now;
        bench.ready();
        let link = bench.connect("echo.test", 7);
        assert!(bench.now - boot < SECOND, "quick enough to show it");
        bench.inject(rdy.clone());
        echo(bench, &[link], 3000);
        // Later it is a boot of its own.
        bench.run(2 * SECOND, |_| false);
        bench.inject(rdy);
        assert_eq!(bench.closed(link).reason, CloseReason::ModuleRestarted);
    });
}

#[test]
fn it_never_spins_when_there_is_nothing_to_do() {
    up(
        Config::new(),
        options("air780e").with_timing(Timing::default()),
        |bench| {
            bench.connect("echo.test", 7);
            let turns = bench.turns;
            bench.run(3600 * SECOND, |_| false);
            // An hour of silence: an audit every 30 s, each of a few lines.
            assert!(bench.turns - turns < 120 * 40, "{}", bench.turns - turns);
        },
    );
}
