//! Writing a file into the module piece by piece, for both ends.

use crate::at::Number;
use crate::at::file::{MAX_LENGTH, Name, Position, Write};
use crate::engine::{CommandError, Engine, Ticket};

/// How long the module waits for a piece: it is given as soon as the prompt is there.
const PATIENCE_S: u32 = 10;

/// Queues the command that appends as much of `data` as a line has room for; says how much.
pub(crate) fn append(
    engine: &mut Engine<'_>,
    name: Name<'_>,
    data: &[u8],
) -> Result<(Ticket, usize), CommandError> {
    let write = |length: usize| Write {
        name,
        position: Position::End,
        length: Number::clamped(u32::try_from(length).unwrap_or(MAX_LENGTH)),
        patience_s: Number::clamped(PATIENCE_S),
    };
    // No room is either an earlier command or a line that is too short: one byte tells which.
    let room = engine.room_beside(&write(data.len())).max(1);
    let most = usize::try_from(MAX_LENGTH).unwrap_or(usize::MAX);
    let length = data.len().min(room).min(most);
    let piece = data.get(..length).unwrap_or(data);
    let ticket = engine.command_with_data(&write(length), piece)?;
    Ok((ticket, length))
}
