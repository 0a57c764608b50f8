//! TLS of the module: certificates of this computer go into its files, and its links use them.

use crate::args::Tcp;
use crate::exit::{self, Failure};
use crate::session::Session;
use crate::text;
use luat_modem::at::Number;
use luat_modem::at::file::{Create, Delete, Name, Position, Write};
use luat_modem::engine::Tls;
use luat_modem::wire::{BadArgument, Text};
use std::path::Path;

const AUTHORITY: &str = "luat-ca.crt";
const CERTIFICATE: &str = "luat-client.crt";
const KEY: &str = "luat-client.key";

/// What was asked for, with the files already read.
#[derive(Default)]
pub(crate) struct Asked {
    profile: Option<Tls<'static>>,
    files: Vec<(&'static str, Vec<u8>)>,
}

/// Whom to trust, and what to show.
#[derive(Clone, Copy)]
pub(crate) struct Trust<'a> {
    pub(crate) ca: Option<&'a Path>,
    pub(crate) cert: Option<&'a Path>,
    pub(crate) key: Option<&'a Path>,
    pub(crate) insecure: bool,
    pub(crate) ignore_clock: bool,
}

impl Asked {
    pub(crate) fn of(task: &Tcp) -> Result<Self, Failure> {
        if !task.tls {
            return Ok(Self::default());
        }
        Self::trusting(Trust {
            ca: task.ca.as_deref(),
            cert: task.cert.as_deref(),
            key: task.key.as_deref(),
            insecure: task.insecure,
            ignore_clock: task.ignore_clock,
        })
    }

    pub(crate) fn trusting(trust: Trust<'_>) -> Result<Self, Failure> {
        let mut files = Vec::new();
        let wanted = [
            (AUTHORITY, trust.ca),
            (CERTIFICATE, trust.cert),
            (KEY, trust.key),
        ];
        for (name, path) in wanted {
            if let Some(path) = path {
                files.push((name, read(path)?));
            }
        }
        let profile = match (trust.ca, trust.cert) {
            (Some(_), Some(_)) => {
                Tls::trusting(AUTHORITY).and_then(|tls| tls.presenting(CERTIFICATE, KEY))
            }
            (Some(_), None) => Tls::trusting(AUTHORITY),
            (None, _) if trust.insecure => Ok(Tls::dangerous_without_verification()),
            (None, _) => {
                return Err(Failure::usage(
                    "argument.tls",
                    "nothing says whom to trust",
                    "give the certificate of the authority with --ca FILE, or accept anybody with --insecure",
                ));
            }
        };
        let mut profile = profile.map_err(|bad| text::refused("the name of a file", bad))?;
        if trust.ignore_clock {
            profile = profile.ignoring_clock();
        }
        Ok(Self {
            profile: Some(profile),
            files,
        })
    }

    /// For the driver, which keeps it as long as it lives.
    pub(crate) fn profiles(&self) -> &'static [Tls<'static>] {
        Box::leak(self.profile.into_iter().collect())
    }

    /// Writes the files into the module. Those of an earlier run are replaced.
    pub(crate) fn write_files(&self, session: &mut Session) -> Result<(), Failure> {
        for (name, content) in &self.files {
            let refused = |bad: BadArgument| text::refused("the name of a file", bad);
            let file: Name<'static> = Text::new(name).map_err(refused)?;
            // It need not be there.
            session.ask(&Delete { name: file })?;
            if session.ask(&Create { name: file })?.is_none() {
                return Err(no_file(name));
            }
            for piece in content.chunks(1024) {
                let write = Write {
                    name: file,
                    position: Position::End,
                    length: Number::clamped(u32::try_from(piece.len()).unwrap_or(1)),
                    patience_s: Number::clamped(10),
                };
                if !session.give(&write, piece)? {
                    return Err(no_file(name));
                }
            }
        }
        Ok(())
    }
}

fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    let content = std::fs::read(path).map_err(|error| {
        let what = format!("{} cannot be read: {error}", path.display());
        Failure::usage("file.read", what, "name a PEM file that you may read")
    })?;
    if !content.starts_with(b"-----BEGIN") {
        let what = format!("{} is no PEM file", path.display());
        let advice =
            "it begins with -----BEGIN; convert DER with: openssl x509 -inform der -in FILE";
        return Err(Failure::usage("file.format", what, advice));
    }
    Ok(content)
}

fn no_file(name: &str) -> Failure {
    Failure::new(
        exit::NO,
        "module.file",
        format!("the module does not store {name}"),
        "firmware without FSCREATE and FSWRITE has no TLS with certificates; see luat at 'AT+FSLS?'",
    )
}
