//! What came out of a run.

use super::ledger::Figures;
use super::log::Said;
use super::world::World;
use luat_modem::time::{Duration, Instant};
use luat_modem::transcript::{Header, Recorder};

#[derive(Debug, Default)]
pub(crate) struct Report {
    pub(crate) runs: u64,
    pub(crate) steps: u64,
    pub(crate) mishaps: u64,
    pub(crate) line_bytes: u64,
    pub(crate) virtual_time: Duration,
    pub(crate) figures: Figures,
    /// How long links were away, and how long all took to work again at the end of a run.
    pub(crate) outages: Vec<Duration>,
    pub(crate) recoveries: Vec<Duration>,
    pub(crate) failures: Vec<Failure>,
}

/// A run in which something did not hold.
#[derive(Debug)]
pub(crate) struct Failure {
    /// The arguments that repeat it.
    pub(crate) name: String,
    pub(crate) about: String,
    pub(crate) violation: String,
    /// In the crate's own format.
    pub(crate) transcript: Vec<u8>,
}

impl Report {
    pub(crate) fn of(world: &mut World<'_>, name: &str, about: &str) -> Self {
        let violation = world.ledger.violation.take();
        let failure = violation.map(|violation| Failure {
            name: name.to_string(),
            about: about.to_string(),
            transcript: transcript(world, name, about, &violation),
            violation,
        });
        let failures = failure.into_iter().collect();
        Self {
            runs: 1,
            steps: world.steps,
            mishaps: world.mishaps.len() as u64,
            line_bytes: world.line.bytes,
            virtual_time: world.now - Instant::ZERO,
            figures: world.ledger.figures.clone(),
            outages: world
                .apps
                .iter_mut()
                .flat_map(|app| core::mem::take(&mut app.outages))
                .collect(),
            recoveries: Vec::new(),
            failures,
        }
    }

    pub(crate) fn add(&mut self, other: Self) {
        self.runs += other.runs;
        self.steps += other.steps;
        self.mishaps += other.mishaps;
        self.line_bytes += other.line_bytes;
        self.virtual_time += other.virtual_time;
        self.outages.extend(other.outages);
        self.recoveries.extend(other.recoveries);
        self.failures.extend(other.failures);
        self.figures.add(&other.figures);
    }
}

/// The worst and the middle one.
pub(crate) fn extremes(spans: &[Duration]) -> Option<(Duration, Duration)> {
    let mut spans = spans.to_vec();
    spans.sort_unstable();
    Some((*spans.last()?, spans[spans.len() / 2]))
}

fn transcript(world: &mut World<'_>, name: &str, about: &str, violation: &str) -> Vec<u8> {
    let profile = &world.module.options().profile;
    let header = Header::new()
        .with("module", profile.model)
        .with("firmware", profile.firmware)
        .with("source", "the simulator")
        .with("about", about)
        .with("replay", name)
        .with("violation", violation);
    let mut file = Vec::new();
    let written = Recorder::new(&mut file, &header, Instant::ZERO).and_then(|mut recorder| {
        for (at, said) in world.line.log.entries() {
            match said {
                Said::ByHost(bytes) => recorder.sent(*at, bytes)?,
                Said::ByModule(bytes) => recorder.received(*at, bytes)?,
                Said::Remark(text) => recorder.comment(*at, text)?,
            }
        }
        recorder.comment(world.now, violation)
    });
    // Into memory nothing fails.
    written.expect("a vector takes everything");
    file
}

impl Report {
    /// Figures for people; the last line is the verdict.
    pub(crate) fn text(&self) -> String {
        let figures = &self.figures;
        let [peer, local, lost, broken] = figures.ends;
        let mut text = format!(
            "{} connections ({} by clients, {} in TLS, {} of datagrams; {} more were not made), {} heartbeats, {:.1} h of virtual time\n\
             ended {peer} by the far end, {local} by us, {lost} because data were lost, {broken} for other reasons\n\
             to the far ends: {} bytes written, {} arrived, told as lost: {} unsent, {} unacknowledged\n\
             from the far ends: {} bytes delivered, {} told as lost\n\
             {} connections not compared to their end (damage that cannot be seen), {} ended with filler\n",
            figures.connections,
            figures.accepted,
            figures.secured,
            figures.datagram_links,
            figures.failed_connects,
            figures.heartbeats,
            self.virtual_time.as_secs_f64() / 3600.0,
            figures.sent,
            figures.arrived,
            figures.unsent,
            figures.unacknowledged,
            figures.delivered,
            figures.lost,
            figures.untrusted,
            figures.filled,
        );
        for (what, spans) in [
            ("recovery", &self.recoveries),
            ("outage of a link", &self.outages),
        ] {
            if let Some((worst, median)) = extremes(spans) {
                text += &format!(
                    "{what}: {} times, median {:.1} s, worst {:.1} s\n",
                    spans.len(),
                    median.as_secs_f64(),
                    worst.as_secs_f64()
                );
            }
        }
        text + &format!(
            "{} seeds, {} steps, {} faults, {} bytes, {} violations",
            self.runs,
            self.steps,
            self.mishaps,
            self.line_bytes,
            self.failures.len()
        )
    }

    /// The same for a machine.
    pub(crate) fn json(&self) -> String {
        let figures = &self.figures;
        let (worst, median) = extremes(&self.recoveries).unwrap_or_default();
        let numbers = [
            ("seeds", self.runs),
            ("steps", self.steps),
            ("faults", self.mishaps),
            ("bytes", self.line_bytes),
            ("violations", self.failures.len() as u64),
            ("virtual_seconds", self.virtual_time.as_secs()),
            ("connections", figures.connections),
            ("failed_connects", figures.failed_connects),
            ("heartbeats", figures.heartbeats),
            ("reconnects", self.outages.len() as u64),
            ("bytes_written", figures.sent),
            ("bytes_arrived", figures.arrived),
            ("bytes_delivered", figures.delivered),
            ("bytes_unsent", figures.unsent),
            ("bytes_unacknowledged", figures.unacknowledged),
            ("bytes_lost", figures.lost),
            ("recovery_worst_ms", worst.as_millis() as u64),
            ("recovery_median_ms", median.as_millis() as u64),
        ];
        let numbers = numbers.map(|(name, value)| format!("\"{name}\":{value}"));
        format!("{{{}}}", numbers.join(","))
    }
}
