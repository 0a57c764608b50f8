//! The library links without standard library and allocator; the controls do not.

use std::env;
use std::process::Command;

/// Whether it can be built, and what the compiler says.
fn build(features: &str) -> (bool, String) {
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let output = Command::new(cargo)
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["build", "--package", "luat-firmware-proof"])
        .args(["--features", features])
        .env_remove("RUSTFLAGS")
        .output()
        .expect("cargo runs");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    (output.status.success(), said)
}

#[test]
fn neither_the_standard_library_nor_an_allocator_is_needed() {
    for features in ["", "everything"] {
        let (is_built, said) = build(features);
        assert!(is_built, "{features}: {said}");
    }
    for (control, reason) in [
        ("control-alloc", "no global memory allocator found"),
        (
            "everything,control-alloc",
            "no global memory allocator found",
        ),
        ("control-std", "duplicate lang item"),
    ] {
        let (is_built, said) = build(control);
        assert!(!is_built, "{control} was built");
        assert!(said.contains(reason), "{control}: {said}");
    }
}
