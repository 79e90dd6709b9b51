//! A static server for the page, on this machine alone.

use crate::{build, root};
use anyhow::anyhow;
use std::fs::File;
use std::path::{Component, Path, PathBuf};
use std::thread;
use tiny_http::{Header, Method, Request, Response, Server};

/// How to serve.
#[derive(clap::Args)]
pub struct ServeOptions {
    /// Port on the loopback interface; 0 takes any free one.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Serve what pkg/ holds without building.
    #[arg(long)]
    no_build: bool,
    #[command(flatten)]
    build: build::BuildOptions,
}

/// What the page consists of; nothing else in the repository is served.
const SERVED: [&str; 3] = ["index.html", "web", "pkg"];

/// Builds unless told not to, prints the address, and serves until stopped.
pub fn run(options: &ServeOptions) -> anyhow::Result<()> {
    if !options.no_build {
        build::run(&options.build)?;
    }
    let server = Server::http(("127.0.0.1", options.port)).map_err(|error| {
        anyhow!(
            "cannot listen on port {} ({error}); choose another with --port",
            options.port
        )
    })?;
    println!("Serving http://{}/ (Ctrl-C stops)", server.server_addr());
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for request in server.incoming_requests() {
                    // A visitor who closes the tab halfway is not an error.
                    let _ = answer(request);
                }
            });
        }
    });
    Ok(())
}

fn answer(request: Request) -> std::io::Result<()> {
    let is_get = matches!(request.method(), Method::Get | Method::Head);
    let file = is_get.then(|| resolve(request.url())).flatten();
    match file.and_then(|path| Some((File::open(&path).ok()?, path))) {
        Some((file, path)) => {
            let headers = [
                ("Content-Type", media_type(&path)),
                ("Cache-Control", "no-cache"),
                ("X-Content-Type-Options", "nosniff"),
                ("Referrer-Policy", "no-referrer"),
            ];
            let mut response = Response::from_file(file);
            for (name, value) in headers {
                if let Ok(header) = Header::from_bytes(name, value) {
                    response.add_header(header);
                }
            }
            request.respond(response)
        }
        None => request.respond(Response::from_string("not found").with_status_code(404)),
    }
}

/// The file that a request's path names, if it is one of the page's.
fn resolve(url: &str) -> Option<PathBuf> {
    let path = url.split(['?', '#']).next()?.trim_start_matches('/');
    let path = if path.is_empty() { "index.html" } else { path };
    let relative = Path::new(path);
    let plain = relative
        .components()
        .all(|part| matches!(part, Component::Normal(_)));
    let first = relative.components().next()?.as_os_str().to_str()?;
    if !plain || !SERVED.contains(&first) {
        return None;
    }
    let file = root().join(relative);
    file.is_file().then_some(file)
}

fn media_type(path: &Path) -> &'static str {
    match path.extension().and_then(|extension| extension.to_str()) {
        Some("html") => "text/html; charset=utf-8",
        Some("css") => "text/css; charset=utf-8",
        Some("js") => "text/javascript; charset=utf-8",
        Some("json") => "application/json",
        Some("wasm") => "application/wasm",
        Some("jpg") => "image/jpeg",
        Some("png") => "image/png",
        Some("svg") => "image/svg+xml",
        _ => "application/octet-stream",
    }
}

#[cfg(test)]
mod tests {
    use super::resolve;

    #[test]
    fn serves_the_page_and_nothing_else() {
        assert!(resolve("/").is_some_and(|path| path.ends_with("index.html")));
        assert!(resolve("/index.html?device=cpu").is_some());
        assert!(resolve("/web/models/index.json").is_some());
        for url in [
            "/Cargo.toml",
            "/web/../Cargo.toml",
            "/../etc/passwd",
            "//etc/passwd",
            "/web",
            "/.git/config",
        ] {
            assert!(resolve(url).is_none(), "{url}");
        }
    }
}
