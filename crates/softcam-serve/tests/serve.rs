//! The server as a browser sees it, over a socket.
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::fs;
use std::io::{Read, Write};
use std::net::{Ipv4Addr, SocketAddr, TcpStream};
use std::path::PathBuf;
use std::sync::mpsc;

/// A folder of this test's own, served; and a file beside it that nobody may see.
fn site(name: &str) -> (PathBuf, SocketAddr) {
    let outer = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    let _ = fs::remove_dir_all(&outer);
    let folder = outer.join("site");
    fs::create_dir_all(folder.join("models")).unwrap();
    fs::write(outer.join("secret.txt"), "secret").unwrap();
    for (file, content) in [
        ("index.html", "<p>page</p>"),
        ("main.js", "let plain;"),
        ("main.js.br", "brotli"),
        ("main.js.gz", "gzip"),
        ("engine.wasm", "wasm"),
        ("app.webmanifest", "{}"),
        ("models/net-0123.safetensors", "weights"),
        ("models/list.json", "{}"),
        ("style.css", "p {}"),
        ("icon.svg", "<svg/>"),
        (".hidden", "secret"),
    ] {
        fs::write(folder.join(file), content).unwrap();
    }
    #[cfg(unix)]
    std::os::unix::fs::symlink("../secret.txt", folder.join("link.txt")).unwrap();
    let (send, receive) = mpsc::channel();
    let served = folder.clone();
    std::thread::spawn(move || {
        let address = (Ipv4Addr::LOCALHOST, 0).into();
        softcam_serve::serve(&served, address, |address| send.send(address).unwrap()).unwrap();
    });
    (folder, receive.recv().unwrap())
}

/// The whole answer to a request for `path`, written as it is, dots and all.
fn get(address: SocketAddr, path: &str, more: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{more}\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    answer
}

#[test]
fn files_come_with_their_media_types_and_the_headers_that_a_page_cannot_set_itself() {
    let (_, address) = site("types");
    for (path, media_type, body) in [
        ("/", "text/html", "<p>page</p>"),
        ("/index.html?device=cpu", "text/html", "<p>page</p>"),
        ("/main.js", "text/javascript", "let plain;"),
        ("/engine.wasm", "application/wasm", "wasm"),
        ("/app.webmanifest", "application/manifest+json", "{}"),
        ("/models/list.json", "application/json", "{}"),
        (
            "/models/net-0123.safetensors",
            "application/octet-stream",
            "weights",
        ),
        ("/style.css", "text/css", "p {}"),
        ("/icon.svg", "image/svg+xml", "<svg/>"),
    ] {
        let answer = get(address, path, "");
        assert!(answer.starts_with("HTTP/1.1 200"), "{path}: {answer}");
        assert!(answer.ends_with(&format!("\r\n\r\n{body}")), "{path}");
        let header = format!("\ncontent-type: {media_type}");
        assert!(answer.contains(&header), "{path}: {answer}");
        assert!(answer.contains("\nx-content-type-options: nosniff"));
        assert!(answer.contains("frame-ancestors 'self'"));
    }
}

#[test]
fn whoever_accepts_packed_files_gets_them() {
    let (_, address) = site("packed");
    for (accepts, encoding, body) in [
        ("br, gzip", Some("br"), "brotli"),
        ("gzip", Some("gzip"), "gzip"),
        ("identity", None, "let plain;"),
    ] {
        let answer = get(
            address,
            "/main.js",
            &format!("Accept-Encoding: {accepts}\r\n"),
        );
        assert!(answer.ends_with(body), "{accepts}: {answer}");
        assert!(answer.contains("content-type: text/javascript"));
        let encoded = answer.split("\ncontent-encoding: ").nth(1);
        let encoded = encoded.and_then(|rest| rest.lines().next());
        assert_eq!(encoded, encoding, "{accepts}");
    }
    let only_plain = get(address, "/style.css", "Accept-Encoding: br\r\n");
    assert!(only_plain.ends_with("p {}"));
    assert!(!only_plain.contains("content-encoding"));
}

#[test]
fn nothing_outside_the_folder_is_served() {
    let (_, address) = site("outside");
    for path in [
        "/../secret.txt",
        "/models/../../secret.txt",
        "/%2e%2e/secret.txt",
        "/..%2fsecret.txt",
        "/models/%2e%2e%2f%2e%2e%2fsecret.txt",
        "/..%5csecret.txt",
        "//etc/passwd",
        "/%2fetc/passwd",
        "/.hidden",
        "/link.txt",
        "/%00",
        "/missing.txt",
    ] {
        let answer = get(address, path, "");
        assert!(!answer.starts_with("HTTP/1.1 2"), "{path}: {answer}");
        assert!(!answer.contains("secret"), "{path}");
        assert!(!answer.contains("root:"), "{path}");
    }
}

#[test]
fn a_folder_that_is_not_there_is_an_error() {
    let missing = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("missing");
    assert!(softcam_serve::router(&missing).is_err());
}
