//! Messages that were written, until they are known to have arrived.

use heapless::Deque;

/// Ends of messages that are followed one by one; those beyond are followed together.
const FOLLOWED: usize = 8;

/// Messages that lie one behind the other on the connection.
#[derive(Clone, Copy, Debug)]
struct Group {
    messages: u16,
    /// The place on the connection behind the last of them.
    end: u32,
}

/// The messages that are on their way, oldest first.
#[derive(Debug, Default)]
pub(super) struct Written {
    groups: Deque<Group, FOLLOWED>,
}

impl Written {
    pub(super) const fn new() -> Self {
        Self {
            groups: Deque::new(),
        }
    }

    /// A message was written; so much of the connection lies before its end.
    pub(super) fn add(&mut self, end: u32) {
        if self.groups.is_full()
            && let Some(last) = self.groups.back_mut()
        {
            last.messages = last.messages.saturating_add(1);
            last.end = end;
            return;
        }
        // There is room.
        let _ = self.groups.push_back(Group { messages: 1, end });
    }

    /// So much of the connection has arrived: how many messages more that is.
    pub(super) fn arrived(&mut self, place: u32) -> u16 {
        let mut arrived = 0_u16;
        while let Some(first) = self.groups.front().filter(|first| first.end <= place) {
            arrived = arrived.saturating_add(first.messages);
            self.groups.pop_front();
        }
        arrived
    }

    /// The place on the connection behind the first of them.
    pub(super) fn first_end(&self) -> Option<u32> {
        self.groups.front().map(|first| first.end)
    }

    /// How many there are.
    pub(super) fn count(&self) -> u16 {
        let messages = self.groups.iter().map(|group| group.messages);
        messages.fold(0, u16::saturating_add)
    }
}

#[cfg(test)]
mod tests {
    use super::Written;

    #[test]
    fn each_is_told_once_however_many_there_are() {
        let mut written = Written::new();
        for end in 1..=20 {
            written.add(end * 10);
        }
        assert_eq!((written.count(), written.first_end()), (20, Some(10)));
        assert_eq!(written.arrived(9), 0);
        assert_eq!(written.arrived(35), 3);
        // Those beyond the first are followed together.
        assert_eq!(written.arrived(199), 4);
        written.add(210);
        assert_eq!((written.arrived(200), written.count()), (13, 1));
        assert_eq!((written.arrived(210), written.count()), (1, 0));
    }
}
