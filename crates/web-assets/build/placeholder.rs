//! The page that stands where the pages would be, and says why.

use std::fs;
use std::path::Path;

/// Why there are no pages where nobody wanted them.
pub(crate) const SKIPPED: &str = "They were left out on purpose (BUSMEISTER_WEB=skip). \
     Build again without that variable to have them.";

const PAGE: &str = include_str!("placeholder.html");

/// Writes the page with its reason.
pub(crate) fn write(folder: &Path, reason: &str) -> Result<(), String> {
    let index = folder.join("index.html");
    let page = PAGE.replace("{reason}", &escape(reason));
    fs::create_dir_all(folder)
        .and_then(|()| fs::write(&index, page))
        .map_err(|error| format!("{} could not be written: {error}", index.display()))
}

/// The reason quotes npm, which may say anything.
fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}
