//! The UART of the module: interrupts fill one ring and empty another.

use super::machine;
use core::cell::RefCell;
use core::fmt;
use core::sync::atomic::{AtomicBool, Ordering};
use critical_section::{CriticalSection, Mutex};
use embedded_io::{ErrorKind, ErrorType, Read, ReadReady, Write};
use heapless::spsc::{Consumer, Producer, Queue};

/// Bytes of each ring; see the page of this package for how many are needed. On the line that is
/// measured, the one to receive has as few as have to do.
pub const RING: usize = if cfg!(feature = "paced") { 256 } else { 1024 };

/// A ring of `RING` bytes needs one more.
const SLOTS: usize = RING + 1;

/// The ends of the rings that the interrupts hold.
static INTERRUPTS: Mutex<RefCell<Option<Ends>>> = Mutex::new(RefCell::new(None));

/// Bytes were lost. Until the reader has been told, all others are too: a hole that is told in the wrong
/// place would be worse than a larger one.
static LOST: AtomicBool = AtomicBool::new(false);

#[cfg(feature = "embassy")]
static READER: embassy_sync::waitqueue::AtomicWaker = embassy_sync::waitqueue::AtomicWaker::new();
#[cfg(feature = "embassy")]
static WRITER: embassy_sync::waitqueue::AtomicWaker = embassy_sync::waitqueue::AtomicWaker::new();

struct Ends {
    received: Producer<'static, u8>,
    to_send: Consumer<'static, u8>,
}

/// The UART, whole.
pub struct Uart {
    reader: UartReader,
    writer: UartWriter,
}

/// The half that reads.
pub struct UartReader {
    received: Consumer<'static, u8>,
}

/// The half that writes.
pub struct UartWriter {
    to_send: Producer<'static, u8>,
}

/// Bytes were lost: the ring was full, or an interrupt came too late.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UartError;

impl Uart {
    /// Starts it; `None` if that was done before.
    pub(super) fn start(baud: u32) -> Option<Self> {
        let received = cortex_m::singleton!(: Queue<u8, SLOTS> = Queue::new())?;
        let to_send = cortex_m::singleton!(: Queue<u8, SLOTS> = Queue::new())?;
        let (received, reader) = received.split();
        let (writer, to_send) = to_send.split();
        critical_section::with(|cs| {
            *INTERRUPTS.borrow_ref_mut(cs) = Some(Ends { received, to_send });
        });
        machine::start_uart(baud);
        Some(Self {
            reader: UartReader { received: reader },
            writer: UartWriter { to_send: writer },
        })
    }

    /// A half to read and a half to write.
    pub fn split(self) -> (UartReader, UartWriter) {
        (self.reader, self.writer)
    }
}

impl UartReader {
    /// As much as there is; 0 is nothing yet.
    fn take(&mut self, buffer: &mut [u8]) -> Result<usize, UartError> {
        let lost = LOST.load(Ordering::Relaxed);
        let mut n = 0;
        for slot in buffer.iter_mut() {
            let Some(byte) = self.received.dequeue() else {
                break;
            };
            *slot = byte;
            n += 1;
        }
        #[cfg(feature = "paced")]
        if n > 0 {
            super::line::read();
        }
        // Told where the bytes are missing: behind all that came before, and in front of what comes.
        if lost && n == 0 && !buffer.is_empty() {
            LOST.store(false, Ordering::Relaxed);
            return Err(UartError);
        }
        Ok(n)
    }
}

impl UartWriter {
    /// As much as there is room for; 0 is none yet.
    fn put(&mut self, bytes: &[u8]) -> usize {
        let n = bytes
            .iter()
            .take_while(|byte| self.to_send.enqueue(**byte).is_ok())
            .count();
        if n > 0 {
            with_ends(Ends::send);
        }
        n
    }

    fn is_empty(&self) -> bool {
        self.to_send.is_empty()
    }
}

impl Ends {
    /// Takes a byte; false if there is none.
    fn receive(&mut self) -> bool {
        let Some(byte) = machine::receive() else {
            return false;
        };
        #[cfg(not(feature = "paced"))]
        self.arrive(byte);
        #[cfg(feature = "paced")]
        super::line::bring(byte);
        true
    }

    /// A byte, or the loss of one.
    fn arrive(&mut self, byte: Result<u8, ()>) {
        let fits = byte
            .is_ok_and(|byte| !LOST.load(Ordering::Relaxed) && self.received.enqueue(byte).is_ok());
        if !fits {
            LOST.store(true, Ordering::Relaxed);
        }
        #[cfg(feature = "paced")]
        super::line::ringed(if fits { self.received.len() } else { 0 });
    }

