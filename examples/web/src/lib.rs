//! `luat-modem` in a web page: a module by Web Serial, or the module in software.
//!
//! The page is one more thin end of the driver. It owns the port and the clock; what the driver says
//! comes as JSON, in English and Chinese at once, so that the page can change its language at any time.
//!
//! ```text
//! navigator.serial  <->  Session (engine, diagnosis, links, transcript)  ->  events()
//! Software (emulator) <-'
//! ```

mod clock;
mod diagnosis;
mod driver;
mod explain;
mod far_end;
mod links;
mod passing;
mod probe;
mod session;
mod software;
mod text;
mod words;

pub use diagnosis::steps;
pub use explain::explain;
pub use probe::Probe;
pub use session::Session;
pub use software::Software;

use luat_modem::at::recognise::command_names;
use wasm_bindgen::prelude::wasm_bindgen;

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = console, js_name = error)]
    fn complain(text: &str);
    #[wasm_bindgen(js_namespace = crypto, js_name = getRandomValues)]
    fn fill_random(bytes: &mut [u8]);
}

/// The names of the commands that have words, as JSON: `["+CSQ"]`.
#[wasm_bindgen]
#[must_use]
pub fn commands() -> String {
    command_names().collect::<serde_json::Value>().to_string()
}

/// Has a panic say where it was, in the console of the browser.
#[wasm_bindgen(start)]
pub fn start() {
    std::panic::set_hook(Box::new(|info| complain(&info.to_string())));
}
