//! Traffic of which every byte is known: what goes out on a link, and what must come back.

mod datagrams;
mod noise;
mod plan;
mod stream;
mod tally;

pub(crate) use tally::Tally;

use crate::exit::Failure;
use crate::manner::{named, sentence};
use crate::say::Progress;
use crate::session::Session;
use crate::verdict;
use datagrams::Datagrams;
use luat_modem::engine::{CloseReason, Engine, Event, LinkError, LinkId};
use luat_modem::time::{Duration, Instant};
use stream::Stream;

/// What is to be sent on each link.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Load {
    /// Bytes on each link.
    pub(crate) bytes: u64,
    /// The far end sends everything back; otherwise nothing.
    pub(crate) echo: bool,
    /// What makes the data, sizes and pauses; the same one makes the same.
    pub(crate) seed: u64,
    /// How long nothing may move before what has not come is missing.
    pub(crate) wait: Duration,
}

/// The traffic of one link.
pub(crate) struct Traffic {
    pub(crate) link: LinkId,
    pub(crate) tally: Tally,
    kind: Kind,
    /// The far end, the module or the network ended it before it was done.
    pub(crate) broken: Option<Broken>,
}

enum Kind {
    Stream(Stream),
    Datagrams(Datagrams),
}

/// How a link ended too early.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Broken {
    Closed(CloseReason),
    Unusable(LinkError),
}

impl Traffic {
    /// A byte stream.
    pub(crate) fn stream(link: LinkId, load: Load) -> Self {
        Self::new(link, Kind::Stream(Stream::new(link, load)))
    }

    /// Numbered datagrams.
    pub(crate) fn datagrams(link: LinkId, load: Load) -> Self {
        Self::new(link, Kind::Datagrams(Datagrams::new(link, load)))
    }

    fn new(link: LinkId, kind: Kind) -> Self {
        Self {
            link,
            tally: Tally::default(),
            kind,
            broken: None,
        }
    }

    /// Sends and receives what can be without waiting; whether anything moved.
    fn turn(&mut self, engine: &mut Engine<'_>, now: Instant) -> bool {
        if self.broken.is_some() {
            return false;
        }
        let before = (self.tally.sent, self.tally.received);
        let done = match &mut self.kind {
            Kind::Stream(stream) => stream.turn(engine, now, &mut self.tally),
            Kind::Datagrams(datagrams) => datagrams.turn(engine, now, &mut self.tally),
        };
        if let Err(error) = done
            && !self.is_done(engine)
        {
            let closed = engine.status(self.link).and_then(|status| status.closed);
            self.broken = Some(match closed {
                Some(closed) => Broken::Closed(closed.reason),
                None => Broken::Unusable(error),
            });
        }
        before != (self.tally.sent, self.tally.received)
    }

    /// Whether everything went out and everything that should has come back.
    fn is_done(&self, engine: &Engine<'_>) -> bool {
        match &self.kind {
            Kind::Stream(stream) => stream.is_done(engine),
            Kind::Datagrams(datagrams) => datagrams.is_done(engine),
        }
    }

    /// Whether what came back is what was sent.
    pub(crate) fn is_right(&self) -> bool {
        self.tally.differences == 0 && self.tally.missing == 0 && self.broken.is_none()
    }

    /// What is wrong with it.
    pub(crate) fn complaint(&self) -> Option<String> {
        let Tally {
            differences,
            missing,
            first,
            ..
        } = self.tally;
        let mut wrong = Vec::new();
        if let Some(first) = first {
            wrong.push(sentence(
                format_args!("bytes that differ: {differences}, the first at {first}"),
                format_args!("不同的字节：{differences}，第一个在 {first}"),
            ));
        }
        if missing > 0 {
            wrong.push(sentence(
                format_args!("bytes that did not get through: {missing}"),
                format_args!("没有到达的字节：{missing}"),
            ));
        }
        match self.broken {
            Some(Broken::Closed(reason)) => wrong.push(verdict::reason(reason)),
            Some(Broken::Unusable(error)) => wrong.push(error.to_string()),
            None => {}
        }
        (!wrong.is_empty()).then(|| format!("{}: {}", named(self.link), wrong.join("; ")))
    }

    /// When it wants its turn although nothing happened.
    fn wakes(&self, engine: &Engine<'_>) -> Option<Instant> {
        if self.broken.is_some() || self.is_done(engine) {
            return None;
        }
        match &self.kind {
            Kind::Stream(stream) => stream.wakes(),
            Kind::Datagrams(datagrams) => datagrams.wakes(),
        }
    }

    /// Nothing more comes: counts what is missing.
    fn settle(&mut self, engine: &Engine<'_>) {
        match &self.kind {
            Kind::Stream(stream) => stream.settle(engine, &mut self.tally),
            Kind::Datagrams(datagrams) => datagrams.settle(&mut self.tally),
        }
    }
}

/// Carries all traffic at once, until it is done or nothing moves any more. Says when it began.
pub(crate) fn carry(
    session: &mut Session,
    traffic: &mut [Traffic],
    load: Load,
    progress: &Progress,
) -> Result<Instant, Failure> {
    let mut events = session.engine.subscribe();
    let begun = session.now();
    let mut heard = begun;
    loop {
        let stirred = session.turn()?;
        while let Some(event) = session.engine.event_for(&mut events) {
            if let Event::SendFailed(link, _) = event
                && let Some(one) = traffic.iter_mut().find(|one| one.link == link)
                && matches!(one.kind, Kind::Datagrams(_))
            {
                one.tally.refused += 1;
            }
        }
        let now = session.now();
        let mut moved = false;
        for one in traffic.iter_mut() {
            moved |= one.turn(&mut session.engine, now);
        }
        progress.show(traffic.iter().map(|one| one.tally.carried(load.echo)).sum());
        let engine = &session.engine;
        let mut rest = traffic
            .iter()
            .filter(|one| one.broken.is_none() && !one.is_done(engine));
        if moved {
            heard = now;
        }
        if rest.next().is_none() || now >= heard + load.wait {
            break;
        }
        if !moved && !stirred {
            let wakes = traffic.iter().filter_map(|one| one.wakes(engine));
            // Whose time has come waits for something else.
            let next = wakes.filter(|at| *at > now).min();
            let limit = heard + load.wait;
            session.rest(Some(next.map_or(limit, |next| next.min(limit))));
        }
    }
    for one in traffic.iter_mut() {
        one.settle(&session.engine);
    }
    progress.hide();
    Ok(begun)
}

/// Nothing for now is nothing.
fn now_or_none<T>(moved: nb::Result<T, LinkError>) -> Result<Option<T>, LinkError> {
    match moved {
        Ok(moved) => Ok(Some(moved)),
        Err(nb::Error::WouldBlock) => Ok(None),
        Err(nb::Error::Other(error)) => Err(error),
    }
}
