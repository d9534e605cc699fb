//! The configuration of the demo's gateway: a real file in the demo's folder. It is made at the
//! first start; what people change in it stays, and only where things listen is set anew.

use std::net::SocketAddr;
use std::path::{Path, PathBuf};

use anyhow::Context;
use gateway::Config;
use toml_edit::{DocumentMut, Item, value};

const TEMPLATE: &str = include_str!("../../../demo/gateway.toml");
const NAME: &str = "gateway.toml";

/// Where things are at this start.
pub(super) struct Places {
    /// Pages and API.
    pub(super) listen: SocketAddr,
    /// The converter in the cellar.
    pub(super) cellar: SocketAddr,
    /// The serial port on the roof.
    pub(super) roof: PathBuf,
}

/// Brings the file to these places, makes it where there is none, and reads it.
pub(super) fn prepare(folder: &Path, places: &Places) -> anyhow::Result<Config> {
    let path = folder.join(NAME);
    let shown = path.display();
    let text = match std::fs::read_to_string(&path) {
        Ok(text) => text,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => TEMPLATE.to_owned(),
        Err(error) => return Err(error).with_context(|| format!("{shown} cannot be read")),
    };
    let text = with_places(&text, places).with_context(|| {
        format!("{shown} is no TOML; mend it, or delete it and the demo makes it anew")
    })?;
    let fresh = path.with_extension("toml.new");
    std::fs::write(&fresh, text)
        .and_then(|()| std::fs::rename(&fresh, &path))
        .with_context(|| format!("{shown} cannot be written"))?;
    Config::load(&path).with_context(|| {
        format!("{shown} cannot be used; mend it, or delete it and the demo makes it anew")
    })
}

/// The text with the places set; everything else, comments included, stays as it is.
fn with_places(text: &str, places: &Places) -> Result<String, toml_edit::TomlError> {
    let mut document: DocumentMut = text.parse()?;
    set(&mut document["web"]["listen"], places.listen.to_string());
    if let Some(buses) = document.get_mut("bus").and_then(Item::as_array_of_tables_mut) {
        for bus in buses.iter_mut() {
            match bus.get("id").and_then(Item::as_str) {
                Some("cellar-1") => set(&mut bus["tcp"], places.cellar.to_string()),
                Some("roof") => set(&mut bus["serial"], places.roof.display().to_string()),
                _ => {}
            }
        }
    }
    Ok(document.to_string())
}

/// Keeps what stands around the value.
fn set(item: &mut Item, text: String) {
    let mut fresh = value(text);
    if let (Some(old), Some(new)) = (item.as_value(), fresh.as_value_mut()) {
        *new.decor_mut() = old.decor().clone();
    }
    *item = fresh;
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(port: u16) -> Places {
        Places {
            listen: SocketAddr::from(([127, 0, 0, 1], port)),
            cellar: SocketAddr::from(([127, 0, 0, 1], port + 1)),
            roof: PathBuf::from(format!("/tmp/roof-{port}")),
        }
    }

    #[test]
    fn what_people_changed_stays_and_only_the_places_are_set_anew() {
        let folder = tempfile::tempdir().unwrap();
        let first = prepare(folder.path(), &places(8_080)).unwrap();
        assert_eq!((first.meters.len(), first.web.listen.port()), (10, 8_080));
        let path = folder.path().join(NAME);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains("listen = \"127.0.0.1:8080\""), "{text}");
        let changed = text
            .replace("Heat, flat 1", "Heat, ground floor")
            .replace("tcp = \"127.0.0.1:8081\"", "tcp = \"127.0.0.1:8081\" # the converter");
        std::fs::write(&path, changed).unwrap();
        let second = prepare(folder.path(), &places(9_000)).unwrap();
        assert_eq!(
            (second.meters[0].name.as_str(), second.web.listen.port()),
            ("Heat, ground floor", 9_000)
        );
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains("tcp = \"127.0.0.1:9001\" # the converter"), "{text}");
        assert!(text.contains("serial = \"/tmp/roof-9000\""), "{text}");
        assert!(text.contains("# Nobody gave this meter an address"), "{text}");
    }

    #[test]
    fn a_file_that_was_broken_is_not_overwritten() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join(NAME);
        for text in ["[web\n", "[web]\nlisten = \"127.0.0.1:1\"\n[[meter]]\nid = \"a\"\n"] {
            std::fs::write(&path, text).unwrap();
            let error = format!("{:#}", prepare(folder.path(), &places(8_080)).unwrap_err());
            assert!(error.contains("delete it and the demo makes it anew"), "{error}");
            assert!(std::fs::read_to_string(&path).unwrap().contains("[web"), "it is still there");
        }
    }
}
