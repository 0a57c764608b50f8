//! Silences that mean something.

use crate::time::Duration;

/// A line without its end is whole if nothing follows for so long. Only lines that cannot go on are
/// taken for whole.
pub(super) const LINE_PAUSE: Duration = Duration::from_millis(100);

/// Added to the silences, for clocks that differ.
pub(super) const MARGIN: Duration = Duration::from_millis(100);
