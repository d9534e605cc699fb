// Why a connection property is not in use.

import type { Device } from '../api/model';
import { fill, language } from '../../texts/texts';

type Property = Device['connection'][number];

const TYPE = 'Connection Type';
const SERIAL = new Set(['Baud Rate', 'Data Bits', 'Stop Bits', 'Parity']);
const NETWORK = new Set(['IP address or host name']);
const SECONDARY = new Set(['Manufacturer', 'Version', 'Medium']);

/** The reason why an inactive property is inactive, in words. */
export function inactiveReason(property: Property, all: readonly Property[]): string {
  const t = language.texts.device.inactive;
  if (SERIAL.has(property.name)) return t.serial;
  if (NETWORK.has(property.name)) return t.network;
  if (SECONDARY.has(property.name)) return t.secondary;
  const type = all.find((one) => one.name === TYPE);
  return type ? fill(t.other, { type: String(type.value) }) : t.plain;
}
