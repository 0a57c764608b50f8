//! The second UART, of whatever is joined with a server: an interrupt fills a ring.

use super::machine::port as machine;
use super::uart::{RING, UartError};
use core::cell::RefCell;
use core::sync::atomic::{AtomicBool, Ordering};
use critical_section::Mutex;
use embedded_io::{ErrorType, Read, ReadReady, Write};
use heapless::spsc::{Consumer, Producer, Queue};

/// A ring of `RING` bytes needs one more.
const SLOTS: usize = RING + 1;

static RECEIVED: Mutex<RefCell<Option<Producer<'static, u8>>>> = Mutex::new(RefCell::new(None));

/// Bytes were lost.
static LOST: AtomicBool = AtomicBool::new(false);

/// The second UART. What it sends goes out byte by byte while the program waits: a byte time each.
pub struct Port {
    received: Consumer<'static, u8>,
}

impl Port {
    /// Starts it; `None` if that was done before.
    pub fn start(baud: u32) -> Option<Self> {
        let queue = cortex_m::singleton!(: Queue<u8, SLOTS> = Queue::new())?;
        let (received, reader) = queue.split();
        critical_section::with(|cs| *RECEIVED.borrow_ref_mut(cs) = Some(received));
        machine::start(baud);
        super::unmask(&machine::INTERRUPTS);
        Some(Self { received: reader })
    }
}

pub(super) fn interrupt() {
    critical_section::with(|cs| {
        machine::acknowledge();
        let mut received = RECEIVED.borrow_ref_mut(cs);
        while let Some(byte) = machine::receive() {
            let taken = byte
                .ok()
                .zip(received.as_mut())
                .is_some_and(|(byte, ring)| ring.enqueue(byte).is_ok());
            if !taken {
                LOST.store(true, Ordering::Relaxed);
            }
        }
    });
}

impl ErrorType for Port {
    type Error = UartError;
}

impl ReadReady for Port {
    fn read_ready(&mut self) -> Result<bool, UartError> {
        Ok(self.received.ready() || LOST.load(Ordering::Relaxed))
    }
}

impl Read for Port {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, UartError> {
        loop {
            // Cores without compare-and-swap have no `swap`. What is lost in between is told by this.
            if LOST.load(Ordering::Relaxed) {
                LOST.store(false, Ordering::Relaxed);
                return Err(UartError);
            }
            let mut n = 0;
            while n < buffer.len()
                && let Some(byte) = self.received.dequeue()
            {
                buffer[n] = byte;
                n += 1;
            }
            if n > 0 || buffer.is_empty() {
                return Ok(n);
            }
            cortex_m::asm::wfi();
        }
    }
}

impl Write for Port {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, UartError> {
        let Some(first) = bytes.first() else {
            return Ok(0);
        };
        while !machine::can_send() {}
        machine::DATA.write((*first).into());
        Ok(1)
    }

    fn flush(&mut self) -> Result<(), UartError> {
        while !machine::can_send() {}
        Ok(())
    }
}
