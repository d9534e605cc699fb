// The S3U as a device driver shows it: every reading with its ten metadata fields and its value.

import { readFileSync } from 'node:fs';

const [head = [], ...rows] = readFileSync(new URL('s3u-example.settings.tsv', import.meta.url), 'utf8')
  .replace(/\n$/, '')
  .split('\n')
  .map((row) => row.split('\t'));

const SERIAL = ['Baud Rate', 'Data Bits', 'Stop Bits', 'Parity'];
const SECONDARY = ['Manufacturer', 'Version', 'Medium'];

/**
 * @param {import('./building.js').Meter} meter
 * @param {{ id: string, transport?: unknown, port?: unknown, state?: unknown } | undefined} bus
 * @param {string | null} stage
 * @param {number} now
 */
export function deviceOf(meter, bus, stage, now) {
  const tcp = bus?.transport === 'tcp';
  const secondary = /^[0-9A-F]{16}$/.test(String(meter['address']));
  const at = (/** @type {number} */ minutes) => new Date(now - minutes * 60_000).toISOString();
  const values = /** @type {[string, unknown][]} */ ([
    ['Connection Type', tcp ? 'M-Bus TCP' : 'M-Bus Serial'],
    ['IP address or host name', tcp ? String(bus?.port).split(':')[0] : null],
    ['Port', tcp ? String(bus?.port).split(':')[1] : bus?.port],
    ['Baud Rate', 2400],
    ['Data Bits', 8],
    ['Stop Bits', 1],
    ['Parity', 'even'],
    ['Meter Address', meter['address']],
    ['Use Secondary Addressing', secondary],
    ['Manufacturer', secondary ? 'EFE' : null],
    ['Version', secondary ? 0 : null],
    ['Medium', secondary ? 'heat meter' : null],
    ['Process Historical Data', true],
  ]);
  const active = (/** @type {string} */ name) =>
    tcp && SERIAL.includes(name) ? false : !tcp && name === 'IP address or host name' ? false : secondary || !SECONDARY.includes(name);
  const failing = meter.state === 'fault';
  const fields = head.slice(0, 10);
  const settings = rows.map((row, index) => {
    const historical = row[2] !== '0';
    return {
      key: `${(row[7] ?? '').toLowerCase().replaceAll(/\W+/g, '_')}.${(row[5] || 'none').toLowerCase().replaceAll(/\W+/g, '_')}.${index}`,
      metadata: fields.map((name, field) => ({ name, value: (row[field] ?? '') === '' && field >= 8 ? null : (row[field] ?? '') })),
      value: row[10] ?? '',
      updated_at: at(index === 9 ? 190 : 3),
      is_current: index !== 9,
      historical,
      measured_at: historical ? '2020-12-31' : null,
    };
  });
  return {
    driver: { name: 'Meter Bus (M-Bus)', id: 'busmeister.meterbus', global_settings: [], user_settings: [], assets: [], operations: [], events: [] },
    connection: values.map(([name, value]) => ({ name, value: value === null || typeof value === 'boolean' ? value : String(value), active: active(name) })),
    connection_status: bus?.state === 'offline' ? 'Offline' : 'Online',
    synchronization: {
      status: stage ? 'Synchronizing' : failing ? 'Synchronization Error' : meter.state === 'waiting' ? 'Waiting' : 'Synchronized',
      stage,
      last_at: meter['last_success_at'],
      next_at: meter['next_at'],
      problem: failing ? meter['problem'] : null,
    },
    settings: meter.state === 'waiting' ? [] : settings,
  };
}
