// The meter as a device: driver, connection properties, synchronization, and its settings.

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

async function at(meter: string, width = 1280): Promise<Page> {
  opened = await open(browser, mock.url, `#/meters/${meter}`, width);
  await opened.page.getByRole('heading', { name: 'Device settings' }).waitFor();
  return opened.page;
}

const device = (page: Page) => page.getByRole('region', { name: 'Device' });
const rows = (page: Page) => page.getByRole('table', { name: 'Device settings' }).locator('tbody tr:not(.group)');
const property = (page: Page, name: string) =>
  device(page).locator('dt', { hasText: new RegExp(`^${name}$`) }).locator('xpath=following-sibling::dd[1]');

test('b01 the page names the driver and that it defines nothing of its own', async () => {
  const page = await at('heat-flat-1');
  expect(await property(page, 'Driver').textContent()).toBe('Meter Bus (M-Bus)');
  for (const name of ['Global settings', 'User-level settings', 'Assets', 'Operations', 'Events']) {
    expect(await property(page, name).textContent()).toBe('none defined');
  }
});

test('b07 the page shows the thirteen connection properties by their names and in their order', async () => {
  const page = await at('heat-flat-1');
  const names = await page.getByRole('heading', { name: 'Connection properties' }).locator('xpath=..').locator('dt').allTextContents();
  expect(names).toEqual([
    'Connection Type', 'IP address or host name', 'Port', 'Baud Rate', 'Data Bits', 'Stop Bits', 'Parity', 'Meter Address',
    'Use Secondary Addressing', 'Manufacturer', 'Version', 'Medium', 'Process Historical Data',
  ]);
});

test('b09 b10 what the connection does not use is quiet and says why', async () => {
  const tcp = await at('heat-flat-1');
  expect(await property(tcp, 'Parity').textContent()).toMatch(/even\s+\(only with M-Bus Serial\)/);
  expect(await property(tcp, 'Parity').getAttribute('class')).toContain('quiet');
  expect(await property(tcp, 'Manufacturer').textContent()).toMatch(/not set\s+\(only with secondary addressing\)/);
  expect(await property(tcp, 'Use Secondary Addressing').textContent()).toMatch(/^\s*off\s*$/);
  expect(await property(tcp, 'IP address or host name').textContent()).toMatch(/^\s*127\.0\.0\.1\s*$/);
  await opened?.close();
  const serial = await at('electricity');
  expect(await property(serial, 'IP address or host name').textContent()).toContain('(only with M-Bus TCP)');
  expect(await property(serial, 'Baud Rate').textContent()).toMatch(/^\s*2400\s*$/);
});

test('b23 a setting has its ten metadata fields in order and its value as text', async () => {
  const page = await at('heat-flat-1');
  const heads = await page.getByRole('table', { name: 'Device settings' }).locator('thead th').allTextContents();
  expect(heads.slice(1, 11)).toEqual([
    'Data Field Code', 'Function Field (Control Field)', 'Storage Number', 'Tariff', 'VIF Type', 'Unit of Measurement',
    'Sub-unit', 'Description', 'SI Prefix', 'Counter Exponent',
  ]);
  expect(await rows(page).nth(1).locator('td').allTextContents()).toEqual([
    '32 Bit Integer', 'Instantaneous value', '0', '0', 'primary', 'Wh', '0', 'Energy', 'k', '0', expect.stringMatching(/^\s*12345.*3 min/s),
  ]);
});

test('b18 what the meter stored stands under its own date', async () => {
  const page = await at('heat-flat-1');
  const stored = page.locator('tbody', { has: page.getByText('Stored by the meter: 2020-12-31') });
  expect(await stored.locator('tr:not(.group)').first().textContent()).toMatch(/Energy.*11000/s);
  expect(await page.locator('tbody', { has: page.getByText('Values of now') }).textContent()).not.toContain('11000');
});

test('b36 a reading that the last readout did not have stays and says so', async () => {
  const page = await at('heat-flat-1');
  expect(await rows(page).filter({ hasText: 'Temperature Difference' }).first().textContent()).toMatch(/2053.*not updated.*3 h/s);
});

test('settings are found by any of their words', async () => {
  const page = await at('heat-flat-1');
  await page.getByLabel('Find a setting').fill('maximum power');
  await device(page).getByText('1 setting found.').waitFor();
  expect(await rows(page).textContent()).toMatch(/Maximum value.*9800/s);
  await page.getByLabel('Find a setting').fill('nowhere');
  await page.getByRole('button', { name: 'Show all settings' }).click();
  expect(await rows(page).count()).toBe(27);
});

test('b27 b28 b29 connection and synchronization are told apart each with an icon and a word', async () => {
  const page = await at('heat-flat-3');
  const told = (name: string) => property(page, name);
  expect((await told('Connection status').textContent())?.trim()).toBe('Online');
  expect((await told('Synchronization status').textContent())?.trim()).toBe('Synchronization Error');
  expect(await told('Synchronization status').locator('svg').count()).toBe(1);
  expect(await device(page).getByText('the line was quiet').count()).toBe(1);
  await page.goto(`${mock.url}/#/meters/cold-1`);
  await device(page).getByText('Offline', { exact: true }).waitFor();
});

test('b31 b33 Synchronize now asks for a login then goes on and shows the stage', async () => {
  mock.delayReadouts(700);
  const page = await at('heat-flat-1');
  await page.getByRole('button', { name: 'Synchronize now' }).click();
  await page.getByLabel('Name').fill('admin');
  await page.getByLabel('Password', { exact: true }).fill('correct horse');
  await page.keyboard.press('Enter');
  const stages = page.getByRole('list', { name: 'Stages of the synchronization' });
  await stages.waitFor();
  expect(await stages.getByRole('listitem').allTextContents().then((texts) => texts.map((text) => text.trim()))).toEqual([
    'Connecting', 'Metadata', 'History', 'Values',
  ]);
  await page.locator('[aria-current="step"]').waitFor();
  await page.getByRole('button', { name: 'Synchronize now' }).waitFor();
  expect(await stages.count()).toBe(0);
});

test('on a phone a setting is one row that opens', async () => {
  const page = await at('heat-flat-1', 360);
  const energy = rows(page).nth(1);
  expect(await energy.locator('.field').first().isVisible()).toBe(false);
  await energy.getByRole('button', { name: 'Energy' }).click();
  expect(await energy.locator('.field:visible').count()).toBe(10);
});
