//! The module's pins: on, off, reset, power cycle, sleep.
//!
//! On the wire: `AT+CPOWD=1` -> `NORMAL POWER DOWN`, `AT+CSCLK=1` -> `OK` (vendor manual, CPOWD and
//! CSCLK). On the pins: as [`Timings`] has it. Unverified on hardware.
//!
//! Two ways to the same moves: [`Power`] makes them at their instants beside an engine and answers
//! [`Engine::wants_power_cycle`]; [`Power::perform`] waits with a delay, before there is an engine.

mod pins;
mod sequence;
mod timings;

pub use pins::{Line, NoPin, Pin, PinError, Pins};
pub use timings::Timings;

use super::Supervise;
use crate::at::power::PowerDown;
use crate::at::sleep::{SetSleep, Sleep};
use crate::engine::{CommandError, CommandFailure, Engine, Ticket};
use crate::time::Instant;
use core::fmt;
use embedded_hal::delay::DelayNs;
use embedded_hal::digital::OutputPin;
use sequence::Sequence;

/// What is done with the pins.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum Verb {
    /// Switch on: PWRKEY.
    On,
    /// Switch off: PWRKEY, or RESET where that does it. [`Power::shut_down`] is kinder.
    Off,
    /// Restart by RESET; where that only switches off, with PWRKEY after it.
    Reset,
    /// Off and on: as `Reset` if RESET is wired, by PWRKEY twice if not.
    Cycle,
}

/// What was done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PowerChange {
    /// So much, by the pins. After everything but [`Verb::Off`] the engine begins anew.
    Done(Verb),
    /// The module has switched itself off by command.
    ShutDown,
    /// The module may sleep: DTR is released.
    Asleep,
    /// DTR was low for long enough: the module listens.
    Awake,
    /// The module refused to sleep.
    Refused(CommandFailure),
    /// A pin could not be set; what was begun is given up.
    Failed(PinError),
}

/// Why something was not begun.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PowerError {
    /// None of the pins for it is wired.
    NotWired,
    /// Another sequence, or command, is not finished.
    Busy,
    /// The engine did not take the command.
    Command(CommandError),
    /// A pin could not be set.
    Pin(PinError),
}

impl fmt::Display for PowerError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotWired => f.write_str("none of the pins for it is wired"),
            Self::Busy => f.write_str("what was begun before is not finished; wait for it"),
            Self::Command(error) => error.fmt(f),
            Self::Pin(error) => error.fmt(f),
        }
    }
}

impl core::error::Error for PowerError {}

/// The pins of a module, and what is being done with them.
///
/// As a supervisor it answers [`Engine::wants_power_cycle`], unless the module was switched off
/// through it. The engine asks for a power cycle only if
/// [`Config::strongest_remedy`](crate::engine::Config::strongest_remedy) or a policy's ladder says
/// [`Remedy::Power`](crate::engine::Remedy::Power).
///
/// With PWRKEY alone nobody can tell whether a silent module hangs or is off, and the key does the
/// opposite in both cases: so every second cycle only switches on, until the network is up.
///
/// An engine does not know that its module is switched off or asleep: it goes on asking, and its first
/// question wakes a sleeping module (vendor manual, CSCLK). Let it rest meanwhile, or give it a long
/// [`Config::audit_interval`](crate::engine::Config::audit_interval).
///
/// ```
/// # use luat_modem::supervise::power::NoPin;
/// # let pwrkey = NoPin;
/// use luat_modem::supervise::power::{Pin, Pins, Power, Timings};
/// let power = Power::new(Pins::none().with_pwrkey(Pin::inverted(pwrkey)), Timings::EC618);
/// ```
#[derive(Debug)]
pub struct Power<K = NoPin, R = NoPin, D = NoPin> {
    pins: Pins<K, R, D>,
    timings: Timings,
    work: Work,
    /// It was switched off on purpose.
    off: bool,
    /// The next cycle by PWRKEY alone takes the module for switched off.
    blind: bool,
}

