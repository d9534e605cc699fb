// Who a meter is, by the eight bytes of its secondary address as sent on the wire.

import type { Identification } from '../../parts/telegram/view';
import { language } from '../../texts/texts';

/** The device types of the standard (EN 13757-7, table 13), as the gateway names them. */
const DEVICE_TYPES: Record<string, string> = {
  '00': 'other', '01': 'oil meter', '02': 'electricity meter', '03': 'gas meter', '04': 'heat meter', '05': 'steam meter', '06': 'warm water meter',
  '07': 'water meter', '08': 'heat cost allocator', '09': 'compressed air', '0A': 'cooling meter (outlet)', '0B': 'cooling meter (inlet)',
  '0C': 'heat meter (inlet)', '0D': 'heat/cooling meter', '0E': 'bus/system component', '15': 'hot water meter', '16': 'cold water meter',
  '17': 'dual register water meter', '18': 'pressure meter', '28': 'waste water meter',
};

/** The identification, as far as the bytes tell it. */
export function identificationOfWire(wire: string | null): Identification {
  const bytes = /^[0-9A-F]{16}$/i.test(wire ?? '') ? (wire ?? '').toUpperCase() : '';
  if (bytes === '') {
    const unknown = language.texts.places.remote.unnamed;
    return { id: unknown, manufacturer: '–', version: 0, device_type: '–', secondary_address: { wire: wire ?? '', printed: wire ?? '' } };
  }
  const id = (bytes.slice(0, 8).match(/../g) ?? []).reverse().join('');
  const type = bytes.slice(14);
  return {
    id,
    manufacturer: lettersOf(Number.parseInt(bytes.slice(10, 12) + bytes.slice(8, 10), 16)),
    version: Number.parseInt(bytes.slice(12, 14), 16),
    device_type: DEVICE_TYPES[type] ?? type,
    secondary_address: { wire: bytes, printed: id + bytes.slice(8) },
  };
}

/** Three letters of five bits each. */
const lettersOf = (word: number) => String.fromCharCode(((word >> 10) & 31) + 64, ((word >> 5) & 31) + 64, (word & 31) + 64);
