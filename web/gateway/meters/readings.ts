// Which reading of a meter is told first.

import type { Meter, Reading } from '../api/model';

/** The value on the dial, if the meter delivers one. */
export function indexOf(meter: Meter): Reading | undefined {
  return meter.readings.find((reading) => reading.is_index);
}

/** Every other reading. */
export function othersOf(meter: Meter): Reading[] {
  const index = indexOf(meter);
  return meter.readings.filter((reading) => reading !== index);
}

/** Readings without a usable value, by what is the matter with them. */
export function badByQuality(readings: readonly Reading[]): { quality: string; registers: string[] }[] {
  const groups = new Map<string, string[]>();
  for (const { quality, register } of readings) {
    if (quality === 'ok') continue;
    groups.set(quality, [...(groups.get(quality) ?? []), register]);
  }
  return [...groups].map(([quality, registers]) => ({ quality, registers }));
}

/** All readings, the index first. */
export function indexFirst(meter: Meter): Reading[] {
  const index = indexOf(meter);
  return index ? [index, ...othersOf(meter)] : meter.readings;
}
