//! A Vulkan driver for the native tests of the WebGPU kernels.

use std::path::{Path, PathBuf};

/// Chromium brings a driver that computes on the CPU, and the loader for it: slow, exact, and on every machine that the
/// browser tests run on. What to set in a test's environment to use them, unless a driver has been named already.
pub fn environment(chromium: &Path) -> Vec<(&'static str, PathBuf)> {
    if std::env::var_os("VK_ICD_FILENAMES").is_some() {
        return Vec::new();
    }
    let beside = (chromium.canonicalize().ok()).and_then(|file| file.parent().map(PathBuf::from));
    // Debian's /usr/bin/chromium is a script; the program lies elsewhere.
    let folders = [beside, Some(PathBuf::from("/usr/lib/chromium"))];
    for folder in folders.into_iter().flatten() {
        let driver = folder.join("vk_swiftshader_icd.json");
        if driver.is_file() {
            return vec![("VK_ICD_FILENAMES", driver), ("LD_LIBRARY_PATH", folder)];
        }
    }
    Vec::new()
}
