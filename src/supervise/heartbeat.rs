//! A heartbeat: a payload that keeps a connection alive, and shows that it is.

use crate::engine::{Engine, Event, LinkId, LinkState};
use crate::time::{Duration, Instant};

/// What a heartbeat carries. It is written whole or not at all.
#[derive(Clone, Copy, Debug)]
pub enum Payload<'p> {
    /// Always the same bytes.
    Bytes(&'p [u8]),
    /// Makes it anew into the buffer, which has [`LONGEST_MADE`] bytes, and says how long it is; 0
    /// leaves this one out. Called again for the same heartbeat if there was no room to write it.
    Made(fn(&mut [u8]) -> usize),
}

/// When a heartbeat is due.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum When {
    /// One interval after the last traffic in either direction, heartbeats and their answers
    /// included, or after the link was opened.
    #[default]
    Idle,
    /// One interval after the far end was last heard, or after the link was opened. What is sent
    /// proves nothing: the module takes it whether anybody is there or not.
    Unheard,
    /// At every whole interval after the link was opened, whatever the traffic.
    Always,
}

/// What a heartbeat did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Beat {
    /// It was written. Told as [`Event::HeartbeatSent`] too.
    Sent,
    /// The far end sent nothing in time; the link is closed. Told as [`Event::HeartbeatUnanswered`]
    /// and [`Event::Closed`] too.
    Unanswered,
    /// The send memory of the link is too small for the payload, so that it never will be written.
    TooLong,
}

/// Sends something now and then, so that nobody on the way forgets the connection, and notices if
/// nobody answers.
///
/// Base stations drop the mapping of a silent connection after about five minutes, while the module
/// goes on saying that it is connected (vendor FAQ: a heartbeat within four minutes, better two).
/// So the default interval is two, and [`is_too_rare`](Self::is_too_rare) warns above four.
///
/// One heartbeat serves one link at a time; given another link it begins anew with that. Call
/// [`advance`](Self::advance) after each turn of the engine and at [`deadline`](Self::deadline).
///
/// A heartbeat that finds no room waits for it and is written as soon as there is enough, never by
/// halves. One that was late does not move those after it; one so late that the next is due takes
/// its place.
///
/// ```
/// use luat_modem::supervise::{Heartbeat, Payload};
/// use luat_modem::time::Duration;
/// let heartbeat = Heartbeat::new(Payload::Bytes(b"heart data\r\n"))
///     .every(Duration::from_secs(60))
///     .answered_within(Duration::from_secs(20));
/// assert!(!heartbeat.is_too_rare());
/// ```
#[derive(Clone, Debug)]
pub struct Heartbeat<'p> {
    payload: Payload<'p>,
    interval: Duration,
    when: When,
    answer_within: Option<Duration>,
    /// The link that all below is about.
    link: Option<LinkId>,
    due: Instant,
    /// The last one was written then.
    beat_at: Option<Instant>,
    /// It is due and found no room.
    blocked: bool,
    awaited: Option<Awaited>,
}

/// The answer to a heartbeat.
#[derive(Clone, Copy, Debug)]
struct Awaited {
    /// Messages that had come when it was written.
    received: u32,
    until: Instant,
}

/// Longer silence is dangerous: base stations drop a mapping after about five minutes (vendor FAQ).
pub const LONGEST_SAFE_INTERVAL: Duration = Duration::from_secs(240);

/// The most that [`Payload::Made`] can be; as much as the module's own heartbeat (manual, HEARTBEAT).
pub const LONGEST_MADE: usize = 256;

const DEFAULT_INTERVAL: Duration = Duration::from_secs(120);
const SHORTEST_INTERVAL: Duration = Duration::from_millis(100);

impl<'p> Heartbeat<'p> {
    /// A heartbeat after two minutes of silence, whose answer nobody waits for.
    #[must_use]
    pub const fn new(payload: Payload<'p>) -> Self {
        Self {
            payload,
            interval: DEFAULT_INTERVAL,
            when: When::Idle,
            answer_within: None,
            link: None,
            due: Instant::ZERO,
            beat_at: None,
            blocked: false,
            awaited: None,
        }
    }

    /// The same with another interval, at least 100 ms.
    #[must_use]
    pub const fn every(mut self, interval: Duration) -> Self {
        self.interval = interval;
        self
    }

    /// The same, due as `when` says.
    #[must_use]
    pub const fn when(mut self, when: When) -> Self {
        self.when = when;
        self
    }

