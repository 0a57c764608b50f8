//! The desktop tool.
fn main() {}
