//! The module in software, as the page describes it.

use crate::clock::Clock;
use crate::far_end::FarEnd;
use luat_modem::emulator::{Fault, Module, Options, Profile, Registration, Signal, Sim};
use luat_modem::time::{Duration, Instant};
use serde_json::json;
use wasm_bindgen::prelude::{JsError, wasm_bindgen};

/// A module in software at the other end of the line.
#[wasm_bindgen]
pub struct Software {
    module: Module<FarEnd>,
    clock: Clock,
    /// Happens a second after the first connection.
    later: Option<Fault>,
}

/// From the first connection to what goes wrong then.
const LATER: Duration = Duration::from_secs(1);

#[wasm_bindgen]
impl Software {
    /// The module called `profile`, switched on at `now`, with what is wrong with it from the start.
    ///
    /// # Errors
    /// There is no such module, or no such fault.
    #[wasm_bindgen(constructor)]
    pub fn new(now: f64, profile: &str, fault: &str) -> Result<Self, JsError> {
        let mut options = Options::named(profile)
            .ok_or_else(|| JsError::new(&format!("no module is called {profile}")))?;
        options.timing.registration = Duration::from_millis(800);
        let mut later = None;
        match fault {
            "" => {}
            "no-sim" => options.sim = Sim::missing(),
            "pin" => options.sim = Sim::pin("1234", 3),
            "denied" => options.registration = Registration::Denied,
            "no-pdp" => options.bearer = false,
            "weak-signal" => options.signal = WEAK,
            "restart" => later = Some(Fault::Restart),
            "bearer-lost" => later = Some(Fault::PdpDeact),
            _ => return Err(JsError::new(&format!("no fault is called {fault}"))),
        }
        Ok(Self {
            module: Module::running(options, FarEnd::new()),
            clock: Clock::new(now),
            later,
        })
    }

    /// The modules there are, as JSON: `[{"name":"air780e","model":"Air780E","links":6}]`.
    #[must_use]
    pub fn profiles() -> String {
        let row = |profile: &Profile| json!({"name": profile.name, "model": profile.model, "chip": profile.chip, "links": profile.links});
        Profile::ALL
            .iter()
            .map(row)
            .collect::<serde_json::Value>()
            .to_string()
    }

    /// Takes bytes from the host.
    pub fn receive(&mut self, now: f64, bytes: &[u8]) {
        let now = self.at(now);
        self.module.receive(now, bytes);
    }

    /// The bytes that have left for the host.
    pub fn transmit(&mut self, now: f64) -> Vec<u8> {
        let now = self.at(now);
        let mut out = vec![0; 4096];
        let n = self.module.transmit(now, &mut out);
        out.truncate(n);
        out
    }

    /// In how many milliseconds it has something to do; infinite if only the host can cause anything.
    #[must_use]
    pub fn deadline(&self) -> f64 {
        let soon = self.clock.until(self.module.deadline());
        // What is to come later is looked at again and again, a few times a second.
        if self.later.is_some() {
            soon.min(250.0)
        } else {
            soon
        }
    }

    /// Makes something go wrong now: `restart`, `bearer-lost`, `sim-removed`, `sim-inserted`,
    /// `weak-signal`, `good-signal`, `close`.
    pub fn inject(&mut self, now: f64, fault: &str) {
        let now = self.at(now);
        let fault = match fault {
            "restart" => Fault::Restart,
            "bearer-lost" => Fault::PdpDeact,
            "sim-removed" => Fault::SimRemoved,
            "sim-inserted" => Fault::SimInserted,
            "weak-signal" => Fault::Signal(WEAK),
            "good-signal" => Fault::Signal(Signal::default()),
            "close" => {
                for link in 0..self.module.options().profile.links {
                    self.module.inject(now, Fault::RemoteClose(link));
                }
                return;
            }
            _ => return,
        };
        self.module.inject(now, fault);
    }
}

impl Software {
    fn at(&mut self, now: f64) -> Instant {
        let now = self.clock.at(now);
        let first = self.module.network().first();
        if first.is_some_and(|first| first + LATER <= now)
            && let Some(fault) = self.later.take()
        {
            self.module.inject(now, fault);
        }
        now
    }
}

/// -105 dBm.
const WEAK: Signal = Signal {
    rssi: 4,
    ber: 0,
    rsrq: 10,
    rsrp: 15,
};
