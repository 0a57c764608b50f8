//! TLS, done by the module: the certificate of the authority is written into it once.
//!
//! ```text
//! cargo run --example tls --features emulator
//! cargo run --example tls --features emulator -- --port /dev/ttyUSB0 --to HOST:PORT     with ca.pem here
//! ```

pub(crate) mod common;

use common::{Arguments, Result, Uart, said};
use embedded_io::{Read, Write};
use luat_modem::Error;
use luat_modem::blocking::Modem;
use luat_modem::engine::{Config, Memory, Tls};
use luat_modem::time::{Duration, SystemClock};

fn main() -> std::process::ExitCode {
    common::main(run)
}

pub(crate) fn run(arguments: &Arguments) -> Result {
    let (host, port, authority) = match (&arguments.to, &arguments.port) {
        (Some((host, port)), _) => (host.clone(), *port, std::fs::read_to_string("ca.pem")?),
        (None, _) => {
            let (_, port) = arguments.far_end(|| Ok(0))?;
            let (own, authority) = common::far_end::tls()?;
            ("localhost".into(), port.max(own), authority)
        }
    };
    let uart = Uart::open(&arguments.port()?)?;

    // The server must have a certificate for this very name, signed by this authority.
    let profiles = [Tls::trusting("ca.crt")?];
    let mut memory = Box::new(Memory::<3, 2048, 1536>::new());
    let config = Config::new().tls(&profiles);
    let modem = Modem::new(&mut memory, config, uart, SystemClock::new());
    modem.wait_ready(Duration::from_secs(180))?;
    // It stays in the flash of the module: once is enough.
    modem.write_file("ca.crt", authority.as_bytes())?;

    let mut socket = modem.connect_tls(0, &host, port, Duration::from_secs(150))?;
    socket.write_all(b"a secret")?;
    let mut answer = [0; 8];
    socket.read_exact(&mut answer).map_err(said)?;
    println!("{}", String::from_utf8_lossy(&answer));
    println!("{:?}", socket.close());

    // The same server by a name that its certificate is not for.
    if arguments.to.is_none() {
        match modem.connect_tls(0, "127.0.0.1", port, Duration::from_secs(150)) {
            Err(Error::ConnectFailed(why)) => println!("refused, as it should be: {why}"),
            Ok(_) => return Err("a certificate for another name was taken".into()),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
