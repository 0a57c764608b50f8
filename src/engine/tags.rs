//! Marks in what is written, told when the module has accepted all before them.

use super::{Engine, Event, LinkError, LinkId};
use core::fmt;
use heapless::Vec;

/// Tags that may be outstanding, of all links together.
const TAGS: usize = 12;

/// Why a tag was not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[cfg_attr(feature = "defmt", derive(defmt::Format))]
pub enum TagError {
    /// The link cannot be written to.
    Link(LinkError),
    /// Twelve tags are outstanding: wait for one to be told.
    TooMany,
}

impl fmt::Display for TagError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Link(error) => error.fmt(f),
            Self::TooMany => f.write_str("too many tags are outstanding; wait until one is sent"),
        }
    }
}

impl core::error::Error for TagError {}

#[derive(Clone, Copy, Debug)]
struct Tag {
    link: LinkId,
    /// Bytes of the link that stand before it and that the module has not accepted.
    ahead: u32,
    tag: u32,
}

/// The outstanding tags, in the order they were set.
#[derive(Debug, Default)]
pub(super) struct Tags(Vec<Tag, TAGS>);

impl Engine<'_> {
    /// Sets a tag behind what was written so far. [`Event::TagSent`] tells that the module has
    /// accepted all before it, [`Event::TagFailed`] that the link ended first or that the datagram
    /// before it could not be sent.
    ///
    /// # Errors
    /// [`TagError`].
    pub fn tag(&mut self, link: LinkId, tag: u32) -> Result<(), TagError> {
        let slot = self.slot(link).map_err(TagError::Link)?;
        if !slot.takes_data() {
            return Err(TagError::Link(slot.failure()));
        }
        let ahead = slot.unsent();
        if ahead == 0 {
            self.tell(Event::TagSent(link, tag));
            return Ok(());
        }
        self.tags
            .0
            .push(Tag { link, ahead, tag })
            .map_err(|_| TagError::TooMany)
    }

    /// The module accepted `bytes` of a link, or (`sent` is false) dropped a datagram of that size.
    pub(super) fn pass_tags(&mut self, index: u8, bytes: u16, sent: bool) {
        let Some(id) = self.id(index) else {
            return;
        };
        for tag in self.tags.0.iter_mut().filter(|tag| tag.link == id) {
            tag.ahead = tag.ahead.saturating_sub(bytes.into());
        }
        self.tell_tags(|tag| tag.link == id && tag.ahead == 0, sent);
    }

    /// The link is over.
    pub(super) fn fail_tags(&mut self, link: LinkId) {
        self.tell_tags(|tag| tag.link == link, false);
    }

    fn tell_tags(&mut self, due: impl Fn(&Tag) -> bool, sent: bool) {
        let mut left = Vec::new();
        for tag in &core::mem::take(&mut self.tags.0) {
            if !due(tag) {
                // No more than there were.
                let _ = left.push(*tag);
                continue;
            }
            let Tag { link, tag, .. } = *tag;
            self.tell(if sent {
                Event::TagSent(link, tag)
            } else {
                Event::TagFailed(link, tag)
            });
        }
        self.tags.0 = left;
    }
}
