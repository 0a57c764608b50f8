//! A persistent link, and the promise of its heartbeat.

use super::{App, BEAT, Kind, Scene};
use luat_modem::engine::{Engine, Event, LinkId, LinkState};
use luat_modem::supervise::{Change, When};
use luat_modem::time::{Duration, Instant};

/// What the heartbeat of a link promises.
#[derive(Debug)]
pub(super) struct Beat {
    interval: Duration,
    when: When,
    last: Option<Instant>,
}

impl App {
    pub(super) fn keep(&mut self, scene: &mut Scene<'_, '_>) {
        let Kind::Keeping {
            persistent,
            beat,
            down_since,
        } = &mut self.kind
        else {
            return;
        };
        let promised = beat
            .as_ref()
            .and_then(|beat| beat.promised(scene.engine, persistent.link()?));
        // What others told is of no interest here.
        while scene.engine.event_for(scene.beats).is_some() {}
        loop {
            let change = persistent.advance(scene.engine, scene.now);
            while let Some(event) = scene.engine.event_for(scene.beats) {
                let Event::HeartbeatSent(link) = event else {
                    continue;
                };
                scene.ledger.wrote(link, BEAT);
                if promised.is_some_and(|at| scene.now < at) {
                    let early = format!("{link:?}: a heartbeat before {promised:?}");
                    scene.ledger.violated(early);
                }
                if let Some(beat) = beat {
                    beat.last = Some(scene.now);
                }
            }
            match change {
                None => break,
                Some(Change::Connecting(link)) => {
                    scene
                        .ledger
                        .asked(link, self.target.transport, None, scene.harms, scene.now);
                    if let Some(beat) = beat {
                        beat.last = None;
                    }
                }
                Some(Change::Connected(_)) => {
                    if let Some(since) = down_since.take() {
                        self.outages.push(scene.now - since);
                    }
                }
                Some(Change::Lost(_)) => {
                    down_since.get_or_insert(scene.now);
                }
                Some(_) => {}
            }
        }
        self.link = persistent.link();
        // It was due, there is room, and it was not sent.
        if let (Some(beat), Some(link)) = (beat, self.link)
            && scene.engine.room(link) >= BEAT.len()
            && let Some(at) = beat.promised(scene.engine, link)
            && at <= scene.now
            && persistent.is_open()
        {
            let late = format!("{link:?}: no heartbeat, due at {} ms", at.as_millis());
            scene.ledger.violated(late);
        }
    }
}

impl Beat {
    pub(super) const fn new(interval: Duration, when: When) -> Self {
        Self {
            interval,
            when,
            last: None,
        }
    }

    /// When the next heartbeat is due, if the link is open.
    fn promised(&self, engine: &Engine<'_>, link: LinkId) -> Option<Instant> {
        let status = engine.status(link)?;
        let opened = status
            .opened_at
            .filter(|_| status.state == LinkState::Open)?;
        let heard = opened.max(status.last_received);
        let since = match self.when {
            When::Idle => heard.max(status.last_sent),
            When::Unheard => heard,
            When::Always => {
                let interval = self.interval.as_millis() as u64;
                let last = self.last.unwrap_or(opened).max(opened);
                let whole = (last - opened).as_millis() as u64 / interval + 1;
                return Some(opened + Duration::from_millis(whole * interval));
            }
        };
        Some(since.max(self.last.unwrap_or(since)) + self.interval)
    }
}
