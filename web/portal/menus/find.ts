// Finding a meter among many by what a person knows of it.

import type { Meter } from '../api/model';

/** Whether every word typed occurs in what is known of the meter. */
export function matches(meter: Meter, gateway: string, site: string, wanted: string): boolean {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const { name, address, model, bus, parameters = [] } = meter.form;
  const known = [meter.id, name, address, model, bus, gateway, site, ...parameters.map((row) => row.value), ...serials(parameters)];
  const text = known.filter(Boolean).join('\n').toLowerCase();
  return words.every((word) => text.includes(word));
}

/** The serial number as printed on the meter, of a secondary address as sent on the wire. */
function serials(parameters: readonly { key: string; value: string }[]): string[] {
  const wire = parameters.find((row) => row.key.trim() === 'secondary_ad')?.value.trim() ?? '';
  return /^[0-9a-f]{16}$/i.test(wire) ? [(wire.slice(0, 8).match(/../g) ?? []).reverse().join('')] : [];
}
