//! The menus that meters stand under.

/// The menu a meter stands under.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Menu {
    /// Heat.
    Heat,
    /// Cold.
    Cold,
    /// Cold Water.
    ColdWater,
    /// Hot Water.
    HotWater,
    /// Electricity.
    Electricity,
    /// Gas.
    Gas,
    /// Other.
    Other,
}

/// Words in the name of a meter that say what it counts, in lower case.
const HOT: [&str; 4] = ["hot", "warm", "heiss", "heiß"];
const GAS: [&str; 1] = ["gas"];
const WATER: [&str; 3] = ["water", "wasser", "eau"];

impl Menu {
    /// All menus, in their order.
    pub const ALL: [Self; 7] = [
        Self::Heat,
        Self::Cold,
        Self::ColdWater,
        Self::HotWater,
        Self::Electricity,
        Self::Gas,
        Self::Other,
    ];

    /// The name for programs.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Heat => "heat",
            Self::Cold => "cold",
            Self::ColdWater => "cold_water",
            Self::HotWater => "hot_water",
            Self::Electricity => "electricity",
            Self::Gas => "gas",
            Self::Other => "other",
        }
    }

    /// The menu of that name.
    pub fn from_name(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|menu| menu.name() == name)
    }

    /// The menu of a meter that nobody put under one: by its registers, and where they only count
    /// a volume, by its model (`is_water`: one for water meters) and the words of its name.
    pub fn guess<'a>(
        registers: impl IntoIterator<Item = &'a str>,
        is_water: bool,
        name: &str,
    ) -> Self {
        let registers: Vec<_> = registers.into_iter().collect();
        let has = |wanted: &[&str]| registers.iter().any(|register| wanted.contains(register));
        if has(&["en_im", "en_ex"]) {
            return Self::Electricity;
        }
        if has(&["heat_energy_kwh"]) {
            return Self::Heat;
        }
        if has(&["cold_energy_kwh"]) {
            return Self::Cold;
        }
        if !is_water && !has(&["vol_m3"]) {
            return Self::Other;
        }
        let name = name.to_lowercase();
        let says = |words: &[&str]| words.iter().any(|word| name.contains(word));
        let says_water = is_water || says(&WATER);
        match (says_water, says(&HOT), says(&GAS)) {
            (true, true, _) => Self::HotWater,
            (true, false, _) => Self::ColdWater,
            (false, _, true) => Self::Gas,
            (false, _, false) => Self::Other,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_menu_is_guessed_from_registers_model_and_name() {
        let cases: [(&[&str], bool, &str, Menu); 10] = [
            (&["heat_energy_kwh", "vol_m3"], false, "Flat 1", Menu::Heat),
            (&["heat_energy_kwh", "cold_energy_kwh"], false, "Cold office", Menu::Heat),
            (&["cold_energy_kwh", "vol_m3"], false, "Office", Menu::Cold),
            (&["en_im"], false, "Gas station", Menu::Electricity),
            (&["vol_m3"], true, "Riser 1", Menu::ColdWater),
            (&["vol_m3"], true, "Warmwasser", Menu::HotWater),
            (&["vol_m3"], false, "Hot water, riser 1", Menu::HotWater),
            (&["vol_m3", "vol_flow_m3_h"], false, "Gas, boiler", Menu::Gas),
            (&["vol_m3"], false, "Boiler", Menu::Other),
            (&["pressure"], false, "Cold water", Menu::Other),
        ];
        for (registers, is_water, name, menu) in cases {
            assert_eq!(Menu::guess(registers.iter().copied(), is_water, name), menu, "{name}");
        }
    }

    #[test]
    fn each_menu_has_one_name() {
        for menu in Menu::ALL {
            assert_eq!(Menu::from_name(menu.name()), Some(menu));
        }
        assert_eq!(Menu::from_name("steam"), None);
    }
}
