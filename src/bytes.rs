//! Copying, moving and finding in byte slices, such that the compiler leaves no panic in it.

use core::cell::Cell;

/// Copies what `to` has room for; says how much that is.
pub(crate) fn copy(to: &mut [u8], from: &[u8]) -> usize {
    let n = to.len().min(from.len());
    // Of one length, which the compiler sees.
    if let (Some(to), Some(from)) = (to.get_mut(..n), from.get(..n)) {
        to.copy_from_slice(from);
    }
    n
}

/// Moves what stands from `start` to `end` down to `to`.
pub(crate) fn move_down(memory: &mut [u8], start: usize, end: usize, to: usize) {
    let cells = Cell::from_mut(memory).as_slice_of_cells();
    if let (true, Some(to), Some(from)) = (to <= start, cells.get(to..), cells.get(start..end)) {
        for (to, from) in to.iter().zip(from) {
            to.set(from.get());
        }
    }
}

/// Where `word`, which is not empty, begins in `text`.
pub(crate) fn find(text: &[u8], word: &[u8]) -> Option<usize> {
    (0..text.len()).find(|at| text.get(*at..).is_some_and(|rest| rest.starts_with(word)))
}

/// What stands behind the first `word` in `text`.
pub(crate) fn behind<'t>(text: &'t [u8], word: &[u8]) -> Option<&'t [u8]> {
    text.get(find(text, word)?.saturating_add(word.len())..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn found_and_what_is_behind() {
        assert_eq!(find(b"+CGEV: NW DEACT", b"ACT"), Some(12));
        assert_eq!(behind(b"abcabd", b"ab"), Some(&b"cabd"[..]));
        assert_eq!(behind(b"abc", b"bc"), Some(&b""[..]));
        assert_eq!(find(b"ab", b"abc"), None);
    }

    #[test]
    fn moved_down_and_only_down() {
        let mut memory = *b"0123456789";
        move_down(&mut memory, 4, 8, 2);
        assert_eq!(&memory, b"0145676789");
        move_down(&mut memory, 2, 4, 5);
        move_down(&mut memory, 8, 11, 0);
        assert_eq!(&memory, b"0145676789");
    }

    #[test]
    fn copied_as_far_as_it_goes() {
        let mut to = [0; 3];
        assert_eq!((copy(&mut to, b"abcd"), &to), (3, b"abc"));
        assert_eq!((copy(&mut to, b"x"), &to), (1, b"xbc"));
    }
}
