//! The pins, move by move, on virtual time.

use crate::supervise_bench::{Bench, SECOND, Watched, on, on_with, run};
use core::cell::RefCell;
use core::convert::Infallible;
use embedded_hal::delay::DelayNs;
use embedded_hal::digital::{Error, ErrorKind, ErrorType, OutputPin};
use luat_modem::emulator::Fault;
use luat_modem::engine::{CommandFailure, Config, Event, Remedy};
use luat_modem::supervise::power::{
    Line, NoPin, Pin, PinError, Pins, Power, PowerChange, PowerError, Timings, Verb,
};
use luat_modem::time::{Duration, Instant};
use luat_modem::wire::Failure;
use std::rc::Rc;

/// What was done to all pins, in order.
#[derive(Clone, Default)]
struct Log(Rc<RefCell<Vec<(&'static str, bool)>>>);

impl Log {
    fn take(&self) -> Vec<(&'static str, bool)> {
        self.0.take()
    }

    fn pin(&self, name: &'static str) -> Recorded {
        Recorded(name, self.clone())
    }
}

/// A pin that writes down its levels; true is high.
struct Recorded(&'static str, Log);

impl ErrorType for Recorded {
    type Error = Infallible;
}

impl OutputPin for Recorded {
    fn set_low(&mut self) -> Result<(), Infallible> {
        self.1.0.borrow_mut().push((self.0, false));
        Ok(())
    }

    fn set_high(&mut self) -> Result<(), Infallible> {
        self.1.0.borrow_mut().push((self.0, true));
        Ok(())
    }
}

type Moves = Vec<(u64, &'static str, bool)>;

/// Runs what `power` is about beside the bench; the moves with their instants from now on.
fn moves<K: OutputPin, R: OutputPin, D: OutputPin>(
    bench: &mut Bench<'_>,
    power: &mut Watched<Power<K, R, D>>,
    log: &Log,
    limit: Duration,
) -> Moves {
    let start = bench.now;
    let mut moves = Vec::new();
    run(
        bench,
        limit,
        |bench| {
            let due = power.advance(bench);
            let since = u64::try_from((bench.now - start).as_millis()).unwrap();
            moves.extend(
                log.take()
                    .into_iter()
                    .map(|(pin, level)| (since, pin, level)),
            );
            due
        },
        |_| false,
    );
    moves
}

fn changes<K: OutputPin, R: OutputPin, D: OutputPin>(
    power: &Watched<Power<K, R, D>>,
) -> Vec<PowerChange> {
    power.told.iter().map(|(_, change)| *change).collect()
}

#[test]
fn every_verb_moves_the_pins_at_its_instants() {
    let table = [
        // RESET of an EC618 switches off: PWRKEY follows.
        (
            Timings::EC618,
            Verb::On,
            vec![(0, "key", true), (1600, "key", false)],
            1600,
        ),
        (
            Timings::EC618,
            Verb::Off,
            vec![(0, "key", true), (2000, "key", false)],
            5000,
        ),
        (
            Timings::EC618,
            Verb::Reset,
            vec![
                (0, "reset", true),
                (600, "reset", false),
                (3600, "key", true),
                (5200, "key", false),
            ],
            5200,
        ),
        (
            Timings::EC718,
            Verb::Cycle,
            vec![
                (0, "reset", true),
                (600, "reset", false),
                (3600, "key", true),
                (5600, "key", false),
            ],
            5600,
        ),
        // The others restart by themselves.
        (
            Timings::RDA8910,
            Verb::Cycle,
            vec![(0, "reset", true), (200, "reset", false)],
            200,
        ),
        (
            Timings::RDA8955,
            Verb::Reset,
            vec![(0, "reset", true), (200, "reset", false)],
            200,
        ),
    ];
    for (timings, verb, expected, end) in table {
        on("air780e", |bench| {
            bench.ready();
            let log = Log::default();
            let pins = Pins::none()
                .with_pwrkey(Pin::inverted(log.pin("key")))
                .with_reset(Pin::inverted(log.pin("reset")));
            let mut power = Watched::new(Power::new(pins, timings));
            let start = bench.now;
            power.supervisor.begin(verb, start).unwrap();
            let busy = power.supervisor.begin(Verb::On, start);
            assert_eq!(busy, Err(PowerError::Busy));
            let moves = moves(bench, &mut power, &log, 20 * SECOND);
            assert_eq!(moves, expected, "{verb:?}");
            let done = start + Duration::from_millis(end);
            assert_eq!(power.told, [(done, PowerChange::Done(verb))]);
            // The engine begins anew, unless the module is off.
            assert_eq!(bench.told(Event::Restarted), verb != Verb::Off);

            // The same with a delay.
            struct Delays(u64);
            impl DelayNs for Delays {
                fn delay_ns(&mut self, ns: u32) {
                    self.0 += u64::from(ns);
                }
            }
            let mut delay = Delays(0);
            power.supervisor.perform(verb, &mut delay).unwrap();
            let levels: Vec<_> = expected
                .iter()
                .map(|(_, pin, level)| (*pin, *level))
                .collect();
            assert_eq!(log.take(), levels);
            assert_eq!(delay.0 / 1_000_000, end);
        });
    }
}

#[test]
fn polarity_is_as_wired() {
    let log = Log::default();
    let pins = Pins::none().with_pwrkey(Pin::direct(log.pin("key")));
    let mut power = Power::new(pins, Timings::GENERIC);
    struct NoDelay;
    impl DelayNs for NoDelay {
        fn delay_ns(&mut self, _: u32) {}
    }
    power.perform(Verb::On, &mut NoDelay).unwrap();
    assert_eq!(log.take(), [("key", false), ("key", true)]);
}

#[test]
fn what_is_not_wired_is_refused() {
    let now = Instant::ZERO;
    let mut none = Power::new(Pins::none(), Timings::EC618);
    for verb in [Verb::On, Verb::Off, Verb::Reset, Verb::Cycle] {
        assert_eq!(none.begin(verb, now), Err(PowerError::NotWired));
    }
    assert_eq!(none.wake(now), Err(PowerError::NotWired));
    assert_eq!(none.deadline(), None);
    // RESET alone restarts a module whose PWRKEY lies at ground, and switches it off where it can.
    let log = Log::default();
    let pins = || Pins::none().with_reset(Pin::inverted(log.pin("reset")));
    let mut reset = Power::new(pins(), Timings::EC618);
    assert_eq!(reset.begin(Verb::On, now), Err(PowerError::NotWired));
    assert_eq!(reset.begin(Verb::Cycle, now), Ok(()));
    let mut reset = Power::new(pins(), Timings::EC618);
    assert_eq!(reset.begin(Verb::Off, now), Ok(()));
    let mut reset = Power::new(pins(), Timings::RDA8910);
    assert_eq!(reset.begin(Verb::Off, now), Err(PowerError::NotWired));
}

#[test]
fn a_module_that_hangs_is_switched_off_and_on() {
    let mut config = Config::new();
    config.strongest_remedy = Some(Remedy::Power);
    let options = luat_modem::emulator::Options::named("air780e").unwrap();
    on_with(config, options, |bench| {
        bench.ready();
        let link = bench.connect("echo.test", 7);
        bench.inject(Fault::Hang);
        let log = Log::default();
        let pins = Pins::none().with_reset(Pin::inverted(log.pin("reset")));
        let mut power = Watched::new(Power::new(pins, Timings::RDA8910));
        let back = run(
            bench,
            600 * SECOND,
            |bench| {
                let due = power.advance(bench);
                if log.take().contains(&("reset", false)) {
                    // Released: the module boots.
                    bench.module.power_on(bench.now);
                }
                due
            },
            |bench| bench.engine.is_ready() && bench.told(Event::Silent),
        );
        assert!(back, "{}", bench.events_text());
        assert_eq!(changes(&power), [PowerChange::Done(Verb::Cycle)]);
        assert!(bench.engine.status(link).is_none_or(|s| s.closed.is_some()));
        // Asked and answered at once: no patience of the engine was spent.
        let asked = bench
            .events
            .iter()
            .find(|(_, e)| matches!(e, Event::Trouble(_, _, Remedy::Power)));
        assert_eq!(
            power.told[0].0,
            asked.unwrap().0 + Duration::from_millis(200)
        );
    });
}

#[test]
fn with_the_key_alone_every_second_cycle_only_switches_on() {
    let mut config = Config::new();
    config.strongest_remedy = Some(Remedy::Power);
    let options = luat_modem::emulator::Options::named("air780e").unwrap();
    on_with(config, options, |bench| {
        bench.module.power_off(bench.now);
        let log = Log::default();
        let pins = Pins::none().with_pwrkey(Pin::inverted(log.pin("key")));
        let mut power = Watched::new(Power::new(pins, Timings::EC618));
        // The module stays dead: two cycles, a retry_pause apart.
        let moves = moves(bench, &mut power, &log, 220 * SECOND);
        let presses: Vec<_> = moves
            .chunks(2)
            .map(|press| press[1].0 - press[0].0)
            .collect();
        assert_eq!(presses, [2000, 1600, 1600], "off and on; then on");
        assert_eq!(moves[2].0 - moves[1].0, 3000, "it had time to go off");
    });
}

#[test]
fn a_module_is_shut_down_by_command_and_by_the_pins_if_that_fails() {
    on("air780e", |bench| {
        bench.ready();
        let log = Log::default();
        let pins = Pins::none().with_pwrkey(Pin::inverted(log.pin("key")));
        let mut power = Watched::new(Power::new(pins, Timings::EC618));
        power.supervisor.shut_down(&mut bench.engine).unwrap();
        let done = moves(bench, &mut power, &log, 20 * SECOND);
        assert_eq!(done, []);
        assert_eq!(changes(&power), [PowerChange::ShutDown]);
        let commands = bench.module.commands();
        assert!(commands.iter().any(|c| c.trim() == "AT+CPOWD=1"));
        // Whatever the engine finds, what is off on purpose stays off.
        assert_eq!(moves(bench, &mut power, &log, 600 * SECOND), []);
    });
    on("air780e", |bench| {
        bench.ready();
        let log = Log::default();
        let pins = Pins::none().with_pwrkey(Pin::inverted(log.pin("key")));
        let mut power = Watched::new(Power::new(pins, Timings::EC618));
        bench.inject(Fault::Refuse(4));
        power.supervisor.shut_down(&mut bench.engine).unwrap();
        let asked = bench.now;
        let done = moves(bench, &mut power, &log, 10 * SECOND);
        assert_eq!(done.len(), 2);
        assert_eq!(done[1].0 - done[0].0, 2000);
        let off = asked + Duration::from_millis(done[1].0) + 3 * SECOND;
        assert_eq!(power.told, [(off, PowerChange::Done(Verb::Off))]);
    });
    // Without a pin the refusal is told.
    on("air780e", |bench| {
        bench.ready();
        bench.inject(Fault::Refuse(4));
        let mut power = Watched::new(Power::new(Pins::none(), Timings::EC618));
        power.supervisor.shut_down(&mut bench.engine).unwrap();
        moves(bench, &mut power, &Log::default(), 10 * SECOND);
        let refused = CommandFailure::Refused(Failure::Cme(4));
        assert_eq!(changes(&power), [PowerChange::Refused(refused)]);
    });
}

#[test]
fn it_sleeps_by_dtr_and_wakes_by_dtr() {
    on("air780e", |bench| {
        bench.ready();
        let log = Log::default();
        let pins = Pins::none().with_dtr(Pin::direct(log.pin("dtr")));
        let mut power = Watched::new(Power::new(pins, Timings::EC618));
        power.supervisor.sleep(&mut bench.engine).unwrap();
        let moves_to_sleep = moves(bench, &mut power, &log, 10 * SECOND);
        match changes(&power)[..] {
            // DTR high, only after the module agreed.
            [PowerChange::Asleep] => assert_eq!(moves_to_sleep, [(2, "dtr", true)]),
            ref other => panic!("{other:?}\n{}", bench.transcript()),
        }
        let now = bench.now;
        power.supervisor.wake(now).unwrap();
        assert_eq!(moves(bench, &mut power, &log, SECOND), [(0, "dtr", false)]);
        let awake = (now + Duration::from_millis(50), PowerChange::Awake);
        assert_eq!(power.told[1], awake);
    });
}

#[test]
fn a_pin_that_cannot_be_set_is_told() {
    #[derive(Debug)]
    struct Broken;
    impl Error for Broken {
        fn kind(&self) -> ErrorKind {
            ErrorKind::Other
        }
    }
    impl ErrorType for Broken {
        type Error = Self;
    }
    impl OutputPin for Broken {
        fn set_low(&mut self) -> Result<(), Self> {
            Err(Self)
        }
        fn set_high(&mut self) -> Result<(), Self> {
            Err(Self)
        }
    }
    on("air780e", |bench| {
        let pins = Pins::none().with_reset(Pin::direct(Broken));
        let mut power: Watched<Power<NoPin, _, NoPin>> =
            Watched::new(Power::new(pins, Timings::EC618));
        power.supervisor.begin(Verb::Reset, bench.now).unwrap();
        power.advance(bench);
        let error = PinError {
            line: Line::Reset,
            kind: ErrorKind::Other,
        };
        assert_eq!(changes(&power), [PowerChange::Failed(error)]);
        assert!(power.supervisor.is_idle());
        assert!(error.to_string().contains("RESET"));
    });
}

/// Runs beside the bench, whose module has its pins wired to `log`.
fn wired<K: OutputPin, R: OutputPin, D: OutputPin>(
    bench: &mut Bench<'_>,
    power: &mut Watched<Power<K, R, D>>,
    log: &Log,
    limit: Duration,
    done: impl FnMut(&mut Bench<'_>) -> bool,
) -> bool {
    run(
        bench,
        limit,
        |bench| {
            let due = power.advance(bench);
            for (pin, high) in log.take() {
                // Through a transistor.
                match pin {
                    "key" => bench.module.set_pwrkey(bench.now, high),
                    "reset" => bench.module.set_reset(bench.now, high),
                    _ => bench.module.set_dtr(bench.now, high),
                }
            }
            due
        },
        done,
    )
}

#[test]
fn a_module_in_software_obeys_the_pins() {
    let families = [
        ("air780e", Timings::EC618),
        ("air780ep", Timings::EC718),
        ("air724ug", Timings::RDA8910),
        ("air202", Timings::RDA8955),
        ("sim800", Timings::GENERIC),
    ];
    for (profile, timings) in families {
        for reset in [false, true] {
            on(profile, |bench| {
                bench.module.power_off(bench.now);
                let log = Log::default();
                let pins = Pins::none().with_pwrkey(Pin::inverted(log.pin("key")));
                let pins = if reset {
                    pins.with_reset(Pin::inverted(log.pin("reset")))
                } else {
                    // The same type, and never wired to anything.
                    pins.with_reset(Pin::inverted(Log::default().pin("none")))
                };
                let mut power = Watched::new(Power::new(pins, timings));
                let verbs: &[Verb] = if reset {
                    &[Verb::On, Verb::Reset, Verb::Cycle, Verb::Off, Verb::On]
                } else {
                    &[Verb::On, Verb::Off, Verb::On]
                };
                for verb in verbs {
                    power.supervisor.begin(*verb, bench.now).unwrap();
                    let done = wired(bench, &mut power, &log, 20 * SECOND, |_| false);
                    assert!(!done);
                    assert_eq!(power.told.pop().unwrap().1, PowerChange::Done(*verb));
                    if *verb == Verb::Off {
                        bench.module.receive(bench.now, b"AT\r\n");
                        bench.now = bench.now + SECOND;
                        let heard = bench.module.transmit(bench.now, &mut [0; 99]);
                        assert_eq!(heard, 0, "{profile} is off");
                    } else {
                        let up = wired(bench, &mut power, &log, 60 * SECOND, |b| {
                            b.engine.is_ready()
                        });
                        assert!(up, "{profile} after {verb:?}: {}", bench.transcript());
                    }
                }
            });
        }
    }
}

#[test]
fn a_module_in_software_that_hangs_or_is_off_comes_back_by_itself() {
    for (reset, hung) in [(true, true), (true, false), (false, false)] {
        let mut config = Config::new();
        config.strongest_remedy = Some(Remedy::Power);
        let options = luat_modem::emulator::Options::named("air780e").unwrap();
        on_with(config, options, |bench| {
            bench.ready();
            let log = Log::default();
            let pins = Pins::none().with_pwrkey(Pin::inverted(log.pin("key")));
            bench.connect("sink.test", 9);
            let lost = bench.now;
            if hung {
                bench.inject(Fault::Hang);
            } else {
                bench.module.power_off(lost);
            }
            let back = |b: &mut Bench<'_>| b.engine.is_ready() && b.told(Event::Silent);
            let came = if reset {
                let pins = pins.with_reset(Pin::inverted(log.pin("reset")));
                let mut power = Watched::new(Power::new(pins, Timings::EC618));
                wired(bench, &mut power, &log, 900 * SECOND, back)
            } else {
                let mut power = Watched::new(Power::new(pins, Timings::EC618));
                wired(bench, &mut power, &log, 900 * SECOND, back)
            };
            assert!(came, "{reset} {hung}: {}", bench.events_text());
        });
    }
}

#[test]
fn a_module_in_software_sleeps_by_dtr() {
    let mut config = Config::new();
    config.audit_interval = 86_400 * SECOND;
    let options = luat_modem::emulator::Options::named("air780e").unwrap();
    on_with(config, options, |bench| {
        bench.module.set_dtr(bench.now, true);
        bench.ready();
        let log = Log::default();
        let pins = Pins::none().with_dtr(Pin::inverted(log.pin("dtr")));
        let mut power = Watched::new(Power::new(pins, Timings::EC618));
        power.supervisor.sleep(&mut bench.engine).unwrap();
        wired(bench, &mut power, &log, 60 * SECOND, |_| false);
        assert!(bench.module.is_asleep(bench.now));
        power.supervisor.wake(bench.now).unwrap();
        let awake = wired(bench, &mut power, &log, SECOND, |_| false);
        assert!(!awake && !bench.module.is_asleep(bench.now));
        assert_eq!(changes(&power), [PowerChange::Asleep, PowerChange::Awake]);
        // Nothing is lost.
        let link = bench.connect("echo.test", 7);
        bench.engine.send(link, b"hello").unwrap();
        let came = bench.run(SECOND, |b| b.engine.recv(link, &mut [0; 9]) == Ok(5));
        assert!(came);
    });
}
