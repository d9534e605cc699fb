// A building for the tests of the pages: twelve meters on three buses, some of them failing.

/** @typedef {{ id: string, bus: string, state: string, reading_now: boolean, [key: string]: unknown }} Meter */
/** @typedef {{ buses: { id: string, [key: string]: unknown }[], meters: Meter[] }} Building */

const MINUTE = 60_000;

/** @param {number} now @param {number} minutes */
const ago = (now, minutes) => new Date(now - minutes * MINUTE).toISOString();

/**
 * @param {number} now
 * @param {number} minutes
 * @param {string} register
 * @param {string | null} text
 * @param {string | null} unit
 * @param {object} more
 */
function reading(now, minutes, register, text, unit, more = {}) {
  return {
    register, value: text === null ? null : Number(text), text: text ?? '', unit, quality: 'ok', measured_at: null,
    read_at: ago(now, minutes), is_index: false, source: { telegram: 0, line: 3, dib: '04', vib: '06' }, ...more,
  };
}

/** @param {number} now @param {number} minutes @param {string} energy @param {string} volume */
function heat(now, minutes, energy, volume) {
  const measured = { measured_at: '2026-11-20T10:30' };
  return [
    reading(now, minutes, 'flow_temp', '62', '°C', { source: { telegram: 0, line: 9, dib: '02', vib: '5B' } }),
    reading(now, minutes, 'heat_energy_kwh', energy, 'kWh', { is_index: true, ...measured }),
    reading(now, minutes, 'vol_m3', volume, 'm³', { source: { telegram: 0, line: 4, dib: '04', vib: '13' }, ...measured }),
    reading(now, minutes, 'power_kw', '4.2', 'kW', { source: { telegram: 0, line: 5, dib: '04', vib: '2B' } }),
    reading(now, minutes, 'vol_flow_m3_h', '0.512', 'm³/h', { source: { telegram: 0, line: 7, dib: '04', vib: '3B' } }),
    reading(now, minutes, 'return_temp', '41', '°C', { source: { telegram: 0, line: 10, dib: '02', vib: '5F' } }),
    reading(now, minutes, 'diff_temp', '20.53', 'K', { source: { telegram: 0, line: 11, dib: '02', vib: '61' } }),
  ];
}

/** @param {string} id @param {string} manufacturer @param {number} version @param {string} type @param {string} tail */
function identity(id, manufacturer, version, type, tail) {
  const wire = (id.match(/../g) ?? []).reverse().join('');
  return { id, manufacturer, version, device_type: type, secondary_address: { wire: wire + tail, printed: id + tail } };
}

/** @param {number} now @param {Partial<Meter> & { id: string, name: string, bus: string }} fields @returns {Meter} */
function meter(now, fields) {
  return {
    model: 'integra_heat', address: '1', origin: 'file', identification: null, state: 'ok', problem: null, findings: [],
    last_success_at: ago(now, 3), last_attempt_at: ago(now, 3), next_at: ago(now, -12), reading_now: false, readings: [], ...fields,
  };
}

/** @param {string} severity @param {string} code @param {string} since @param {string} what @param {string} why @param {string} remedy */
function failing(severity, code, since, what, why, remedy) {
  const problem = { code, what, why, remedy, severity, since };
  return { state: severity, problem, findings: [problem] };
}

