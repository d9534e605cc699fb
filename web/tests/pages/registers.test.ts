// From a line of the telegram view to a register of the configuration; and the serial helper.

import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { twelveMeters } from '../mock-gateway/building.js';
import { startMockGateway, type MockGateway } from '../mock-gateway/server.js';
import { launch, open, type Opened } from './browser';

let browser: Browser;
let mock: MockGateway;
let opened: Opened | undefined;

beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());
beforeEach(async () => {
  mock = await startMockGateway(twelveMeters(Date.now()));
});
afterEach(async () => {
  await opened?.close();
  opened = undefined;
  await mock.close();
});

async function at(width = 1280): Promise<Page> {
  opened = await open(browser, mock.url, '#/mbus/read-meter', width);
  return opened.page;
}

async function read(page: Page): Promise<void> {
  await page.getByRole('button', { name: 'Read', exact: true }).click();
  await page.getByText('Read at').waitFor();
}

const line = (page: Page, number: number) => page.getByRole('button', { name: `Line ${number}`, exact: true });
const note = (page: Page, number: number) => page.getByRole('region', { name: `Line ${number} as register` });

test('a27 a line goes into the form of a new meter with bus address and record', async () => {
  // On cellar-2 no meter of the configuration has this serial.
  mock.access.logIn();
  const page = await at();
  await page.getByLabel('Bus', { exact: true }).selectOption('cellar-2');
  await read(page);
  await page.getByRole('button', { name: 'Use this line as register' }).first().click();
  await note(page, 3).waitFor();
  expect(await note(page, 3).getByLabel('Name of the register').inputValue()).toBe('heat_energy_kwh');
  await note(page, 3).getByRole('button', { name: 'Into the form of a new meter' }).click();
  await page.waitForURL(/#\/new-meter$/);
  const typed = (label: string) => page.getByLabel(label, { exact: true }).inputValue();
  await expect.poll(() => typed('Model')).toBe('manual_heat_secondary_ad');
  expect(await typed('Bus')).toBe('cellar-2');
  expect(await typed('Name')).toBe('EFE heat meter 13653120');
  expect([await typed('Value of row 1'), await typed('Value of row 2')]).toEqual(['20316513C5140004', "{'heat_energy_kwh': '3 04/06'}"]);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  await page.waitForURL(/#\/meters\/efe-heat-meter-13653120$/);
});

test('a27 lines go into the form of the meter that was read and its registers stay', async () => {
  mock.access.logIn();
  const page = await at();
  await read(page);
  for (const number of [3, 12]) {
    await line(page, number).click();
    await page.getByRole('button', { name: `Use line ${number} as register` }).click();
    await note(page, number).waitFor();
  }
  await note(page, 12).getByLabel('Name of the register').fill('hours');
  await note(page, 12).getByRole('button', { name: 'Into the form of Heat, flat 1' }).click();
  await page.waitForURL(/#\/meters\/heat-flat-1\/edit$/);
  await page.getByText('The registers of integra_heat are fixed').waitFor();
  expect(await page.getByLabel('Model', { exact: true }).inputValue()).toBe('generic_mbus');
  const reg = await page.getByLabel('Value of row 1', { exact: true }).inputValue();
  expect(reg).toContain("'vol_m3': '4 04/13'");
  expect(reg).toMatch(/'heat_energy_kwh': '3 04\/06', 'hours': '12 /);
  expect(reg.match(/heat_energy_kwh/g)).toHaveLength(1);
});

test('a27 the index becomes a register of the meter ready to copy', async () => {
  const page = await at();
  await page.getByLabel('Bus', { exact: true }).selectOption('cellar-2');
  await read(page);
  await page.getByRole('button', { name: 'Use this line as register' }).first().click();
  await note(page, 3).getByText('Or as text for gateway.toml').click();
  await note(page, 3).getByRole('button', { name: 'Copy TOML' }).click();
  await page.getByRole('button', { name: 'Copied' }).waitFor();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(
    `[[meter]]
id = "meter-13653120"
name = "EFE heat meter 13653120"
bus = "cellar-2"
model = "manual_heat_secondary_ad"
[meter.parameters]
secondary_ad = "20316513C5140004"
reg = "{'heat_energy_kwh': '3 04/06'}"
`,
  );
});

test('a27 a meter of the configuration is told by its id and more lines join the first', async () => {
  const page = await at();
  await read(page);
  for (const number of [3, 4]) {
    await line(page, number).click();
    await page.getByRole('button', { name: `Use line ${number} as register` }).click();
    await note(page, number).waitFor();
  }
  await note(page, 4).getByText('Or as text for gateway.toml').click();
  expect(await note(page, 4).textContent()).toContain('takes the place of the meter heat-flat-1');
  expect(await note(page, 4).locator('pre').textContent()).toContain(`reg = "{'heat_energy_kwh': '3 04/06', 'vol_m3': '4 04/13'}"`);
  await note(page, 4).getByRole('button', { name: 'Not this line' }).click();
  expect(await note(page, 4).count()).toBe(0);
});

test('a register without a name is refused at its field', async () => {
  const page = await at();
  await read(page);
  await line(page, 12).click();
  await page.getByRole('button', { name: 'Use line 12 as register' }).click();
  await page.locator('#register-12-help', { hasText: 'Give the register a name' }).waitFor();
  expect(await note(page, 12).locator('pre').count()).toBe(0);
  expect(await note(page, 12).getByRole('button', { name: 'Into the form of Heat, flat 1' }).isDisabled()).toBe(true);
  await note(page, 12).getByLabel('Name of the register').fill('hours');
  expect(await note(page, 12).locator('pre').textContent()).toContain('model = "generic_mbus"');
});

test('the lines of address and header cannot be registers', async () => {
  const page = await at();
  await read(page);
  await line(page, 0).click();
  await page.locator('tr.printed').waitFor();
  expect(await page.getByRole('button', { name: 'Use line 0 as register' }).count()).toBe(0);
});

test('a22 the helper turns a serial into the address that finds the meter and back', async () => {
  const page = await at();
  await page.getByText('Serial number to secondary address').click();
  const serial = page.getByLabel('Serial number', { exact: true });
  const address = page.getByLabel('Secondary address', { exact: true });
  await serial.fill('13653120');
  expect(await address.inputValue()).toBe('20316513FFFFFFFF');
  await address.fill('92811594FFFFFFFF');
  expect(await serial.inputValue()).toBe('94158192');
  await page.getByRole('button', { name: 'Use as address' }).click();
  expect(await page.getByLabel('Address', { exact: true }).inputValue()).toBe('92811594FFFFFFFF');
});

test('a23 the helper shows which digits are wrong', async () => {
  const page = await at();
  await page.getByText('Serial number to secondary address').click();
  await page.getByLabel('Serial number', { exact: true }).fill('1365A12O');
  await page.locator('#helper-serial-help', { hasText: 'positions 4, 7' }).waitFor();
  expect(await page.locator('details .typed .wrong').allTextContents()).toEqual(['A', 'O']);
  expect(await page.getByRole('button', { name: 'Use as address' }).isDisabled()).toBe(true);
  await page.getByLabel('Secondary address', { exact: true }).fill('20316513FFFF');
  await page.locator('#helper-address-help', { hasText: '12 digits: a secondary address has 16' }).waitFor();
});
