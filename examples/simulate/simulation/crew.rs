//! Many runs on all cores, told in their order.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc;
use std::thread;

/// So many results may wait for one that takes long.
const AHEAD: usize = 4096;

/// Does `work` for every number below `count`, on `hands` threads, and gives the results to `tell` as
/// if they had come one after the other.
pub(crate) fn in_order<R: Send>(
    hands: usize,
    count: usize,
    work: impl Fn(usize) -> R + Sync,
    mut tell: impl FnMut(R),
) {
    if hands < 2 {
        return (0..count).map(work).for_each(tell);
    }
    let next = AtomicUsize::new(0);
    let told = AtomicUsize::new(0);
    let (sender, results) = mpsc::channel();
    thread::scope(|scope| {
        for _ in 0..hands {
            let (sender, next, told, work) = (sender.clone(), &next, &told, &work);
            scope.spawn(move || {
                loop {
                    let number = next.fetch_add(1, Ordering::Relaxed);
                    while number < count && number > told.load(Ordering::Relaxed) + AHEAD {
                        thread::yield_now();
                    }
                    if number >= count || sender.send((number, work(number))).is_err() {
                        return;
                    }
                }
            });
        }
        drop(sender);
        let mut early = BTreeMap::new();
        for (number, result) in results {
            early.insert(number, result);
            while let Some(result) = early.remove(&told.load(Ordering::Relaxed)) {
                told.fetch_add(1, Ordering::Relaxed);
                tell(result);
            }
        }
    });
}

/// One thread for each core.
pub(crate) fn all_hands() -> usize {
    thread::available_parallelism().map_or(1, usize::from)
}
