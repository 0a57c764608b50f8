//! Bring-up: from power to the first socket, and back again after every trouble.
//!
//! It begins by itself when an [`Engine`](crate::engine::Engine) is made, and needs nothing but bytes
//! and time: nobody has to call a function for it. [`Event::Ready`](crate::engine::Event::Ready) ends it. A link may be asked
//! for at any time before; it is opened when its turn has come.
//!
//! # Steps
//!
//! Each has a time for which it is repeated (vendor manual, TCPIP flow picture, unless another source
//! is named at [`Step`](crate::engine::Step)). One that is *optional* is left out if the firmware refuses it.
//!
//! | step | on the wire | tried for | ends with |
//! |---|---|---|---|
//! | the module answers | `AT` | 30 s | `OK`; bytes that are no answer: [`Garbage`](Cause::Garbage), none: [`NoAnswer`](Cause::NoAnswer) |
//! | how it talks | `ATE0`, `AT+CMEE=1` | 3 s, 2 s, optional | errors with numbers |
//! | who it is | `ATI`, `AT+CGMM` | 2 s each, optional | [`Facts::firmware`](crate::engine::Facts), [`Facts::model`](crate::engine::Facts) |
//! | card | `AT+CPIN?`, `AT+CPIN="…"` once | 10 s | `READY`; [`SimMissing`](Cause::SimMissing), [`PinNeeded`](Cause::PinNeeded), [`PinWrong`](Cause::PinWrong), [`PukNeeded`](Cause::PukNeeded) |
//! | notices of the network | `AT+CEREG=1`, `AT+CGREG=1`, `AT+CREG=1`, `AT+CSQ` | 3 s, optional | |
//! | registration | `AT+CEREG?`, `AT+CGREG?`, `AT+CREG?` | [`Config::registration_timeout`](crate::engine::Config::registration_timeout), 120 s | home or roaming; [`NotRegistered`](Cause::NotRegistered), [`RegistrationDenied`](Cause::RegistrationDenied) |
//! | packet service | `AT+CGATT?` | 30 s | `+CGATT: 1`; [`NotAttached`](Cause::NotAttached) |
//! | settings of the stack | `AT+CIPSHUT`, `AT+CIPMUX=1`, `AT+CIPQSEND=1`, `AT+CIPRXGET=1`, `AT+CIPRXF=1` | 2 to 5 s each | ten links, quick sending, the [receive mode](super::receiving) |
//! | bearer | `AT+CSTT`, `AT+CIICR`, `AT+CIFSR` | 2 s each, beside the time that the command itself may take | an address; [`NoPdp`](Cause::NoPdp) |
//! | limits | `AT+CIPSTART=?` | 2 s, optional | how many links there are |
//!
//! What is only asked for by a setting ([`Options`](crate::engine::Options), [`Config::flow_control`](crate::engine::Config::flow_control)) is sent with the
//! settings of the stack, and [`Event::OptionRefused`](crate::engine::Event::OptionRefused) tells if the firmware has it not.
//!
//! # When a step fails
//!
//! [`Event::Trouble`](crate::engine::Event::Trouble) names the step, the [`Cause`] and the [`Remedy`]. Remedies are tried from the
//! mildest to the strongest, each as often as here since the network last was of use:
//!
//! | remedy | on the wire | how often |
//! |---|---|---|
//! | [`Repeat`](Remedy::Repeat) | the step again: the module stopped answering | 2 |
//! | [`Shut`](Remedy::Shut) | `AT+CIPSHUT`, the bearer anew | 2 |
//! | [`Radio`](Remedy::Radio) | `AT+CFUN=0`, 5 s, `AT+CFUN=1` | 1 |
//! | [`Reset`](Remedy::Reset) | `AT+RESET`, or `AT+CFUN=1,1` | 1 |
//! | [`Power`](Remedy::Power) | nothing: whoever owns the pins, see [`power`](crate::supervise::power) | 1, if [`Config::strongest_remedy`](crate::engine::Config::strongest_remedy) allows it |
//!
//! Not every cause begins at the top: nothing that is sent helps a module that does not hear, and a
//! missing card or PIN has no remedy at all. After the last one comes
//! [`Event::GaveUp`](crate::engine::Event::GaveUp), and after [`Config::retry_pause`](crate::engine::Config::retry_pause) (60 s) all begins anew, for ever.
//! [`Finding::from`](crate::diagnosis::Finding) turns the cause into a sentence and an advice.
//!
//! # When it happens again
//!
//! | heard | taken for | goes back to |
//! |---|---|---|
//! | `+PDP DEACT`, or links that all die | [`Event::NetworkLost`](crate::engine::Event::NetworkLost) | the bearer |
//! | `RDY` and its like; an echo that was off | [`Event::Restarted`](crate::engine::Event::Restarted) | the first `AT` |
//! | nothing, to several commands in a row | [`Event::Silent`](crate::engine::Event::Silent) | the first `AT` |
//!
//! Each ends every link with its reason; [`Persistent`](crate::supervise::Persistent) connects again.
//!
//! # Seen from outside
//!
//! ```
//! use luat_modem::emulator::{Module, Options, SimNetwork, SimState};
//! use luat_modem::engine::{Cause, Config, Engine, Event, Memory, Remedy};
//! use luat_modem::time::Instant;
//!
//! // A module without a card.
//! let mut options = Options::default();
//! options.sim.state = SimState::Missing;
//! let mut module = Module::running(options, SimNetwork::new());
//!
//! let mut memory = Memory::<3, 2048, 1536>::new();
//! let mut engine = Engine::new(&mut memory, Config::new());
//! let (mut now, mut inbox) = (Instant::ZERO, [0; 256]);
//! let trouble = loop {
//!     let n = module.transmit(now, &mut inbox);
//!     engine.receive(now, &inbox[..n]);
//!     engine.advance(now);
//!     let outgoing = engine.outgoing(now);
//!     let n = outgoing.len();
//!     module.receive(now, outgoing);
//!     engine.sent(now, n);
//!     if let Some(Event::Trouble(_, cause, remedy)) = engine.event() {
//!         break (cause, remedy);
//!     }
//!     now = Instant::from_millis(now.as_millis() + 1);
//! };
//! assert_eq!(trouble, (Cause::SimMissing, Remedy::None));
//! ```

#[allow(unused_imports, reason = "for the links of this page")]
use crate::engine::{Cause, Remedy};
