//! The models that come with the program: every model file below `models/`, listed by `build.rs`.

/// Path below `models/`, and text.
pub(super) const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/models.rs"));
