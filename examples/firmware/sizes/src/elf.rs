//! What is in a program, as the tools of binutils tell it.

use crate::{Function, sorted};
use firmware_check::{Context, Result};
use std::collections::BTreeMap;
use std::path::Path;
use std::process::Command;

/// Flash (text and data) and RAM (data and bss, without the stack).
pub(crate) fn sizes(elf: &Path) -> Result<(u64, u64)> {
    //    text    data     bss     dec     hex filename
    //    1234       0     567    1801     709 control
    let output = output(Command::new("arm-none-eabi-size").arg(elf))?;
    let line = output.lines().nth(1).unwrap_or_default();
    let numbers: Vec<u64> = line
        .split_whitespace()
        .map_while(|n| n.parse().ok())
        .collect();
    match numbers[..] {
        [text, data, bss, ..] => Ok((text + data, data + bss)),
        _ => Err(format!("arm-none-eabi-size said {output:?}")),
    }
}

/// All symbols with a size.
pub(crate) fn symbols(elf: &Path) -> Result<Vec<Function>> {
    // 00000400 0000002c T luat_modem::engine::Engine::advance
    let output = output(
        Command::new("arm-none-eabi-nm")
            .args(["--print-size", "--demangle"])
            .arg(elf),
    )?;
    let symbol = |line: &str| {
        let mut fields = line.splitn(4, ' ').skip(1);
        let size = u64::from_str_radix(fields.next()?, 16).ok()?;
        let name = String::from(fields.nth(1)?);
        Some(Function { name, size })
    };
    Ok(output.lines().filter_map(symbol).collect())
}

/// What `elf` has more than `control`, in functions and constants by name, the largest first.
pub(crate) fn difference(elf: &Path, control: &Path) -> Result<Vec<Function>> {
    let mut sizes: BTreeMap<String, i64> = BTreeMap::new();
    for (sign, elf) in [(1, elf), (-1, control)] {
        for symbol in symbols(elf)? {
            // RAM is no flash.
            let is_ram = symbol.name.contains("singleton") || symbol.name.contains("::VAR");
            if !is_ram {
                *sizes.entry(plain(&symbol.name)).or_default() += sign * symbol.size as i64;
            }
        }
    }
    let more = sizes
        .into_iter()
        .filter_map(|(name, size)| Some((name, u64::try_from(size).ok()?)));
    Ok(sorted(more.filter(|(_, size)| *size > 0).collect()))
}

/// The name without its hash.
pub(crate) fn plain(name: &str) -> String {
    match name.rsplit_once("::h") {
        Some((path, hash)) if hash.len() == 16 => String::from(path),
        _ => String::from(name),
    }
}

fn output(command: &mut Command) -> Result<String> {
    let output = command.output().during(&format!("{command:?}"))?;
    if output.status.success() {
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    } else {
        Err(format!("{command:?}: {}", output.status))
    }
}