#[derive(Debug)]
enum Work {
    None,
    Moves(Sequence),
    /// `AT+CPOWD=1`.
    ShuttingDown(Ticket),
    /// Until it is off.
    GoingOff(Instant),
    /// `AT+CSCLK=1`.
    FallingAsleep(Ticket),
    WakingUp(Instant),
}

impl<K: OutputPin, R: OutputPin, D: OutputPin> Power<K, R, D> {
    /// The wired pins of a module with these timings. Nothing is done with them yet.
    #[must_use]
    pub const fn new(pins: Pins<K, R, D>, timings: Timings) -> Self {
        Self {
            pins,
            timings,
            work: Work::None,
            off: false,
            blind: false,
        }
    }

    /// Does `verb` now, waiting with `delay`. An engine is to be told with
    /// [`Engine::power_cycled`] afterwards.
    ///
    /// # Errors
    /// [`PowerError::NotWired`], [`PowerError::Pin`].
    pub fn perform(&mut self, verb: Verb, delay: &mut impl DelayNs) -> Result<(), PowerError> {
        let now = Instant::ZERO;
        let mut moves = self.sequence(verb, now)?;
        self.work = Work::None;
        self.off = verb == Verb::Off;
        while let Some(next) = moves.next(now) {
            self.pins
                .pull(next.line, next.low)
                .map_err(PowerError::Pin)?;
            let millis = u32::try_from(next.hold.as_millis()).unwrap_or(u32::MAX);
            delay.delay_ms(millis);
        }
        Ok(())
    }

    /// Begins `verb`; [`advance`](Self::advance) makes its moves and tells its end.
    ///
    /// # Errors
    /// [`PowerError::NotWired`], [`PowerError::Busy`].
    pub fn begin(&mut self, verb: Verb, now: Instant) -> Result<(), PowerError> {
        self.idle()?;
        self.work = Work::Moves(self.sequence(verb, now)?);
        self.off = verb == Verb::Off;
        Ok(())
    }

    /// Switches the module off by command, so that it can leave the network; if it does not answer,
    /// by the pins.
    ///
    /// # Errors
    /// [`PowerError::Busy`], [`PowerError::Command`].
    pub fn shut_down(&mut self, engine: &mut Engine<'_>) -> Result<(), PowerError> {
        self.idle()?;
        let ticket = engine.command(&PowerDown).map_err(PowerError::Command)?;
        self.work = Work::ShuttingDown(ticket);
        self.off = true;
        Ok(())
    }

    /// Lets the module sleep: by command, and then by DTR, which is released.
    ///
    /// # Errors
    /// [`PowerError::NotWired`] without DTR, [`PowerError::Busy`], [`PowerError::Command`].
    pub fn sleep(&mut self, engine: &mut Engine<'_>) -> Result<(), PowerError> {
        self.idle()?;
        if !self.pins.has(Line::Dtr) {
            return Err(PowerError::NotWired);
        }
        let command = SetSleep { sleep: Sleep::Pin };
        let ticket = engine.command(&command).map_err(PowerError::Command)?;
        self.work = Work::FallingAsleep(ticket);
        Ok(())
    }

    /// Wakes the module by DTR; [`PowerChange::Awake`] tells when it listens. DTR stays low.
    ///
    /// # Errors
    /// [`PowerError::NotWired`], [`PowerError::Busy`], [`PowerError::Pin`].
    pub fn wake(&mut self, now: Instant) -> Result<(), PowerError> {
        self.idle()?;
        if !self.pins.has(Line::Dtr) {
            return Err(PowerError::NotWired);
        }
        self.pins.pull(Line::Dtr, true).map_err(PowerError::Pin)?;
        self.work = Work::WakingUp(now + self.timings.wake);
        Ok(())
    }

