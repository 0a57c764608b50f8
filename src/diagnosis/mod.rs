//! What is wrong, and what to do: lines of the UART in, findings and advice out, in English and
//! Chinese.
//!
//! Nothing here does I/O, has a clock or allocates. Firmware, the tool at the module and the tool
//! with a log of the field watch the same lines and say the same.
//!
//! ```
//! use luat_modem::diagnosis::{Finding, Language, Watch};
//!
//! let mut watch = Watch::new();
//! watch.command(1, None, b"AT+CPIN?");
//! watch.heard(2, None, b"+CME ERROR: 10");
//! watch.end();
//! let found = watch.findings().next().unwrap();
//! assert_eq!(found.finding, Finding::SimMissing);
//! assert_eq!(found.finding.code(), "sim.missing");
//! assert_eq!(found.evidence.first, 2);
//! assert_eq!(found.finding.what(Language::Chinese), "未检测到 SIM 卡");
//! ```
//!
//! A driver that is not up tells its reason, which is a finding too:
//! `Finding::from(luat_modem::engine::Cause::NoPdp)`.
//!
//! The reasons come from the vendor's questions and answers, its manual, and from logs; none has been
//! provoked on hardware.

mod causes;
mod evidence;
mod finding;
mod pages;
mod step;
mod watch;

pub use crate::at::recognise::{Language, Words};
pub use evidence::{Evidence, Found};
pub use finding::Finding;
pub use pages::Page;
pub use step::{Severity, Step};
pub use watch::Watch;
