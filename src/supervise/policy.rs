//! When a link that is to persist is tried again, and what is done if that is in vain.

use crate::engine::Remedy;
use crate::time::Duration;

/// How a [`Persistent`](super::Persistent) link reconnects.
///
/// ```text
/// try, pause, try, pause, try, round_pause, try … after the last round: the next rung of the ladder
/// ```
///
/// [`Policy::new`] has the numbers of the long-connection example of the 2G modules (openLuat,
/// Luat_2G_RDA_8955, demo/socket/long_connection): three tries 5 s apart, 20 s, three such rounds.
/// That example counts what follows a first try, so its rounds are one try longer; it restarts its
/// module at the end, which here is the ladder's last rung.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Policy<'l> {
    /// Tries of a round. Default 3.
    pub tries: u8,
    /// From the end of a try, or of a connection, to the next try. Default 5 s.
    pub pause: Duration,
    /// Rounds before the ladder. Default 3.
    pub rounds: u8,
    /// From the end of a round to the next. Default 20 s.
    pub round_pause: Duration,
    /// What is tried when all rounds were in vain: one rung at a time, with new rounds in between.
    /// Each ends every link of the module. Default: [`Remedy::Shut`], [`Remedy::Radio`],
    /// [`Remedy::Reset`].
    pub ladder: &'l [Remedy],
    /// A rung is left out, and the user told at once, while other links hear from their far ends:
    /// then it is not the module that fails. Default: yes.
    pub spare_others: bool,
    /// The pause before all begins anew when the ladder was climbed in vain; `None` stops. Default
    /// 5 min.
    pub rest: Option<Duration>,
    /// A connection was of use if it carried data both ways, or was open for so long; one that was not
    /// counts as a failed try. Default 60 s.
    pub settled: Duration,
    /// Connections in a row that ended because the module could not send, before `CIPSHUT`; 0 for
    /// never. The old link is closed before a new one is opened in any case: to reconnect beside it
    /// is what the example warns of. Default 2.
    pub send_failures: u8,
}

impl<'l> Policy<'l> {
    /// Three tries 5 s apart, three rounds 20 s apart, then the ladder.
    #[must_use]
    pub const fn new() -> Self {
        Self {
            tries: 3,
            pause: Duration::from_secs(5),
            rounds: 3,
            round_pause: Duration::from_secs(20),
            ladder: &[Remedy::Shut, Remedy::Radio, Remedy::Reset],
            spare_others: true,
            rest: Some(Duration::from_secs(300)),
            settled: Duration::from_secs(60),
            send_failures: 2,
        }
    }

    /// The same with another ladder; an empty one only tells the user.
    #[must_use]
    pub const fn with_ladder(mut self, ladder: &'l [Remedy]) -> Self {
        self.ladder = ladder;
        self
    }
}

impl Default for Policy<'_> {
    fn default() -> Self {
        Self::new()
    }
}

/// How often something was tried in vain: tries in rounds, rounds in rungs.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Climb {
    tries: u8,
    rounds: u8,
    rung: u8,
    /// Connections that ended because the module could not send.
    pub(super) send_failures: u8,
}

/// What follows a try that was in vain.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Next {
    Again(Duration),
    Climb(Remedy),
    GiveUp,
}

impl Climb {
    /// A try failed.
    pub(super) fn failed(&mut self, policy: &Policy<'_>) -> Next {
        self.tries = self.tries.saturating_add(1);
        if self.tries < policy.tries {
            return Next::Again(policy.pause);
        }
        self.tries = 0;
        self.rounds = self.rounds.saturating_add(1);
        if self.rounds < policy.rounds {
            return Next::Again(policy.round_pause);
        }
        self.rounds = 0;
        let rung = policy.ladder.get(usize::from(self.rung));
        match rung.copied().filter(|remedy| *remedy != Remedy::None) {
            Some(remedy) => {
                self.rung = self.rung.saturating_add(1);
                Next::Climb(remedy)
            }
            None => {
                self.rung = 0;
                Next::GiveUp
            }
        }
    }

    /// The number of the next try in its round, and of that round, from 1 on.
    pub(super) const fn next(&self) -> (u8, u8) {
        (self.tries.saturating_add(1), self.rounds.saturating_add(1))
    }

    /// The module could not send; whether that happened too often.
    pub(super) fn could_not_send(&mut self, policy: &Policy<'_>) -> bool {
        self.send_failures = self.send_failures.saturating_add(1);
        let too_often = policy.send_failures > 0 && self.send_failures >= policy.send_failures;
        if too_often {
            self.send_failures = 0;
        }
        too_often
    }
}
