//! Files in the module's flash. They survive restarts.
//!
//! On the wire: `AT+FSCREATE="ca.crt"` → `OK`; `AT+FSWRITE="ca.crt",0,<length>,<seconds>` → `> `, the
//! bytes, `OK` or `TimeOut`; `AT+FSREAD="ca.crt",0,10240,0` → the bytes, `OK` (vendor manual, FS). What
//! the manual leaves open is unverified: that writing
//! from the beginning cuts off the former content, the header of `AT+FSREADHEAD=1`.

use super::line::{Command, Form};
use super::stage::{Outcome, Send, Target};
use super::{Module, Network};
use crate::time::Duration;
use std::collections::{BTreeMap, BTreeSet};
use std::format;
use std::prelude::v1::*;

/// Limits of the vendor manual: a name, one reading or writing, and the room of its example.
const LONGEST_NAME: usize = 64;
const MOST: usize = 10_240;
const ROOM: usize = 1_304_000;

/// Files by path, without drive and leading slash.
#[derive(Default)]
pub(super) struct Files {
    files: BTreeMap<String, Vec<u8>>,
    folders: BTreeSet<String>,
    /// `AT+FSREADHEAD`
    head: bool,
}

impl core::fmt::Debug for Files {
    /// Names and lengths: among the contents are private keys.
    fn fmt(&self, f: &mut core::fmt::Formatter<'_>) -> core::fmt::Result {
        let lengths = self
            .files
            .iter()
            .map(|(name, content)| (name, content.len()));
        f.debug_map().entries(lengths).finish()
    }
}

impl Files {
    pub(super) fn read(&self, name: &str) -> Option<&[u8]> {
        self.files.get(&path(name)).map(Vec::as_slice)
    }

    pub(super) fn store(&mut self, name: &str, content: Vec<u8>) {
        self.files.insert(path(name), content);
    }

    fn room(&self) -> usize {
        ROOM.saturating_sub(self.files.values().map(Vec::len).sum())
    }

    fn exists(&self, path: &str) -> bool {
        self.files.contains_key(path) || self.folders.contains(path)
    }

    fn has_parent(&self, path: &str) -> bool {
        path.rsplit_once('/')
            .is_none_or(|(folder, _)| self.folders.contains(folder))
    }

    fn create(&mut self, path: String) -> bool {
        let free = !self.exists(&path) && self.has_parent(&path);
        if free {
            self.files.insert(path, Vec::new());
        }
        free
    }

    fn make_folder(&mut self, path: String) -> bool {
        let free = !self.exists(&path) && self.has_parent(&path);
        free && self.folders.insert(path)
    }

    fn remove_folder(&mut self, path: &str) -> bool {
        self.list(path).next().is_none() && self.folders.remove(path)
    }

    /// The names in a folder; those of folders end in a backslash.
    fn list<'a>(&'a self, folder: &'a str) -> impl Iterator<Item = String> + 'a {
        let inside = move |path: &'a String| {
            let name = match folder {
                "" => path.as_str(),
                folder => path.strip_prefix(folder)?.strip_prefix('/')?,
            };
            (!name.contains('/')).then_some(name)
        };
        let folders = self.folders.iter().filter_map(inside);
        let files = self.files.keys().filter_map(inside).map(String::from);
        folders.map(|name| format!("{name}\\")).chain(files)
    }
}

fn path(name: &str) -> String {
    let name = name.replace('\\', "/");
    let name = match name.get(..2) {
        Some("C:" | "c:") => &name[2..],
        _ => &name,
    };
    String::from(name.trim_matches('/'))
}

fn done(done: bool) -> Outcome {
    if done { Outcome::Ok } else { Outcome::Error }
}

impl<N: Network> Module<N> {
    /// Puts a file into its flash, in place of one of the same name.
    pub fn store_file(&mut self, name: &str, content: &[u8]) {
        self.files.store(name, content.to_vec());
    }

    /// A file in its flash.
    pub fn file(&self, name: &str) -> Option<&[u8]> {
        self.files.read(name)
    }

