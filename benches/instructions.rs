//! What the driver costs in instructions, which do not depend on the load of the machine.
//!
//! Needs valgrind and `cargo install gungraun-runner` in the version that `Cargo.lock` has of gungraun.
//! `.ci/cost` gives the same figures a byte with valgrind alone.
//!
//! ```text
//! cargo bench --bench instructions
//! ```

// What the macros make.
#![allow(missing_docs, unreachable_pub)]

mod load;

use gungraun::{library_benchmark, library_benchmark_group};
use load::{Load, PIECE, peer};
use std::hint::black_box;

const BYTES: usize = 10 * PIECE;

fn with(piece: usize) -> (Load, usize) {
    (Load::new(), piece)
}

#[library_benchmark]
#[benches::pieces(args = [1460, 64, 7, 1], setup = with)]
fn receive((mut load, piece): (Load, usize)) -> Load {
    load.receive(black_box(piece), BYTES);
    load
}

fn pulling(piece: usize) -> (Load, usize) {
    (Load::pulling(), piece)
}

#[library_benchmark]
#[benches::pieces(args = [1460, 64, 7, 1], setup = pulling)]
fn pull((mut load, piece): (Load, usize)) -> Load {
    load.pull(black_box(piece), BYTES);
    load
}

#[library_benchmark]
#[benches::pieces(args = [1460, 64, 7, 1], setup = with)]
fn send((mut load, piece): (Load, usize)) -> Load {
    load.send(black_box(piece), BYTES);
    load
}

#[library_benchmark]
#[bench::notice(Load::new())]
fn event(mut load: Load) -> Load {
    black_box(load.event());
    load
}

#[library_benchmark]
#[bench::signal(Load::new())]
fn exchange(mut load: Load) -> Load {
    load.exchange();
    load
}

#[library_benchmark]
#[benches::pieces(args = [1460, 64, 7, 1])]
fn lines(piece: usize) -> usize {
    peer::framer(black_box(piece))
}

#[library_benchmark]
#[benches::pieces(args = [1460, 64, 7, 1])]
fn lines_atat(piece: usize) -> usize {
    peer::digester(black_box(piece))
}

library_benchmark_group!(
    name = engine,
    benchmarks = [receive, pull, send, event, exchange]
);
library_benchmark_group!(name = wire, benchmarks = [lines, lines_atat]);

fn main() {
    // `cargo test` has no argument, and no runner may be there.
    if std::env::args().len() > 1 {
        measured::run();
    }
}

mod measured {
    use super::{engine, wire};
    use gungraun::main;

    main!(library_benchmark_groups = [engine, wire]);

    pub(crate) fn run() {
        main();
    }
}
