//! Builds again when the embedded theme changes.

fn main() {
    println!("cargo::rerun-if-changed=themes");
}
