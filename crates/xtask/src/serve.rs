//! A static server for the page, on this machine alone.

use crate::root::root;
use crate::{build, dist, page as modules};
use anyhow::Context;
use axum::Router;
use axum::http::{HeaderName, HeaderValue, header};
use std::net::Ipv4Addr;
use std::path::Path;
use tokio::net::TcpListener;
use tower_http::services::{ServeDir, ServeFile};
use tower_http::set_header::SetResponseHeaderLayer;

/// How to serve.
#[derive(clap::Args)]
pub struct ServeOptions {
    /// Port on the loopback interface; 0 takes any free one.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Serve what pkg/ holds without building.
    #[arg(long)]
    no_build: bool,
    /// Serve what `cargo xtask dist` made: the published page, which browsers keep.
    #[arg(long)]
    dist: bool,
    /// Without the headers that isolate the page, as hosts serve it that send none: it computes on one thread then.
    #[arg(long, conflicts_with = "dist")]
    plain: bool,
    #[command(flatten)]
    build: build::BuildOptions,
}

/// Builds unless told not to, prints the address, and serves until stopped.
pub fn run(options: &ServeOptions) -> anyhow::Result<()> {
    if options.dist {
        return published(options.port);
    }
    if !options.no_build {
        build::run(&options.build)?;
    }
    modules::assemble()?;
    tokio::runtime::Runtime::new()?.block_on(async {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, options.port))
            .await
            .with_context(|| {
                let port = options.port;
                format!("cannot listen on port {port}; choose another with --port")
            })?;
        println!("Serving http://{}/ (Ctrl-C stops)", listener.local_addr()?);
        let page = page(&root());
        let page = if options.plain { page } else { isolated(page) };
        axum::serve(listener, page).await?;
        Ok(())
    })
}

/// Serves target/dist as it is.
fn published(port: u16) -> anyhow::Result<()> {
    let folder = dist::folder(&root());
    anyhow::ensure!(
        folder.join("index.html").is_file(),
        "there is no {}; `cargo xtask dist` makes it",
        folder.display()
    );
    let ready = |address| println!("Serving http://{address}/ (Ctrl-C stops)");
    softcam_serve::serve(&folder, (Ipv4Addr::LOCALHOST, port).into(), ready)
        .with_context(|| format!("cannot listen on port {port}; choose another with --port"))
}

/// What the page consists of; nothing else of the repository is served.
fn page(root: &Path) -> Router {
    let index = ServeFile::new(root.join("index.html"));
    let header = |name: HeaderName, value| {
        SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value))
    };
    Router::new()
        .route_service("/", index.clone())
        .route_service("/index.html", index)
        .nest_service(
            "/web",
            ServeDir::new(modules::folder(root)).fallback(ServeDir::new(root.join("web"))),
        )
        .nest_service("/pkg", ServeDir::new(root.join("pkg")))
        .layer(header(header::CACHE_CONTROL, "no-cache"))
        .layer(header(header::X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .layer(header(header::REFERRER_POLICY, "no-referrer"))
}

/// With the headers that let its workers share memory.
fn isolated(page: Router) -> Router {
    let header = |name: &'static str, value| {
        SetResponseHeaderLayer::overriding(
            HeaderName::from_static(name),
            HeaderValue::from_static(value),
        )
    };
    page.layer(header("cross-origin-opener-policy", "same-origin"))
        .layer(header("cross-origin-embedder-policy", "require-corp"))
}

#[cfg(test)]
mod tests {
    use super::{isolated, page};
    use crate::root::root;
    use axum::body::Body;
    use axum::http::{Request, StatusCode, header};
    use tower::ServiceExt;

    #[tokio::test]
    async fn serves_the_page_and_nothing_else() {
        let get = async |url: &str| {
            let request = Request::get(url).body(Body::empty()).unwrap();
            page(&root()).oneshot(request).await.unwrap()
        };
        for (url, media_type) in [
            ("/", "text/html"),
            ("/index.html?device=cpu", "text/html"),
            ("/web/page/main.js", "text/javascript"),
            ("/web/models/index.json", "application/json"),
        ] {
            let response = get(url).await;
            assert_eq!(response.status(), StatusCode::OK, "{url}");
            assert_eq!(response.headers()[header::CONTENT_TYPE], media_type);
            assert_eq!(
                response.headers()[header::X_CONTENT_TYPE_OPTIONS],
                "nosniff"
            );
        }
        for url in [
            "/Cargo.toml",
            "/web/../Cargo.toml",
            "/web/..%2fCargo.toml",
            "/web/%2e%2e/Cargo.toml",
            "//etc/passwd",
            "/.git/config",
        ] {
            assert_ne!(get(url).await.status(), StatusCode::OK, "{url}");
        }
        let request = Request::get("/").body(Body::empty()).unwrap();
        let response = isolated(page(&root())).oneshot(request).await.unwrap();
        let policies = ["cross-origin-opener-policy", "cross-origin-embedder-policy"];
        let values = policies.map(|name| response.headers()[name].to_str().unwrap());
        assert_eq!(values, ["same-origin", "require-corp"]);
    }
}
