//! A static server for one folder: what is in it, with the media types that browsers ask for, and nothing beside it.
//!
//! Files that lie packed beside themselves (`NAME.br`, `NAME.gz`) are sent so to whoever accepts that. Names that begin with
//! a dot are not served, nor is anything that a link in the folder names outside it.

use axum::Router;
use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue, StatusCode, header};
use axum::middleware::{self, Next};
use axum::response::{IntoResponse, Response};
use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::net::TcpListener;
use tower_http::services::ServeDir;
use tower_http::set_header::SetResponseHeaderLayer;

/// What a policy in the page itself cannot say, and what keeps it apart from other sites' pages.
const HEADERS: [(HeaderName, &str); 6] = [
    // Asked each time whether it has changed, which costs nothing where the server is near.
    (header::CACHE_CONTROL, "no-cache"),
    (header::CONTENT_SECURITY_POLICY, "frame-ancestors 'self'"),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (
        HeaderName::from_static("cross-origin-opener-policy"),
        "same-origin",
    ),
    (
        HeaderName::from_static("cross-origin-embedder-policy"),
        "require-corp",
    ),
];

/// Answers requests with the files of `folder`, which must exist.
///
/// # Errors
///
/// Where the folder cannot be found.
pub fn router(folder: &Path) -> io::Result<Router> {
    let folder = folder.canonicalize()?;
    let files = ServeDir::new(&folder)
        .precompressed_br()
        .precompressed_gzip();
    let router = Router::new()
        .fallback_service(files)
        .layer(middleware::from_fn_with_state(Arc::new(folder), inside));
    Ok(HEADERS.into_iter().fold(router, |router, (name, value)| {
        let value = HeaderValue::from_static(value);
        router.layer(SetResponseHeaderLayer::overriding(name, value))
    }))
}

/// Serves `folder` at `address` until the process ends; `ready` gets the address in use, where port 0 asked for any.
///
/// # Errors
///
/// Where the folder cannot be found, or the address cannot be listened on.
pub fn serve(folder: &Path, address: SocketAddr, ready: impl FnOnce(SocketAddr)) -> io::Result<()> {
    let router = router(folder)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .enable_io()
        .build()?;
    runtime.block_on(async {
        let listener = TcpListener::bind(address).await?;
        ready(listener.local_addr()?);
        axum::serve(listener, router).await
    })
}

/// Lets a request pass that asks for something in the folder.
async fn inside(State(folder): State<Arc<PathBuf>>, request: Request, next: Next) -> Response {
    if may_be_seen(&folder, request.uri().path()) {
        next.run(request).await
    } else {
        StatusCode::NOT_FOUND.into_response()
    }
}

/// Whether `path`, as it stands in a request, names something that the folder itself holds, or nothing at all.
fn may_be_seen(folder: &Path, path: &str) -> bool {
    let decoded = percent_encoding::percent_decode_str(path).decode_utf8();
    let Ok(path) = decoded else { return false };
    let mut parts = path.split(['/', '\\']);
    if parts.any(|part| part.starts_with('.')) {
        return false;
    }
    // Links are followed as long as they stay in the folder.
    match folder.join(path.trim_start_matches('/')).canonicalize() {
        Ok(real) => real.starts_with(folder),
        Err(error) => error.kind() == io::ErrorKind::NotFound,
    }
}
