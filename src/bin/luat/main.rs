//! `luat`: a Luat/Air module from the desktop.
//!
//! ```text
//! commands/*   what the user wants: tcp, at, diag, demo, emulate
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
mod software;
mod tap;
mod text;
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
        Task::At(task) => commands::at::run(&args.common, task),
        Task::Diag => commands::diag::run(&args.common),
        Task::Emulate(task) => commands::emulate::run(&args.common, task),
    });
    match done {
        Ok(code) => ExitCode::from(code),
        Err(failure) => {
            failure.tell(args.common.json, matches!(args.task, Task::Tcp(_)));
            ExitCode::from(failure.exit)
        }
    }
}
