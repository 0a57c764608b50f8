//! The command of each step of the bring-up.

use super::Engine;
use super::event::Event;
use super::exchange::Purpose;
use super::mode::Mode;
use super::pauses::MARGIN;
use super::reason::Cause;
use super::step::Step;
use super::written::Written;
use crate::at::power::{self, Functionality};
use crate::at::sleep::SetSleep;
use crate::at::socket::{ESCAPE, ESCAPE_SILENCE};
use crate::at::{Command, device, network, pdp, serial, signal, sim, socket};
use crate::time::{Duration, Instant};

impl Engine<'_> {
    /// The module is in the data phase of transparent mode: it is left before anything is said.
    pub(super) fn leave_first(&mut self, now: Instant) {
        if let Mode::BringUp(stage) = &mut self.mode {
            stage.at = now + ESCAPE_SILENCE + MARGIN;
            stage.tries = LEAVE_AFTER;
        }
    }

    /// `+++` without a line end. Where it is no escape, the next `AT` stands behind it and is refused.
    pub(super) fn begin_leaving(&mut self, now: Instant) {
        for (to, from) in self.command.iter_mut().zip(ESCAPE) {
            *to = *from;
        }
        let purpose = Purpose::Step(Step::Attention);
        let written = Written::plain(ESCAPE.len(), ATTENTION_PATIENCE);
        self.begin_written(now, purpose, written);
    }

    /// Ends a data phase without an announced length, which no filler ends. In one with a length it would
    /// be data (vendor manual, CIPSEND), but the filler has ended that.
    fn begin_cancelling(&mut self, now: Instant) {
        for (to, from) in self.command.iter_mut().zip(CANCEL) {
            *to = *from;
        }
        let purpose = Purpose::Step(Step::Attention);
        self.begin_written(now, purpose, Written::plain(CANCEL.len(), CANCEL_PATIENCE));
    }

    /// Sends the command of the present step.
    pub(super) fn try_step(&mut self, now: Instant) {
        let Mode::BringUp(stage) = &mut self.mode else {
            return;
        };
        if now < stage.at {
            return;
        }
        let (step, domain, tries) = (stage.step, stage.domain, stage.tries);
        stage.tries = tries.saturating_add(1);
        if tries == 0 {
            // Patience counts from the first try: until then somebody else had the line.
            stage.since = now;
            stage.deadline = now
                + match step {
                    Step::Registration => self.config.registration_timeout,
                    _ => step.row().patience(),
                };
            self.tell(Event::Step(step));
        }
        let purpose = Purpose::Step(step);
        match step {
            Step::Attention => {
                // A data phase that an earlier run left open takes every AT for data. It is filled
                // up with empty lines, which are no command wherever it ends.
                if tries == LEAVE_AFTER {
                    self.begin_leaving(now);
                } else if tries == ESCAPE_AFTER {
                    self.begin_escape(now, socket::MAX_CHUNK);
                } else if tries == CANCEL_AFTER {
                    self.begin_cancelling(now);
                } else {
                    self.begin_within(now, purpose, &device::Attention, ATTENTION_PATIENCE);
                }
            }
            Step::EchoOff => self.begin(now, purpose, &device::Echo { on: false }),
            Step::ErrorCodes => self.begin(
                now,
                purpose,
                &device::SetErrorStyle {
                    style: device::ErrorStyle::Numeric,
                },
            ),
            Step::Identify => self.begin(now, purpose, &device::Identify),
            Step::Model => self.begin(now, purpose, &device::QueryModel),
            Step::Sim => self.begin(now, purpose, &sim::QueryPin),
            Step::Pin => match self.config.pin {
                Some(pin) => {
                    // Marked before it is sent: whatever happens, it is not tried a second time.
                    self.pin_tried = true;
                    self.begin(now, purpose, &sim::EnterPin { pin });
                }
                None => self.fail(step, Cause::PinNeeded, now),
            },
            Step::Reports => self.begin(
                now,
                purpose,
                &network::ReportRegistration { domain, level: 1 },
            ),
            Step::Signal => self.begin(now, purpose, &signal::QuerySignal),
            Step::Registration => {
                self.begin(now, purpose, &network::QueryRegistration { domain });
            }
            // The first tries only ask: a module that attaches by itself needs no order.
            Step::Attach if tries == ATTACH_AFTER => {
                self.begin(now, purpose, &pdp::Attach { attached: true });
            }
            Step::Attach => self.begin(now, purpose, &pdp::QueryAttachment),
            Step::Shut => self.begin(now, purpose, &pdp::Shut),
            Step::KeepAlive
            | Step::Retransmission
            | Step::DnsServers
            | Step::DnsPatience
            | Step::Login
            | Step::Sleep
            | Step::SignalReports => self.begin_option(step, now),
            Step::MultiLink => self.begin(
                now,
                purpose,
                &socket::Multiplex {
                    on: !self.config.transparent,
                },
            ),
            Step::Transparent => self.begin(
                now,
                purpose,
                &socket::SetTransparent {
                    on: self.config.transparent,
                },
            ),
            Step::QuickSend => self.begin(
                now,
                purpose,
                &socket::SetSendMode {
                    mode: self.config.options.chosen_send_mode(&self.facts),
                },
            ),
            Step::FlowControl => self.begin(
                now,
                purpose,
                &serial::SetFlowControl {
                    from_module: serial::FlowControl::Hardware,
                    to_module: serial::FlowControl::Hardware,
                },
            ),
            Step::Receive => self.begin(
                now,
                purpose,
                &socket::SetReceiveMode {
                    mode: if self.config.pulls() {
                        socket::ReceiveMode::Pull
                    } else {
                        socket::ReceiveMode::Push
                    },
                },
            ),
            Step::PlainPayload => {
                self.begin(now, purpose, &socket::SetReceiveTail { append: false });
            }
            Step::AccessPoint => {
                let access_point = self.config.access_point;
                self.begin(now, purpose, &pdp::StartTask { access_point });
            }
            Step::Activate => self.begin(now, purpose, &pdp::Activate),
            Step::Address => self.begin(now, purpose, &pdp::QueryLocalAddress),
            Step::Limits => self.begin(now, purpose, &socket::QueryLinks),
            Step::RadioOff => {
                self.begin(now, purpose, &functionality(Functionality::Minimum, false))
            }
            Step::RadioOn => self.begin(now, purpose, &functionality(Functionality::Full, false)),
            Step::Power => self.fail(step, Cause::NoAnswer, now),
            Step::Reset if tries == 0 => self.begin(now, purpose, &power::Restart),
            Step::Reset => self.begin(now, purpose, &functionality(Functionality::Full, true)),
        }
    }

    pub(super) fn begin_option(&mut self, step: Step, now: Instant) {
        let options = self.config.options;
        match step {
            Step::KeepAlive => self.begin_wanted(step, options.keep_alive, now),
            Step::Retransmission => self.begin_wanted(step, options.retransmission, now),
            Step::DnsServers => self.begin_wanted(step, options.dns_servers, now),
            Step::DnsPatience => self.begin_wanted(step, options.dns_patience, now),
            Step::Login => self.begin_wanted(step, options.login, now),
            Step::Sleep => {
                let sleep = options.sleep.map(|sleep| SetSleep { sleep });
                self.begin_wanted(step, sleep, now);
            }
            _ => self.begin_wanted(step, Some(signal::ReportSignal { on: true }), now),
        }
    }

    pub(super) fn begin_wanted<C: Command>(
        &mut self,
        step: Step,
        command: Option<C>,
        now: Instant,
    ) {
        if let Some(command) = command {
            self.begin(now, Purpose::Step(step), &command);
        }
    }
}

const fn functionality(level: Functionality, restart: bool) -> power::SetFunctionality {
    power::SetFunctionality { level, restart }
}

/// A module that is awake answers `AT` within milliseconds; one that boots never does.
const ATTENTION_PATIENCE: Duration = Duration::from_secs(1);

/// After so many unanswered `AT`, a second of silence between them, transparent data of an earlier run
/// is assumed.
const LEAVE_AFTER: u8 = 4;

/// After so many unanswered `AT`, a data phase of an earlier run is assumed.
const ESCAPE_AFTER: u8 = 6;

/// After so many, one whose payload has no announced length.
const CANCEL_AFTER: u8 = 7;

/// ESC, and an empty line for a module that has none of it.
const CANCEL: &[u8] = b"\x1B\r\n";

const CANCEL_PATIENCE: Duration = Duration::from_millis(200);

/// After so many times `+CGATT: 0`, `AT+CGATT=1` is sent once.
const ATTACH_AFTER: u8 = 4;