    /// The same, and the link is closed unless the far end sends anything within `patience` after a
    /// heartbeat was written. While received bytes wait to be read by the application, nothing is
    /// held against the far end: what it sent since may wait in the module behind them. If the
    /// application writes often, choose [`When::Unheard`], so that there is a heartbeat at all.
    #[must_use]
    pub const fn answered_within(mut self, patience: Duration) -> Self {
        self.answer_within = Some(patience);
        self
    }

    /// Whether the interval is above [`LONGEST_SAFE_INTERVAL`], so that the connection may die
    /// unnoticed between two heartbeats. The log warns of it too, with each link.
    #[must_use]
    pub const fn is_too_rare(&self) -> bool {
        self.interval.as_millis() > LONGEST_SAFE_INTERVAL.as_millis()
    }

    /// Does what is due at `now` on `link`.
    pub fn advance(&mut self, engine: &mut Engine<'_>, now: Instant, link: LinkId) -> Option<Beat> {
        let Some(status) = engine
            .status(link)
            .filter(|status| status.state == LinkState::Open)
        else {
            self.link = None;
            return None;
        };
        let opened = status.opened_at.unwrap_or(now);
        if self.link != Some(link) {
            self.begin(link, opened);
        }
        let received = engine
            .account(link)
            .map_or(0, |account| account.messages_received);
        if let Some(awaited) = self.awaited {
            if received != awaited.received {
                self.awaited = None;
            } else if awaited.until <= now {
                if status.readable == 0 {
                    self.link = None;
                    engine.heartbeat_unanswered(link);
                    return Some(Beat::Unanswered);
                }
                self.await_answer(received, now);
            }
        }
        let heard = opened.max(status.last_received);
        let traffic = match self.when {
            When::Idle => Some(heard.max(status.last_sent)),
            When::Unheard => Some(heard),
            When::Always => None,
        };
        if let Some(last) = traffic {
            self.due = last.max(self.beat_at.unwrap_or(last)) + self.interval();
        }
        if self.due > now {
            self.blocked = false;
            return None;
        }
        self.beat(engine, now, link, status.unsent, received)
    }

    /// When [`advance`](Self::advance) wants to be called at the latest; `None` if only the engine
    /// can change anything.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        self.link?;
        let due = (!self.blocked).then_some(self.due);
        let until = self.awaited.map(|awaited| awaited.until);
        [due, until].into_iter().flatten().min()
    }

    fn begin(&mut self, link: LinkId, opened: Instant) {
        if self.is_too_rare() {
            warning!(
                "{:?}: a heartbeat every {} s; base stations forget a silent connection after about 300 s",
                link,
                self.interval.as_secs()
            );
        }
        self.link = Some(link);
        self.due = opened + self.interval();
        self.beat_at = None;
        self.blocked = false;
        self.awaited = None;
    }

    fn beat(
        &mut self,
        engine: &mut Engine<'_>,
        now: Instant,
        link: LinkId,
        unsent: usize,
        received: u32,
    ) -> Option<Beat> {
        let mut made = [0; LONGEST_MADE];
        let payload = match self.payload {
            Payload::Bytes(bytes) => bytes,
            Payload::Made(make) => {
                let length = make(&mut made);
                made.get(..length).unwrap_or(&made)
            }
        };
        if payload.is_empty() {
            self.pass(now);
            return None;
        }
        let room = engine.room(link);
        if room < payload.len() {
            if unsent == 0 && room > 0 {
                warning!(
                    "{:?}: no room for a heartbeat of {} bytes",
                    link,
                    payload.len()
                );
                self.pass(now);
                return Some(Beat::TooLong);
            }
            self.blocked = true;
            return None;
        }
        // There is room: it goes in whole.
        if engine.send(link, payload).is_err() {
            self.blocked = true;
            return None;
        }
        engine.report(Event::HeartbeatSent(link));
        self.pass(now);
        if self.awaited.is_none() {
            self.await_answer(received, now);
        }
        Some(Beat::Sent)
    }

    /// The heartbeat that was due at `now` is over.
    fn pass(&mut self, now: Instant) {
        self.blocked = false;
        self.beat_at = Some(now);
        self.due = if self.when == When::Always {
            // On its grid, however late this one was.
            let interval = u64::try_from(self.interval().as_millis()).unwrap_or(u64::MAX);
            let late = now.as_millis().saturating_sub(self.due.as_millis());
            let passed = late.checked_div(interval).unwrap_or(0).saturating_add(1);
            self.due + Duration::from_millis(passed.saturating_mul(interval))
        } else {
            now + self.interval()
        };
    }

    fn await_answer(&mut self, received: u32, now: Instant) {
        self.awaited = self.answer_within.map(|patience| Awaited {
            received,
            until: now + patience,
        });
    }

    fn interval(&self) -> Duration {
        self.interval.max(SHORTEST_INTERVAL)
    }
}
