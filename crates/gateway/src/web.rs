//! The web pages: files embedded in the program, and one page for all paths the pages know.

use std::borrow::Cow;

use axum::http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};

use crate::api::Problem;

/// A file of the web pages.
pub(crate) struct Page {
    pub(crate) bytes: Cow<'static, [u8]>,
    pub(crate) mime: HeaderValue,
    /// Changes with the content; with quotes, as the header has it.
    pub(crate) etag: HeaderValue,
    /// Whether its name changes with its content, so that it may be kept for ever.
    pub(crate) immutable: bool,
}

const INDEX: &str = "index.html";

/// Answers whatever is no route of the API.
pub(crate) async fn serve(method: Method, uri: Uri, headers: HeaderMap) -> Response {
    if !matches!(method, Method::GET | Method::HEAD) {
        return Problem::new(
            StatusCode::METHOD_NOT_ALLOWED,
            "wrong_method",
            "This cannot be done here",
            format!("{} is a page and can only be looked at.", uri.path()),
        )
        .into_response();
    }
    let name = uri.path().trim_start_matches('/');
    let found = find(if name.is_empty() { INDEX } else { name }).or_else(|| {
        // The page itself knows its paths; a file has a dot in its name.
        let is_file = name.rsplit('/').next().is_some_and(|last| last.contains('.'));
        if is_file { None } else { find(INDEX) }
    });
    match found {
        Some(page) => answer(page, &headers),
        None => Problem::new(
            StatusCode::NOT_FOUND,
            "unknown_path",
            "There is nothing here",
            format!("There is no file {}.", uri.path()),
        )
        .into_response(),
    }
}

fn answer(page: Page, asked: &HeaderMap) -> Response {
    let keep = if page.immutable { "public, max-age=31536000, immutable" } else { "no-cache" };
    let headers = [
        (header::ETAG, page.etag.clone()),
        (header::CACHE_CONTROL, HeaderValue::from_static(keep)),
    ];
    if is_known(&page.etag, asked) {
        return (StatusCode::NOT_MODIFIED, headers).into_response();
    }
    (headers, [(header::CONTENT_TYPE, page.mime)], page.bytes).into_response()
}

/// Whether the browser has this content already (RFC 9110, 13.1.2).
fn is_known(etag: &HeaderValue, asked: &HeaderMap) -> bool {
    let Ok(etag) = etag.to_str() else { return false };
    let strong = |tag: &str| tag.trim().trim_start_matches("W/").to_owned();
    asked
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|tags| tags.to_str().ok())
        .flat_map(|tags| tags.split(','))
        .any(|tag| tag.trim() == "*" || strong(tag) == strong(etag))
}

fn find(_name: &str) -> Option<Page> {
    None
}
