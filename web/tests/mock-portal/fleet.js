// A fleet for the tests of the portal's pages: three sites, four gateways, meters under every menu,
// some of them failing.

/** @typedef {{ id: string, form: Record<string, any>, edition: number, [key: string]: any }} Meter */
/** @typedef {{ sites: any[], gateways: any[], meters: Meter[] }} Fleet */

const MINUTE = 60_000;

/** @param {number} now @param {number} minutes */
const ago = (now, minutes) => new Date(now - minutes * MINUTE).toISOString();

/** @param {number} now @param {number} minutes @param {string} register @param {string} text @param {string | null} unit @param {object} more */
function reading(now, minutes, register, text, unit, more = {}) {
  return {
    register, value: text === '' ? null : Number(text), text, unit, quality: 'ok', measured_at: null, read_at: ago(now, minutes),
    is_index: false, source: { telegram: 0, line: 3, dib: '04', vib: '06' }, ...more,
  };
}

/** @param {number} now @param {number} minutes @param {string} energy */
export function heatReadings(now, minutes, energy) {
  return [
    reading(now, minutes, 'heat_energy_kwh', energy, 'kWh', { is_index: true, measured_at: '2026-11-20T10:30' }),
    reading(now, minutes, 'vol_m3', '678.901', 'm³', { source: { telegram: 0, line: 4, dib: '04', vib: '13' } }),
    reading(now, minutes, 'power_kw', '4.2', 'kW', { source: { telegram: 0, line: 5, dib: '04', vib: '2B' } }),
    reading(now, minutes, 'vol_flow_m3_h', '0.512', 'm³/h', { source: { telegram: 0, line: 7, dib: '04', vib: '3B' } }),
    reading(now, minutes, 'flow_temp', '62', '°C', { source: { telegram: 0, line: 9, dib: '02', vib: '5B' } }),
    reading(now, minutes, 'return_temp', '41', '°C', { source: { telegram: 0, line: 10, dib: '02', vib: '5F' } }),
    reading(now, minutes, 'diff_temp', '20.53', 'K', { source: { telegram: 0, line: 11, dib: '02', vib: '61' } }),
  ];
}

const FULL_REG = "{'flow_temp': 9, 'heat_energy_kwh': 3, 'power_kw': 5, 'return_temp': 10, 'diff_temp': 11, 'vol_flow_m3_h': 7, 'vol_m3': 4}";

/** @param {number} now @param {string} id @param {string} menu @param {string} name @param {object} form @param {object} more @returns {Meter} */
function meter(now, id, menu, name, form, more = {}) {
  const merged = {
    id, edition: 1, created_at: ago(now, 60_000), updated_at: ago(now, 50_000), last_attempt_at: ago(now, 3), last_success_at: ago(now, 3),
    findings: [], readings: heatReadings(now, 3, '12345'), ...more,
    form: {
      menu, name, address: '1', gateway: 'gateway-1', bus: 'cellar-1', model: 'integra_heat', protocol: 'mbus', baudrate: 2400,
      mode: 'consumption', parameters: [], ...form,
    },
  };
  return { ...merged, ...told(merged) };
}

/** What the portal makes of a meter. @param {any} meter */
export function told(meter) {
  const { findings, readings, form } = meter;
  const worst = findings.find((/** @type {{severity: string}} */ one) => one.severity === 'fault') ?? findings[0] ?? null;
  return {
    name: form.name, menu: form.menu, gateway: form.gateway, bus: form.bus, address: form.address, model: form.model, interval: null,
    gateway_name: form.gateway, site: 'site-1', site_name: 'Mill Lane 7', id_at_gateway: meter.id, origin: meter.origin ?? 'portal', state_since: null,
    state: readings.length === 0 && findings.length === 0 ? 'waiting' : (worst?.severity ?? 'ok'), problem: worst,
    identification: readings.length === 0 ? null : {
      id: '13653120', manufacturer: 'EFE', version: 0, device_type: 'heat meter',
      secondary_address: { wire: '20316513C5140004', printed: '13653120C5140004' },
    },
  };
}

