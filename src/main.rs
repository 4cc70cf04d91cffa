//! The program `milepost`: arguments in, exit status out. Everything else is in
//! the library.

#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

fn main() -> std::process::ExitCode {
    milepost::cli::main(std::env::args_os())
}
