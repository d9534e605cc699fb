// A meter's part of the gateway's configuration file, made of lines that somebody picked.

import type { Identification } from './view';
import { fill, language } from '../../texts/texts';

/** A line that is to be a register. */
export interface PickedRegister {
  line: number;
  /** What it is to be called. */
  name: string;
  /** The line as the parameter `reg` takes it: `3 04/06`. */
  selector: string;
}

/** The meter whose lines they are. */
export interface PickedMeter {
  bus: string;
  /** What it was read at. */
  address: string;
  identification: Identification | null;
  /** The meter in the configuration it is already, if it is. */
  known?: { id: string; name: string } | undefined;
}

/** Where picked lines go. */
export interface TakeRegisters {
  /** What the button says that does it. */
  word: string;
  act: (picked: readonly PickedRegister[]) => void;
  /** Another place for them. */
  other?: { word: string; act: (picked: readonly PickedRegister[]) => void } | undefined;
  /** Whether they can be written into a file by hand as well. */
  asText?: boolean;
}

const HEAT = new Set(['heat_energy_kwh', 'cold_energy_kwh']);
const THERMAL = /heat meter|cooling meter|heat\/cooling/;
const WATER = /water meter|dual register/;

/** What is wrong with the name of a register, in words; `null` where nothing is. */
export function nameFault(name: string, others: readonly string[]): string | null {
  const t = language.texts.registerNote;
  if (name.trim() === '') return t.nameEmpty;
  if (/[\u0000-\u001f\u007f]/.test(name) || [...name].length > 64) return t.nameOdd;
  return others.includes(name.trim()) ? fill(t.nameTwice, { name: name.trim() }) : null;
}

/** The meter of a configuration that has the picked lines as registers. */
export function meterOf(meter: PickedMeter, picked: readonly PickedRegister[]) {
  const { identification } = meter;
  const model = modelOf(identification, picked);
  const wire = identification?.secondary_address.wire;
  const called = identification?.id ?? meter.address;
  const id = meter.known?.id ?? `meter-${called.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')}`;
  const name = meter.known?.name ?? [identification?.manufacturer, identification?.device_type ?? 'meter', called].filter(Boolean).join(' ');
  const reg = { key: 'reg', value: `{${picked.map((one) => `${python(one.name.trim())}: ${python(one.selector)}`).join(', ')}}` };
  const byParameter = model !== GENERIC && wire !== undefined;
  return {
    id, name, bus: meter.bus, model,
    address: model === GENERIC ? (wire ?? meter.address) : null,
    parameters: byParameter ? [{ key: 'secondary_ad', value: wire }, reg] : [reg],
  };
}

/** The block of the meter, as TOML. */
export function meterToml(meter: PickedMeter, picked: readonly PickedRegister[]): string {
  const { id, name, bus, model, address, parameters } = meterOf(meter, picked);
  const lines = ['[[meter]]', `id = ${toml(id)}`, `name = ${toml(name)}`, `bus = ${toml(bus)}`];
  if (address !== null) lines.push(`address = ${toml(address)}`);
  lines.push(`model = ${toml(model)}`, '[meter.parameters]');
  for (const { key, value } of parameters) lines.push(`${key} = ${toml(value)}`);
  return `${lines.join('\n')}\n`;
}

const GENERIC = 'generic_mbus';

/**
 * The parameter `reg` with the picked lines in it, behind those it has already. A list that does not
 * end as one is left alone: whoever mends it adds them then.
 */
export function regWith(reg: string, picked: readonly PickedRegister[]): string {
  const before = reg.trim();
  const quote = before.includes('"') ? (text: string) => JSON.stringify(text) : python;
  const added = picked.map((one) => `${quote(one.name.trim())}: ${quote(one.selector)}`).join(', ');
  if (before === '' || /^\{\s*\}$/.test(before)) return `{${added}}`;
  return before.endsWith('}') ? `${before.slice(0, -1).replace(/[\s,]+$/, '')}, ${added}}` : before;
}

/** The manual model for this kind of meter; the generic one where its index is none of theirs. */
function modelOf(identification: Identification | null, picked: readonly PickedRegister[]): string {
  const kind = identification?.device_type ?? '';
  const names = picked.map((one) => one.name.trim());
  if (WATER.test(kind) && names.includes('vol_m3')) return 'manual_water_secondary_ad';
  if (THERMAL.test(kind) && names.some((name) => HEAT.has(name))) return 'manual_heat_secondary_ad';
  return GENERIC;
}

/** A text between single quotes, as a Python dictionary writes it. */
const python = (text: string) => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

/** A basic string of TOML; JSON's escapes are all among TOML's, except of the delete character. */
const toml = (text: string) => JSON.stringify(text).replaceAll('\u007f', '\\u007F');
