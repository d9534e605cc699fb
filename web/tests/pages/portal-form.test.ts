// The form of a meter: its fields, its faults at the place where they are, and what becomes of it.

import { describe, expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { noMeters } from '../mock-portal/fleet.js';
import { fact, field, hash, heading, portalPages } from './portal';

const at = portalPages();
const save = (page: Page) => page.getByRole('button', { name: 'Save', exact: true }).click();
const form = (page: Page) => page.getByRole('main').getByRole('form').first();

const MODELS = ['integra_heat', 'saphir_modularis', 'manual_heat_secondary_ad', 'manual_water_secondary_ad', 'generic_mbus'];
const REG = "{'flow_temp': 9, 'heat_energy_kwh': 3, 'power_kw': 5, 'return_temp': 10, 'diff_temp': 11, 'vol_flow_m3_h': 7, 'vol_m3': 4}";

test('a42 under each menu a new meter has the fields of the document', async () => {
  const { page } = await at('#/');
  for (const menu of ['Heat', 'Cold', 'Cold Water', 'Hot Water', 'Electricity', 'Gas', 'Other']) {
    await page.getByRole('navigation', { name: 'Menu', exact: true }).getByRole('link', { name: menu, exact: true }).click();
    await page.getByRole('main').getByRole('link', { name: 'New meter' }).first().click();
    await heading(page).filter({ hasText: new RegExp(`A new meter under ${menu}$`) }).waitFor();
    const labels = await form(page).locator('> .fields label').allTextContents();
    expect(labels.map((label) => label.trim())).toEqual(['Name', 'Address', 'Gateway', 'Model', 'Protocol', 'Baudrate', 'Mode']);
    expect(await field(page, 'Protocol').inputValue()).toBe('mbus');
    expect(await field(page, 'Baudrate').inputValue()).toBe('2400');
    expect(await field(page, 'Mode').locator('option').allTextContents()).toEqual(['Consumption', 'Production']);
    await page.getByRole('group', { name: 'Additional parameters' }).waitFor();
  }
});

test('a03 the models of the document are in the list and each says what it needs', async () => {
  const { page } = await at('#/heat/new');
  await expect.poll(() => field(page, 'Model').locator('option').allTextContents()).toEqual(expect.arrayContaining(MODELS));
  await field(page, 'Model').selectOption('manual_heat_secondary_ad');
  await page.getByText('The model manual_heat_secondary_ad takes:').waitFor();
  expect(await field(page, 'Key of row 1').inputValue()).toBe('reg');
  expect(await field(page, 'Key of row 2').inputValue()).toBe('secondary_ad');
  // Rows that nobody has filled go with the model that needed them.
  await field(page, 'Model').selectOption('integra_heat');
  expect(await page.getByLabel(/^Key of row/).count()).toBe(0);
  await page.getByText(/It reads:\s+Heat energy\skWh, Volume\sm³/).waitFor();
  await page.getByRole('button', { name: 'Add secondary_ad' }).click();
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('parameter-value-0');
});

test('a28 a meter is saved with its rows and shown again as typed', async () => {
  const { page, mock } = await at('#/heat/new');
  await field(page, 'Name').fill('Heat, flat 9');
  await field(page, 'Gateway').selectOption({ label: 'Building 7' });
  await field(page, 'Bus').selectOption('cellar-1');
  await field(page, 'Model').selectOption('manual_heat_secondary_ad');
  await field(page, 'Value of row 1').fill("{'heat_energy_kwh':  3}");
  await field(page, 'Value of row 2').fill('20316513c5140004');
  await save(page);
  await page.waitForURL(/#\/meters\/meter-1\d\d$/);
  await heading(page).filter({ hasText: 'its configuration waits for its gateway' }).waitFor();
  await page.getByText(/Revision 8 is sent to gateway Building 7/).waitFor();
  expect(await fact(page, 'reg').textContent()).toBe("{'heat_energy_kwh':  3}");
  const saved = mock.fleet.meters.at(-1);
  expect(saved?.form).toMatchObject({ menu: 'heat', name: 'Heat, flat 9', bus: 'cellar-1', mode: 'consumption', protocol: 'mbus', baudrate: 2400 });
  await page.getByRole('link', { name: 'Edit' }).click();
  expect(await field(page, 'Value of row 1').inputValue()).toBe("{'heat_energy_kwh':  3}");
  expect(await field(page, 'Value of row 2').inputValue()).toBe('20316513c5140004');
});

test('a32 the list of the document is taken as pasted', async () => {
  const { page, mock } = await at('#/meters/meter-2/edit');
  await field(page, 'Value of row 2').fill(REG);
  await field(page, 'Name').fill('Heat, flat two');
  await save(page);
  await page.waitForURL(/#\/meters\/meter-2$/);
  expect(mock.fleet.meters[1]?.form['parameters'][1]).toEqual({ key: 'reg', value: REG });
  expect(await fact(page, 'reg').textContent()).toBe(REG);
});

test('a33 a fault in the registers is shown at its character', async () => {
  const { page, mock } = await at('#/meters/meter-2/edit');
  await field(page, 'Value of row 2').fill("{'heat_energy_kwh': 3, 'vol_m3': 1}");
  await save(page);
  await page.getByText('1 is no line of a record').waitFor();
  expect(await page.locator('mark').textContent()).toBe('1');
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('parameter-value-1');
  expect(await field(page, 'Value of row 2').getAttribute('aria-invalid')).toBe('true');
  await field(page, 'Value of row 2').fill("{'heat_energy_kwh': 3; 'vol_m3': 4}");
  await save(page);
  await page.locator('mark', { hasText: ';' }).waitFor();
  expect(mock.fleet.meters[1]?.edition).toBe(1);
});

test('a34 a manual model without its parameters is not saved', async () => {
  const { page, mock } = await at('#/hot-water/new');
  await field(page, 'Name').fill('Hot water, flat 9');
  await field(page, 'Gateway').selectOption({ label: 'Town hall' });
  await field(page, 'Model').selectOption('manual_water_secondary_ad');
  await save(page);
  await page.getByText('3 things are to be mended before it can be saved.').waitFor();
  expect(await page.locator('#parameter-value-0-help').textContent()).toContain('reg: it is empty');
  await page.getByRole('button', { name: 'Remove row 2' }).click();
  await page.getByRole('button', { name: 'Remove row 1' }).click();
  await save(page);
  await page.getByText('needs the parameter reg').waitFor();
  expect(await field(page, 'Name').inputValue()).toBe('Hot water, flat 9');
  expect(mock.fleet.meters).toHaveLength(12);
});

test('a06 an address that another meter of the bus has is refused with its name', async () => {
  const { page } = await at('#/heat/new');
  await field(page, 'Name').fill('Heat, flat 9');
  await field(page, 'Address').fill('1');
  await field(page, 'Gateway').selectOption({ label: 'Building 7' });
  await field(page, 'Bus').selectOption('cellar-1');
  await field(page, 'Model').selectOption('integra_heat');
  await save(page);
  await page.locator('#meter-address-help', { hasText: 'The meter Heat, flat 1 has the address 1 on this bus' }).waitFor();
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('meter-address');
});

describe('the rows', () => {
  test('are added and removed by the keys alone', async () => {
    const { page } = await at('#/other/new');
    await page.getByRole('button', { name: 'Add a row' }).focus();
    await page.keyboard.press('Enter');
    await page.keyboard.type('reg');
    await page.keyboard.press('Tab');
    await page.keyboard.type("{'en_im': 3}");
    await page.keyboard.press('Enter');
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('parameter-key-1');
    await page.keyboard.type('secondary_ad');
    for (const _ of ['value', 'button']) await page.keyboard.press('Tab');
    await page.keyboard.press('Enter');
    expect(await page.getByLabel(/^Key of row/).count()).toBe(1);
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('parameter-key-0');
    expect(await field(page, 'Value of row 1').inputValue()).toBe("{'en_im': 3}");
  });

  test('keep their faults when a row above them is removed', async () => {
    const { page } = await at('#/heat/new');
    await field(page, 'Name').fill('Heat, flat 9');
    await field(page, 'Address').fill('77');
    await field(page, 'Gateway').selectOption({ label: 'Town hall' });
    await field(page, 'Model').selectOption('generic_mbus');
    await field(page, 'Value of row 1').fill("{'en_im': 3}");
    await page.getByRole('button', { name: 'Add a row' }).click();
    await field(page, 'Key of row 2').fill('colour');
    await field(page, 'Value of row 2').fill('blue');
    await save(page);
    await page.locator('#parameter-key-1-help', { hasText: 'has no parameter "colour"' }).waitFor();
    await page.getByRole('button', { name: 'Remove row 1' }).click();
    await page.locator('#parameter-key-0-help', { hasText: 'has no parameter "colour"' }).waitFor();
  });
});

test('an empty form is told at its fields without asking the portal', async () => {
  const { page, mock } = await at('#/heat/new');
  await save(page);
  await page.locator('#meter-name-help', { hasText: 'Give the meter a name.' }).waitFor();
  await page.locator('#meter-gateway-help', { hasText: 'Choose the gateway' }).waitFor();
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('meter-name');
  expect(mock.requests).not.toContain('POST /api/v1/meters');
});

test('the only gateway there is needs no choosing', async () => {
  const { page } = await at('#/heat/new', { fleet: noMeters });
  expect(await field(page, 'Gateway').locator('option:checked').textContent()).toBe('Building 7');
  await field(page, 'Name').fill('Heat, flat 1');
  await page.getByRole('button', { name: 'Discard what was typed' }).click();
  expect(await field(page, 'Gateway').locator('option:checked').textContent()).toBe('Building 7');
});

test('what was typed stays while somebody looks elsewhere, until it is discarded', async () => {
  const { page } = await at('#/heat/new');
  await field(page, 'Name').fill('Heat, attic');
  await page.goto(`${new URL(page.url()).origin}/#/`);
  await heading(page).filter({ hasText: 'sites' }).waitFor();
  await page.goBack();
  expect(await field(page, 'Name').inputValue()).toBe('Heat, attic');
  await page.getByRole('button', { name: 'Discard what was typed' }).click();
  expect(await field(page, 'Name').inputValue()).toBe('');
});

describe('where somebody else has changed the meter', () => {
  async function collide() {
    const opened = await at('#/meters/meter-1/edit');
    const { page, mock } = opened;
    await field(page, 'Name').fill('Heat, mine');
    const meter = mock.fleet.meters[0];
    if (meter) Object.assign(meter, { edition: 2, form: { ...meter.form, name: 'Heat, theirs', baudrate: 9600 } });
    await save(page);
    const note = page.getByRole('alert').filter({ hasText: 'Somebody else has changed this meter meanwhile' });
    expect(await note.textContent()).toMatch(/Heat, theirs.*9600/s);
    expect(await field(page, 'Name').inputValue()).toBe('Heat, mine');
    return { ...opened, note };
  }

  test('theirs can be taken', async () => {
    const { page, note } = await collide();
    await note.getByRole('button', { name: 'Take what is saved now' }).click();
    expect(await field(page, 'Name').inputValue()).toBe('Heat, theirs');
    expect(await note.count()).toBe(0);
  });

  test('or mine saved over it', async () => {
    const { page, mock, note } = await collide();
    await note.getByRole('button', { name: 'Save mine over it' }).click();
    await page.waitForURL(/#\/meters\/meter-1$/);
    expect(mock.fleet.meters[0]?.form['name']).toBe('Heat, mine');
  });
});

test('a meter is removed after it was said what that does', async () => {
  const { page, mock } = await at('#/meters/meter-1/edit');
  await page.getByRole('button', { name: /^Remove this meter/ }).click();
  await page.getByText('Meter Heat, flat 1 is no longer read by Building 7').waitFor();
  expect(await page.evaluate(() => document.activeElement?.textContent)).toBe('Keep it');
  expect(mock.fleet.meters).toHaveLength(12);
  await page.getByRole('button', { name: 'Remove Heat, flat 1' }).click();
  await page.waitForURL(/#\/heat$/);
  expect(mock.fleet.meters).toHaveLength(11);
  expect(await page.getByRole('link', { name: 'Heat, flat 1', exact: true }).count()).toBe(0);
});

test('a meter is put under another menu', async () => {
  const { page, mock } = await at('#/meters/meter-7/edit');
  await page.getByRole('combobox', { name: 'Menu' }).selectOption('Hot Water');
  await page.getByRole('button', { name: 'Move it there' }).click();
  await page.getByRole('navigation', { name: 'Menu path' }).getByRole('link', { name: 'Hot Water' }).waitFor();
  expect(mock.fleet.meters.find((meter) => meter.id === 'meter-7')?.form['menu']).toBe('hot_water');
});

test('whoever is no administrator may look and is told why he cannot save', async () => {
  const { page } = await at('#/meters/meter-1/edit', { role: 'operator' });
  await page.getByText('only an administrator may change it').waitFor();
  expect(await page.getByRole('button', { name: 'Save' }).count()).toBe(0);
  expect(await field(page, 'Name').isDisabled()).toBe(true);
  expect(hash(page)).toBe('#/meters/meter-1/edit');
});
