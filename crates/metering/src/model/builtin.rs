//! The models that come with the program. A test fails when a file in `models/` is missing here.

macro_rules! model {
    ($path:literal) => {
        ($path, include_str!(concat!("../../../../models/", $path)))
    };
}

/// Path below `models/`, and text.
pub(super) const FILES: &[(&str, &str)] = &[
    model!("EFE/integra_heat.toml"),
    model!("RAM/saphir_modularis.toml"),
    model!("generic/generic_mbus.toml"),
    model!("generic/manual_heat_secondary_ad.toml"),
    model!("generic/manual_water_secondary_ad.toml"),
];
