// Finding a meter among many by what a person knows of it.

import type { Meter } from '../api/model';

/** Whether every word typed occurs in the meter's name, address, serial number, model or bus. */
export function matches(meter: Meter, busName: string, wanted: string): boolean {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const { id, name, address, model, bus, identification } = meter;
  const known = [id, name, address, model, bus, busName, identification?.id, identification?.manufacturer]
    .filter(Boolean)
    .join('\n')
    .toLowerCase();
  return words.every((word) => known.includes(word));
}