/** How the fleet is, as the portal sums it up. @param {Fleet} fleet */
export function overviewOf(fleet) {
  const counts = (/** @type {Meter[]} */ meters) =>
    Object.fromEntries([['all', meters.length], ...['ok', 'attention', 'fault', 'waiting'].map((state) => [state, meters.filter((one) => one['state'] === state).length])]);
  const said = (/** @type {any} */ gateway, /** @type {object} */ finding, /** @type {string | null} */ meter = null) =>
    ({ finding, gateway: gateway.id, gateway_name: gateway.name, bus: null, meter, meters: meter ? 1 : 0 });
  const sites = fleet.sites.map((site) => {
    const gateways = fleet.gateways.filter((one) => one.site === site.id);
    const meters = fleet.meters.filter((one) => gateways.some((gateway) => gateway.id === one.form['gateway']));
    const troubles = gateways.flatMap((gateway) => [
      ...(gateway.state === 'unclaimed' ? [said(gateway, finding('attention', 'gateway_unclaimed', '', `${gateway.name} was not claimed yet`, 'No device has used its claim code.', 'Enter the claim code at the gateway; a new one can be made here.'))] : []),
      ...(gateway.state === 'offline' ? [said(gateway, finding('fault', 'gateway_offline', gateway.last_seen_at, `${gateway.name} is not connected`, 'It opens the connection itself: it may be stopped, or its network is cut. What it reads meanwhile it keeps and sends later.', 'Check that it runs and reaches this portal.'))] : []),
      ...(gateway.reported?.applied === false ? [said(gateway, finding('fault', 'configuration_refused', gateway.reported.reported_at, `${gateway.name} does not take revision ${gateway.reported.revision} of its configuration`, gateway.reported.problems[0].what, gateway.reported.problems[0].remedy))] : []),
      ...meters.filter((one) => one.form['gateway'] === gateway.id && one['problem']).map((one) => said(gateway, one['problem'], one.id)),
    ]);
    const state = troubles.length > 0 ? 'fault' : 'ok';
    return { id: site.id, name: site.name, state, gateways: gateways.length, gateways_online: gateways.filter((one) => one.state === 'online').length, meters: counts(meters), troubles };
  });
  return { meters: counts(fleet.meters), sites, menus: [] };
}

/** @param {string} severity @param {string} code @param {string} since @param {string} what @param {string} why @param {string} remedy */
const finding = (severity, code, since, what, why, remedy) => ({ code, severity, since: since || null, what, why, remedy, register: null });

/** @param {number} now @param {string} id @param {string} site @param {string} name @param {object} more */
function gateway(now, id, site, name, more = {}) {
  return {
    id, site, name, state: 'online', last_seen_at: ago(now, 0), claimed_at: ago(now, 90_000), claim_expires_at: null, version: '0.1.0',
    wanted_revision: 7, applied_revision: 7, reported: { revision: 7, applied: true, problems: [], reported_at: ago(now, 300) },
    buses: [{ id: 'cellar-1', name: 'Cellar, heating', state: 'online', problem: null }],
    problems: [], waiting: 0, ...more,
  };
}