    pub(super) fn execute_files(&mut self, command: &Command) -> Option<Outcome> {
        let name = command.text(0);
        let fits = (1..=LONGEST_NAME).contains(&name.len());
        let path = path(name);
        let outcome = match (command.name.as_str(), command.form) {
            ("+FSMEM", Form::Run) => self.told(format!("+FSMEM: {} bytes", self.files.room())),
            ("+FSREADHEAD", Form::Ask) => {
                self.told(format!("+FSREADHEAD: {}", u8::from(self.files.head)))
            }
            ("+FSREADHEAD", Form::Set) => match command.number(0) {
                Some(n @ 0..=1u8) => {
                    self.files.head = n == 1;
                    Outcome::Ok
                }
                _ => Outcome::Error,
            },
            ("+FSDRIVE", Form::Set) if name == "0" => self.told("+FSDRIVE: C"),
            ("+FSDRIVE", Form::Set) => Outcome::Error,
            (
                "+FSCREATE" | "+FSMKDIR" | "+FSRMDIR" | "+FSDEL" | "+FSFLSIZE" | "+FSLS"
                | "+FSREAD" | "+FSWRITE",
                Form::Set,
            ) if !fits => Outcome::Error,
            ("+FSLS", Form::Set) => self.list_files(&path),
            (_, Form::Set) if path.is_empty() => return None,
            ("+FSCREATE", Form::Set) => {
                let tolerated = !self.options.quirks.file_exists_is_error
                    && self.files.files.contains_key(&path);
                done(tolerated || self.files.create(path))
            }
            ("+FSMKDIR", Form::Set) => done(self.files.make_folder(path)),
            ("+FSRMDIR", Form::Set) => done(self.files.remove_folder(&path)),
            ("+FSDEL", Form::Set) => done(self.files.files.remove(&path).is_some()),
            ("+FSFLSIZE", Form::Set) => match self.files.files.get(&path).map(Vec::len) {
                Some(n) => self.told(format!("+FSFLSIZE: {n}")),
                None => Outcome::Error,
            },
            ("+FSREAD", Form::Set) => self.read_file(&path, command),
            ("+FSWRITE", Form::Set) => self.begin_write(path, command),
            _ => return None,
        };
        Some(outcome)
    }

    fn list_files(&mut self, folder: &str) -> Outcome {
        if !folder.is_empty() && !self.files.folders.contains(folder) {
            return Outcome::Error;
        }
        let names: Vec<String> = self.files.list(folder).collect();
        names.iter().for_each(|name| self.say(name));
        Outcome::Ok
    }

    /// `AT+FSREAD=<name>,<0 from the beginning, 1 from position>,<length>,<position>`
    fn read_file(&mut self, path: &str, command: &Command) -> Outcome {
        let Some(content) = self.files.files.get(path) else {
            return Outcome::Error;
        };
        let begin = match (command.number(1), command.number(3)) {
            (Some(0u8), _) => 0,
            (Some(1), Some(position)) if position < content.len() => position,
            _ => return Outcome::Error,
        };
        let Some(length) = command.number(2).filter(|n: &usize| *n <= MOST) else {
            return Outcome::Error;
        };
        let part = &content[begin..content.len().min(begin + length)];
        let head: &[u8] = if self.files.head {
            b"\r\n+FSREAD:\r\n"
        } else {
            b"\r\n"
        };
        let said = [head, part, b"\r\n"].concat();
        self.say_raw(&said);
        Outcome::Ok
    }

    /// `AT+FSWRITE=<name>,<0 from the beginning, 1 behind the end>,<length>,<seconds>`
    fn begin_write(&mut self, path: String, command: &Command) -> Outcome {
        let append = match command.number(1) {
            Some(mode @ 0..=1u8) => mode == 1,
            _ => return Outcome::Error,
        };
        let length = command.number(2).filter(|n| (1..=MOST).contains(n));
        let seconds = command.number(3).filter(|n: &u32| *n > 0);
        let (Some(length), Some(seconds)) = (length, seconds) else {
            return Outcome::Error;
        };
        if !self.files.files.contains_key(&path) || length > self.files.room() {
            return Outcome::Error;
        }
        Outcome::Payload(Send {
            to: Target::File {
                name: path,
                append,
                patience: Duration::from_secs(u64::from(seconds)),
            },
            length: Some(length),
            payload: Vec::new(),
        })
    }

    pub(super) fn finish_write(&mut self, path: &str, append: bool, bytes: &[u8]) {
        if let Some(content) = self.files.files.get_mut(path) {
            if !append {
                content.clear();
            }
            content.extend_from_slice(bytes);
        }
        self.conclude("OK");
        self.muted = false;
    }
}
