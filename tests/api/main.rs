//! The public interface, item by item, against the list in `tests/api/luat_modem.txt`, so that a change of it
//! is seen in the diff. To renew the list: `LUAT_API=write cargo test --test api`.

mod listing;
mod reach;
mod signature;
mod source;

use std::path::Path;

#[test]
fn the_interface_is_the_listed_one() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let listed = root.join("tests/api/luat_modem.txt");
    let present = listing::of(&source::read(&root.join("src/lib.rs")));
    assert!(present.lines().count() > 500, "{present}");
    if std::env::var_os("LUAT_API").is_some_and(|value| value == "write") {
        std::fs::write(&listed, &present).expect("the list can be written");
        return;
    }
    let known = std::fs::read_to_string(&listed).expect("the list");
    let gone = known
        .lines()
        .filter(|line| !present.lines().any(|l| l == *line));
    let new = present
        .lines()
        .filter(|line| !known.lines().any(|l| l == *line));
    let gone: Vec<_> = gone.map(|line| format!("-{line}")).collect();
    let new: Vec<_> = new.map(|line| format!("+{line}")).collect();
    assert!(
        known == present,
        "the public interface has changed:\n{}\n{}\nif that is meant: LUAT_API=write cargo test --test api",
        gone.join("\n"),
        new.join("\n")
    );
}