/** @param {number} now @returns {Fleet} */
export function threeSites(now) {
  const sites = [
    { id: 'site-1', name: 'Mill Lane 7', created_at: ago(now, 90_000) },
    { id: 'site-2', name: 'Harbour school', created_at: ago(now, 80_000) },
    { id: 'site-3', name: 'Town hall', created_at: ago(now, 70_000) },
  ];
  const gateways = [
    gateway(now, 'gateway-1', 'site-1', 'Building 7', {
      buses: [
        { id: 'cellar-1', name: 'Cellar, heating', state: 'online', problem: null },
        { id: 'cellar-2', name: 'Cellar, water', state: 'online', problem: null },
      ],
    }),
    gateway(now, 'gateway-2', 'site-2', 'Gymnasium', { state: 'offline', last_seen_at: ago(now, 190) }),
    gateway(now, 'gateway-3', 'site-2', 'Main wing', {
      wanted_revision: 4,
      reported: {
        revision: 4, applied: false, reported_at: ago(now, 12),
        problems: [finding('fault', 'address_taken', ago(now, 12), 'Meters Heat, hall and Heat, library both have address 3 on cellar-1', 'On one bus a primary address belongs to one meter.', 'Give one of them another address')],
      },
    }),
    gateway(now, 'gateway-4', 'site-3', 'Town hall', {}),
  ];
  const meters = [
    meter(now, 'meter-1', 'heat', 'Heat, flat 1', {}),
    meter(now, 'meter-2', 'heat', 'Heat, flat 2', {
      address: '', model: 'manual_heat_secondary_ad', parameters: [{ key: 'secondary_ad', value: '20316513C5140004' }, { key: 'reg', value: FULL_REG }],
    }, { readings: heatReadings(now, 4, '9876.5') }),
    meter(now, 'meter-3', 'heat', 'Heat, flat 3', { address: '3' }, {
      last_success_at: ago(now, 345), last_attempt_at: ago(now, 2), readings: heatReadings(now, 345, '4031'),
      findings: [finding('fault', 'no_answer', ago(now, 330), 'Meter Heat, flat 3 on cellar-1 did not answer', '3 tries, 187 ms each; the line was quiet. It answered until 08:15.', 'Check its wiring, or read it now')],
    }),
    meter(now, 'meter-4', 'heat', 'Heat, gymnasium', { gateway: 'gateway-2', address: '1' }, { last_success_at: ago(now, 190), last_attempt_at: ago(now, 190), readings: heatReadings(now, 190, '70011') }),
    meter(now, 'meter-5', 'heat', 'Heat, library', { gateway: 'gateway-3', address: '3' }, { readings: [], last_success_at: null, last_attempt_at: null }),
    meter(now, 'meter-6', 'cold', 'Cooling, server room', { gateway: 'gateway-4', bus: null, address: '11', model: 'manual_heat_secondary_ad' }, {
      readings: [reading(now, 6, 'cold_energy_kwh', '812.25', 'kWh', { is_index: true })],
    }),
    meter(now, 'meter-7', 'cold_water', 'Cold water, flat 1', { bus: 'cellar-2', address: '21', model: 'saphir_modularis' }, { readings: [reading(now, 3, 'vol_m3', '10.116', 'm³', { is_index: true })] }),
    meter(now, 'meter-8', 'cold_water', 'Cold water, flat 2', { bus: 'cellar-2', address: '22', model: 'saphir_modularis' }, {
      readings: [reading(now, 3, 'vol_m3', '', 'm³', { is_index: true, quality: 'other_record', source: null })],
      findings: [finding('attention', 'other_record_at_line', ago(now, 90), 'The register vol_m3 of Cold water, flat 2 is not in line 2 of its telegram', 'Line 2 is expected to be 0C/13 and is 04/13.', 'Choose another model, or generic_mbus with its own registers')],
    }),
    meter(now, 'meter-9', 'hot_water', 'Hot water, flat 1', { bus: 'cellar-2', address: '31', model: 'manual_water_secondary_ad' }, { readings: [reading(now, 3, 'vol_m3', '678.901', 'm³', { is_index: true })] }),
    meter(now, 'meter-10', 'electricity', 'Solar roof', { gateway: 'gateway-4', bus: null, address: '41', model: 'generic_mbus', mode: 'production' }, {
      readings: [reading(now, 1, 'en_ex', '3456.789', 'kWh', { is_index: true }), reading(now, 1, 'en_im', '12.004', 'kWh')],
    }),
    meter(now, 'meter-11', 'electricity', 'Electricity, stairs', { gateway: 'gateway-4', bus: null, address: '42', model: 'generic_mbus' }, { readings: [], last_success_at: null, last_attempt_at: null }),
    meter(now, 'meter-12', 'heat', 'Heat, boiler house', { address: '50', gateway: 'gateway-1' }, { origin: 'gateway' }),
  ];
  return { sites, gateways, meters };
}

