//! What the driver costs: flash, RAM and stack.
//!
//! ```text
//! cargo run --release -p luat-firmware-sizes                 the tables
//! cargo run --release -p luat-firmware-sizes -- --json       the same for programs
//! cargo run --release -p luat-firmware-sizes -- --no-stack   without running anything
//! cargo run --release -p luat-firmware-sizes -- --quick      Cortex-M4 and opt-level z only
//! cargo run --release -p luat-firmware-sizes -- --all        the whole of every list
//! cargo run --release -p luat-firmware-sizes -- --check      fails if anything grew, see `figures.json`
//! ```
//!
//! Flash is text and data. The driver's is the difference between `ten_links`, which brings a module up
//! and has a TCP client on ten links, and `control`, the same board without the driver; both without
//! words, panics that only stop, fat link-time optimisation. The peak of the stack is that of a run in
//! QEMU, interrupts included, of images that do say words.

mod elf;
mod last;
mod origin;
mod table;

use firmware_check::images::{Build, CORTEX_M4, install};
use firmware_check::run::{Round, run};
use firmware_check::{BOARDS, IMAGES, Result, images};
use origin::Origins;
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::thread;

/// A core without hardware floating point and compare-and-swap.
const CORTEX_M0: &str = "thumbv6m-none-eabi";

/// The programs that the blocking end, or none, is in.
const WITHOUT_EXECUTOR: [&str; 4] = ["control", "ten_links", "blocking", "bare"];

/// The programs on an executor.
const WITH_EXECUTOR: [&str; 2] = ["async_embassy", "mqtt"];

/// Parts, and the features that put them into `ten_links`.
const PARTS: [(&str, &str); 5] = [
    ("UDP socket beside the TCP ones", "measure-udp"),
    ("persistent link with heartbeat", "measure-persistent"),
    ("pass-through on a persistent link", "measure-passthrough"),
    ("WebSocket client over TCP", "measure-websocket"),
    ("`log`", "measure-log"),
];

/// Rows of a list that are shown.
const SHOWN: usize = 40;

/// The sizes of one program.
struct Program {
    name: &'static str,
    target: &'static str,
    opt_level: &'static str,
    flash: u64,
    ram: u64,
}

/// Something in a program and its bytes of flash.
struct Function {
    name: String,
    size: u64,
}

/// By size, the largest first.
fn sorted(sizes: BTreeMap<String, u64>) -> Vec<Function> {
    let mut functions: Vec<Function> = sizes
        .into_iter()
        .map(|(name, size)| Function { name, size })
        .collect();
    functions.sort_by_key(|function| std::cmp::Reverse(function.size));
    functions
}

/// A type and its size on a 32-bit core.
struct Part {
    name: &'static str,
    size: u64,
}

