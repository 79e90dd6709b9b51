//! `softcam serve`: the published page from a folder, such as one on a USB stick, on a machine without anything else.

use crate::failure::{Failure, Result};
use crate::output;
use std::io::{ErrorKind, Write};
use std::net::{IpAddr, Ipv4Addr, SocketAddr, UdpSocket};
use std::path::PathBuf;

/// Serve a folder that `cargo xtask dist` made, on this machine alone unless told otherwise.
#[derive(clap::Args)]
pub struct Arguments {
    /// The folder with index.html.
    #[arg(default_value = ".")]
    folder: PathBuf,
    /// Port; 0 takes any free one.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Address to listen on. 0.0.0.0 lets every machine of the network in, by plain http: there, browsers keep nothing for
    /// offline use.
    #[arg(long, value_name = "ADDRESS", default_value_t = IpAddr::V4(Ipv4Addr::LOCALHOST))]
    host: IpAddr,
}

/// Prints the address and serves until stopped.
pub fn run(arguments: &Arguments, out: &mut impl Write) -> Result<()> {
    let Arguments { folder, port, host } = arguments;
    if !folder.join("index.html").is_file() {
        return Err(Failure::new(
            format!("{} has no index.html", folder.display()),
            "Name the folder that `cargo xtask dist` made, or that you unpacked.",
        ));
    }
    if !host.is_loopback() {
        output::note(format_args!(
            "note: every machine that reaches this one can open the page"
        ));
    }
    let ready = |address: SocketAddr| {
        // Whoever started it by a script may have closed its output; it serves all the same.
        let _ = writeln!(out, "Serving http://{}/ (Ctrl-C stops)", reachable(address))
            .and_then(|()| out.flush());
    };
    softcam_serve::serve(folder, (*host, *port).into(), ready).map_err(|error| {
        let advice = match error.kind() {
            ErrorKind::AddrInUse => "Choose another port with --port; 0 takes any free one.",
            _ => "Choose an address of this machine with --host, and a port that you may use.",
        };
        Failure::new(format!("cannot serve on {host}:{port}: {error}"), advice)
    })
}

/// Where others reach what listens on every address of this machine: the one that it would send from. Nothing is sent.
fn reachable(address: SocketAddr) -> SocketAddr {
    if !address.ip().is_unspecified() {
        return address;
    }
    // An address that is set apart for documentation (RFC 5737).
    let own = UdpSocket::bind((address.ip(), 0)).and_then(|socket| {
        socket
            .connect(("192.0.2.1", 9))
            .and_then(|()| socket.local_addr())
    });
    match own {
        Ok(own) if !own.ip().is_unspecified() => (own.ip(), address.port()).into(),
        _ => (Ipv4Addr::LOCALHOST, address.port()).into(),
    }
}
