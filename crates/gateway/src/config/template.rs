//! The configuration to start from.

/// A whole configuration with every key, ready to be changed; it passes the check as it is.
pub const TEMPLATE: &str = include_str!("template.toml");
