//! Where the code of a program comes from, inlined or not.

use crate::elf::plain;
use crate::{Function, sorted};
use firmware_check::{Context, Result, images};
use std::collections::BTreeMap;
use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

/// The code of a program by what it was written as.
#[derive(Default)]
pub(crate) struct Origins {
    /// Functions of the library with all that was inlined into them from elsewhere, other code by its
    /// own function.
    pub(crate) functions: Vec<Function>,
    /// The same by files.
    pub(crate) files: Vec<Function>,
}

/// Every second byte, since instructions are two or four bytes long.
const STEP: u64 = 2;

/// Looks every instruction of `elf` up in its line table.
pub(crate) fn origins(elf: &Path) -> Result<Origins> {
    let (size, start) = text(elf)?;
    let library = images::firmware().join("../../src");
    let library = library.canonicalize().during("the library")?;
    let library = format!("{}/", library.display());
    let addresses: String = (start..start + size)
        .step_by(STEP as usize)
        .map(|address| format!("{address:#x}\n"))
        .collect();
    let mut child = Command::new("arm-none-eabi-addr2line")
        .args([
            "--addresses",
            "--functions",
            "--inlines",
            "--demangle",
            "--exe",
        ])
        .arg(elf)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .during("arm-none-eabi-addr2line")?;
    let input = child.stdin.take();
    let feeding = thread::spawn(move || {
        input.map_or(Ok(()), |mut input| input.write_all(addresses.as_bytes()))
    });
    let output = child.wait_with_output().during("arm-none-eabi-addr2line")?;
    feeding
        .join()
        .map_err(|_| String::from("feeding addr2line"))?
        .during("arm-none-eabi-addr2line")?;
    let output = String::from_utf8_lossy(&output.stdout);
    let (mut functions, mut files) = (BTreeMap::new(), BTreeMap::new());
    for place in places(&output) {
        let own = place.iter().find(|(_, file)| file.contains(&library));
        let Some((function, file)) = own.or(place.first()) else {
            continue;
        };
        *functions.entry(plain(function)).or_default() += STEP;
        *files.entry(short(file, &library)).or_default() += STEP;
    }
    Ok(Origins {
        functions: sorted(functions),
        files: sorted(files),
    })
}

/// The frames at each address, the innermost first.
fn places(output: &str) -> Vec<Vec<(&str, &str)>> {
    // 0x00000400
    // core::option::Option<T>::map
    // /rustc/…/option.rs:1100
    // luat_modem::engine::…
    // /work/…/src/engine/mod.rs:20
    let mut places: Vec<Vec<(&str, &str)>> = Vec::new();
    let mut lines = output.lines();
    while let Some(line) = lines.next() {
        if line.starts_with("0x") {
            places.push(Vec::new());
        } else if let (Some(place), Some(file)) = (places.last_mut(), lines.next()) {
            place.push((line, file));
        }
    }
    places
}

/// The path of a file without its line, and without where it is on this machine.
fn short(file: &str, library: &str) -> String {
    let path = file.split(':').next().unwrap_or(file);
    if let Some((_, path)) = path.split_once(library) {
        return format!("luat-modem: {path}");
    }
    let marks = ["/library/", "/registry/src/", "/examples/firmware/"];
    let rest = marks.iter().find_map(|mark| Some(path.split_once(mark)?.1));
    String::from(rest.unwrap_or(path))
}

/// Size and address of the code.
fn text(elf: &Path) -> Result<(u64, u64)> {
    let output = Command::new("arm-none-eabi-size")
        .arg("-A")
        .arg(elf)
        .output()
        .during("arm-none-eabi-size")?;
    let output = String::from_utf8_lossy(&output.stdout);
    let line = output.lines().find(|line| line.starts_with(".text "));
    let mut numbers = line
        .into_iter()
        .flat_map(|line| line.split_whitespace().skip(1))
        .map_while(|number| number.parse().ok());
    numbers
        .next()
        .zip(numbers.next())
        .ok_or_else(|| format!("no code in {}", elf.display()))
}
