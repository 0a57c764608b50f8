//! The pass-through beside the async end, with a second UART that a test speaks for.

use crate::asynch_bench::{World, luatos};
use crate::bench::{BYTES, echo, hold, noise};
use core::cell::RefCell;
use core::future::poll_fn;
use core::task::{Poll, Waker};
use embassy_sync::blocking_mutex::raw::NoopRawMutex;
use embedded_io::ErrorType;
use embedded_io_async::{Read, Write};
use luat_modem::asynch::Modem;
use luat_modem::emulator::Fault;
use luat_modem::engine::Config;
use luat_modem::passthrough::asynch::carry;
use luat_modem::passthrough::{Change, Passthrough};
use std::convert::Infallible;
use std::rc::Rc;

/// Both halves of the second UART. It ends when it has heard enough.
#[derive(Clone)]
struct Port(Rc<RefCell<Line>>);

struct Line {
    coming: Vec<u8>,
    heard: Vec<u8>,
    enough: usize,
    reader: Option<Waker>,
}

impl ErrorType for Port {
    type Error = Infallible;
}

impl Read for Port {
    async fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Infallible> {
        poll_fn(|context| {
            let line = &mut *self.0.borrow_mut();
            let n = buffer.len().min(line.coming.len());
            if n == 0 && line.heard.len() < line.enough {
                line.reader = Some(context.waker().clone());
                return Poll::Pending;
            }
            buffer[..n].copy_from_slice(&line.coming[..n]);
            line.coming.drain(..n);
            Poll::Ready(Ok(n))
        })
        .await
    }
}

impl Write for Port {
    async fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        let line = &mut *self.0.borrow_mut();
        let n = bytes.len().min(11);
        line.heard.extend_from_slice(&bytes[..n]);
        if line.heard.len() >= line.enough {
            line.reader.take().into_iter().for_each(Waker::wake);
        }
        Ok(n)
    }

    async fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}

async fn through(world: &World, modem: &Modem<'_, NoopRawMutex>) {
    let (mut kept, mut read) = ([0; 512], [0; 100]);
    let mut through = Passthrough::new(echo(), hold(), &mut kept, &mut read);
    let data = noise(9, BYTES);
    let port = Port(Rc::new(RefCell::new(Line {
        coming: data.clone(),
        heard: Vec::new(),
        enough: BYTES,
        reader: None,
    })));
    let mut told = Vec::new();
    let halves = (port.clone(), port.clone());
    carry(modem, &mut through, halves, world, |_, change| {
        told.push(change)
    })
    .await
    .unwrap();
    assert!(port.0.borrow().heard == data);
    assert!(told.contains(&Change::Connected), "{told:?}");

    // Another UART, and a connection that is lost: what it brings then goes out on the next.
    world.inject(Fault::PdpDeact);
    {
        let line = &mut *port.0.borrow_mut();
        line.heard.clear();
        line.coming = b"again".to_vec();
        line.enough = 5;
    }
    told.clear();
    let halves = (port.clone(), port.clone());
    carry(modem, &mut through, halves, world, |_, change| {
        told.push(change)
    })
    .await
    .unwrap();
    assert_eq!(port.0.borrow().heard, b"again");
    let lost = told
        .iter()
        .filter(|change| matches!(change, Change::Lost(_)));
    assert_eq!(lost.count(), 1, "{told:?}");
}

#[test]
fn futures_carry_both_ways() {
    crate::asynch_bench::alone(luatos(), Config::new(), through);
}
