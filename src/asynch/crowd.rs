//! Tasks that wait for the same thing.

use core::task::Waker;

/// Tasks that can wait at a time without being woken in vain.
const PLACES: usize = 16;

/// A crowd of waiting tasks. One more than there are places takes the place of the one that has waited
/// longest, which is woken and comes back: nobody is forgotten, and at any time only one is awake.
pub(super) struct Crowd {
    places: [Option<Waker>; PLACES],
    oldest: usize,
}

impl Crowd {
    pub(super) const fn new() -> Self {
        Self {
            places: [const { None }; PLACES],
            oldest: 0,
        }
    }

    pub(super) fn register(&mut self, waker: &Waker) {
        let mut places = self.places.iter().flatten();
        if places.any(|waiting| waiting.will_wake(waker)) {
            return;
        }
        let free = self.places.iter().position(Option::is_none);
        let at = free.unwrap_or_else(|| {
            let oldest = self.oldest;
            self.oldest = oldest.wrapping_add(1).checked_rem(PLACES).unwrap_or(0);
            oldest
        });
        if let Some(place) = self.places.get_mut(at)
            && let Some(displaced) = place.replace(waker.clone())
        {
            displaced.wake();
        }
    }

    pub(super) fn wake(&mut self) {
        self.oldest = 0;
        for place in &mut self.places {
            if let Some(waker) = place.take() {
                waker.wake();
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use core::sync::atomic::{AtomicU32, Ordering};
    use std::sync::Arc;
    use std::task::Wake;
    use std::vec::Vec;

    struct Count(AtomicU32);

    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    fn tasks(n: usize) -> (Vec<Arc<Count>>, Vec<Waker>) {
        let counts: Vec<_> = (0..n).map(|_| Arc::new(Count(AtomicU32::new(0)))).collect();
        let wakers = counts.iter().cloned().map(Waker::from).collect();
        (counts, wakers)
    }

    fn woken(counts: &[Arc<Count>]) -> Vec<u32> {
        let load = |count: &Arc<Count>| count.0.load(Ordering::Relaxed);
        counts.iter().map(load).collect()
    }

    #[test]
    fn as_many_as_there_are_places_sleep() {
        let (counts, wakers) = tasks(PLACES);
        let mut crowd = Crowd::new();
        for _ in 0..3 {
            wakers.iter().for_each(|waker| crowd.register(waker));
        }
        assert_eq!(woken(&counts), [0; PLACES]);
        crowd.wake();
        crowd.wake();
        assert_eq!(woken(&counts), [1; PLACES]);
    }

    /// Each that is pushed out pushes out one other; all are woken in the end.
    #[test]
    fn one_more_wakes_one_at_a_time() {
        let (counts, wakers) = tasks(PLACES + 1);
        let mut crowd = Crowd::new();
        wakers.iter().for_each(|waker| crowd.register(waker));
        for round in 1..=40 {
            assert_eq!(woken(&counts).iter().sum::<u32>(), round);
            let out = (round as usize - 1) % (PLACES + 1);
            crowd.register(&wakers[out]);
        }
        let before = woken(&counts);
        crowd.wake();
        let after = woken(&counts);
        let asleep = after.iter().zip(before).filter(|(now, then)| *now > then);
        assert_eq!(asleep.count(), PLACES);
    }
}
