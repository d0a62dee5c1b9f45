//! One program, two doors: the window, or a command.
fn main() {}
