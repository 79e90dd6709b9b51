//! Files that lie packed beside themselves, for servers that send those (nginx, Caddy, `softcam serve`).

use super::site::{Site, sha256};
use anyhow::Context;
use std::collections::BTreeSet;
use std::fs;
use std::io::Write;
use std::path::Path;

/// Smaller files gain nothing.
const SMALLEST: usize = 1024;
/// What must be left out at the least, as a share of the file.
const WORTH: f64 = 0.05;
/// Packed already.
const PACKED: [&str; 2] = [".jpg", ".png"];
/// brotli looks back as far as it can.
const WINDOW: u32 = 24;

/// Adds `NAME.br` and `NAME.gz` where they are worth it. What was packed before is taken from `store`.
pub fn add(site: &mut Site, store: &Path, quality: u32) -> anyhow::Result<()> {
    fs::create_dir_all(store)?;
    let mut wanted: Vec<(String, Vec<u8>)> = (site.files())
        .filter(|(path, content)| {
            let read = content.len() >= SMALLEST && !PACKED.iter().any(|end| path.ends_with(end));
            read && *path != "_headers"
        })
        .map(|(path, content)| (path.to_owned(), content.to_vec()))
        .collect();
    // The largest first, so that no processor is left with one at the end.
    wanted.sort_by_key(|(_, content)| std::cmp::Reverse(content.len()));
    let next = std::sync::atomic::AtomicUsize::new(0);
    let work = || -> anyhow::Result<Vec<(String, Vec<u8>)>> {
        let mut made = Vec::new();
        loop {
            let index = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
            let Some((path, content)) = wanted.get(index) else {
                return Ok(made);
            };
            let kinds: [(&str, String, Pack); 2] = [
                ("br", format!("br{quality}"), |content, quality| {
                    brotli(content, quality)
                }),
                ("gz", "gz9".to_owned(), |content, _| gzip(content)),
            ];
            for (end, kind, pack) in kinds {
                let kept = store.join(format!("{}.{kind}", sha256(content)));
                let packed = match fs::read(&kept) {
                    Ok(packed) => packed,
                    Err(_) => {
                        let packed = pack(content, quality)?;
                        fs::write(&kept, &packed)?;
                        packed
                    }
                };
                if packed.len() as f64 <= (1.0 - WORTH) * content.len() as f64 {
                    made.push((format!("{path}.{end}"), packed));
                }
            }
        }
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let made = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let results = workers.into_iter().map(|worker| {
            let result = worker.join().ok().context("packing panicked");
            result.and_then(|made| made)
        });
        results.collect::<anyhow::Result<Vec<_>>>()
    })?;
    for (path, packed) in made.into_iter().flatten() {
        site.add(path, packed);
    }
    forget(store, &wanted)
}

/// Takes out of the store what no file has any more.
fn forget(store: &Path, wanted: &[(String, Vec<u8>)]) -> anyhow::Result<()> {
    let hashes: BTreeSet<String> = (wanted.iter())
        .map(|(_, content)| sha256(content))
        .collect();
    for entry in fs::read_dir(store)? {
        let path = entry?.path();
        let hash = path.file_stem().unwrap_or_default().to_string_lossy();
        if !hashes.contains(hash.as_ref()) {
            fs::remove_file(&path)?;
        }
    }
    Ok(())
}

type Pack = fn(&[u8], u32) -> anyhow::Result<Vec<u8>>;

fn brotli(content: &[u8], quality: u32) -> anyhow::Result<Vec<u8>> {
    let mut packed = Vec::new();
    let mut writer = brotli::CompressorWriter::new(&mut packed, 1 << 16, quality, WINDOW);
    writer.write_all(content)?;
    writer.flush()?;
    drop(writer);
    Ok(packed)
}

fn gzip(content: &[u8]) -> anyhow::Result<Vec<u8>> {
    // Without a time, so that the same content gives the same bytes.
    let mut writer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    writer.write_all(content)?;
    Ok(writer.finish()?)
}

#[cfg(test)]
mod tests {
    use super::{Site, add};
    use std::io::Read;

    #[test]
    fn packed_files_unpack_to_what_they_lie_beside() {
        let text: Vec<u8> = (0..20_000_u32).map(|i| (i * i % 61) as u8).collect();
        let mut site = Site::default();
        site.add("a.js", text.clone());
        site.add("small.js", text[..100].to_vec());
        site.add("picture.jpg", text.clone());
        let store = tempfile("packed");
        for _ in 0..2 {
            let mut packed = site.clone();
            add(&mut packed, &store, 5).unwrap();
            let paths: Vec<&str> = packed.files().map(|(path, _)| path).collect();
            assert_eq!(
                paths,
                ["a.js", "a.js.br", "a.js.gz", "picture.jpg", "small.js"]
            );
            let of = |path: &str| packed.files().find(|(name, _)| *name == path).unwrap().1;
            let mut plain = Vec::new();
            brotli::Decompressor::new(of("a.js.br"), 4096)
                .read_to_end(&mut plain)
                .unwrap();
            assert_eq!(plain, text);
            let mut plain = Vec::new();
            flate2::read::GzDecoder::new(of("a.js.gz"))
                .read_to_end(&mut plain)
                .unwrap();
            assert_eq!(plain, text);
        }
        let kept = || std::fs::read_dir(&store).unwrap().count();
        assert_eq!(kept(), 2);
        add(&mut Site::default(), &store, 5).unwrap();
        assert_eq!(kept(), 0, "what nothing has any more");
    }

    fn tempfile(name: &str) -> std::path::PathBuf {
        let folder = crate::root::root().join("target/tmp/xtask").join(name);
        let _ = std::fs::remove_dir_all(&folder);
        folder
    }
}
