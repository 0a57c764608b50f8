//! The module's own heartbeat, which goes on while the host sleeps.

use crate::at::Number;
use crate::at::heartbeat::{HeartbeatBytes, SetHeartbeat, SetHeartbeatBytes};
use crate::engine::{CommandError, CommandFailure, Engine, LinkId, LinkState, Ticket};
use core::fmt;

/// A heartbeat that the module sends by itself, on one link: there is only one in the module.
///
/// It is set when the link is open, and switched off when the link is over, so that it does not go to
/// whoever gets its number next. While another command of the user is unanswered it waits.
///
/// The host sees nothing of it: it counts in no account, and nobody notices if it is not answered. If
/// the module counts its bytes in `AT+CIPACK`, which is unverified, then a piece whose result was
/// lost is taken for sent when it was not. So use it where the host writes nothing for long, and
/// [`Heartbeat`](super::Heartbeat) where it does.
///
/// On the wire: `AT^HEARTBEATHEX=0,4,62656174`, `AT^HEARTCONFIG=1,0,120`, later `AT^HEARTCONFIG=0`,
/// each -> `OK`. The bytes come first, so that the module's own choice, its IMEI, is never sent.
/// Source: vendor manual, HEARTCONFIG and HEARTBEATHEX. Unverified on hardware.
///
/// ```
/// use luat_modem::at::Number;
/// use luat_modem::at::heartbeat::HeartbeatBytes;
/// use luat_modem::supervise::ModuleHeartbeat;
/// let heartbeat = ModuleHeartbeat::new(HeartbeatBytes::new(b"beat")?, Number::clamped(120));
/// # Ok::<(), luat_modem::wire::BadArgument>(())
/// ```
#[derive(Clone, Debug)]
pub struct ModuleHeartbeat<'p> {
    bytes: HeartbeatBytes<'p>,
    period_s: Number<5, 600>,
    /// The link that it was set, or refused, on.
    link: Option<LinkId>,
    stage: Stage,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Off,
    /// What is to be said, and the ticket once it is being said.
    Saying(Saying, Option<Ticket>),
    On,
    Refused,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Saying {
    Bytes,
    On,
    Off,
}

impl Saying {
    const fn name(self) -> &'static str {
        match self {
            Self::Bytes => "AT^HEARTBEATHEX",
            Self::On | Self::Off => "AT^HEARTCONFIG",
        }
    }
}

/// What became of the module's heartbeat.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ModuleBeat {
    /// It is on for this link.
    On(LinkId),
    /// It is off.
    Off,
    /// The firmware lacks this command, or does not take it.
    NotSupported(&'static str, CommandFailure),
    /// The command does not fit into the line buffer.
    TooLong,
}

impl fmt::Display for ModuleBeat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::On(link) => write!(f, "the module sends heartbeats on {link}"),
            Self::Off => f.write_str("the module sends no heartbeats"),
            Self::NotSupported(name, failure) => {
                write!(
                    f,
                    "this firmware has no heartbeat of its own ({name}): {failure}"
                )
            }
            Self::TooLong => {
                f.write_str("the heartbeat does not fit into the line buffer; enlarge LINE")
            }
        }
    }
}

impl<'p> ModuleHeartbeat<'p> {
    /// A heartbeat of `bytes`, every `period_s` seconds.
    #[must_use]
    pub const fn new(bytes: HeartbeatBytes<'p>, period_s: Number<5, 600>) -> Self {
        Self {
            bytes,
            period_s,
            link: None,
            stage: Stage::Off,
        }
    }

    /// Sets it on `link` if that is open, or switches it off. Call it after each turn of the engine;
    /// it has no deadline of its own.
    pub fn advance(&mut self, engine: &mut Engine<'_>, link: Option<LinkId>) -> Option<ModuleBeat> {
        let is_open = |link: &LinkId| {
            engine
                .status(*link)
                .is_some_and(|status| status.state == LinkState::Open)
        };
        let wanted = link.filter(is_open);
        match self.stage {
            Stage::Off => {
                self.link = Some(wanted?);
                self.stage = Stage::Saying(Saying::Bytes, None);
            }
            Stage::On if wanted != self.link => self.stage = Stage::Saying(Saying::Off, None),
            Stage::Refused if wanted != self.link => self.stage = Stage::Off,
            Stage::On | Stage::Refused | Stage::Saying(..) => {}
        }
        match self.stage {
            Stage::Saying(saying, None) => self.say(engine, saying),
            Stage::Saying(saying, Some(ticket)) => self.hear(engine, saying, ticket),
            Stage::Off | Stage::On | Stage::Refused => None,
        }
    }

    fn say(&mut self, engine: &mut Engine<'_>, saying: Saying) -> Option<ModuleBeat> {
        let link = self.link?.number();
        let ticket = match saying {
            Saying::Bytes => engine.command(&SetHeartbeatBytes {
                link: Some(link),
                bytes: self.bytes,
            }),
            Saying::On => engine.command(&SetHeartbeat::On {
                link,
                period_s: self.period_s,
            }),
            Saying::Off => engine.command(&SetHeartbeat::Off),
        };
        match ticket {
            Ok(ticket) => self.stage = Stage::Saying(saying, Some(ticket)),
            // In its turn.
            Err(CommandError::Busy) => {}
            Err(_) => {
                self.stage = Stage::Refused;
                return Some(ModuleBeat::TooLong);
            }
        }
        None
    }

    fn hear(
        &mut self,
        engine: &mut Engine<'_>,
        saying: Saying,
        ticket: Ticket,
    ) -> Option<ModuleBeat> {
        let answer = engine.answer(ticket)?.map(|_| ());
        engine.abandon(ticket);
        let (stage, beat) = match (saying, answer) {
            (Saying::Bytes, Ok(())) => (Stage::Saying(Saying::On, None), None),
            (Saying::On, Ok(())) => (Stage::On, self.link.map(ModuleBeat::On)),
            // Nothing of it is left after a restart.
            (Saying::Off, Ok(()) | Err(CommandFailure::Restarted)) => {
                (Stage::Off, Some(ModuleBeat::Off))
            }
            (_, Err(failure @ CommandFailure::Refused(_))) => {
                let refused = ModuleBeat::NotSupported(saying.name(), failure);
                (Stage::Refused, Some(refused))
            }
            // Nobody knows how it stands.
            (_, Err(_)) => (Stage::Saying(Saying::Off, None), None),
        };
        self.stage = stage;
        beat
    }
}
