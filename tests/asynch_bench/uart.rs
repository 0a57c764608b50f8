//! The UART of the world, in any split, and a count of what was dropped half-way.

use super::World;
use core::cell::Cell;
use core::convert::Infallible;
use core::future::poll_fn;
use core::task::Poll;
use embedded_io_async::{ErrorType, Read, Write};
use luat_modem::time::Instant;

/// One direction of the UART, as the host sees it.
pub(crate) struct Uart(pub(crate) World);

impl ErrorType for Uart {
    type Error = Infallible;
}

impl Read for Uart {
    async fn read(&mut self, buffer: &mut [u8]) -> Result<usize, Infallible> {
        // Any split may occur.
        let most = 1 + self.0.random(buffer.len());
        let underway = Underway(true);
        let n = poll_fn(|context| {
            let mut inner = self.0.0.borrow_mut();
            if inner.uart_ended {
                return Poll::Ready(0);
            }
            let now = Instant::from_millis(inner.now);
            match inner.module.transmit(now, &mut buffer[..most]) {
                0 => {
                    inner.reader = Some(context.waker().clone());
                    Poll::Pending
                }
                n => Poll::Ready(n),
            }
        })
        .await;
        underway.end();
        Ok(n)
    }
}

impl Write for Uart {
    async fn write(&mut self, bytes: &[u8]) -> Result<usize, Infallible> {
        let n = 1 + self.0.random(bytes.len());
        self.0
            .with_module(|module, now| module.receive(now, &bytes[..n]));
        let pause = self.0.0.borrow().write_pause;
        if pause > 0 {
            let underway = Underway(true);
            self.0.sleep(pause).await;
            underway.end();
        }
        Ok(n)
    }

    async fn flush(&mut self) -> Result<(), Infallible> {
        Ok(())
    }
}

thread_local! {
    /// How often a read or write was dropped before it had ended.
    pub(crate) static TORN: Cell<u32> = const { Cell::new(0) };
}

/// A read or write that has not ended.
struct Underway(bool);

impl Underway {
    fn end(mut self) {
        self.0 = false;
    }
}

impl Drop for Underway {
    fn drop(&mut self) {
        if self.0 {
            TORN.set(TORN.get() + 1);
        }
    }
}
