// The printed form of a data record, taken apart for the columns of the telegram view:
// `DIB:04, VIB:06 -> descr:ENERGY, function:INST_VAL, scaled value:12345000, unit:WATT_HOUR, Wh`.
// Counters of the fixed structure (CI 73) begin with `Counter: unit code 05` instead.

/** The parts of one printed data record. */
export interface RecordLine {
  dib: string;
  vib: string;
  description: string;
  function: string;
  storage: string;
  tariff: string;
  subunit: string;
  value: string;
  /** The name of the unit, for example WATT_HOUR; empty where there is none. */
  unitName: string;
  /** The sign of the unit, for example Wh; empty where there is none. */
  unit: string;
  /** What else the record says of its quantity, in words; empty where nothing. */
  qualifiers: string;
}

const RECORD = new RegExp(
  '^(?:DIB:(?<dib>[0-9A-F]*), VIB:(?<vib>[0-9A-F]*)|Counter: unit code \\w+) -> ' +
    'descr:(?<description>.*?), function:(?<function>\\w+)' +
    '(?:, storage:(?<storage>\\d+))?(?:, tariff:(?<tariff>\\d+))?(?:, subunit:(?<subunit>\\d+))?' +
    ', (?:scaled )?value:(?<value>.*?)(?:, unit:(?<unitName>[^,]+)(?:, (?<unit>[^,:]+))?)?' +
    '(?:, qualifiers:(?<qualifiers>[^,]*))?(?:, quality:\\w+, data:[0-9A-F]*)?$',
);

/** The parts of a record line, or `null` where the line has another form and is shown as it is. */
export function recordLine(text: string): RecordLine | null {
  const groups = RECORD.exec(text)?.groups;
  if (!groups) return null;
  const part = (name: string) => groups[name] ?? '';
  return {
    dib: part('dib'),
    vib: part('vib'),
    description: part('description'),
    function: part('function'),
    storage: part('storage'),
    tariff: part('tariff'),
    subunit: part('subunit'),
    value: part('value'),
    unitName: part('unitName'),
    unit: part('unit'),
    qualifiers: part('qualifiers').replaceAll('_', ' '),
  };
}
