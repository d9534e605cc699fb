// What the mock portal refuses of a form, in the words and at the places of the real one.

import { models } from './fleet.js';

/** @param {Record<string, any>} form @param {import('./fleet.js').Fleet} fleet */
export function formErrors(form, fleet) {
  /** @type {{ field: string, row: number | null, position: number | null, message: string }[]} */
  const errors = [];
  const at = (/** @type {string} */ field, /** @type {string} */ message, /** @type {number | null} */ position = null, /** @type {number | null} */ row = null) =>
    errors.push({ field, row, position, message });
  const rows = /** @type {{ key: string, value: string }[]} */ (form['parameters'] ?? []);
  const address = String(form['address'] ?? '').trim();
  const secondary = rows.find((row) => row.key.trim() === 'secondary_ad');
  if (address === '' && !secondary?.value.trim()) at('address', 'the address: it is empty; give 0 to 250, the serial, or 16 digits');
  const wrong = [...address].findIndex((digit) => !/[0-9a-f]/i.test(digit));
  if (wrong >= 0) at('address', `the address: '${[...address][wrong]}' at position ${wrong} is not a hex digit (0-9, A-F)`, wrong);
  const model = models.find((one) => one.name === form['model']);
  const gateway = fleet.gateways.find((one) => one.id === form['gateway']);
  if (!gateway) at('gateway', 'there is no such gateway');
  for (const { key, required } of model?.parameters ?? []) {
    const row = rows.findIndex((one) => one.key.trim() === key);
    const example = key === 'reg' ? "{'heat_energy_kwh': 3}" : '20316513C5140004';
    if (required && row < 0) at('parameters', `the model ${model?.name} needs the parameter ${key}, such as ${example}`);
    else if (required && rows[row]?.value.trim() === '') at('value', `${key}: it is empty; write something such as ${example}`, 0, row);
  }
  rows.forEach((row, index) => {
    if (model && !model.parameters.some((one) => one.key === row.key.trim())) at('key', `the model ${model.name} has no parameter "${row.key}"; it takes ${model.parameters.map((one) => one.key).join(', ')}`, null, index);
    if (row.key.trim() !== 'reg' || row.value.trim() === '') return;
    const low = /:\s*([01])(?=\s*[,}])/.exec(row.value);
    if (low) at('value', `reg: ${low[1]} is no line of a record: line 0 is the secondary address, line 1 the header`, low.index + low[0].length - 1, index);
    else if (!/^\{[^{}]*\}$/.test(row.value.trim())) at('value', "reg: here '}' is missing", [...row.value].length, index);
    else {
      const odd = [...row.value].findIndex((character) => /[^\w{}'":,./\s-]/.test(character));
      if (odd >= 0) at('value', `reg: '${[...row.value][odd]}' is not expected here`, odd, index);
    }
  });
  return errors;
}

/** The meter that has the address already. @param {Record<string, any>} form @param {import('./fleet.js').Fleet} fleet @param {string} own */
export function clash(form, fleet, own) {
  const address = String(form['address'] ?? '').trim();
  if (!/^\d{1,3}$/.test(address)) return undefined;
  return fleet.meters.find((one) => one.id !== own && one.form['gateway'] === form['gateway'] && one.form['bus'] === form['bus'] && one.form['address'] === address);
}
