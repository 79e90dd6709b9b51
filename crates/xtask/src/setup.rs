//! Installing what a fresh machine lacks. Each step first looks whether there is anything to do.

use crate::command::{cargo, output, program, run, step, succeeds};
use crate::root::root;
use anyhow::{Context, bail};
use std::path::{Path, PathBuf};
use std::process::Command;

/// The target of the page.
pub const TARGET: &str = "wasm32-unknown-unknown";

/// Debian's own Rust with everything to build the standard library for wasm, for where rustup cannot fetch it.
const DEBIAN_RUST: [&str; 5] = [
    "rustc-web",
    "cargo-web",
    "rust-web-src",
    "rust-web-llvm",
    "lld-22",
];
const DEBIAN_CARGO: &str = "/usr/bin/cargo";
const DEBIAN_RUSTC: &str = "/usr/bin/rustc";
const DEBIAN_LINKER: &str = "wasm-ld-22";

/// Memory that workers share, and what wasm-bindgen needs for each of them. 2 GiB is what engines on telephones still
/// reserve; where one does not, the page takes the module with one thread.
const THREADS_RUSTFLAGS: [&str; 9] = [
    "-Ctarget-feature=+simd128,+atomics,+bulk-memory,+mutable-globals",
    "-Clink-arg=--shared-memory",
    "-Clink-arg=--import-memory",
    "-Clink-arg=--max-memory=2147483648",
    "-Clink-arg=--export=__heap_base",
    "-Clink-arg=--export=__wasm_init_tls",
    "-Clink-arg=--export=__tls_size",
    "-Clink-arg=--export=__tls_align",
    "-Clink-arg=--export=__tls_base",
];

/// Who compiles for wasm.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Toolchain {
    /// The toolchain in use has the target's standard library.
    Rustup,
    /// Debian's packages, which build the standard library from source.
    Debian,
}

impl Toolchain {
    /// A cargo that can build for wasm in `directory`.
    pub fn cargo(self, directory: &Path) -> Command {
        match self {
            Self::Rustup => cargo(directory),
            Self::Debian => {
                let mut command = program(DEBIAN_CARGO, directory);
                command
                    .env("RUSTC", DEBIAN_RUSTC)
                    .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER", DEBIAN_LINKER)
                    .env_remove("RUSTUP_TOOLCHAIN");
                build_std(&mut command);
                command
            }
        }
    }

    /// The same for a module whose memory workers share: the standard library is built for that, since none is delivered.
    pub fn cargo_for_threads(self, directory: &Path) -> Command {
        let mut command = self.cargo(directory);
        build_std(&mut command);
        command.env("CARGO_ENCODED_RUSTFLAGS", THREADS_RUSTFLAGS.join("\u{1f}"));
        command
    }
}

/// Has cargo build the standard library, too. That is not yet stable; the compiler is one of a known version, so it holds still.
fn build_std(command: &mut Command) {
    command
        .env("RUSTC_BOOTSTRAP", "1")
        .env("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort");
}

/// Who compiles for threads: needs the source of the standard library.
pub fn for_threads(toolchain: Toolchain) -> anyhow::Result<Toolchain> {
    if toolchain == Toolchain::Debian || has_source() {
        return Ok(toolchain);
    }
    step("Adding the source of Rust's standard library");
    if run(Command::new("rustup").args(["component", "add", "rust-src"])).is_ok() && has_source() {
        return Ok(toolchain);
    }
    eprintln!("    rustup could not fetch it; using Debian's packages instead");
    debian_rust()
}

fn has_source() -> bool {
    let mut rustc = program("rustc", &root());
    let sysroot = output(rustc.args(["--print", "sysroot"])).unwrap_or_default();
    Path::new(sysroot.trim())
        .join("lib/rustlib/src/rust/library/Cargo.lock")
        .exists()
}

/// What building the page needs.
pub fn for_build() -> anyhow::Result<Toolchain> {
    let toolchain = wasm_target()?;
    npm_packages()?;
    Ok(toolchain)
}

fn wasm_target() -> anyhow::Result<Toolchain> {
    if std::env::var_os("SOFTCAM_DEBIAN_RUST").is_some() {
        return debian_rust();
    }
    if has_standard_library() {
        return Ok(Toolchain::Rustup);
    }
    step("Adding the wasm target");
    if run(Command::new("rustup").args(["target", "add", TARGET])).is_ok() && has_standard_library()
    {
        return Ok(Toolchain::Rustup);
    }
    eprintln!("    rustup could not fetch it; using Debian's packages instead");
    debian_rust()
}

fn has_standard_library() -> bool {
    let mut rustc = program("rustc", &root());
    let Some(directory) = output(rustc.args(["--print", "target-libdir", "--target", TARGET]))
    else {
        return false;
    };
    std::fs::read_dir(directory.trim()).is_ok_and(|mut entries| entries.next().is_some())
}

fn debian_rust() -> anyhow::Result<Toolchain> {
    let installed = |package: &str| succeeds(Command::new("dpkg").args(["--status", package]));
    if !DEBIAN_RUST.iter().all(|package| installed(package)) {
        step("Installing Debian's Rust for wasm");
        apt_install(&DEBIAN_RUST)?;
    }
    Ok(Toolchain::Debian)
}

/// Packages from npm, as tests/package-lock.json lists them.
pub fn npm_packages() -> anyhow::Result<()> {
    npm_packages_of("tests")
}

/// The same for another folder's package-lock.json.
pub fn npm_packages_of(folder: &str) -> anyhow::Result<()> {
    let folder = root().join(folder);
    let modified = |path: PathBuf| path.metadata().and_then(|data| data.modified()).ok();
    let installed = modified(folder.join("node_modules/.package-lock.json"));
    if installed.is_some() && installed >= modified(folder.join("package-lock.json")) {
        return Ok(());
    }
    step("Installing npm packages");
    run(program("npm", &folder).args(["ci", "--no-audit", "--no-fund"]))
}

/// Debian packages, by name. It takes root's rights, or sudo.
pub fn apt_install(packages: &[&str]) -> anyhow::Result<()> {
    let list = packages.join(" ");
    if which("apt-get").is_none() {
        bail!("there is no apt-get; install by hand what these Debian packages hold: {list}");
    }
    let root = output(Command::new("id").arg("-u")).is_some_and(|id| id.trim() == "0");
    if !root && which("sudo").is_none() {
        bail!("installing needs root's rights; ask whoever has them for: apt-get install {list}");
    }
    let apt = |arguments: &[&str]| {
        let mut command = Command::new(if root { "apt-get" } else { "sudo" });
        if !root {
            command.arg("apt-get");
        }
        run(command
            .args(arguments)
            .env("DEBIAN_FRONTEND", "noninteractive"))
    };
    let install = ["install", "-y", "-qq", "--no-install-recommends"];
    apt(&["update", "-qq"])
        .and_then(|()| apt(&[&install[..], packages].concat()))
        .with_context(|| format!("could not install these Debian packages: {list}"))
}

/// A program on the path.
pub fn which(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    std::env::split_paths(&path)
        .map(|directory| directory.join(name))
        .find(|candidate| candidate.is_file())
}