/** @param {number} now @returns {Building} */
export function twelveMeters(now) {
  const buses = [
    { id: 'cellar-1', name: 'Cellar, heating', transport: 'tcp', port: '127.0.0.1:10001', baudrate: 2400, state: 'online', problem: null, meters: 5 },
    { id: 'cellar-2', name: 'Cellar, water and electricity', transport: 'serial', port: '/dev/serial/by-id/usb-FTDI_FT232R_USB_UART_A50285BI-if00-port0', baudrate: 2400, state: 'online', problem: null, meters: 5 },
    {
      id: 'roof', name: 'Roof, cooling', transport: 'tcp', port: '10.20.0.14:10001', baudrate: 9600, state: 'offline', meters: 2,
      problem: {
        code: 'connection_refused', severity: 'fault', since: ago(now, 190),
        what: 'Bus roof could not be opened at 10.20.0.14:10001', why: 'The converter refused the connection 12 times since 10:51.',
        remedy: 'Check that the converter has power and that no other program holds its only connection.',
      },
    },
  ];
  const meters = [
    meter(now, { id: 'heat-flat-1', name: 'Heat, flat 1', bus: 'cellar-1', identification: identity('13653120', 'EFE', 0, 'heat meter', 'C5140004'), readings: heat(now, 3, '12345', '678.901') }),
    meter(now, { id: 'heat-flat-2', name: 'Heat, flat 2', bus: 'cellar-1', address: '2', identification: identity('13653121', 'EFE', 0, 'heat meter', 'C5140004'), readings: heat(now, 3, '9876.5', '1512.33') }),
    meter(now, {
      id: 'heat-flat-3', name: 'Heat, flat 3', bus: 'cellar-1', address: '20316614C5140004', model: 'manual_heat_secondary_ad', last_success_at: ago(now, 345),
      readings: heat(now, 345, '4031', '210.006'),
      ...failing('fault', 'no_answer', ago(now, 330), 'Meter Heat, flat 3 on cellar-1 did not answer', '3 tries, 187 ms each; the line was quiet. It answered until 08:15.', 'Check its wiring, or read it now.'),
    }),
    meter(now, { id: 'heat-stairs', name: 'Heat, stairwell and common rooms on the ground floor', bus: 'cellar-1', address: '4', readings: heat(now, 4, '112', '7.450'), reading_now: true }),
    meter(now, { id: 'svm-house', name: 'House connection', bus: 'cellar-1', address: '5', model: 'generic_mbus', identification: identity('22013448', 'SVM', 8, 'heat meter', 'CD4E0804'), readings: heat(now, 3, '1204877', '20117.4') }),
    meter(now, {
      id: 'water-flat-1', name: 'Cold water, flat 1', bus: 'cellar-2', model: 'saphir_modularis', identification: identity('28071034', 'RAM', 16, 'cold water meter', '2D481016'),
      readings: [reading(now, 3, 'vol_m3', '10.116', 'm³', { is_index: true })],
    }),
    meter(now, {
      id: 'water-flat-2', name: 'Cold water, flat 2', bus: 'cellar-2', address: '2', model: 'saphir_modularis', identification: identity('28071035', 'RAM', 16, 'cold water meter', '2D481016'),
      readings: [reading(now, 3, 'vol_m3', null, 'm³', { is_index: true, quality: 'error_bcd' })],
      ...failing('attention', 'register_unusable', ago(now, 48), 'Meter Cold water, flat 2 sends no usable vol_m3', 'Line 2 holds the error pattern DD BE EB DD in place of digits.', 'Read the display; if it shows an error too, the meter must be replaced.'),
    }),
    meter(now, {
      id: 'electricity', name: 'Electricity, house', bus: 'cellar-2', address: '3', model: 'generic_mbus', identification: identity('90012377', 'EMU', 16, 'electricity meter', 'B5151002'),
      readings: [reading(now, 3, 'en_im', '48213.77', 'kWh', { is_index: true }), reading(now, 3, 'en_ex', '0.00', 'kWh'), reading(now, 3, 'last_error_date', '2025-03-30', null)],
    }),
    meter(now, {
      id: 'heat-misfit', name: 'Heat, workshop', bus: 'cellar-2', address: '4', last_success_at: ago(now, 3),
      ...failing('fault', 'model_mismatch', ago(now, 1500), 'The telegram of meter Heat, workshop does not fit the model integra_heat', 'Register heat_energy_kwh expects ENERGY at line 3; there stands VOLUME (DIB 0C, VIB 13).', 'Choose the model of this meter, or read it and pick the lines yourself.'),
    }),
    meter(now, { id: 'new-meter', name: 'Heat, flat 9', bus: 'cellar-2', address: '9', state: 'waiting', last_success_at: null, last_attempt_at: null, next_at: ago(now, -2) }),
    meter(now, { id: 'cold-1', name: 'Cold, server room', bus: 'roof', last_success_at: ago(now, 200), readings: [reading(now, 200, 'cold_energy_kwh', '77120', 'kWh', { is_index: true })], ...failing('fault', 'port_lost', ago(now, 190), 'Meter Cold, server room could not be read', 'Its bus roof is offline.', 'Bring the bus back first.') }),
    meter(now, { id: 'cold-2', name: 'Cold, offices', bus: 'roof', address: '2', last_success_at: ago(now, 200), readings: [reading(now, 200, 'cold_energy_kwh', '-3.5', 'kWh', { is_index: true })], ...failing('fault', 'port_lost', ago(now, 190), 'Meter Cold, offices could not be read', 'Its bus roof is offline.', 'Bring the bus back first.') }),
  ];
  return { buses, meters };
}

/** @param {number} now @returns {Building} */
export function allWell(now) {
  const { buses, meters } = twelveMeters(now);
  return {
    buses: buses.filter((bus) => bus.state === 'online'),
    meters: meters.filter((one) => one.state === 'ok' && one.bus !== 'roof'),
  };
}

/** @param {number} now @returns {Building} */
export function fourHundredMeters(now) {
  const { buses, meters } = twelveMeters(now);
  const kinds = meters.slice(0, 9);
  const many = Array.from({ length: 400 }, (_, index) => {
    const kind = index % 97 === 0 ? kinds[2] : index % 89 === 0 ? kinds[6] : kinds[[0, 1, 4, 5, 7][index % 5] ?? 0];
    return /** @type {Meter} */ ({ ...kind, id: `meter-${index}`, name: `${String(kind?.name)} / ${index}`, address: String((index % 250) + 1) });
  });
  return { buses: buses.slice(0, 2), meters: many };
}

/** @returns {Building} */
export const nothingConfigured = () => ({ buses: [], meters: [] });
