//! The emulated module's pins and its sleep.
#![cfg(feature = "emulator")]

mod emulator_bench;

use emulator_bench::{Bench, named, network, open};
use luat_modem::emulator::{Fault, Module};
use luat_modem::time::Instant;

fn off(profile: &str) -> Bench {
    Bench::of(Module::new(named(profile), network()))
}

fn key(bench: &mut Bench, low: bool) {
    bench
        .module
        .set_pwrkey(Instant::from_millis(bench.now), low);
}

fn reset(bench: &mut Bench, low: bool) {
    bench.module.set_reset(Instant::from_millis(bench.now), low);
}

fn dtr(bench: &mut Bench, low: bool) {
    bench.module.set_dtr(Instant::from_millis(bench.now), low);
}

fn sleeps(bench: &mut Bench) -> bool {
    bench.module.is_asleep(Instant::from_millis(bench.now))
}

#[test]
fn pwrkey_switches_on_after_a_second_and_off_after_two() {
    let mut bench = off("air780e");
    key(&mut bench, true);
    bench.run(990);
    key(&mut bench, false);
    assert_eq!(bench.listen(5000), "", "too short");
    assert!(!bench.module.is_on());
    key(&mut bench, true);
    assert_eq!(bench.listen(1000), "");
    assert!(bench.module.is_on());
    assert_eq!(bench.listen(1320), "\r\nRDY\r\n");
    assert!(
        bench.listen(20_000).contains("+CGEV: ME PDN ACT"),
        "still low: it stays on"
    );
    key(&mut bench, false);

    key(&mut bench, true);
    bench.run(1990);
    assert!(bench.module.is_on());
    assert_eq!(bench.listen(20), "\r\nNORMAL POWER DOWN\r\n");
    bench.run(1000);
    assert!(!bench.module.is_on());
    assert_eq!(bench.module.deadline(), None);
    assert_eq!(bench.ask("AT"), "");
    // Letting go and pressing again switches it on.
    key(&mut bench, false);
    key(&mut bench, true);
    assert_eq!(bench.listen(2320), "\r\nRDY\r\n");
}

#[test]
fn reset_of_the_ec_chips_only_switches_off() {
    let mut bench = Bench::new(named("air780e"), network());
    reset(&mut bench, true);
    bench.run(490);
    reset(&mut bench, false);
    assert!(bench.ask("AT").contains("OK"), "too short");
    reset(&mut bench, true);
    bench.run(501);
    assert!(!bench.module.is_on());
    key(&mut bench, true);
    bench.run(1500);
    assert!(!bench.module.is_on(), "RESET holds it down");
    key(&mut bench, false);
    reset(&mut bench, false);
    assert_eq!(bench.listen(10_000), "");
    key(&mut bench, true);
    assert_eq!(bench.listen(2320), "\r\nRDY\r\n");
    // PWRKEY tied to ground makes RESET a restart.
    bench.listen(10_000);
    reset(&mut bench, true);
    bench.run(600);
    reset(&mut bench, false);
    bench.run(900);
    assert!(!bench.module.is_on());
    assert_eq!(bench.listen(1500), "\r\nRDY\r\n");
}

#[test]
fn reset_of_the_others_restarts_and_ends_a_hang() {
    let mut bench = Bench::new(named("air724ug"), network());
    bench.inject(Fault::Hang);
    key(&mut bench, true);
    bench.run(3000);
    key(&mut bench, false);
    assert!(bench.module.is_on(), "firmware that hangs sees no key");
    reset(&mut bench, true);
    bench.run(150);
    assert!(!bench.module.is_on());
    reset(&mut bench, false);
    assert!(bench.listen(3000).starts_with("\r\nRDY\r\n"));
    assert_eq!(bench.ask("AT"), "AT\r\n\r\nOK\r\n");
}

#[test]
fn sleep_by_dtr_loses_what_wakes_it() {
    let mut bench = Bench::online(named("air780e"), network());
    dtr(&mut bench, true);
    assert_eq!(
        bench.ask("AT+CSCLK=1;+CSCLK?"),
        "\r\n+CSCLK: 1\r\n\r\nOK\r\n"
    );
    bench.run(5000);
    assert!(!sleeps(&mut bench), "DTR is low");
    dtr(&mut bench, false);
    assert!(sleeps(&mut bench));
    bench.write("AT\r\n");
    assert_eq!(bench.listen(49), "");
    bench.write("AT\r\n");
    assert_eq!(bench.listen(10), "", "still waking");
    bench.write("AT\r\n");
    assert_eq!(bench.listen(10), "\r\nOK\r\n");
    bench.run(1000);
    assert!(sleeps(&mut bench));
    dtr(&mut bench, true);
    bench.run(50);
    assert_eq!(bench.ask("AT"), "\r\nOK\r\n", "DTR woke it in time");
    // A link lives on, and its data wake the module.
    bench.ask("AT+CIPRXF=1");
    open(&mut bench, 0, "TCP", 9);
    dtr(&mut bench, false);
    bench.run(2000);
    assert!(sleeps(&mut bench));
    bench.module.network().peer(0).expect("peer").push(b"x");
    assert_eq!(bench.listen(100), "\r\n+RECEIVE,0,1:\r\nx");
    assert!(!sleeps(&mut bench));
}

#[test]
fn sleep_by_silence_waits_its_time() {
    let mut bench = Bench::online(named("air780e"), network());
    assert_eq!(
        bench.ask("AT+WAKETIM=8;+WAKETIM?"),
        "\r\n+WAKETIM:8\r\n\r\nOK\r\n"
    );
    bench.ask("AT+CSCLK=2");
    bench.run(6500);
    assert!(!sleeps(&mut bench));
    bench.run(1000);
    assert!(sleeps(&mut bench));
    assert_eq!(bench.ask("AT"), "", "lost");
    assert_eq!(bench.ask("AT+CSCLK=0"), "\r\nOK\r\n");
    bench.run(20_000);
    assert!(!sleeps(&mut bench));
    // At 9600 baud nothing is lost.
    bench.ask("AT+IPR=9600;+CSCLK=3;+WAKETIM=0");
    assert!(sleeps(&mut bench));
    assert_eq!(bench.ask("AT+CSCLK=4"), "\r\nERROR\r\n");
    let mut bench = Bench::echo_off(named("sim800"), network());
    assert_eq!(bench.ask("AT+CSCLK=3"), "\r\nERROR\r\n");
}
