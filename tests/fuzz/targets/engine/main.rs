//! The driver: any order of calls, any bytes, a module that answers well, badly or not at all.

#![no_main]

mod acts;
mod run;

use acts::{Act, Settings};
use arbitrary::Arbitrary;
use libfuzzer_sys::fuzz_target;
use luat_modem::engine::{Config, Engine, Memory, Receive, Tls};
use run::Run;

#[derive(Arbitrary, Debug)]
struct Case<'a> {
    settings: Settings,
    acts: Vec<Act<'a>>,
}

/// Small, so that it is full now and then.
type Room = Memory<4, 200, 300, 160>;

fuzz_target!(|case: Case<'_>| {
    let profiles = [Tls::trusting("ca.crt").expect("a fixed name")];
    let mut memory = Box::new(Room::new());
    let config = case.settings.config(&profiles);
    let engine = Engine::new(&mut memory, config);
    let mut run = Run::new(engine, &case.settings);
    for act in &case.acts {
        run.act(act);
    }
    run.end();
});

impl Settings {
    fn config<'c>(&self, profiles: &'c [Tls<'c>]) -> Config<'c> {
        let mut config = Config::new().tls(profiles);
        if self.pin {
            config = config.pin("1234").expect("digits");
        }
        if self.push {
            config.receive = Receive::Push;
        }
        config.flow_control = self.flow_control;
        config.transparent = self.transparent;
        config
    }
}
