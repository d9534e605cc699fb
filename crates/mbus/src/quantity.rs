//! What a value measures or says, in the standard's words.

use core::fmt;

macro_rules! quantities {
    ($($(#[$doc:meta])* $variant:ident $name:literal $symbol:literal,)*) => {
        /// What a data record measures or says (EN 13757-3, tables 10 to 14).
        ///
        /// ```
        /// use mbus::Quantity;
        ///
        /// assert_eq!(Quantity::FlowTemperature.name(), "flow_temperature");
        /// assert_eq!(Quantity::FlowTemperature.symbol(), "FLOW_TEMPERATURE");
        /// ```
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum Quantity {
            $($(#[$doc])* $variant,)*
        }

        impl Quantity {
            /// Every quantity, in the order of the standard.
            pub const ALL: &[Self] = &[$(Self::$variant),*];

            /// The name in snake case, for programs.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// The word of the line view.
            pub const fn symbol(self) -> &'static str {
                match self { $(Self::$variant => $symbol,)* }
            }
        }
    };
}

quantities! {
    /// Energy.
    Energy "energy" "ENERGY",
    /// Volume.
    Volume "volume" "VOLUME",
    /// Mass.
    Mass "mass" "MASS",
    /// On time.
    OnTime "on_time" "ON_TIME",
    /// Operating time.
    OperatingTime "operating_time" "OPERATING_TIME",
    /// Power.
    Power "power" "POWER",
    /// Volume flow.
    VolumeFlow "volume_flow" "VOLUME_FLOW",
    /// Volume flow in m³/min or m³/s.
    VolumeFlowExt "volume_flow" "VOLUME_FLOW_EXT",
    /// Mass flow.
    MassFlow "mass_flow" "MASS_FLOW",
    /// Flow temperature.
    FlowTemperature "flow_temperature" "FLOW_TEMPERATURE",
    /// Return temperature.
    ReturnTemperature "return_temperature" "RETURN_TEMPERATURE",
    /// Temperature difference.
    TemperatureDifference "temperature_difference" "TEMPERATURE_DIFFERENCE",
    /// External temperature.
    ExternalTemperature "external_temperature" "EXTERNAL_TEMPERATURE",
    /// Pressure.
    Pressure "pressure" "PRESSURE",
    /// Date.
    Date "date" "DATE",
    /// Date time.
    DateTime "date_time" "DATE_TIME",
    /// Units of a heat cost allocator.
    HeatCostAllocation "heat_cost_allocation" "HCA",
    /// Averaging duration.
    AveragingDuration "averaging_duration" "AVERAGING_DURATION",
    /// Actuality duration.
    ActualityDuration "actuality_duration" "ACTUALITY_DURATION",
    /// Fabrication number.
    FabricationNumber "fabrication_number" "FABRICATION_NO",
    /// Enhanced identification.
    EnhancedIdentification "enhanced_identification" "EXTENDED_IDENTIFICATION",
    /// Bus address.
    BusAddress "bus_address" "ADDRESS",
    /// A quantity that the meter names in plain text.
    UserDefined "user_defined" "USER_DEFINED",
    /// VIF 7E: any quantity, for selections.
    AnyVif "any_vif" "FUTURE_VALUE",
    /// Manufacturer specific.
    ManufacturerSpecific "manufacturer_specific" "MANUFACTURER_SPECIFIC",
    /// Reactive energy.
    ReactiveEnergy "reactive_energy" "REACTIVE_ENERGY",
    /// Apparent energy.
    ApparentEnergy "apparent_energy" "APPARENT_ENERGY",
    /// Reactive power.
    ReactivePower "reactive_power" "REACTIVE_POWER",
    /// Apparent power.
    ApparentPower "apparent_power" "APPARENT_POWER",
    /// Relative humidity.
    RelativeHumidity "relative_humidity" "REL_HUMIDITY",
    /// Phase angle between two voltages.
    PhaseVoltageAngle "phase_angle_voltage" "PHASE",
    /// Phase angle between voltage and current.
    PhaseCurrentAngle "phase_angle_current" "PHASE",
    /// Frequency.
    Frequency "frequency" "FREQUENCY",
    /// Temperature limit.
    TemperatureLimit "temperature_limit" "TEMPERATURE_LIMIT",
    /// Cumulative maximum power.
    CumulativeMaximumPower "cumulative_maximum_power" "MAX_POWER",
    /// Credit.
    Credit "credit" "NOT_SUPPORTED",
    /// Debit.
    Debit "debit" "NOT_SUPPORTED",
    /// Transmission count.
    TransmissionCount "transmission_count" "NOT_SUPPORTED",
    /// Device type.
    DeviceType "device_type" "NOT_SUPPORTED",
    /// Manufacturer.
    Manufacturer "manufacturer" "NOT_SUPPORTED",
    /// Parameter set id.
    ParameterSetId "parameter_set_id" "PARAMETER_SET_ID",
    /// Model version.
    ModelVersion "model_version" "MODEL_VERSION",
    /// Hardware version.
    HardwareVersion "hardware_version" "HARDWARE_VERSION",
    /// Firmware version.
    FirmwareVersion "firmware_version" "FIRMWARE_VERSION",
    /// Other software version.
    OtherSoftwareVersion "other_software_version" "OTHER_SOFTWARE_VERSION",
    /// Customer location.
    CustomerLocation "customer_location" "CUSTOMER_LOCATION",
    /// Customer.
    Customer "customer" "CUSTOMER",
    /// Access code user.
    AccessCodeUser "access_code_user" "ACCESS_CODE_USER",
    /// Access code operator.
    AccessCodeOperator "access_code_operator" "ACCESS_CODE_OPERATOR",
    /// Access code system operator.
    AccessCodeSystemOperator "access_code_system_operator" "ACCESS_CODE_SYSTEM_OPERATOR",
    /// Access code system developer.
    AccessCodeSystemDeveloper "access_code_system_developer" "ACCESS_CODE_SYSTEM_DEVELOPER",
    /// Password.
    Password "password" "PASSWORD",
    /// Error flags.
    ErrorFlags "error_flags" "ERROR_FLAGS",
    /// Error mask.
    ErrorMask "error_mask" "ERROR_MASK",
    /// Security key.
    SecurityKey "security_key" "SECURITY_KEY",
    /// Digital output.
    DigitalOutput "digital_output" "DIGITAL_OUTPUT",
    /// Digital input.
    DigitalInput "digital_input" "DIGITAL_INPUT",
    /// Baudrate.
    Baudrate "baudrate" "BAUDRATE",
    /// Response delay time.
    ResponseDelayTime "response_delay_time" "RESPONSE_DELAY_TIME",
    /// Retry.
    Retry "retry" "RETRY",
    /// Remote control.
    RemoteControl "remote_control" "REMOTE_CONTROL",
    /// First storage number.
    FirstStorageNumber "first_storage_number" "FIRST_STORAGE_NUMBER_CYCLIC",
    /// Last storage number.
    LastStorageNumber "last_storage_number" "LAST_STORAGE_NUMBER_CYCLIC",
    /// Storage block size.
    StorageBlockSize "storage_block_size" "SIZE_STORAGE_BLOCK",
    /// Tariff subunit descriptor.
    TariffSubunitDescriptor "tariff_subunit_descriptor" "RESERVED",
    /// Storage interval.
    StorageInterval "storage_interval" "STORAGE_INTERVALL",
    /// Operator specific data.
    OperatorSpecificData "operator_specific_data" "OPERATOR_SPECIFIC_DATA",
    /// Time point.
    TimePoint "time_point" "TIME_POINT",
    /// Duration since last readout.
    DurationSinceLastReadout "duration_since_last_readout" "DURATION_LAST_READOUT",
    /// Tariff start.
    TariffStart "tariff_start" "TARIF_START",
    /// Tariff duration.
    TariffDuration "tariff_duration" "TARIF_DURATION",
    /// Tariff period.
    TariffPeriod "tariff_period" "TARIF_PERIOD",
    /// Dimensionless.
    Dimensionless "dimensionless" "RESERVED",
    /// Wireless container.
    WirelessContainer "wireless_container" "RESERVED",
    /// Nominal transmit period.
    NominalTransmitPeriod "nominal_transmit_period" "RESERVED",
    /// Voltage.
    Voltage "voltage" "VOLTAGE",
    /// Current.
    Current "current" "CURRENT",
    /// Reset counter.
    ResetCounter "reset_counter" "RESET_COUNTER",
    /// Cumulation counter.
    CumulationCounter "cumulation_counter" "CUMULATION_COUNTER",
    /// Control signal.
    ControlSignal "control_signal" "CONTROL_SIGNAL",
    /// Day of week.
    DayOfWeek "day_of_week" "DAY_OF_WEEK",
    /// Week number.
    WeekNumber "week_number" "WEEK_NUMBER",
    /// Time point of day change.
    TimePointOfDayChange "time_point_of_day_change" "TIME_POINT_DAY_CHANGE",
    /// Parameter activation state.
    ParameterActivationState "parameter_activation_state" "PARAMETER_ACTIVATION_STATE",
    /// Special supplier information.
    SpecialSupplierInformation "special_supplier_information" "SPECIAL_SUPPLIER_INFORMATION",
    /// Duration since last cumulation.
    DurationSinceLastCumulation "duration_since_last_cumulation" "LAST_CUMULATION_DURATION",
    /// Battery operating time.
    BatteryOperatingTime "battery_operating_time" "OPERATING_TIME_BATTERY",
    /// Battery change date.
    BatteryChangeDate "battery_change_date" "NOT_SUPPORTED",
    /// Rf level.
    RfLevel "rf_level" "RF_LEVEL",
    /// Daylight saving.
    DaylightSaving "daylight_saving" "NOT_SUPPORTED",
    /// Listening window.
    ListeningWindow "listening_window" "NOT_SUPPORTED",
    /// Remaining battery life.
    RemainingBatteryLife "remaining_battery_life" "REMAINING_BATTERY_LIFE_TIME",
    /// Number of stops.
    NumberOfStops "number_of_stops" "NUMBER_STOPS",
    /// Manufacturer container.
    ManufacturerContainer "manufacturer_container" "NOT_SUPPORTED",
    /// A code the standard keeps for later.
    Reserved "reserved" "RESERVED",
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}
