//! `softcam serve` as somebody starts it.
#![allow(clippy::unwrap_used, reason = "a panic is how a test fails")]

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::PathBuf;
use std::process::{Command, Stdio};

fn folder(name: &str) -> PathBuf {
    let folder = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join(name);
    fs::create_dir_all(&folder).unwrap();
    folder
}

#[test]
fn it_says_where_it_serves_and_does_so_on_this_machine_alone() {
    let folder = folder("served");
    fs::write(folder.join("index.html"), "<p>page</p>").unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_softcam"))
        .args(["serve", "--port", "0"])
        .arg(&folder)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap())
        .read_line(&mut line)
        .unwrap();
    let address = line.split("http://").nth(1).unwrap();
    let address = address.split('/').next().unwrap().to_owned();
    assert!(address.starts_with("127.0.0.1:"), "{line}");
    let mut stream = TcpStream::connect(&address).unwrap();
    write!(
        stream,
        "GET / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(answer.ends_with("<p>page</p>"), "{answer}");
}

#[test]
fn a_folder_without_a_page_is_refused_with_what_to_do() {
    let folder = folder("unserved");
    let output = Command::new(env!("CARGO_BIN_EXE_softcam"))
        .arg("serve")
        .arg(&folder)
        .output()
        .unwrap();
    assert!(!output.status.success());
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(said.contains("has no index.html"), "{said}");
    assert!(said.contains("cargo xtask dist"), "{said}");
}
