// The settings of a device: which match what somebody looks for, and those that the meter stored
// itself under their dates.

import type { DeviceSetting } from '../api/model';

/** Settings that belong together. */
export interface SettingGroup {
  /** The meter's own date of them; `null` for the values of now and for those without a date. */
  date: string | null;
  historical: boolean;
  settings: DeviceSetting[];
}

/** Whether every word typed occurs in the setting's key, metadata, value or date. */
export function matchesSetting(setting: DeviceSetting, wanted: string): boolean {
  const words = wanted.toLowerCase().split(/\s+/).filter(Boolean);
  const { key, metadata, value, measured_at } = setting;
  const known = [key, value, measured_at, ...metadata.map((field) => field.value)].join('\n').toLowerCase();
  return words.every((word) => known.includes(word));
}

/** The values of now first, then the stored ones, the newest date first; without a date last. */
export function groupsOf(settings: readonly DeviceSetting[]): SettingGroup[] {
  const spot = settings.filter((setting) => !setting.historical);
  const dates = new Map<string | null, DeviceSetting[]>();
  for (const setting of settings) {
    if (setting.historical) dates.set(setting.measured_at, [...(dates.get(setting.measured_at) ?? []), setting]);
  }
  const order = [...dates].sort(([one], [other]) => (other ?? '').localeCompare(one ?? ''));
  const stored = order.map(([date, group]) => ({ date, historical: true, settings: group }));
  return spot.length > 0 ? [{ date: null, historical: false, settings: spot }, ...stored] : stored;
}

/** The value of a metadata field as text; empty where it has none. */
export function fieldOf(setting: DeviceSetting, name: string): string {
  return String(setting.metadata.find((field) => field.name === name)?.value ?? '');
}

/** What the value is to be multiplied with and its unit, for example "× 10⁻³ m³" or "kWh". */
export function scaleOf(setting: DeviceSetting): string {
  const exponent = fieldOf(setting, 'Counter Exponent');
  const unit = fieldOf(setting, 'SI Prefix') + fieldOf(setting, 'Unit of Measurement');
  return exponent === '' || exponent === '0' ? unit : `× 10${raised(exponent)} ${unit}`.trim();
}

const RAISED: Record<string, string> = {
  '-': '⁻', 0: '⁰', 1: '¹', 2: '²', 3: '³', 4: '⁴', 5: '⁵', 6: '⁶', 7: '⁷', 8: '⁸', 9: '⁹',
};

const raised = (number: string) => [...number].map((digit) => RAISED[digit] ?? digit).join('');
