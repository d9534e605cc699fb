//! The web pages of Busmeister, built by npm and embedded in the program.
//!
//! The build script brings them here; `BUSMEISTER_WEB` says how (`auto`, `require`, `skip`, or a
//! folder of built pages). Where they could not be built, one page says why: [`is_placeholder`].
//!
//! Gateway and portal each have a set of their own, [`Pages`], which also answers requests.
//!
//! ```
//! use web_assets::Pages;
//!
//! let index = Pages::Portal.file("index.html").unwrap();
//! assert_eq!(index.content_type, "text/html; charset=utf-8");
//! assert!(!index.immutable);
//! assert!(Pages::Portal.file("no-such-file.js").is_none());
//! ```
#![forbid(unsafe_code)]

mod serve;

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

/// The pages of one server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Pages {
    /// Those of the gateway.
    Gateway,
    /// Those of the portal.
    Portal,
}

impl Pages {
    /// The folder the build leaves them in.
    const fn folder(self) -> &'static str {
        match self {
            Self::Gateway => "gateway",
            Self::Portal => "portal",
        }
    }

    /// A file by its path without a leading slash. `index.html` is always there.
    pub fn file(self, path: &str) -> Option<Asset> {
        // The compressed files are forms of others and have no address of their own.
        if path.ends_with(".br") || path.ends_with(".gz") {
            return None;
        }
        let name = format!("{}/{path}", self.folder());
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

    const BOTH: [Pages; 2] = [Pages::Gateway, Pages::Portal];

    fn index(pages: Pages) -> Asset {
        pages.file("index.html").unwrap()
    }

    fn first_page(pages: Pages) -> String {
        String::from_utf8(index(pages).bytes.into_owned()).unwrap()
    }

    /// The paths the first page names.
    fn named_in(page: &str) -> Vec<&str> {
        let attributes = page.split("=\"./").skip(1);
        attributes.filter_map(|rest| rest.split('"').next()).collect()
    }

    #[test]
    fn the_first_page_is_there_or_says_why_not() {
        for pages in BOTH {
            let page = first_page(pages);
            assert_eq!(page.contains("built without its web pages"), is_placeholder());
            assert_eq!(named_in(&page).is_empty(), is_placeholder());
        }
    }

    #[test]
    fn each_server_has_its_own_pages() {
        let (gateway, portal) = (first_page(Pages::Gateway), first_page(Pages::Portal));
        assert_eq!(gateway.contains("<title>Busmeister gateway</title>"), !is_placeholder());
        assert_eq!(portal.contains("<title>Busmeister portal</title>"), !is_placeholder());
    }

    #[test]
    fn every_file_the_first_page_names_is_embedded_and_may_be_kept() {
        for pages in BOTH {
            for path in named_in(&first_page(pages)) {
                let file = pages.file(path).unwrap_or_else(|| panic!("{path} is not embedded"));
                assert!(file.immutable, "{path}");
                let known = ["text/javascript", "text/css", "image/svg+xml"];
                assert!(known.iter().any(|kind| file.content_type.starts_with(kind)), "{path}");
            }
        }
    }

    #[test]
    fn the_first_page_has_nothing_a_strict_policy_forbids() {
        for pages in BOTH {
            let page = first_page(pages);
            for forbidden in ["<style", " style=", " onload=", "<script>", "http://", "data:"] {
                assert!(!page.contains(forbidden) || is_placeholder(), "{forbidden}");
            }
        }
    }

    /// What a browser loads before it shows anything: the first page and all that it names.
    #[test]
    fn the_first_page_weighs_at_most_150_kilobytes_compressed() {
        for pages in BOTH {
            let page = first_page(pages);
            let files = named_in(&page).into_iter().filter_map(|path| pages.file(path));
            let weight: usize = std::iter::once(index(pages))
                .chain(files)
                .map(|file| file.gzip.unwrap_or(file.bytes).len())
                .sum();
            assert!(weight < 150_000, "{pages:?}: {weight} bytes");
        }
    }

    #[test]
    fn compressed_forms_come_with_their_file_and_not_alone() {
        for pages in BOTH {
            assert!(pages.file("index.html.gz").is_none());
            assert!(pages.file("index.html.br").is_none());
            let index = index(pages);
            assert_eq!(index.gzip.is_some(), !is_placeholder());
            assert_eq!(index.brotli.is_some(), !is_placeholder());
            if let Some(gzip) = index.gzip {
                assert_eq!(gzip[..2], [0x1F, 0x8B]);
            }
        }
    }

    #[test]
    fn an_etag_is_quoted_and_differs_from_file_to_file() {
        assert_eq!(etag(&[0xAB; 32]), format!("\"{}\"", "ab".repeat(16)));
        let mut etags: Vec<_> = Files::iter()
            .filter_map(|name| Pages::Gateway.file(name.strip_prefix("gateway/")?))
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
            assert!(Pages::Gateway.file(path).is_none(), "{path}");
        }
        assert!(Pages::Portal.file("../gateway/index.html").is_none());
    }
}
