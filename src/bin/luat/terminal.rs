//! The terminal of the person, as it was before: whatever happens, it is left like that.

use std::sync::atomic::{AtomicBool, Ordering};

/// The whole screen is used, and the cursor hidden.
static SCREEN: AtomicBool = AtomicBool::new(false);

#[cfg(unix)]
static BEFORE: std::sync::OnceLock<rustix::termios::Termios> = std::sync::OnceLock::new();

/// Remembers how the terminal is, and restores it if the program panics.
pub(crate) fn keep() {
    #[cfg(unix)]
    if let Ok(termios) = rustix::termios::tcgetattr(std::io::stdin()) {
        BEFORE.get_or_init(|| termios);
    }
    let hook = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |panic| {
        restore();
        hook(panic);
    }));
}

/// The whole screen is used from now on.
pub(crate) fn take_screen() -> std::io::Result<()> {
    use crossterm::{cursor::Hide, execute, terminal};
    terminal::enable_raw_mode()?;
    SCREEN.store(true, Ordering::SeqCst);
    execute!(std::io::stdout(), terminal::EnterAlternateScreen, Hide)
}

/// Makes it what it was. May be called at any time, and more than once.
pub(crate) fn restore() {
    if SCREEN.swap(false, Ordering::SeqCst) {
        use crossterm::{cursor::Show, execute, terminal};
        // A terminal that is gone needs no restoring.
        let _ = execute!(std::io::stdout(), terminal::LeaveAlternateScreen, Show);
        let _ = terminal::disable_raw_mode();
    }
    #[cfg(unix)]
    if let Some(termios) = BEFORE.get() {
        use rustix::termios::{OptionalActions, tcsetattr};
        let _ = tcsetattr(std::io::stdin(), OptionalActions::Now, termios);
    }
    #[cfg(not(unix))]
    let _ = crossterm::terminal::disable_raw_mode();
}
