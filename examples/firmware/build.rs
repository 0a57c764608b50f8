//! Where flash and RAM of the board are.

use std::env;
use std::fs;
use std::path::PathBuf;

const MPS2_AN386: &str = "MEMORY
{
  FLASH : ORIGIN = 0x00000000, LENGTH = 4M
  RAM : ORIGIN = 0x20000000, LENGTH = 4M
}
";

const NETDUINOPLUS2: &str = "MEMORY
{
  FLASH : ORIGIN = 0x08000000, LENGTH = 1M
  RAM : ORIGIN = 0x20000000, LENGTH = 128K
}
";

fn main() {
    let memory = if env::var_os("CARGO_FEATURE_NETDUINOPLUS2").is_some() {
        NETDUINOPLUS2
    } else {
        MPS2_AN386
    };
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    fs::write(out.join("memory.x"), memory).expect("a writable target folder");
    println!("cargo:rustc-link-search={}", out.display());
    // Here and not in a configuration file: RUSTFLAGS of the environment would take its place, and
    // what is linked without it builds and never starts.
    println!("cargo:rustc-link-arg-bins=-Tlink.x");
    println!("cargo:rustc-link-arg-bins=--nmagic");
    println!("cargo:rerun-if-changed=build.rs");
}
