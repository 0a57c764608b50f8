//! `luat`: a Luat/Air module from the desktop.
//!
//! ```text
//! commands/*   what the user wants: tcp, udp, listen, bench, at, diag, demo, emulate
//! traffic/*    data of which every byte is known, for `bench` and `demo`
//! session      the driver (`engine`) with a port: the run loop, and when to give up
//! console      raw lines without the driver, for `at` and `diag`
//! port/*       a serial port, or the module in software in this process
//! pty          the module in software on a pseudo terminal
//! exit, say    how it ends, and what is said on the way
//! ```

#[cfg(not(unix))]
compile_error!(
    "the tool needs pseudo terminals and poll(2): build it on Linux, macOS or another Unix"
);

mod args;
mod commands;
mod console;
mod duration;
mod exit;
mod interrupt;
mod logging;
mod port;
mod pty;
mod say;
mod session;
mod size;
mod software;
mod tap;
mod text;
mod tls;
mod traffic;
mod verdict;

use args::{Args, Task};
use clap::Parser;
use std::process::ExitCode;

fn main() -> ExitCode {
    // The driver borrows host names, APN and PIN for as long as it lives.
    let args: &'static Args = Box::leak(Box::new(Args::parse()));
    logging::start(&args.common);
    let checked = text::check_options(args).and_then(|()| interrupt::listen());
    let done = checked.and_then(|()| match &args.task {
        Task::Demo => commands::demo::run(&args.common),
        Task::Tcp(task) => commands::tcp::run(&args.common, task),
        Task::Udp(task) => commands::udp::run(&args.common, task),
        Task::Listen(task) => commands::listen::run(&args.common, task),
        Task::Bench(task) => commands::bench::run(&args.common, task),
        Task::At(task) => commands::at::run(&args.common, task),
        Task::Diag => commands::diag::run(&args.common),
        Task::Emulate(task) => commands::emulate::run(&args.common, task),
    });
    match done {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            let stdout_is_data = matches!(args.task, Task::Tcp(_) | Task::Udp(_) | Task::Listen(_));
            failure.tell(args.common.json, stdout_is_data);
            ExitCode::from(failure.exit)
        }
    }
}
