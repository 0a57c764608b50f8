//! How fast the driver is on this machine, and `atat`'s digester on the same lines.
//!
//! ```text
//! cargo bench --bench speed
//! ```

mod load;

use divan::counter::BytesCount;
use divan::{Bencher, black_box};
use load::{Load, PIECE, peer};

/// Sizes of the pieces in which the UART brings and takes bytes.
const PIECES: [usize; 4] = [PIECE, 64, 7, 1];

const BYTES: usize = 10 * PIECE;

fn main() {
    divan::main();
}

#[divan::bench(args = PIECES)]
fn receive(bencher: Bencher, piece: usize) {
    let mut load = Load::new();
    bencher
        .counter(BytesCount::new(BYTES))
        .bench_local(|| load.receive(black_box(piece), BYTES));
}

#[divan::bench(args = PIECES)]
fn pull(bencher: Bencher, piece: usize) {
    let mut load = Load::pulling();
    bencher
        .counter(BytesCount::new(BYTES))
        .bench_local(|| load.pull(black_box(piece), BYTES));
}

#[divan::bench(args = PIECES)]
fn send(bencher: Bencher, piece: usize) {
    let mut load = Load::new();
    bencher
        .counter(BytesCount::new(BYTES))
        .bench_local(|| load.send(black_box(piece), BYTES));
}

#[divan::bench]
fn event(bencher: Bencher) {
    let mut load = Load::new();
    bencher.bench_local(|| load.event());
}

#[divan::bench]
fn exchange(bencher: Bencher) {
    let mut load = Load::new();
    bencher.bench_local(|| load.exchange());
}

#[divan::bench(args = PIECES)]
fn lines(bencher: Bencher, piece: usize) {
    bencher
        .counter(BytesCount::new(peer::LINES.len()))
        .bench_local(|| peer::framer(black_box(piece)));
}

#[divan::bench(args = PIECES)]
fn lines_atat(bencher: Bencher, piece: usize) {
    bencher
        .counter(BytesCount::new(peer::LINES.len()))
        .bench_local(|| peer::digester(black_box(piece)));
}
