//! Builds the page into static files: `examples/web/build`.
//!
//! ```text
//! cargo build --target wasm32-unknown-unknown -> luat_web.wasm
//! wasm-bindgen                                -> dist/luat_web.js, dist/luat_web_bg.wasm
//! page/*                                      -> dist/*
//! ```

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::{env, fs};
use wasm_bindgen_cli_support::Bindgen;

const TARGET: &str = "wasm32-unknown-unknown";

fn main() -> Result<(), Box<dyn Error>> {
    let web = Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .ok_or("the builder has no folder above it")?;
    let dist = web.join("dist");
    let wasm = compile(web)?;
    if dist.exists() {
        fs::remove_dir_all(&dist)?;
    }
    fs::create_dir(&dist)?;
    Bindgen::new()
        .input_path(&wasm)
        .web(true)?
        .omit_default_module_path(false)
        .typescript(false)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate(&dist)?;
    let mut total = 0;
    for entry in fs::read_dir(web.join("page"))? {
        let entry = entry?;
        fs::copy(entry.path(), dist.join(entry.file_name()))?;
    }
    let mut files: Vec<_> = fs::read_dir(&dist)?.collect::<Result<_, _>>()?;
    files.sort_by_key(fs::DirEntry::file_name);
    for file in files {
        let length = file.metadata()?.len();
        total += length;
        println!("{length:>9}  {}", file.file_name().to_string_lossy());
    }
    println!("{total:>9}  bytes in {}", dist.display());
    Ok(())
}

/// The library of the page, for a browser.
fn compile(web: &Path) -> Result<PathBuf, Box<dyn Error>> {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let target = env::var_os("CARGO_TARGET_DIR").map_or_else(|| web.join("target"), PathBuf::from);
    let done = Command::new(cargo)
        .args([
            "build",
            "--lib",
            "--release",
            "--locked",
            "--target",
            TARGET,
        ])
        .env("CARGO_TARGET_DIR", &target)
        .current_dir(web)
        .status()?;
    if !done.success() {
        return Err("the library of the page does not compile".into());
    }
    Ok(target.join(TARGET).join("release/luat_web.wasm"))
}