    fn send(&mut self) {
        while machine::can_send() {
            let Some(byte) = self.to_send.dequeue() else {
                break;
            };
            machine::DATA.write(byte.into());
        }
        let interrupt = if self.to_send.ready() {
            machine::SEND_INTERRUPT
        } else {
            0
        };
        machine::CONTROL.write(machine::ENABLED | interrupt);
    }
}

pub(super) fn interrupt() {
    machine::acknowledge();
    // One at a time: QEMU has the next as soon as this one is taken, and other interrupts wait meanwhile.
    while with_ends(Ends::receive) == Some(true) {}
    with_ends(Ends::send);
    wake();
}

fn with_ends<R>(work: impl FnOnce(&mut Ends) -> R) -> Option<R> {
    critical_section::with(|cs| INTERRUPTS.borrow_ref_mut(cs).as_mut().map(work))
}

/// The timer of the line that is measured.
#[cfg(feature = "paced")]
pub(super) fn byte_time() {
    if let Some(byte) = super::line::expired() {
        with_ends(|ends| ends.arrive(byte));
    }
    wake();
}

fn wake() {
    #[cfg(feature = "embassy")]
    {
        READER.wake();
        WRITER.wake();
    }
}

/// Whether something waits to be read.
pub(super) fn has_received(cs: CriticalSection<'_>) -> bool {
    INTERRUPTS
        .borrow_ref(cs)
        .as_ref()
        .is_some_and(|ends| !ends.received.is_empty())
}

impl fmt::Display for UartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("bytes from the UART were lost")
    }
}

impl core::error::Error for UartError {}

impl embedded_io::Error for UartError {
    fn kind(&self) -> ErrorKind {
        ErrorKind::Other
    }
}

impl ErrorType for Uart {
    type Error = UartError;
}

impl ReadReady for Uart {
    fn read_ready(&mut self) -> Result<bool, UartError> {
        Ok(self.reader.received.ready() || LOST.load(Ordering::Relaxed))
    }
}

impl Read for Uart {
    fn read(&mut self, buffer: &mut [u8]) -> Result<usize, UartError> {
        loop {
            let n = self.reader.take(buffer)?;
            if n > 0 || buffer.is_empty() {
                return Ok(n);
            }
            cortex_m::asm::wfi();
        }
    }
}

impl Write for Uart {
    fn write(&mut self, bytes: &[u8]) -> Result<usize, UartError> {
        loop {
            let n = self.writer.put(bytes);
            if n > 0 || bytes.is_empty() {
                return Ok(n);
            }
            cortex_m::asm::wfi();
        }
    }

    fn flush(&mut self) -> Result<(), UartError> {
        while !self.writer.is_empty() {
            cortex_m::asm::wfi();
        }
        Ok(())
    }
}

/// Without waiting, for programs that must not: 0 is nothing yet.
impl Uart {
    /// Reads what there is.
    ///
    /// # Errors
    /// [`UartError`].
    pub fn try_read(&mut self, buffer: &mut [u8]) -> Result<usize, UartError> {
        self.reader.take(buffer)
    }

    /// Writes what there is room for.
    pub fn try_write(&mut self, bytes: &[u8]) -> usize {
        self.writer.put(bytes)
    }
}

#[cfg(feature = "embassy")]
mod futures {
    use super::{READER, UartError, UartReader, UartWriter, WRITER};
    use core::future::poll_fn;
    use core::task::Poll;
    use embedded_io_async::{ErrorType, Read, Write};

    impl ErrorType for UartReader {
        type Error = UartError;
    }

    impl Read for UartReader {
        async fn read(&mut self, buffer: &mut [u8]) -> Result<usize, UartError> {
            poll_fn(|context| {
                READER.register(context.waker());
                match self.take(buffer) {
                    Ok(0) if !buffer.is_empty() => Poll::Pending,
                    result => Poll::Ready(result),
                }
            })
            .await
        }
    }

    impl ErrorType for UartWriter {
        type Error = UartError;
    }

    impl Write for UartWriter {
        async fn write(&mut self, bytes: &[u8]) -> Result<usize, UartError> {
            poll_fn(|context| {
                WRITER.register(context.waker());
                match self.put(bytes) {
                    0 if !bytes.is_empty() => Poll::Pending,
                    n => Poll::Ready(Ok(n)),
                }
            })
            .await
        }

        async fn flush(&mut self) -> Result<(), UartError> {
            poll_fn(|context| {
                WRITER.register(context.waker());
                if self.is_empty() {
                    Poll::Ready(Ok(()))
                } else {
                    Poll::Pending
                }
            })
            .await
        }
    }
}
