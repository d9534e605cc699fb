// How the meters of the mock gateway are configured, and what it refuses of a form, in the words and
// at the places of the real one.

import { deviceOf } from './device.js';
import { problem } from './readout.js';

export const models = [
  { name: 'generic_mbus', title: 'Any meter', description: 'Any meter, with the registers you choose.', parameters: [{ key: 'reg', required: true, description: 'Which line is which register.' }, { key: 'secondary_ad', required: false, description: 'The secondary address.' }], registers: [] },
  { name: 'integra_heat', title: 'Integra Amtron S3U, heat', description: 'Heat meter with the records in the order in which it leaves the factory.', parameters: [{ key: 'secondary_ad', required: false, description: 'The secondary address.' }], registers: [{ name: 'heat_energy_kwh', unit: 'kWh' }, { name: 'vol_m3', unit: 'm³' }] },
  { name: 'manual_heat_secondary_ad', title: 'Heat, by hand', description: 'Heat or cooling meter by its secondary address, with the lines you choose.', parameters: [{ key: 'reg', required: true, description: 'Which line is which register.' }, { key: 'secondary_ad', required: true, description: 'The secondary address.' }], registers: [] },
  { name: 'manual_water_secondary_ad', title: 'Water, by hand', description: 'Water meter by its secondary address, with the line you choose.', parameters: [{ key: 'reg', required: true, description: 'Which line is which register.' }, { key: 'secondary_ad', required: true, description: 'The secondary address.' }], registers: [] },
  { name: 'saphir_modularis', title: 'Saphir Modularis, water', description: 'Water meter whose volume stands in line 2.', parameters: [{ key: 'secondary_ad', required: false, description: 'The secondary address.' }], registers: [{ name: 'vol_m3', unit: 'm³' }] },
];

const PORT = ['Connection Type', 'IP address or host name', 'Port', 'Baud Rate', 'Data Bits', 'Stop Bits', 'Parity'];

/**
 * @param {import('./building.js').Building} building
 * @param {() => void} changed - tells the pages
 */
