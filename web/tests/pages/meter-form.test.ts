// The form of a meter at the gateway: new, changed, refused at the place of the fault, taken out.

import { describe, expect, test } from 'vitest';
import { field, gatewayPages, heading, logIn, save } from './gateway';

const at = gatewayPages();
const MODELS = ['integra_heat', 'saphir_modularis', 'manual_heat_secondary_ad', 'manual_water_secondary_ad', 'generic_mbus'];
const REG = "{'flow_temp': 9, 'heat_energy_kwh': 3, 'power_kw': 5, 'return_temp': 10, 'diff_temp': 11, 'vol_flow_m3_h': 7, 'vol_m3': 4}";

test('a03 a new meter of the gateway has the models of the document each with what it is for', async () => {
  const { page } = await at('#/meters');
  await page.getByRole('link', { name: 'New meter' }).click();
  await heading(page).filter({ hasText: 'Which meter is to be read, and how?' }).waitFor();
  await expect.poll(() => field(page, 'Model').locator('option').allTextContents()).toEqual(expect.arrayContaining(MODELS));
  await field(page, 'Model').selectOption('saphir_modularis');
  await page.locator('#meter-model-help', { hasText: 'Water meter whose volume stands in line 2' }).waitFor();
  await field(page, 'Model').selectOption('manual_heat_secondary_ad');
  expect(await field(page, 'Key of row 1').inputValue()).toBe('reg');
  expect(await field(page, 'Key of row 2').inputValue()).toBe('secondary_ad');
});

