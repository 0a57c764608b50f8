//! The pass-through beside the blocking end, with a second UART that a test speaks for.

use crate::bench::{BYTES, echo, hold, noise};
use crate::blocking_bench::{World, luatos, network};
use embedded_io::{ErrorKind, ErrorType, Read, ReadReady, Write};
use luat_modem::blocking::Modem;
use luat_modem::emulator::Fault;
use luat_modem::engine::{Config, Memory};
use luat_modem::passthrough::blocking::{Error, changed, turn};
use luat_modem::passthrough::{Change, Passthrough};
use luat_modem::time::Clock;

/// What it will bring, and what it got; it writes little at a time.
struct Port {
    coming: Vec<u8>,
    heard: Vec<u8>,
    is_broken: bool,
}

impl ErrorType for Port {
    type Error = ErrorKind;
}

impl ReadReady for Port {
    fn read_ready(&mut self) -> Result<bool, ErrorKind> {
        Ok(!self.coming.is_empty())
    }
}

impl Read for Port {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, ErrorKind> {
        if self.is_broken {
            return Err(ErrorKind::BrokenPipe);
        }
        let n = buffer.len().min(self.coming.len()).min(50);
        buffer[..n].copy_from_slice(&self.coming[..n]);
        self.coming.drain(..n);
        Ok(n)
    }
}

impl Write for Port {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, ErrorKind> {
        let n = bytes.len().min(11);
        self.heard.extend_from_slice(&bytes[..n]);
        Ok(n)
    }

    fn flush(&mut self) -> Result<(), ErrorKind> {
        Ok(())
    }
}

#[test]
fn a_loop_that_waits_carries_both_ways() {
    let world = World::new(luatos(), network());
    let mut memory = Box::new(Memory::<1, 512, 512>::new());
    let modem = Modem::new(&mut *memory, Config::new(), world.clone(), &world);
    let (mut kept, mut read) = ([0; 512], [0; 100]);
    let mut through = Passthrough::new(echo(), hold(), &mut kept, &mut read);
    let data = noise(8, BYTES);
    let mut port = Port {
        coming: data.clone(),
        heard: Vec::new(),
        is_broken: false,
    };
    while changed(&modem, &world, &mut through, &mut port).unwrap() != Change::Connected {}
    while port.heard.len() < BYTES {
        let mut moved = false;
        turn(&modem, &mut through, &mut port, &mut moved).unwrap();
        if !moved {
            world.idle(modem.with_engine(|engine| engine.deadline()));
        }
    }
    assert!(port.heard == data);
    world.inject(Fault::PdpDeact);
    while !matches!(
        changed(&modem, &world, &mut through, &mut port).unwrap(),
        Change::Lost(_)
    ) {}
    while changed(&modem, &world, &mut through, &mut port).unwrap() != Change::Connected {}
    let tally = through.tally();
    assert_eq!((tally.sent, tally.delivered), (BYTES as u64, BYTES as u64));
    port.is_broken = true;
    port.coming.push(0);
    let end = changed(&modem, &world, &mut through, &mut port);
    assert_eq!(end, Err(Error::Port(ErrorKind::BrokenPipe)));
}
