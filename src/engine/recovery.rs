//! When the module restarts, falls silent or loses the network.

use super::Engine;
use super::event::Event;
use super::exchange::{Exchange, Outcome, Purpose};
use super::ladder::Remedy;
use super::link::LinkState;
use super::mode::Mode;
use super::pauses::LINE_PAUSE;
use super::reason::CloseReason;
use super::step::Step;
use crate::at::socket::{self, IpState, StatusLine};
use crate::time::{Duration, Instant};

/// Commands that go out before any other.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Repair {
    /// A data phase of so many bytes may be open.
    pub(super) escape: Option<u16>,
    /// Is the module still there? `AT`
    pub(super) probe: bool,
    /// The echo is on. `ATE0`
    pub(super) quieten: bool,
    /// How do the links stand? `AT+CIPSTATUS`
    pub(super) status: bool,
    /// The bring-up must begin anew after the exchange in flight.
    pub(super) anew: bool,
}

/// Links that are refused in a row, while none is open, before the bearer is set up again.
const REFUSED_AFTER: u8 = 3;

/// Unanswered commands in a row that make a module silent.
const SILENT_AFTER: u8 = 4;

impl Engine<'_> {
    /// An answer did not come.
    pub(super) fn answer_lost(&mut self, exchange: &Exchange) {
        warning!("no answer: {:?}", exchange.purpose);
        self.trailer.expect_no_late_end();
        // What the module pushes meanwhile has nothing to do with it, and a clock of its own.
        let goes_on = match self.framer.announced() {
            Some(payload) => !payload.is_asked(),
            None => !self.framer.partial().is_empty() && self.last_heard + LINE_PAUSE > self.now,
        };
        if !goes_on {
            self.end_run();
            self.framer.reset();
        }
        if !self.is_ready() || exchange.purpose == Purpose::Escape {
            return;
        }
        self.lost = self.lost.saturating_add(1);
        if self.lost >= SILENT_AFTER {
            self.module_silent(self.now);
        } else {
            self.repair.probe = true;
            self.suspect();
        }
    }

    /// Something on the line was lost or damaged: ask the module how things stand.
    pub(super) fn suspect(&mut self) {
        if !self.is_ready() {
            return;
        }
        self.suspicious = true;
        // At once, but not more often than once a second, whatever noise there is.
        self.audit_at = self.audit_at.min(self.suspected_at.max(self.now));
        self.suspected_at = self.now + SUSPECT_INTERVAL;
    }

    /// `CIPSTART` was refused. Once may be chance; again and again, while no link is open, means that
    /// the module is not in the state that we think.
    pub(super) fn connect_refused(&mut self, now: Instant) {
        self.refused = self.refused.saturating_add(1);
        if self.refused >= REFUSED_AFTER && !self.links.iter().any(|(_, link)| link.is_up()) {
            self.refused = 0;
            self.network_lost(Step::Shut, now);
        }
    }

    /// The module says that it boots. Some say it twice for one boot (seen 0.7 s apart in an Air780EP
    /// log): the second time it is only asked whether it is as we left it. If it echoes, it is not.
    pub(super) fn booted(&mut self, now: Instant) {
        let again = self.booted_at.is_some_and(|at| now - at < BOOT);
        self.booted_at = Some(now);
        if again && self.is_ready() {
            self.repair.probe = true;
        } else {
            self.module_restarted(now);
        }
    }

    /// The module has restarted: nothing of what it was told is left.
    pub(super) fn module_restarted(&mut self, now: Instant) {
        let early = match self.mode {
            Mode::BringUp(stage) => {
                matches!(
                    stage.step,
                    Step::Attention | Step::EchoOff | Step::Reset | Step::Power
                )
            }
            Mode::Ready | Mode::Down { .. } => false,
        };
        if !early {
            self.tell(Event::Restarted);
        }
        self.begin_anew(CloseReason::ModuleRestarted, now);
        self.user_restarted();
    }

    /// Does a remedy now, whatever the state: all links end. A supervisor that knows better than the
    /// engine that the network is of no use calls it.
    pub fn remedy(&mut self, now: Instant, remedy: Remedy) {
        let step = match remedy {
            Remedy::Repeat => Step::Attention,
            Remedy::Shut => Step::Shut,
            Remedy::Radio => Step::RadioOff,
            Remedy::Reset => Step::Reset,
            Remedy::Power => Step::Power,
            Remedy::None => return,
        };
        self.network_lost(Step::Shut, now);
        self.bring_up(step, now);
    }

    /// Whether [`Remedy::Power`] waits for the owner of the pins to switch the module off and on and
    /// then to call [`power_cycled`](Self::power_cycled). After 30 s in vain the engine gives up.
    #[must_use]
    pub fn wants_power_cycle(&self) -> bool {
        matches!(self.mode, Mode::BringUp(stage) if stage.step == Step::Power)
    }

    /// The module was switched on, or off and on again: all begins anew.
    pub fn power_cycled(&mut self, now: Instant) {
        self.module_restarted(now);
    }

    pub(super) fn module_silent(&mut self, now: Instant) {
        self.tell(Event::Silent);
        self.begin_anew(CloseReason::ModuleSilent, now);
    }

    fn begin_anew(&mut self, reason: CloseReason, now: Instant) {
        let online = self.online.is_some();
        if online {
            self.go_offline();
        }
        // Restarted it has not, if what said so was a look-alike: then it still waits for the payload.
        let finishes = self.finishes_payload();
        let mut escape = None;
        if !finishes && let Some(exchange) = self.exchange.take() {
            escape = exchange.open_payload();
            if let Some(index) = exchange.purpose.link() {
                // What it held for a payload is of no use any more.
                self.forget(index);
            }
            self.finish_line(exchange);
        }
        self.end_all(reason);
        if !finishes || self.framer.payload().is_some() {
            self.end_run();
            self.framer.reset();
        }
        self.echo = true;
        self.echoes = 0;
        self.quick = true;
        self.prompting = self.config.sending.at_start();
        self.pipe.clear();
        self.window = super::window::Window::new(self.config.send_room);
        self.pull = self.config.pulls();
        self.pushes = false;
        self.trailer = super::trailer::Trailer::default();
        self.opening = super::opening::Opening::default();
        self.server = self.server.again();
        self.lost = 0;
        self.repair = Repair {
            escape,
            ..Repair::default()
        };
        self.facts.forget();
        self.bring_up(Step::Attention, now);
        if online {
            self.leave_first(now);
        }
    }

    /// The bearer is gone, and with it every link.
    pub(super) fn network_lost(&mut self, step: Step, now: Instant) {
        match self.mode {
            Mode::Ready => {
                self.tell(Event::NetworkLost);
                self.end_all(CloseReason::NetworkLost);
                self.server = self.server.again();
                self.facts.address = None;
                self.bring_up(step, now);
            }
            // The answer to CIICR tells its own failure.
            Mode::BringUp(stage) if matches!(stage.step, Step::Address | Step::Limits) => {
                self.bring_up(Step::Shut, now);
            }
            Mode::BringUp(_) | Mode::Down { .. } => {}
        }
    }

    /// A line of `CIPSTATUS`.
    pub(super) fn status_line(&mut self, line: StatusLine, now: Instant) {
        match line {
            StatusLine::State(IpState::PdpDeact) => self.network_lost(Step::Shut, now),
            StatusLine::State(IpState::Initial | IpState::Start | IpState::Config) => {
                // It was further than that: it has restarted, or somebody shut it.
                self.module_restarted(now);
            }
            StatusLine::State(IpState::TcpClosed | IpState::UdpClosed | IpState::Status)
                if self.config.transparent =>
            {
                self.far_end_closed(0);
            }
            StatusLine::State(_) => {}
            StatusLine::Link(status) => self.link_status(status),
            StatusLine::Server => {}
        }
    }

    /// The line of the last link is the last line; only where the number of links is not known does
    /// `CIPSTATUS` end by silence.
    pub(super) fn finish_status(&mut self, line: StatusLine, now: Instant) {
        let asked = self.exchange.as_ref();
        if asked.is_some_and(|x| x.purpose == Purpose::Status && x.ok_seen)
            && let StatusLine::Link(status) = line
            && self.facts.links == Some(status.link.saturating_add(1))
        {
            self.finish(Outcome::Done, now);
        }
    }

    /// How the module sees a link.
    fn link_status(&mut self, status: socket::LinkStatus) {
        let Some(link) = self.links.at_mut(status.link) else {
            return;
        };
        // A client of the server may have been given the number of a link whose end was missed.
        let another = self.server.port().is_some()
            && link.state == LinkState::Open
            && link.remote.is_none()
            && status.port.is_some_and(|port| port != link.port);
        if another {
            return self.end_link(status.link, CloseReason::DataLost);
        }
        match (link.state, status.state) {
            (LinkState::Connecting, socket::LinkState::Connected) => self.connected(status.link),
            (
                LinkState::Open,
                socket::LinkState::Closed
                | socket::LinkState::Initial
                | socket::LinkState::RemoteClosing,
            ) => self.far_end_closed(status.link),
            (
                LinkState::Free | LinkState::Closed,
                socket::LinkState::Connected | socket::LinkState::Connecting,
            ) => link.stray = true,
            _ => {}
        }
    }

    /// Drops what a link of a finished exchange still held.
    fn forget(&mut self, index: u8) {
        if let Some(mut ring) = self.links.rx(index) {
            ring.rollback();
        }
        if let Some(link) = self.links.at_mut(index)
            && !link.is_live()
        {
            link.tx.clear();
        }
    }
}

impl Repair {
    /// Whether the line is wanted for any of it.
    pub(super) const fn is_due(&self) -> bool {
        self.escape.is_some() || self.probe || self.quieten || self.status || self.anew
    }
}

/// Two boots are further apart.
const BOOT: Duration = Duration::from_millis(1500);

/// How often damage on the line has the module asked.
const SUSPECT_INTERVAL: Duration = Duration::from_secs(1);
