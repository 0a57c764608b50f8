//! Whether a module answers at a rate.

use wasm_bindgen::prelude::wasm_bindgen;

/// What comes from a port at a rate that is tried.
#[wasm_bindgen]
#[derive(Default)]
pub struct Probe {
    heard: Vec<u8>,
}

#[wasm_bindgen]
impl Probe {
    /// Nothing was heard yet.
    #[wasm_bindgen(constructor)]
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// `bytes` came.
    pub fn receive(&mut self, bytes: &[u8]) {
        let room = 4096_usize.saturating_sub(self.heard.len());
        self.heard.extend(bytes.iter().take(room));
    }

    /// What it is: `answered`, `text` (lines, but no answer to `AT`), `garbage` or `silent`.
    #[must_use]
    pub fn verdict(&self) -> String {
        let mut lines = self.heard.split(|byte| matches!(byte, b'\r' | b'\n'));
        if lines.any(|line| line.trim_ascii() == b"OK" || line.trim_ascii() == b"ERROR") {
            return "answered".into();
        }
        let legible = |byte: &&u8| matches!(byte, b' '..=b'~' | b'\r' | b'\n' | b'\t');
        let count = self.heard.iter().filter(legible).count();
        match self.heard.len() {
            0 => "silent",
            all if count * 10 >= all * 9 => "text",
            _ => "garbage",
        }
        .into()
    }
}
