//! The driver with a port: the run loop, and when to give up.
//!
//! The loop is the one that the documentation of [`engine`](luat_modem::engine) shows. It looks at
//! every event before anything more is sent, so that a tool that gives up leaves no remedy half done.

use crate::args::Common;
use crate::driver;
use crate::exit::Failure;
use crate::interrupt;
use crate::manner::{either, manner, named};
use crate::port::Port;
use crate::say::{Say, Spinner};
use crate::verdict;
use luat_modem::at::Command;
use luat_modem::at::power::{Functionality, SetFunctionality};
use luat_modem::diagnosis::{Finding, Language};
use luat_modem::engine::{Cause, Engine, Event, LinkId, LinkState, Memory, Shutdown, Step, Tls};
use luat_modem::time::{Duration, Instant};
use serde_json::json;

/// What the driver works in.
pub(crate) type Room = Memory<10, 16384, 16384, 4096>;

/// A driver at work.
pub(crate) struct Session {
    pub(crate) engine: Engine<'static>,
    pub(crate) port: Port,
    pub(crate) say: Say,
    inbox: Box<[u8]>,
    /// What of the inbox the engine had no room for.
    kept: (usize, usize),
    step: Step,
    trouble: Option<Cause>,
    spinner: Spinner,
    /// A remedy has switched the radio off, and nothing has switched it on again.
    radio_off: bool,
    /// Whatever goes wrong with the network is waited out.
    pub(crate) is_steadfast: bool,
}

impl Session {
    /// Begins to bring the module up.
    pub(crate) fn new(common: &'static Common, port: Port, say: Say) -> Result<Self, Failure> {
        Self::secured(common, port, say, &[])
    }

