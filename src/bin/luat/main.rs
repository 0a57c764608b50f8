//! `luat`: a Luat/Air module from the desktop.
//!
//! ```text
//! commands/*   what the user wants, one file or folder each
//! args/*       the command line; settings: what the configuration file adds to it
//! traffic/*    data of which every byte is known, for `bench` and `demo`
//! session      the driver (`engine`) with a port: the run loop, and when to give up
//! console      raw lines without the driver, for `at` and `diag`
//! port/*       a serial port, the module in software in this process, or what one once said
//! software/*   the module in software, and what is wrong with it
//! pty, tcp_line  the module in software on a pseudo terminal, or at a TCP port
//! exit, say    how it ends, and what is said on the way; manner, words: in which language
//! ```

mod args;
mod commands;
mod console;
mod driver;
mod duration;
mod exit;
mod interrupt;
mod lines;
mod logging;
mod manner;
mod port;
#[cfg(unix)]
mod pty;
mod say;
mod session;
mod settings;
mod size;
mod software;
mod tap;
mod tcp_line;
mod terminal;
mod text;
mod tls;
mod traffic;
mod verdict;
mod words;

use args::{Args, Task};
use clap::Parser;
use settings::Settings;
use std::process::ExitCode;

fn main() -> ExitCode {
    // The driver borrows host names, APN and PIN for as long as it lives.
    let mut args = Args::parse();
    let configured = Settings::read().and_then(|settings| settings.apply(&mut args));
    if let Task::Record(task) = &args.task {
        args.common.transcript = Some(task.file.clone());
    }
    let args: &'static Args = Box::leak(Box::new(args));
    manner::choose(&args.common);
    terminal::keep();
    logging::start(&args.common);
    let configured = match args.task {
        // Who mends the file must be able to look at it.
        Task::Config(_) => Ok(()),
        _ => configured,
    };
    let checked = configured
        .and_then(|()| text::check_options(args))
        .and_then(|()| interrupt::listen());
    let done = checked.and_then(|()| match &args.task {
        Task::Demo => commands::demo::run(&args.common),
        Task::Tcp(task) => commands::tcp::run(&args.common, task),
        Task::Udp(task) => commands::udp::run(&args.common, task),
        Task::Listen(task) => commands::listen::run(&args.common, task),
        Task::Bridge(task) => commands::bridge::run(&args.common, task),
        Task::Ws(task) => commands::ws::run(&args.common, task),
        Task::Bench(task) => commands::bench::run(&args.common, task),
        Task::Forward(task) => commands::gate::forward(&args.common, task),
        Task::Socks(task) => commands::gate::socks(&args.common, task),
        Task::Completions(task) => commands::completions::run(task),
        Task::Config(task) => commands::config::run(&args.common, task),
        Task::Man(task) => commands::man::run(task),
        Task::Ports(task) => commands::ports::run(&args.common, task),
        Task::Info(task) => commands::info::run(&args.common, task),
        Task::Watch(task) => commands::watch::run(&args.common, task),
        Task::Term(task) => commands::term::run(&args.common, task),
        Task::At(task) => commands::at::run(&args.common, task),
        Task::Diag(task) => commands::diag::run(&args.common, task),
        Task::Explain(task) => commands::explain::run(&args.common, task),
        Task::Redact(task) => commands::redact::run(task),
        Task::Record(task) => commands::record::run(&args.common, task),
        Task::Replay(task) => commands::replay::run(&args.common, task),
        Task::Report(task) => commands::report::run(task),
        Task::Emulate(task) => commands::emulate::run(&args.common, task),
    });
    terminal::restore();
    match done {
        Ok(code) => ExitCode::from(code),
        Err(failure) if failure.exit == exit::DONE => ExitCode::SUCCESS,
        Err(failure) => {
            let stdout_is_data = matches!(
                args.task,
                Task::Tcp(_) | Task::Udp(_) | Task::Listen(_) | Task::Ws(_)
            );
            failure.tell(args.common.json, stdout_is_data);
            ExitCode::from(failure.exit)
        }
    }
}