/** Everything answers. @param {number} now @returns {Fleet} */
export function allWell(now) {
  const fleet = threeSites(now);
  return {
    sites: fleet.sites.filter((site) => site.id !== 'site-2'),
    gateways: fleet.gateways.filter((one) => one.site !== 'site-2'),
    meters: fleet.meters.filter((one) => ['meter-1', 'meter-2', 'meter-6', 'meter-7', 'meter-9', 'meter-10'].includes(one.id)),
  };
}

/** 400 heat meters at twenty sites. @param {number} now @returns {Fleet} */
export function fourHundredMeters(now) {
  const numbers = Array.from({ length: 20 }, (_, index) => index + 1);
  const sites = numbers.map((n) => ({ id: `site-${n}`, name: `Housing estate, house ${n}`, created_at: ago(now, 90_000) }));
  const gateways = numbers.map((n) => gateway(now, `gateway-${n}`, `site-${n}`, `Cellar ${n}`, n === 13 ? { state: 'offline', last_seen_at: ago(now, 95) } : {}));
  const meters = numbers.flatMap((n) =>
    numbers.map((k) => meter(now, `meter-${n * 100 + k}`, 'heat', `Heat, house ${n}, flat ${k}`, { gateway: `gateway-${n}`, address: String(k) }, {
      readings: heatReadings(now, 3 + (k % 5), String(10_000 + n * 317 + k * 41)),
    })),
  );
  return { sites, gateways, meters };
}

/** A site and a gateway, and no meter yet. @param {number} now @returns {Fleet} */
export function noMeters(now) {
  return {
    sites: [{ id: 'site-1', name: 'Mill Lane 7', created_at: ago(now, 10) }],
    gateways: [gateway(now, 'gateway-1', 'site-1', 'Building 7', { state: 'unclaimed', last_seen_at: null, claimed_at: null, reported: null, wanted_revision: 0, version: null, buses: [] })],
    meters: [],
  };
}

/** As after the first start. @returns {Fleet} */
export const nothing = () => ({ sites: [], gateways: [], meters: [] });

export const models = [
  { name: 'generic_mbus', title: 'Any meter', description: 'Any meter, with the registers you choose.', parameters: [{ key: 'reg', required: true, description: 'Which line is which register.' }, { key: 'secondary_ad', required: false, description: 'The secondary address.' }], registers: [] },
  { name: 'integra_heat', title: 'Integra Amtron S3U, heat', description: 'Heat meter with the records in the order in which it leaves the factory.', parameters: [{ key: 'secondary_ad', required: false, description: 'The secondary address.' }], registers: [{ name: 'heat_energy_kwh', unit: 'kWh' }, { name: 'vol_m3', unit: 'm³' }] },
  { name: 'manual_heat_secondary_ad', title: 'Heat, by hand', description: 'Heat or cooling meter by its secondary address, with the lines you choose.', parameters: [{ key: 'reg', required: true, description: 'Which line is which register.' }, { key: 'secondary_ad', required: true, description: 'The secondary address.' }], registers: [] },
  { name: 'manual_water_secondary_ad', title: 'Water, by hand', description: 'Water meter by its secondary address, with the line you choose.', parameters: [{ key: 'reg', required: true, description: 'Which line is which register.' }, { key: 'secondary_ad', required: true, description: 'The secondary address.' }], registers: [] },
  { name: 'saphir_modularis', title: 'Saphir Modularis, water', description: 'Water meter whose volume stands in line 2.', parameters: [{ key: 'secondary_ad', required: false, description: 'The secondary address.' }], registers: [{ name: 'vol_m3', unit: 'm³' }] },
];