    /// The same, with settings for TLS links.
    pub(crate) fn secured(
        common: &'static Common,
        port: Port,
        say: Say,
        tls: &'static [Tls<'static>],
    ) -> Result<Self, Failure> {
        let memory = Box::leak(Box::new(Room::new()));
        let config = driver::config(common, port.holds_back())?.tls(tls);
        Ok(Self {
            engine: Engine::new(memory, config),
            port,
            say,
            inbox: vec![0; 4096].into(),
            kept: (0, 0),
            step: Step::Attention,
            trouble: None,
            spinner: Spinner::new(say),
            radio_off: false,
            is_steadfast: false,
        })
    }

    pub(crate) fn now(&self) -> Instant {
        self.port.now()
    }

    /// Moves what there is to move. Says whether anything was.
    pub(crate) fn turn(&mut self) -> Result<bool, Failure> {
        if interrupt::requested() {
            return Err(Failure::interrupted());
        }
        let now = self.now();
        // What waits in the port came before this instant.
        let read = self.read(now)?;
        self.heed()?;
        self.engine.advance(now);
        self.heed()?;
        let written = self.write(now)?;
        Ok(read || written)
    }

    /// Waits until there is something to do, or until `limit`.
    pub(crate) fn rest(&mut self, limit: Option<Instant>) {
        let now = self.now();
        let writing = !self.engine.outgoing(now).is_empty();
        let next = [self.engine.deadline(), limit].into_iter().flatten().min();
        let reading = self.kept.0 == self.kept.1;
        self.spinner.show(&self.engine);
        self.port.wait(next, reading, writing);
    }

    /// Runs until `done` has something, or `limit`: then `None`.
    pub(crate) fn until<R>(
        &mut self,
        limit: Instant,
        mut done: impl FnMut(&mut Engine<'static>) -> Option<R>,
    ) -> Result<Option<R>, Failure> {
        loop {
            let moved = self.turn()?;
            if let Some(result) = done(&mut self.engine) {
                return Ok(Some(result));
            }
            if limit <= self.now() {
                return Ok(None);
            }
            if !moved {
                self.rest(Some(limit));
            }
        }
    }

    /// Waits for the network.
    pub(crate) fn ready(&mut self, limit: Instant) -> Result<(), Failure> {
        match self.until(limit, |engine| engine.is_ready().then_some(()))? {
            Some(()) => Ok(()),
            None => Err(self.out_of_time()),
        }
    }

    /// Whether the module holds data of a link.
    pub(crate) fn awaits(&self, link: LinkId) -> bool {
        self.engine
            .status(link)
            .is_some_and(|status| status.awaited)
    }

    /// Sends a command; `None` if it was refused, or not answered as documented.
    pub(crate) fn ask<C: Command>(&mut self, command: &C) -> Result<Option<C::Response>, Failure> {
        let Ok(ticket) = self.engine.command(command) else {
            return Ok(None);
        };
        let limit = self.now() + Duration::from_millis(u64::from(C::MAX_TIMEOUT_MS));
        let answered = self.until(limit, |engine| engine.answer(ticket).map(|_| ()));
        let answer = self.engine.answer(ticket).and_then(Result::ok);
        let response = answer.and_then(|text| command.parse(Ok(text)).ok());
        self.engine.abandon(ticket);
        answered.map(|_| response)
    }

    /// Sends a command with data behind its prompt; false if it was refused.
    pub(crate) fn give<C: Command>(&mut self, command: &C, data: &[u8]) -> Result<bool, Failure> {
        let Ok(ticket) = self.engine.command_with_data(command, data) else {
            return Ok(false);
        };
        let limit = self.now() + command.patience();
        let answered = self.until(limit, |engine| engine.answer(ticket).map(|_| ()));
        let taken = matches!(self.engine.answer(ticket), Some(Ok(_)));
        self.engine.abandon(ticket);
        answered.map(|_| taken)
    }

    /// Closes every link that is not over, within `patience`, and leaves the radio on.
    pub(crate) fn leave(&mut self, links: &[LinkId], patience: Duration) {
        let now = self.now();
        for link in links {
            self.engine.close(now, *link, Shutdown::Abort);
        }
        let switched = self.radio_off.then(|| {
            let on = SetFunctionality {
                level: Functionality::Full,
                restart: false,
            };
            self.engine.command(&on).ok()
        });
        let limit = now + patience;
        while self.now() < limit {
            let open = links.iter().any(|link| is_open(&self.engine, *link));
            let off = switched
                .flatten()
                .is_some_and(|ticket| self.engine.answer(ticket).is_none());
            if !open && !off {
                return;
            }
            let now = self.now();
            let moved = self.read(now).and_then(|read| {
                self.engine.advance(now);
                Ok(read | self.write(now)?)
            });
            while self.engine.event().is_some() {}
            match moved {
                Ok(true) => {}
                Ok(false) => self.rest(Some(limit)),
                // The port is gone; there is nothing left to put in order.
                Err(_) => return,
            }
        }
    }

    /// Why it took too long.
    pub(crate) fn out_of_time(&self) -> Failure {
        let cause = self.trouble.unwrap_or(match self.step {
            Step::Attention if self.port.heard() == 0 => Cause::NoAnswer,
            Step::Attention => Cause::Garbage,
            Step::EchoOff | Step::ErrorCodes | Step::Identify | Step::Model => Cause::WentSilent,
            Step::Sim | Step::Pin => Cause::SimFailure,
            Step::Attach => Cause::NotAttached,
            Step::Shut
            | Step::MultiLink
            | Step::QuickSend
            | Step::FlowControl
            | Step::Receive
            | Step::PlainPayload
            | Step::AccessPoint
            | Step::Activate
            | Step::Address
            | Step::Limits => Cause::NoPdp,
            _ => Cause::NotRegistered,
        });
        let mut failure = verdict::of(cause);
        failure.what = match self.trouble {
            Some(_) => format!("{}, and the time is up", failure.what),
            None => format!(
                "{}: the time is up while waiting for {}",
                failure.what, self.step
            ),
        };
        failure
    }

    fn read(&mut self, now: Instant) -> Result<bool, Failure> {
        if self.kept.0 == self.kept.1 {
            let n = self.port.read(&mut self.inbox)?;
            self.kept = (0, n);
        }
        let (start, end) = self.kept;
        let bytes = self.inbox.get(start..end).unwrap_or_default();
        let taken = self.engine.receive(now, bytes);
        self.kept.0 = start + taken;
        Ok(taken > 0)
    }

    fn write(&mut self, now: Instant) -> Result<bool, Failure> {
        let bytes = self.engine.outgoing(now);
        if bytes.is_empty() {
            return Ok(false);
        }
        let written = self.port.write(bytes)?;
        self.engine.sent(now, written);
        Ok(written > 0)
    }

    /// Looks at what happened: tells it, and gives up where nothing helps.
    fn heed(&mut self) -> Result<(), Failure> {
        while let Some(event) = self.engine.event() {
            self.spinner.hide();
            // The remedy is not told where it is not waited for.
            if let Event::Trouble(_, cause, _) | Event::GaveUp(cause) = event
                && !self.is_steadfast
            {
                if verdict::is_final(cause) || matches!(event, Event::GaveUp(_)) {
                    return Err(verdict::of(cause));
                }
                self.trouble = Some(cause);
            }
            self.tell(event);
            match event {
                Event::Step(step) => {
                    self.step = step;
                    self.radio_off |= step == Step::RadioOff;
                    // It is on once the step behind it begins.
                    self.radio_off &= !matches!(step, Step::Sim | Step::Attention);
                }
                Event::Ready(_) => self.trouble = None,
                _ => {}
            }
        }
        Ok(())
    }

    fn tell(&self, event: Event) {
        let (now, say) = (self.now(), self.say);
        match event {
            Event::Step(step) if say.is_result() => {
                say.say(
                    now,
                    "step",
                    &verdict::step(step),
                    json!({"step": step.to_string()}),
                );
            }
            Event::Trouble(step, cause, remedy) => {
                let text = match manner().language() {
                    Language::English => format!("{step}: {cause}; {remedy}"),
                    Language::Chinese => Finding::from(cause).what(Language::Chinese).into(),
                };
                say.say(
                    now,
                    "trouble",
                    &text,
                    json!({"step": step.to_string(), "cause": cause.to_string()}),
                );
            }
            Event::Ready(address) => {
                let address = address.map_or_else(String::new, |address| address.to_string());
                say.say(
                    now,
                    "ready",
                    &format!(
                        "{} {address}",
                        either("the network is up, address", "网络已连通，地址")
                    ),
                    json!({"address": address}),
                );
            }
            Event::GaveUp(cause) => {
                let text = match manner().language() {
                    Language::English => format!("given up for now: {cause}"),
                    Language::Chinese => {
                        format!("暂时放弃：{}", Finding::from(cause).what(Language::Chinese))
                    }
                };
                say.say(now, "gave-up", &text, json!({"cause": cause.to_string()}));
            }
            Event::NetworkLost => say.say(
                now,
                "network-lost",
                either("the network took the bearer away", "网络收回了承载"),
                json!({}),
            ),
            Event::Restarted => say.say(
                now,
                "restarted",
                either("the module restarted", "模块重启"),
                json!({}),
            ),
            Event::Silent => say.say(
                now,
                "silent",
                either("the module stopped answering", "模块不再应答"),
                json!({}),
            ),
            Event::Lost(link, n) => {
                let what = either("bytes were lost on the serial line", "字节在串口上丢失");
                let text = format!("{}: {n} {what}", named(link));
                say.say(
                    now,
                    "lost",
                    &text,
                    json!({"link": link.number(), "bytes": n}),
                );
            }
            Event::Missed(n) => say.say(
                now,
                "missed",
                &format!("{n} {}", either("events were missed", "个事件被漏掉")),
                json!({"events": n}),
            ),
            _ => {}
        }
    }
}

/// Whether the module has, or may soon have, the link open.
pub(crate) fn is_open(engine: &Engine<'_>, link: LinkId) -> bool {
    engine
        .status(link)
        .is_some_and(|status| !matches!(status.state, LinkState::Closed | LinkState::Free))
}