export function mockConfiguration(building, changed) {
  let revision = 1;
  /** How each meter is configured, where that is not as the building says. @type {Map<string, Record<string, any>>} */
  const typed = new Map();
  /** @type {Map<string, Record<string, any>>} */
  const connections = new Map();
  /** @type {object | null} */
  let locked = null;

  /** @param {import('./building.js').Meter} meter */
  const formOf = (meter) => {
    const address = String(meter['address']);
    const selected = address.length === 16;
    const manual = String(meter['model']).startsWith('manual_');
    const parameters = [
      ...(selected && manual ? [{ key: 'secondary_ad', value: address }] : []),
      ...(manual || meter['model'] === 'generic_mbus' ? [{ key: 'reg', value: "{'heat_energy_kwh': 3}" }] : []),
    ];
    return typed.get(meter.id) ?? {
      id: meter.id, name: meter['name'], bus: meter.bus, address: selected && manual ? null : address, model: meter['model'], parameters,
      interval: null, process_historical_data: true, suspended: false, baudrate: null,
    };
  };
  /** @param {import('./building.js').Meter} meter */
  const lockOf = (meter) =>
    meter['origin'] === 'portal'
      ? { code: 'configured_by_portal', severity: 'attention', since: null, what: 'The meter is configured by the portal', why: `Meter "${meter.id}" is configured by the portal; change it there.`, remedy: 'Change it in the portal.' }
      : locked;

  /** @param {import('./building.js').Meter} meter */
  const configured = (meter) => ({ status: 200, etag: `"${revision}"`, body: JSON.stringify({ ...formOf(meter), origin: meter['origin'] ?? 'file', locked: lockOf(meter) }) });

  /** @param {import('./building.js').Meter} meter */
  function connected(meter) {
    const bus = building.buses.find((one) => one.id === meter.bus);
    const values = connections.get(meter.id) ?? {};
    const properties = deviceOf(meter, bus, null, 0).connection.map((one) => ({ ...one, value: Object.hasOwn(values, one.name) ? values[one.name] : one.value }));
    const serial = properties[0]?.value === 'M-Bus Serial';
    for (const one of properties) {
      if (PORT.indexOf(one.name) >= 3) one.active = serial;
      if (one.name === 'IP address or host name') one.active = !serial;
    }
    const shared_with = building.meters.filter((one) => one.bus === meter.bus && one !== meter).map(({ id, name }) => ({ id, name }));
    return { status: 200, etag: `"${revision}"`, body: JSON.stringify({ properties, bus: meter.bus, shared_with, locked: lockOf(meter) }) };
  }

  /** @param {{ field: string, row?: number, position?: number, message: string }[]} fields */
  const refused = (fields) => problem(422, 'bad_form', 'The form cannot be saved', fields.map((one) => one.message).join('; '), { fields });

  /** @param {Record<string, any>} form @param {string} own */
  function faultsOf(form, own) {
    /** @type {{ field: string, row?: number, position?: number, message: string }[]} */
    const faults = [];
    const rows = /** @type {{ key: string, value: string }[]} */ (form['parameters'] ?? []);
    const address = String(form['address'] ?? '').trim();
    const model = models.find((one) => one.name === form['model']);
    if (address === '' && !rows.some((row) => row.key.trim() === 'secondary_ad' && row.value.trim())) faults.push({ field: 'address', message: 'the address: it is empty; give 0 to 250, the serial, or 16 digits' });
    const wrong = [...address].findIndex((digit) => !/[0-9a-f]/i.test(digit));
    if (wrong >= 0) faults.push({ field: 'address', position: wrong, message: `the address: '${[...address][wrong]}' at position ${wrong} is not a hex digit (0-9, A-F)` });
    const other = building.meters.find((one) => one.id !== own && one.bus === form['bus'] && one['address'] === address);
    if (other) faults.push({ field: 'address', message: `meter "${other['name']}" has the address ${address} on this bus already; give each its own` });
    if (form['interval'] && !/^\d+[smhd]$/.test(form['interval'])) faults.push({ field: 'interval', message: `'${form['interval']}' is no time; write a number and s, m, h or d, such as 15m` });
    for (const { key, required } of model?.parameters ?? []) {
      if (required && !rows.some((row) => row.key.trim() === key)) faults.push({ field: 'parameters', message: `the model ${form['model']} needs the parameter ${key}` });
    }
    rows.forEach((row, index) => {
      if (row.key.trim() !== 'reg') return;
      const odd = [...row.value].findIndex((character) => !/[\w{}'":,./\s-]/.test(character));
      if (row.value.trim() === '') faults.push({ field: 'value', row: index, position: 0, message: "reg: it is empty; write something such as {'heat_energy_kwh': 3}" });
      else if (odd >= 0) faults.push({ field: 'value', row: index, position: odd, message: `reg: '${[...row.value][odd]}' is not expected here` });
    });
    return faults;
  }

  /** @param {Record<string, any>} form @param {string} id @param {string} [before] */
  function keep(form, id, before) {
    const { parameters } = form;
    const secondary = parameters.find((/** @type {{ key: string }} */ row) => row.key.trim() === 'secondary_ad')?.value;
    const known = building.meters.find((one) => one.id === (before ?? id));
    const meter = known ?? /** @type {import('./building.js').Meter} */ ({
      id, bus: '', state: 'waiting', reading_now: false, identification: null, problem: null, findings: [], last_success_at: null, last_attempt_at: null, next_at: null, readings: [], origin: 'file',
    });
    Object.assign(meter, { name: form['name'], bus: form['bus'], model: form['model'], address: form['address'] || secondary });
    typed.set(meter.id, { ...form, id: meter.id, address: form['address'] || null, interval: form['interval'] || null });
    if (!known) building.meters.push(meter);
    revision += 1;
    changed();
    return meter;
  }

  return {
    /** Somebody writes into the file by hand. @param {string} [id] @param {object} change */
    byHand(id, change = {}) {
      revision += 1;
      const meter = building.meters.find((one) => one.id === id);
      if (meter) typed.set(meter.id, { ...formOf(meter), ...change });
    },
    /** The file cannot be written. */
    lock() {
      locked = { code: 'no_file', severity: 'attention', since: null, what: 'This gateway has no configuration file', why: 'The gateway was started without a configuration file, so there is nothing to write changes to.', remedy: 'Start it with --config and a file; `busmeister gateway config-template` prints one.' };
    },
    /** @param {string} id */
    form: (id) => typed.get(id),
    /** @param {string} id */
    connection: (id) => connections.get(id),

    /**
     * @param {string} method @param {string} path @param {Record<string, any>} asked @param {string | undefined} tag
     * @param {{ role: string } | null} account
     * @returns {{ status: number, body: string, etag?: string } | null}
     */
    answer(method, path, asked, tag, account) {
      if (path === '/api/v1/models') return { status: 200, body: JSON.stringify({ items: models }) };
      const [, named, part] = /^\/api\/v1\/meters(?:\/([^/]+))?(?:\/(configuration|connection|history))?$/.exec(path) ?? [];
      const id = decodeURIComponent(named ?? '');
      const meter = building.meters.find((one) => one.id === id);
      if (method === 'GET' && !part) return null;
      if (!path.startsWith('/api/v1/meters') || (!part && method !== 'DELETE' && path !== '/api/v1/meters')) return null;
      if (part && !meter) return problem(404, 'unknown_meter', 'There is no such meter', `There is no meter "${id}". Choose one of the list.`);
      if (meter && part === 'history') return { status: 200, body: JSON.stringify({ items: formOf(meter)['process_historical_data'] && meter.state !== 'waiting' ? history : [] }) };
      if (meter && method === 'GET') return part === 'connection' ? connected(meter) : configured(meter);

      if (!account) return problem(401, 'not_logged_in', 'Nobody is logged in', 'Log in, or send a token that is still good.');
      if (account.role !== 'admin') return problem(403, 'role_too_low', 'The role does not suffice', 'This needs the role admin.');
      if (path !== '/api/v1/meters' && tag !== `"${revision}"`) return problem(412, 'changed', 'The configuration was changed meanwhile', 'Look at it again and make your change anew.');
      if (meter && method === 'DELETE') {
        building.meters.splice(building.meters.indexOf(meter), 1);
        revision += 1;
        changed();
        return { status: 204, body: '' };
      }
      if (meter && part === 'connection') return connect(meter, asked);
      const faults = faultsOf(asked, id);
      if (faults.length > 0) return refused(faults);
      const fresh = String(asked['id'] ?? asked['name']).toLowerCase().replaceAll(/[^a-z0-9]+/g, '-');
      const saved = configured(keep(asked, id || fresh, id || undefined));
      return { ...saved, status: id ? 200 : 201 };
    },
  };

  /** @param {import('./building.js').Meter} meter @param {Record<string, any>} asked */
  function connect(meter, asked) {
    const given = /** @type {Record<string, any>} */ (Object.fromEntries(asked['properties'].map((/** @type {{ name: string, value: any }} */ one) => [one.name, one.value])));
    const serial = given['Connection Type'] === 'M-Bus Serial';
    const faults = [];
    if (given['Port'] === '') faults.push({ field: 'Port', message: serial ? 'it is empty; write the path of the port, such as /dev/ttyUSB0' : "'' is no TCP port; ports are 1 to 65535" });
    const wrong = [...String(given['Meter Address'] ?? '')].findIndex((digit) => !/\d/.test(digit));
    if (wrong >= 0) faults.push({ field: 'Meter Address', position: wrong, message: `'${given['Meter Address'][wrong]}' at position ${wrong} is not a digit` });
    if (faults.length > 0) return refused(faults);
    connections.set(meter.id, { ...connections.get(meter.id), ...given });
    const bus = building.buses.find((one) => one.id === meter.bus);
    if (bus && given['Port']) {
      const missing = serial && !given['Port'].includes('by-id');
      Object.assign(bus, {
        transport: serial ? 'serial' : 'tcp', port: serial ? given['Port'] : `${given['IP address or host name']}:${given['Port']}`, state: missing ? 'offline' : 'online',
        problem: missing ? { code: 'permission_denied', severity: 'fault', since: null, what: `Bus ${bus.id} is offline`, why: `The serial port ${given['Port']} may not be opened: permission denied.`, remedy: 'Add the user to the group that owns the port, then start the gateway again.' } : null,
      });
    }
    if (given['Meter Address']) meter['address'] = given['Meter Address'];
    revision += 1;
    changed();
    return connected(meter);
  }
}

const dates = ['2013-09-28', '2013-08-31', '2013-07-31', '2013-06-30', '2013-05-31', '2013-04-30', '2013-03-31'];
const history = [
  ...['8.393', '8.102', '7.44', '6.918', '6.918', '5.3', '4.871'].map((text, index) => ({ series: 'volume.cubic_metre.instantaneous', quantity: 'volume', value: Number(text), text, unit: 'm³', measured_at: dates[index], read_at: '2026-11-20T06:00:00Z' })),
  { series: 'volume_flow.cubic_metre_per_hour.maximum', quantity: 'volume flow', value: 1.25, text: '1.25', unit: 'm³/h', measured_at: '2013-08-31T12:40', read_at: '2026-11-20T06:00:00Z' },
];
