// How the mock gateway answers a change of address: well, unless the new address is 9 (taken), 8
// (lost), 7 (not proven), or the current one is 9 (silent).

import { problem } from './readout.js';

const METER = 'meter 13653120 (20316513C5140004)';
const identification = {
  id: '13653120', manufacturer: 'EFE', version: 0, device_type: 'heat meter',
  secondary_address: { wire: '20316513C5140004', printed: '13653120C5140004' },
};
const trace = [
  { at_ms: 0, direction: 'sent', hex: '10 40 00 40 16' },
  { at_ms: 41, direction: 'received', hex: 'E5' },
  { at_ms: 46, direction: 'sent', hex: '10 5B 00 5B 16' },
  { at_ms: 108, direction: 'received', hex: '68 15 15 68 08 00 72 20 31 65 13 C5 14 00 04 2A 00 00 00 04 06 39 30 00 00 04 13 1E 16' },
];

/**
 * @param {string} bus
 * @param {{ current: string, new: number }} asked
 */
export function changeOfAddress(bus, asked) {
  const { current, new: wanted } = asked;
  const frame = `68 06 06 68 53 ${hex(Number(current) || 0)} 51 01 7A ${hex(wanted)} ${hex((0x53 + (Number(current) || 0) + 0x51 + 1 + 0x7a + wanted) & 255)} 16`;
  const write = { frame, acknowledged: true, tries: 1 };
  const before = [
    `address ${current}: ${METER} answered after 62 ms, nobody else`,
    `address ${wanted}: nobody answered (3 tries of up to 187 ms)`,
    `address ${current}: ${METER} answered after 61 ms, nobody else`,
  ];
  /**
   * @param {number} status @param {string} code @param {string} state @param {string} why @param {string} remedy
   * @param {string[]} checks @param {object | null} done
   */
  const failed = (status, code, state, why, remedy, checks, done) => {
    const what = `The meter at address ${current} on ${bus} was not given address ${wanted}`;
    const finding = { code, severity: 'fault', since: null, what, why, remedy };
    return problem(status, code, 'The address was not changed', `${what}: ${why}`, { finding, state, checks, write: done, trace });
  };
  if (current === '9') {
    return failed(504, 'no_meter', 'unchanged', 'No meter answered: 3 tries, 187 ms each; the line was quiet.', 'Check the address and the wiring.', ['address 9: nobody answered (3 tries of up to 187 ms)'], null);
  }
  if (wanted === 9) {
    return failed(409, 'new_address_taken', 'unchanged', 'Meter 13653121 has the new address already.', 'Choose another address, or give the meter that has this one another first.', [before[0] ?? '', 'address 9: meter 13653121 (21316513C5140004) answered after 58 ms, nobody else'], null);
  }
  if (wanted === 8) {
    return failed(502, 'lost', 'unknown', 'After the write the meter answers at neither address.', 'Wait a minute, then read the meter by its serial.', [...before, 'address 8: nobody answered (3 tries of up to 187 ms)', `address ${current}: nobody answered (3 tries of up to 187 ms)`], write);
  }
  if (wanted === 7) {
    return failed(502, 'old_address_answers', 'changed_unverified', 'Something answers at the old address.', 'Read the old address to see which meter is there.', [...before, `address 7: ${METER} answered after 60 ms, nobody else`], write);
  }
  const checks = [...before, `address ${wanted}: ${METER} answered after 60 ms, nobody else`, `address ${current}: nobody answered (3 tries of up to 187 ms)`];
  return { status: 200, body: JSON.stringify({ identification, address: wanted, was: current, checks, write, findings: [], trace }) };
}

/** @param {number} byte */
const hex = (byte) => byte.toString(16).toUpperCase().padStart(2, '0');
