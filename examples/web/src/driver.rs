//! The driver together with the memory that it works in.

use luat_modem::engine::{Config, Engine, Memory};
use luat_modem::time::Instant;
use self_cell::{MutBorrow, self_cell};

/// A browser has room: what comes in a second at 921600 baud waits in the links, if it must.
type Ground = Memory<10, 16384, 8192, 1536>;

self_cell!(
    struct Cell {
        owner: MutBorrow<Ground>,
        #[not_covariant]
        dependent: Engine,
    }
);

/// An engine that owns its memory.
pub(crate) struct Driver(Cell);

impl Driver {
    pub(crate) fn new(config: Config<'static>) -> Self {
        Self(Cell::new(MutBorrow::new(Memory::new()), |ground| {
            Engine::new(ground.borrow_mut(), config)
        }))
    }

    pub(crate) fn with<R>(&mut self, act: impl FnOnce(&mut Engine<'_>) -> R) -> R {
        self.0.with_dependent_mut(|_, engine| act(engine))
    }

    /// What it wants to send, without having sent it.
    pub(crate) fn outgoing(&mut self, now: Instant) -> Vec<u8> {
        self.with(|engine| engine.outgoing(now).to_vec())
    }
}
