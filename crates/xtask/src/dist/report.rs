//! What weighs how much.

use super::site::Site;
use std::collections::BTreeMap;

/// Bytes of a group of files.
#[derive(Clone, Copy, Default)]
struct Bytes {
    files: usize,
    plain: usize,
    gzip: usize,
    brotli: usize,
}

/// Prints a line per folder or file at the top, and their sum. `plain` is the site without packed files.
pub fn print(plain: &Site, packed: &Site) {
    let sizes: BTreeMap<&str, usize> = (packed.files())
        .map(|(path, content)| (path, content.len()))
        .collect();
    let mut groups: BTreeMap<&str, Bytes> = BTreeMap::new();
    let mut sum = Bytes::default();
    for (path, content) in plain.files() {
        let group = path.split('/').next().unwrap_or(path);
        let size = |end: &str| sizes.get(format!("{path}{end}").as_str()).copied();
        for bytes in [groups.entry(group).or_default(), &mut sum] {
            bytes.files += 1;
            bytes.plain += content.len();
            bytes.gzip += size(".gz").unwrap_or(content.len());
            bytes.brotli += size(".br").unwrap_or(content.len());
        }
    }
    let line = |name: &str, bytes: &Bytes| {
        let Bytes {
            files,
            plain,
            gzip,
            brotli,
        } = *bytes;
        println!("{name:28} {files:5} {plain:12} {gzip:12} {brotli:12}");
    };
    println!(
        "{:28} {:>5} {:>12} {:>12} {:>12}",
        "target/dist, bytes", "files", "plain", "gzip", "brotli"
    );
    for (group, bytes) in &groups {
        line(group, bytes);
    }
    line("all", &sum);
    println!(
        "with packed files and sums: {} files, {} bytes",
        sizes.len(),
        sizes.values().sum::<usize>()
    );
}