test('a28 a meter is configured at the gateway and shown again as typed', async () => {
  const { page, mock } = await at('#/new-meter');
  await field(page, 'Name').fill('Heat, flat 12');
  await field(page, 'Bus').selectOption('cellar-2');
  await field(page, 'Model').selectOption('manual_heat_secondary_ad');
  await field(page, 'Value of row 1').fill(REG);
  await field(page, 'Value of row 2').fill('20316513c5140004');
  await field(page, 'Interval').fill('1h');
  await save(page);
  await page.waitForURL(/#\/meters\/heat-flat-12$/);
  await page.getByRole('status').getByText('Added. The gateway reads it from now on.').waitFor();
  expect(mock.configuration.form('heat-flat-12')).toMatchObject({ bus: 'cellar-2', interval: '1h', baudrate: null, address: null });
  await page.getByRole('link', { name: /^Edit Heat/ }).click();
  expect(await field(page, 'Value of row 1').inputValue()).toBe(REG);
  expect(await field(page, 'Value of row 2').inputValue()).toBe('20316513c5140004');
  expect(await field(page, 'Interval').inputValue()).toBe('1h');
});

test('a06 at the gateway an address that another meter has is refused with its name', async () => {
  const { page } = await at('#/new-meter');
  await field(page, 'Name').fill('Heat, flat 12');
  await field(page, 'Bus').selectOption('cellar-1');
  await field(page, 'Address').fill('2');
  await field(page, 'Model').selectOption('integra_heat');
  await save(page);
  await page.locator('#meter-address-help', { hasText: 'Meter "Heat, flat 2" has the address 2' }).waitFor();
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('meter-address');
});

test('a33 at the gateway a fault is shown at its character and what was typed stays', async () => {
  const { page } = await at('#/meters/heat-flat-3/edit');
  await field(page, 'Value of row 2').fill("{'heat_energy_kwh': 3; 'vol_m3': 4}");
  await field(page, 'Address').fill('12x');
  await save(page);
  await page.locator('mark', { hasText: ';' }).waitFor();
  expect(await page.locator('mark').allTextContents()).toEqual(['x', ';']);
  await page.getByText('2 things are to be mended').waitFor();
  // Another page and back: nothing has to be typed twice.
  await page.getByRole('link', { name: 'Overview' }).first().click();
  await page.goBack();
  await expect.poll(() => field(page, 'Value of row 2').inputValue()).toBe("{'heat_energy_kwh': 3; 'vol_m3': 4}");
});

test('saving asks whoever is not logged in, then goes on', async () => {
  const { page, mock } = await at('#/meters/heat-flat-1/edit', { role: null });
  await field(page, 'Name').fill('Heat, first flat');
  await save(page);
  await page.getByRole('heading', { name: 'This needs a login' }).waitFor();
  await logIn(page);
  await page.waitForURL(/#\/meters\/heat-flat-1$/);
  await page.getByRole('status').getByText('Saved. The gateway reads by it from now on.').waitFor();
  expect(mock.configuration.form('heat-flat-1')).toMatchObject({ name: 'Heat, first flat' });
});

describe('when the file was changed meanwhile', () => {
  test('in another place, the meter is saved all the same', async () => {
    const { page, mock } = await at('#/meters/heat-flat-1/edit');
    await field(page, 'Name').fill('Heat, first flat');
    mock.configuration.byHand('water-flat-1', { interval: '1d' });
    await save(page);
    await page.waitForURL(/#\/meters\/heat-flat-1$/);
    expect(mock.configuration.form('heat-flat-1')).toMatchObject({ name: 'Heat, first flat' });
  });

  test('at this meter, it says what stands there now, and both ways are open', async () => {
    const { page, mock } = await at('#/meters/heat-flat-1/edit');
    await field(page, 'Name').fill('Heat, first flat');
    mock.configuration.byHand('heat-flat-1', { interval: '30m' });
    await save(page);
    const note = page.getByRole('alert');
    await note.getByText('This meter was changed meanwhile, in another window or by hand in the file').waitFor();
    expect(await note.locator('dl').textContent()).toMatch(/Interval\s*30m/);
    expect(await field(page, 'Name').inputValue()).toBe('Heat, first flat');
    await note.getByRole('button', { name: 'Take what is saved now' }).click();
    expect(await field(page, 'Interval').inputValue()).toBe('30m');
    expect(await field(page, 'Name').inputValue()).toBe('Heat, flat 1');

    await field(page, 'Name').fill('Heat, flat one');
    mock.configuration.byHand('heat-flat-1', { interval: '45m' });
    await save(page);
    await page.getByRole('button', { name: 'Save mine over it' }).click();
    await page.waitForURL(/#\/meters\/heat-flat-1$/);
    expect(mock.configuration.form('heat-flat-1')).toMatchObject({ name: 'Heat, flat one', interval: '30m' });
  });

  test('and the meter taken out, it can be added again', async () => {
    const { page, mock } = await at('#/meters/heat-flat-1/edit');
    await field(page, 'Name').fill('Heat, first flat');
    mock.building.meters.shift();
    mock.configuration.byHand();
    await save(page);
    await page.getByText('Meter Heat, flat 1 was taken out of the configuration meanwhile').waitFor();
    await page.getByRole('button', { name: 'Add it again' }).click();
    await page.waitForURL(/#\/meters\/heat-flat-1$/);
    expect(mock.building.meters.at(-1)).toMatchObject({ id: 'heat-flat-1', name: 'Heat, first flat' });
  });
});

describe('a meter', () => {
  test('is taken out after it was said what that does', async () => {
    const { page, mock } = await at('#/meters/heat-flat-1/edit');
    await page.getByRole('button', { name: 'Remove this meter' }).click();
    await page.getByText('What it has read until now stays stored').waitFor();
    mock.configuration.byHand('water-flat-1', { interval: '1d' });
    await page.getByRole('button', { name: 'Remove Heat, flat 1' }).click();
    await page.waitForURL(/#\/meters$/);
    await page.getByText('Meter Heat, flat 1 is removed.').waitFor();
    expect(await page.getByRole('link', { name: 'Heat, flat 1', exact: true }).count()).toBe(0);
    expect(mock.building.meters).toHaveLength(11);
  });

  test('of the portal is shown, not editable, and says where', async () => {
    const { page } = await at('#/meters/heat-flat-1/edit', {
      before: (mock) => {
        Object.assign(mock.building.meters[0]!, { origin: 'portal' });
        mock.portal.become({ state: 'connected', portal_url: 'https://portal.example:8090' });
      },
    });
    await page.getByText('The meter is configured by the portal').waitFor();
    expect(await page.getByRole('link', { name: 'To the portal: https://portal.example:8090' }).getAttribute('href')).toBe('https://portal.example:8090');
    expect(await field(page, 'Name').inputValue()).toBe('Heat, flat 1');
    expect(await field(page, 'Name').isDisabled()).toBe(true);
    expect(await page.getByRole('button', { name: 'Save' }).count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Remove this meter' }).count()).toBe(0);
  });

  test('of a gateway without a file says what to do', async () => {
    const { page } = await at('#/meters/heat-flat-1/edit', { before: (mock) => mock.configuration.lock() });
    await page.getByText('Start it with --config and a file').waitFor();
    expect(await field(page, 'Name').isDisabled()).toBe(true);
  });

  test('is only looked at by an operator', async () => {
    const { page } = await at('#/meters/heat-flat-1/edit', { role: 'operator' });
    await page.getByText('only an administrator may change it').waitFor();
    expect(await field(page, 'Name').isDisabled()).toBe(true);
  });

  test('nobody has is told so', async () => {
    const { page } = await at('#/meters/nobody/edit');
    await heading(page).filter({ hasText: 'There is no meter "nobody" on this gateway.' }).waitFor();
  });
});
