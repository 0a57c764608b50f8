//! What may not take longer, or be more, than that.

use super::Ledger;
use super::connection::{Connection, PIECE, Stage};
use luat_modem::emulator::{Module, SimNetwork};
use luat_modem::engine::{Engine, LinkState};
use luat_modem::time::{Duration, Instant};

/// What holds of a scenario.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limits {
    /// Bytes of the rings of a link.
    pub(crate) rx: usize,
    pub(crate) tx: usize,
    /// How long a link may take from `CIPSTART` to its result.
    pub(crate) connecting: Duration,
    /// Data are pushed, and nothing stops the module where they find no room.
    pub(crate) may_overflow: bool,
    pub(crate) transparent: bool,
    /// Pieces follow each other before their results have come.
    pub(crate) streamed: bool,
    /// The module's server may bring connections.
    pub(crate) serves: bool,
}

impl Limits {
    /// So much may have arrived although its result was lost.
    pub(super) const fn in_flight(self) -> u64 {
        if self.streamed { 12 * PIECE } else { PIECE }
    }
}

/// How long a connection may go on whose far end has got data with a gap.
const UNTOLD: Duration = Duration::from_secs(120);

/// From the call that asks to `CIPSTART`, while the network is up: other links open one after the
/// other, each with a few commands, and a stray one is closed first.
const WAITING: Duration = Duration::from_secs(90);

/// `linger` of the driver, four commands that nobody answers, and something for the line.
const CLOSING: Duration = Duration::from_secs(10 + 4 * 20 + 20);

/// So long driver and module may disagree whether a link is open, while the network is up: the audit
/// of a quiet line, the patience with an answer that is lost, and twice that, as the question itself
/// may be lost.
const AGREEMENT: Duration = Duration::from_secs(150);

impl Ledger {
    /// What takes too long, or is too much.
    pub(crate) fn watch(
        &mut self,
        now: Instant,
        engine: &Engine<'_>,
        module: &mut Module<SimNetwork>,
        running: bool,
    ) {
        let mut violation = None;
        let limits = self.limits;
        let mut numbers = 0u16;
        for connection in &mut self.connections {
            let number = 1 << connection.link.number();
            if connection.stage != Stage::Over && numbers & number > 0 {
                violation = Some(format!("{:?} was given out twice", connection.link));
            }
            if connection.stage != Stage::Over {
                numbers |= number;
            }
            let outcome = connection
                .agree(now, engine, module, running && !limits.transparent)
                .and_then(|()| connection.hold(now, engine, limits));
            if let Err(text) = outcome {
                violation.get_or_insert(format!("{:?}: {text}", connection.link));
            }
        }
        if let Some(text) = violation {
            self.violated(text);
        }
    }
}

impl Connection {
    /// Driver, module and what was told agree on whether it is open. Where data are transparent a notice
    /// may be missed among them, and nobody can be asked: only the user's own traffic shows it.
    fn agree(
        &mut self,
        now: Instant,
        engine: &Engine<'_>,
        module: &mut Module<SimNetwork>,
        running: bool,
    ) -> Result<(), String> {
        let state = engine.status(self.link).map(|status| status.state);
        let told = match (self.stage, state) {
            (
                Stage::Asked,
                Some(LinkState::Requested | LinkState::Opening | LinkState::Connecting),
            )
            | (Stage::Open, Some(LinkState::Open | LinkState::Draining | LinkState::Closing))
            | (Stage::Over, None | Some(LinkState::Closed)) => true,
            // Nobody is told of the end of a link that was given back before it was open.
            (Stage::Asked, None) => self.closing.is_some(),
            _ => false,
        };
        if !told {
            return Err(format!("it is told as {:?} and is {state:?}", self.stage));
        }
        let Some(peer) = self.peer else {
            return Ok(());
        };
        let held = module.network().is_held(peer);
        let both = match self.stage {
            Stage::Asked => true,
            Stage::Open => held,
            Stage::Over => !held,
        };
        if both || !engine.is_ready() || !running || !module.is_on() {
            self.apart = (!both).then_some(now);
        } else if now - *self.apart.get_or_insert(now) > AGREEMENT {
            return Err(format!(
                "it is told as {:?}, and the module says otherwise since {} s",
                self.stage,
                AGREEMENT.as_secs()
            ));
        }
        Ok(())
    }

    /// Times and sizes.
    fn hold(&mut self, now: Instant, engine: &Engine<'_>, limits: Limits) -> Result<(), String> {
        let Some(status) = engine
            .status(self.link)
            .filter(|_| self.stage != Stage::Over)
        else {
            return Ok(());
        };
        self.acknowledged = status.acknowledged.into();
        if self.gap.is_some_and(|(since, _)| now - since > UNTOLD) {
            return Err("its far end has got data with a gap, and it goes on".into());
        }
        if status.readable > limits.rx || status.unsent > limits.tx {
            return Err(format!(
                "{} bytes can be read and {} are to be sent",
                status.readable, status.unsent
            ));
        }
        if status.state != LinkState::Requested || !engine.is_ready() {
            self.waiting = None;
        } else if now - *self.waiting.get_or_insert(now) > WAITING {
            return Err("nobody opens it".into());
        }
        if !matches!(status.state, LinkState::Opening | LinkState::Connecting) {
            self.opening = None;
        } else if now - *self.opening.get_or_insert(now) > limits.connecting {
            return Err(format!("has been {:?} too long", status.state));
        }
        if self.closing.is_some_and(|since| now - since > CLOSING) {
            return Err(format!("was closed and is {:?}", status.state));
        }
        Ok(())
    }
}
