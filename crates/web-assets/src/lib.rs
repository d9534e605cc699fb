//! The web pages of Busmeister, built by npm and embedded in the program.
//!
//! The build script brings them here; `BUSMEISTER_WEB` says how (`auto`, `require`, `skip`, or a
//! folder of built pages). Where they could not be built, one page says why: [`is_placeholder`].
//!
//! ```
//! let index = web_assets::gateway_file("index.html").unwrap();
//! assert_eq!(index.content_type, "text/html; charset=utf-8");
//! assert!(!index.immutable);
//! assert!(web_assets::gateway_file("no-such-file.js").is_none());
//! ```
#![forbid(unsafe_code)]

use std::borrow::Cow;

use rust_embed::{Embed, EmbeddedFile};

#[derive(Embed)]
#[folder = "$OUT_DIR/web"]
struct Files;

/// A file of the pages, with what a server has to say about it.
#[derive(Debug, Clone)]
pub struct Asset {
    /// The content.
    pub bytes: Cow<'static, [u8]>,
    /// The media type, for `Content-Type`.
    pub content_type: Cow<'static, str>,
    /// Changes with the content; with its quotes, as the header has it. It names the plain bytes:
    /// with a compressed body it goes out as a weak one (`W/` before it; RFC 9110, 8.8.3.3).
    pub etag: String,
    /// Whether the name changes with the content, so that it may be kept for ever. Everything
    /// else has to be asked for again (`no-cache`).
    pub immutable: bool,
    /// The content for `Content-Encoding: br`, where it was compressed.
    pub brotli: Option<Cow<'static, [u8]>>,
    /// The content for `Content-Encoding: gzip`, where it was compressed.
    pub gzip: Option<Cow<'static, [u8]>>,
}

/// The folder whose files carry a hash of their content in their name.
const HASHED: &str = "assets/";

/// A file of the gateway's pages by its path without a leading slash. `index.html` is always
/// there; whether it stands for other paths too is up to the caller (the pages need only `/`).
pub fn gateway_file(path: &str) -> Option<Asset> {
    // The compressed files are forms of others and have no address of their own.
    if path.ends_with(".br") || path.ends_with(".gz") {
        return None;
    }
    let name = format!("gateway/{path}");
    let EmbeddedFile { data, metadata } = Files::get(&name)?;
    let compressed = |ending| Files::get(&format!("{name}.{ending}")).map(|file| file.data);
    Some(Asset {
        bytes: data,
        content_type: content_type(metadata.mimetype()),
        etag: etag(&metadata.sha256_hash()),
        immutable: path.starts_with(HASHED),
        brotli: compressed("br"),
        gzip: compressed("gz"),
    })
}

/// Whether the pages could not be built and one that says why stands in their place.
pub const fn is_placeholder() -> bool {
    // Strings cannot be compared in a constant function, their length can.
    env!("WEB_ASSETS_PLACEHOLDER").len() == "true".len()
}

fn content_type(guessed: &str) -> Cow<'static, str> {
    match guessed {
        "text/html" => Cow::Borrowed("text/html; charset=utf-8"),
        "text/css" => Cow::Borrowed("text/css; charset=utf-8"),
        "text/javascript" => Cow::Borrowed("text/javascript; charset=utf-8"),
        other => Cow::Owned(other.to_owned()),
    }
}

/// Half of the hash is more than enough to tell two builds of a file apart.
fn etag(hash: &[u8; 32]) -> String {
    let digits: String = hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("\"{digits}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn index() -> Asset {
        gateway_file("index.html").unwrap()
    }

    /// The paths the first page names.
    fn named_in(page: &str) -> Vec<&str> {
        let attributes = page.split("=\"./").skip(1);
        attributes.filter_map(|rest| rest.split('"').next()).collect()
    }

    #[test]
    fn the_first_page_is_there_or_says_why_not() {
        let page = String::from_utf8(index().bytes.into_owned()).unwrap();
        assert_eq!(page.contains("built without its web pages"), is_placeholder());
        assert_eq!(named_in(&page).is_empty(), is_placeholder());
    }

    #[test]
    fn every_file_the_first_page_names_is_embedded_and_may_be_kept() {
        let page = String::from_utf8(index().bytes.into_owned()).unwrap();
        for path in named_in(&page) {
            let file = gateway_file(path).unwrap_or_else(|| panic!("{path} is not embedded"));
            assert!(file.immutable, "{path}");
            let known = ["text/javascript", "text/css", "image/svg+xml"];
            assert!(known.iter().any(|kind| file.content_type.starts_with(kind)), "{path}");
        }
    }

    #[test]
    fn the_first_page_has_nothing_a_strict_policy_forbids() {
        let page = String::from_utf8(index().bytes.into_owned()).unwrap();
        for forbidden in ["<style", " style=", " onload=", "<script>", "http://", "data:"] {
            assert!(!page.contains(forbidden) || is_placeholder(), "{forbidden}");
        }
    }

    #[test]
    fn compressed_forms_come_with_their_file_and_not_alone() {
        assert!(gateway_file("index.html.gz").is_none());
        assert!(gateway_file("index.html.br").is_none());
        let index = index();
        assert_eq!(index.gzip.is_some(), !is_placeholder());
        assert_eq!(index.brotli.is_some(), !is_placeholder());
        if let Some(gzip) = index.gzip {
            assert_eq!(gzip[..2], [0x1F, 0x8B]);
        }
    }

    #[test]
    fn an_etag_is_quoted_and_differs_from_file_to_file() {
        assert_eq!(etag(&[0xAB; 32]), format!("\"{}\"", "ab".repeat(16)));
        let mut etags: Vec<_> = Files::iter()
            .filter_map(|name| gateway_file(name.strip_prefix("gateway/")?))
            .map(|file| file.etag)
            .collect();
        let files = etags.len();
        etags.sort();
        etags.dedup();
        assert_eq!(etags.len(), files);
    }

    #[test]
    fn what_is_outside_is_not_found() {
        for path in ["", "../gateway/index.html", "/index.html", "assets/", "nothing.js"] {
            assert!(gateway_file(path).is_none(), "{path}");
        }
    }
}