/// Everything that was measured.
#[derive(Default)]
struct Figures {
    programs: Vec<Program>,
    parts: Vec<Part>,
    /// Symbols that only `ten_links` has, on a Cortex-M4 with opt-level z, the largest first.
    symbols: Vec<Function>,
    /// Where its code comes from.
    origins: Origins,
    /// What `ten_links` grows by, on a Cortex-M4 with opt-level z.
    features: Vec<Function>,
    /// Peaks of the stack.
    stacks: Vec<(&'static str, u32)>,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let has = |option: &str| arguments.iter().any(|argument| argument == option);
    match measure(!has("--no-stack"), has("--quick")) {
        Ok(figures) if has("--check") => last::compare(&table::json(&figures)),
        Ok(mut figures) => {
            if !has("--all") {
                figures.symbols.truncate(SHOWN);
                figures.origins.functions.truncate(SHOWN);
                figures.origins.files.truncate(SHOWN);
            }
            if has("--json") {
                println!("{:#}", table::json(&figures));
            } else {
                print!("{}", table::text(&figures));
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

fn measure(with_stack: bool, quick: bool) -> Result<Figures> {
    let mut tools = vec![("arm-none-eabi-nm", "binutils-arm-none-eabi")];
    if with_stack {
        tools.push(("qemu-system-arm", "qemu-system-arm"));
    }
    install(&tools, &[CORTEX_M4, CORTEX_M0])?;
    let mut figures = Figures::default();
    let (targets, levels): (&[_], &[_]) = match quick {
        true => (&[CORTEX_M4], &["z"]),
        false => (&[CORTEX_M4, CORTEX_M0], &["z", "s"]),
    };
    for target in targets.iter().copied() {
        for opt_level in levels.iter().copied() {
            let plain = build(&WITHOUT_EXECUTOR, target, "", opt_level)?;
            let executor = build(&WITH_EXECUTOR, target, "mqtt", opt_level)?;
            let plain = WITHOUT_EXECUTOR.map(|name| (name, plain.join(name)));
            let executor = WITH_EXECUTOR.map(|name| (name, executor.join(name)));
            for (name, elf) in plain.into_iter().chain(executor) {
                let (flash, ram) = elf::sizes(&elf)?;
                figures.programs.push(Program {
                    name,
                    target,
                    opt_level,
                    flash,
                    ram,
                });
            }
        }
    }
    let folder = build(&["layout"], CORTEX_M4, "embassy,websocket", "z")?;
    figures.parts = parts(&elf::symbols(&folder.join("layout"))?);
    let folder = build(&["control", "ten_links"], CORTEX_M4, "", "z")?;
    figures.symbols = elf::difference(&folder.join("ten_links"), &folder.join("control"))?;
    figures.origins = origin::origins(&folder.join("ten_links"))?;
    let (without, _) = elf::sizes(&folder.join("ten_links"))?;
    for (name, feature) in PARTS {
        let folder = build(&["ten_links"], CORTEX_M4, feature, "z")?;
        let (with, _) = elf::sizes(&folder.join("ten_links"))?;
        figures.features.push(Function {
            name: name.into(),
            size: with.saturating_sub(without),
        });
    }
    if with_stack {
        figures.stacks = stacks()?;
    }
    Ok(figures)
}

fn build(
    images: &[&str],
    target: &'static str,
    features: &str,
    opt_level: &'static str,
) -> Result<PathBuf> {
    Build {
        images,
        target,
        features,
        qemu: false,
        opt_level,
        folder: &format!("sizes-{target}-{opt_level}"),
    }
    .run()
}

fn parts(symbols: &[Function]) -> Vec<Part> {
    let size = |name: &str| {
        let symbol = symbols.iter().find(|symbol| symbol.name == name);
        symbol.map_or(0, |symbol| symbol.size)
    };
    let (lines, one, ten) = (
        size("LAYOUT_LINES"),
        size("LAYOUT_ONE_LINK"),
        size("LAYOUT_TEN_LINKS"),
    );
    let modem = size("LAYOUT_BLOCKING_MODEM");
    [
        ("engine::Engine", size("LAYOUT_ENGINE")),
        (
            "blocking::Modem, with the engine and 256 bytes from the UART",
            modem,
        ),
        ("engine::Memory, three lines of 256 bytes", lines),
        (
            "engine::Memory, each link without its buffers",
            (ten - one) / 9,
        ),
        (
            "state for ten links: blocking::Modem and Memory without link buffers",
            modem + ten,
        ),
        (
            "state for ten links: asynch::Modem and Memory without link buffers",
            size("LAYOUT_ASYNCH_MODEM") + ten,
        ),
        ("blocking::TcpSocket", size("LAYOUT_TCP_SOCKET")),
        ("blocking::UdpSocket", size("LAYOUT_UDP_SOCKET")),
        ("supervise::Persistent", size("LAYOUT_PERSISTENT")),
        (
            "passthrough::Passthrough, with its Persistent, without its buffers",
            size("LAYOUT_PASSTHROUGH"),
        ),
        (
            "websocket::Client, with its Persistent",
            size("LAYOUT_WEBSOCKET"),
        ),
        ("supervise::Watchdog", size("LAYOUT_WATCHDOG")),
        (
            "supervise::power::Power, PWRKEY wired",
            size("LAYOUT_POWER"),
        ),
    ]
    .map(|(name, size)| Part { name, size })
    .into()
}

fn stacks() -> Result<Vec<(&'static str, u32)>> {
    let board = BOARDS[0];
    let images: Vec<_> = IMAGES
        .into_iter()
        .filter(|image| !image.needs_broker() || images::is_there("mosquitto"))
        .collect();
    let folder = board.build(&images)?;
    let runs: Vec<_> = images
        .into_iter()
        .map(|image| {
            let folder = folder.clone();
            thread::spawn(move || {
                // What goes wrong is where the stack is deepest.
                let outcome = run(image, board, &folder, Round::Faults)?;
                Ok((image.name, outcome.stack.unwrap_or_default()))
            })
        })
        .collect();
    let joined = runs.into_iter().map(|run| run.join());
    joined
        .map(|result| result.unwrap_or_else(|_| Err(String::from("a run panicked"))))
        .collect()
}