    /// Does what is due at `now`. Tells one change at a time: call it until there is none.
    pub fn advance(&mut self, engine: &mut Engine<'_>, now: Instant) -> Option<PowerChange> {
        self.blind &= !engine.is_ready();
        if matches!(self.work, Work::None) && engine.wants_power_cycle() && !self.off {
            let sequence = self.sequence(Verb::Cycle, now).ok()?;
            self.blind = !self.blind && !self.pins.has(Line::Reset);
            self.work = Work::Moves(sequence);
        }
        match &mut self.work {
            Work::None => None,
            Work::Moves(_) => self.advance_moves(engine, now),
            Work::ShuttingDown(ticket) => {
                let ticket = *ticket;
                let answer = engine.answer(ticket)?.map(|_| ());
                engine.abandon(ticket);
                self.work = match (answer, self.sequence(Verb::Off, now)) {
                    (Err(_), Ok(sequence)) => Work::Moves(sequence),
                    (Ok(()), _) => Work::GoingOff(now + self.timings.until_off),
                    (Err(failure), Err(_)) => {
                        self.off = false;
                        self.work = Work::None;
                        return Some(PowerChange::Refused(failure));
                    }
                };
                self.advance(engine, now)
            }
            Work::GoingOff(until) if *until <= now => self.end(PowerChange::ShutDown),
            Work::FallingAsleep(ticket) => {
                let ticket = *ticket;
                let answer = engine.answer(ticket)?.map(|_| ());
                engine.abandon(ticket);
                let change = match answer.map(|()| self.pins.pull(Line::Dtr, false)) {
                    Ok(Ok(())) => PowerChange::Asleep,
                    Ok(Err(error)) => PowerChange::Failed(error),
                    Err(failure) => PowerChange::Refused(failure),
                };
                self.end(change)
            }
            Work::WakingUp(until) if *until <= now => self.end(PowerChange::Awake),
            Work::GoingOff(_) | Work::WakingUp(_) => None,
        }
    }

    /// When [`advance`](Self::advance) wants to be called at the latest; `None` if only the engine
    /// can change anything.
    #[must_use]
    pub const fn deadline(&self) -> Option<Instant> {
        match &self.work {
            Work::Moves(sequence) => Some(sequence.due),
            Work::GoingOff(until) | Work::WakingUp(until) => Some(*until),
            Work::None | Work::ShuttingDown(_) | Work::FallingAsleep(_) => None,
        }
    }

    /// Whether nothing is being done.
    #[must_use]
    pub const fn is_idle(&self) -> bool {
        matches!(self.work, Work::None)
    }

    fn advance_moves(&mut self, engine: &mut Engine<'_>, now: Instant) -> Option<PowerChange> {
        let Work::Moves(sequence) = &mut self.work else {
            return None;
        };
        while sequence.due <= now {
            let Some(next) = sequence.next(now) else {
                let verb = sequence.verb;
                if verb != Verb::Off {
                    engine.power_cycled(now);
                }
                return self.end(PowerChange::Done(verb));
            };
            if let Err(error) = self.pins.pull(next.line, next.low) {
                return self.end(PowerChange::Failed(error));
            }
        }
        None
    }

    fn end(&mut self, change: PowerChange) -> Option<PowerChange> {
        self.work = Work::None;
        Some(change)
    }

    fn idle(&self) -> Result<(), PowerError> {
        if self.is_idle() {
            Ok(())
        } else {
            Err(PowerError::Busy)
        }
    }

    fn sequence(&self, verb: Verb, now: Instant) -> Result<Sequence, PowerError> {
        let wired = |line| self.pins.has(line);
        Sequence::new(verb, &self.timings, wired, self.blind, now).ok_or(PowerError::NotWired)
    }
}

impl<K: OutputPin, R: OutputPin, D: OutputPin> Supervise for Power<K, R, D> {
    type Change = PowerChange;

    fn advance(&mut self, engine: &mut Engine<'_>, now: Instant) -> Option<PowerChange> {
        Power::advance(self, engine, now)
    }

    fn deadline(&self) -> Option<Instant> {
        Power::deadline(self)
    }
}
