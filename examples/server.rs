//! A server on the module: it takes a connection and sends back what it gets.
//!
//! ```text
//! cargo run --example server --features emulator
//! cargo run --example server --features emulator -- --port /dev/ttyUSB0
//! ```
//!
//! Few can use one: EC618 and EC718 firmware has none, and behind a carrier's address translation no
//! client arrives. On a real module it waits five minutes for a client on port 5000.

pub(crate) mod common;

use common::{Arguments, Result, Uart};
use embedded_io::{Read, Write};
use luat_modem::blocking::Modem;
use luat_modem::engine::{Config, Memory};
use luat_modem::time::{Duration, SystemClock};
use std::net::{Ipv4Addr, TcpStream};
use std::thread;

fn main() -> std::process::ExitCode {
    common::main(run)
}

pub(crate) fn run(arguments: &Arguments) -> Result {
    let port = match arguments.port {
        Some(_) => 5000,
        None => common::far_end::free_port()?,
    };
    let uart = Uart::open(&arguments.port()?)?;
    let mut memory = Box::new(Memory::<3, 2048, 1536>::new());
    let modem = Modem::new(&mut memory, Config::new(), uart, SystemClock::new());
    modem.wait_ready(Duration::from_secs(180))?;

    let listener = modem.listen(port, Duration::from_secs(10))?;
    // On the network of this machine, a module in software is at 127.0.0.1.
    let client = arguments
        .port
        .is_none()
        .then(|| thread::spawn(move || call(port)));
    let (mut socket, from) = listener.accept(Some(Duration::from_secs(300)))?;
    println!("{from} came");
    let mut buffer = [0; 256];
    loop {
        // 0 when the client has closed.
        let n = socket.read(&mut buffer)?;
        if n == 0 {
            break;
        }
        socket.write_all(&buffer[..n])?;
        socket.flush()?;
    }
    println!("{:?}", socket.close());
    match client.map(thread::JoinHandle::join) {
        None => Ok(()),
        Some(Ok(result)) => Ok(result?),
        Some(Err(_)) => Err("the client panicked".into()),
    }
}

/// The client.
fn call(port: u16) -> std::io::Result<()> {
    use std::io::{Read, Write};
    let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
    stream.set_read_timeout(Some(std::time::Duration::from_secs(60)))?;
    stream.write_all(b"hello, server")?;
    let mut answer = [0; 13];
    stream.read_exact(&mut answer)?;
    if &answer != b"hello, server" {
        return Err(std::io::Error::other("not what was sent"));
    }
    Ok(())
}
