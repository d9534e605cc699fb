// The portal of the demo in the browser: the document's heat meter is configured by hand, and its
// values come from the simulated building through the gateway.

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { accessibilityFaults, launch, open, picture, type Opened } from './pages/browser';

const setup = process.env['PORTAL_LOGIN'];
if (!setup) throw new Error('PORTAL_LOGIN is not set: start `busmeister demo` with empty data and give the link of the first login at the portal.');
const base = new URL(setup).origin;

/** The full list of the document, as it is printed there. */
const REGISTERS = "{'flow_temp': 9, 'heat_energy_kwh': 3, 'power_kw': 5, 'return_temp': 10, 'vol_flow_m3_h': 7, 'vol_m3': 4, 'diff_temp': 11}";
/** A configuration is fetched and applied, and then the bus reads for a few seconds. */
const PATIENCE = { timeout: 60_000 };

let browser: Browser;
let opened: Opened;
let page: Page;

beforeAll(async () => {
  browser = await launch();
  opened = await open(browser, base, `setup#${new URL(setup).hash.slice(1)}`);
  page = opened.page;
});
afterAll(async () => {
  await opened?.close();
  await browser?.close();
});

const field = (label: string) => page.getByLabel(label, { exact: true });
const save = () => page.getByRole('button', { name: 'Save', exact: true }).click();

async function newMeter(menu: string, name: string, model: string): Promise<void> {
  await page.goto(`${base}/#/${menu}/new`);
  await field('Name').fill(name);
  await field('Bus').selectOption('cellar-1');
  await field('Model').selectOption(model);
}

test('the link of the console logs the first administrator in', async () => {
  await page.goto(setup);
  await page.locator('input[type=password]').first().waitFor(PATIENCE);
  for (const input of await page.locator('input[type=password]').all()) await input.fill('a password for the demo');
  await page.locator('form button[type=submit]').click();
  await page.getByText('Which sites are in trouble, and why?').waitFor(PATIENCE);
  expect(page.url()).not.toContain(new URL(setup).hash);
});

test('a28 a29 a32 the heat meter of the document is configured by hand and its values arrive', async () => {
  await newMeter('heat', 'The heat meter of the document', 'manual_heat_secondary_ad');
  await field('Value of row 1').fill('20316513FFFFFFFF');
  await field('Value of row 2').fill(REGISTERS);
  await save();
  await page.getByText('What does it read, and can I trust it?').waitFor(PATIENCE);
  const rows = page.getByRole('table', { name: 'Readings' }).locator('tbody tr');
  await expect.poll(() => rows.count(), PATIENCE).toBe(7);
  const energy = rows.filter({ hasText: 'heat_energy_kwh' });
  expect((await energy.textContent())?.replace(/\s/g, '')).toMatch(/1234\dkWh/);
  expect(await energy.textContent()).toMatch(/line 3.*04 \/ 06/s);
  await page.getByText(/reads by revision \d+/).waitFor(PATIENCE);
  await picture(page, 'portal-meter');
  expect(await accessibilityFaults(page)).toEqual([]);
});

test('a06 the primary address of another meter is refused at its field by the name of that meter', async () => {
  await newMeter('heat', 'A second meter at address 1', 'integra_heat');
  await field('Address').fill('1');
  await save();
  await page.locator('#meter-address[aria-invalid="true"]').waitFor(PATIENCE);
  expect(await page.locator('main').textContent()).toContain('Heat, flat 1');
});

test('a meter of the file of the gateway stands under its menu with its readings', async () => {
  await page.goto(`${base}/#/electricity`);
  const row = page.locator('tbody tr').filter({ hasText: 'Electricity, main' });
  await row.locator('.amount').first().waitFor(PATIENCE);
});

test('a meter is read now through its gateway', async () => {
  await page.goto(`${base}/#/heat`);
  await page.getByRole('link', { name: 'The heat meter of the document' }).click();
  await page.getByRole('button', { name: 'Read now' }).click();
  await page.locator('tr[data-line="3"]').first().waitFor(PATIENCE);
  await picture(page, 'portal-read-now');
});

test('the pages complain about nothing and ask no other host', () => {
  // Nobody is logged in at first, and an address that is refused is a line in the browser's own log.
  expect(opened.complaints.filter((complaint) => !/status of (401|409|422)/.test(complaint))).toEqual([]);
  expect(opened.strangers).toEqual([]);
});
