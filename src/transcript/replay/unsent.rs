//! What the user wrote and the driver never sent: it is not on the line, only an `expect` tells it.

use super::run::Run;
use crate::engine::LinkId;
use crate::transcript::EntryKind;
use std::vec;

impl Run<'_, '_> {
    /// Queues what the links lack that end here, as the `expect` entries at this place tell.
    pub(super) fn queue_unsent(&mut self) {
        let transcript = self.transcript;
        let ahead = transcript.entries.iter().skip(self.entry).enumerate();
        for (index, entry) in ahead {
            match &entry.kind {
                EntryKind::Expect(text) => self.queue_for(text, None),
                // The entry itself, remarks, and what is said in the same breath.
                _ if index == 0 => {}
                EntryKind::Comment(_) => {}
                EntryKind::ToModule(_) if entry.at.is_none_or(|at| at <= self.now) => {}
                EntryKind::FromModule(_) if entry.at.is_some_and(|at| at <= self.now) => {}
                EntryKind::ToModule(_) | EntryKind::FromModule(_) => break,
            }
        }
    }

    /// The same for a link that is aborted now, and whose end is told later.
    pub(super) fn queue_unsent_of(&mut self, link: u8) {
        let transcript = self.transcript;
        let told = transcript.entries.iter().skip(self.entry);
        let told = told.filter_map(|entry| match &entry.kind {
            EntryKind::Expect(text) => Some(text),
            _ => None,
        });
        if let Some(text) = told
            .into_iter()
            .find(|text| ended(text).is_some_and(|e| e.0 == link))
        {
            self.queue_for(text, Some(link));
        }
    }

    fn queue_for(&mut self, text: &str, only: Option<u8>) {
        let Some((link, unsent)) = ended(text).filter(|e| only.is_none_or(|link| link == e.0))
        else {
            return;
        };
        let Some(id) = self.user.id(link) else {
            return;
        };
        self.fill_up(id, unsent);
    }

    fn fill_up(&mut self, id: LinkId, unsent: usize) {
        let queued = self.engine.status(id).map_or(0, |status| status.unsent);
        // They never get to the module, so any will do. If there is no room, the `expect` says so.
        let _ = self
            .engine
            .send(id, &vec![0; unsent.saturating_sub(queued)]);
    }
}

/// The link and the number in `closed link 0: closed by us, 12 unsent, 0 unacknowledged`.
fn ended(text: &str) -> Option<(u8, usize)> {
    let (link, rest) = text.strip_prefix("closed link ")?.split_once(": ")?;
    let (before, _) = rest.split_once(" unsent, ")?;
    let (_, unsent) = before.rsplit_once(", ")?;
    Some((link.parse().ok()?, unsent.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{CloseReason, Closed};
    use std::format;

    #[test]
    fn the_text_of_the_event_is_read() {
        let closed = Closed {
            reason: CloseReason::Error(14),
            unsent: 12,
            unacknowledged: 3,
        };
        assert_eq!(ended(&format!("closed link 7: {closed}")), Some((7, 12)));
        assert_eq!(ended("connected link 7"), None);
    }
}
