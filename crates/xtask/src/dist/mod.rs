//! `cargo xtask dist`: the page as a folder that any static host serves, from any path, with nothing to configure.
//!
//! What may be kept for long lies under a name with a hash of its content: the weights each on its own, scripts and styles,
//! wasm, and pictures each in a folder of theirs. Within such a folder every address is relative, so no import is rewritten,
//! and workers, which read no import map, find theirs as they do anywhere. index.html and what other pages name keep theirs.

mod app;
mod headers;
mod licences;
mod offline;
mod packed;
mod report;
mod site;
mod sums;
mod tree;

use crate::command::{self, program, step};
use crate::root::root;
use crate::{browsers, build, page, setup};
use anyhow::{Context, bail};
use site::Site;
use std::fs;
use std::path::{Path, PathBuf};

/// Larger files are refused by some hosts.
const LARGEST: usize = 25 * 1024 * 1024;

/// How to make the folder.
#[derive(clap::Args)]
pub struct DistOptions {
    /// Then serve it below a path from a plain static server, and try it in a browser.
    #[arg(long)]
    check: bool,
    /// Publish a page that keeps nothing: visitors' browsers give up what they kept of earlier ones.
    #[arg(long)]
    no_offline: bool,
    /// How hard brotli tries, from 0 to 11.
    #[arg(long, value_name = "0..11", default_value_t = 11, value_parser = clap::value_parser!(u32).range(0..=11))]
    quality: u32,
    /// Take what pkg/ holds without building.
    #[arg(long)]
    no_build: bool,
    #[command(flatten)]
    build: build::BuildOptions,
}

/// Where it lies.
pub fn folder(root: &Path) -> PathBuf {
    root.join("target/dist")
}

/// Builds unless told not to, makes the folder, says what weighs how much, and tries it if asked to.
pub fn run(options: &DistOptions) -> anyhow::Result<()> {
    if options.no_build {
        page::assemble()?;
    } else {
        build::run(&options.build)?;
    }
    make(options.quality, !options.no_offline)?;
    if options.check {
        setup::npm_packages()?;
        check(&browsers::chromium()?)?;
    }
    Ok(())
}

/// Makes target/dist from what is built.
///
/// `quality` is brotli's, 0 to 11; `keeps` says whether browsers keep the page for use without the network.
pub fn make(quality: u32, keeps: bool) -> anyhow::Result<()> {
    let root = root();
    step("Making target/dist");
    let mut site = tree::site(&root)?;
    app::add(&mut site)?;
    site.add("licences.txt", licences::text(&root)?.into_bytes());
    offline::add(&mut site, &root, keeps)?;
    site.add(".nojekyll", Vec::new());
    let headers = headers::text(&site)?;
    site.add("_headers", headers.into_bytes());
    let plain = site.clone();
    packed::add(&mut site, &root.join("target/dist-packed"), quality)?;
    let sums = sums::text(&site);
    site.add("SHA256SUMS", sums.into_bytes());
    if let Some((path, content)) = site.files().find(|(_, content)| content.len() > LARGEST) {
        bail!("{path} has {} bytes; hosts take 25 MiB", content.len());
    }
    write(&site, &folder(&root))?;
    report::print(&plain, &site);
    Ok(())
}

/// Tries the folder in a browser.
fn check(chromium: &Path) -> anyhow::Result<()> {
    step("The published page in a browser");
    command::run(
        program("node", &root())
            .args(["--test", "--test-concurrency=1"])
            .args([
                "tests/browser/dist.test.mjs",
                "tests/browser/offline.test.mjs",
            ])
            .env("SOFTCAM_CHROMIUM", chromium),
    )
}

/// Replaces `folder` by the site, once all of that is written.
fn write(site: &Site, folder: &Path) -> anyhow::Result<()> {
    let new = folder.with_extension("new");
    if new.exists() {
        fs::remove_dir_all(&new)?;
    }
    for (path, content) in site.files() {
        let file = new.join(path);
        fs::create_dir_all(file.parent().unwrap_or(&new))?;
        fs::write(&file, content).with_context(|| format!("cannot write {}", file.display()))?;
    }
    if folder.exists() {
        fs::remove_dir_all(folder)?;
    }
    fs::rename(&new, folder).with_context(|| format!("cannot write {}", folder.display()))
}
