// The pictures of docs/guide.md, taken at the demo: its pages in the order of the chapters, from the
// first login on. They are made anew by hand, with `npm run pictures`, when a page has changed.

import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { launch, open, type Opened } from './pages/browser';

const links = { gateway: process.env['GATEWAY_LOGIN'], portal: process.env['PORTAL_LOGIN'] };
if (!links.gateway || !links.portal)
  throw new Error('GATEWAY_LOGIN and PORTAL_LOGIN are not set: start `busmeister demo` with empty data and give the links of both first logins.');
const [gateway, portal] = [new URL(links.gateway), new URL(links.portal)];

const folder = fileURLToPath(new URL('../../docs/guide/', import.meta.url));
const PATIENCE = { timeout: 60_000 };
/** The full list of the document, as it is printed there. */
const REGISTERS = "{'flow_temp': 9, 'heat_energy_kwh': 3, 'power_kw': 5, 'return_temp': 10, 'vol_flow_m3_h': 7, 'vol_m3': 4, 'diff_temp': 11}";

let browser: Browser;
let opened: Opened;
let page: Page;

beforeAll(async () => {
  browser = await launch();
  opened = await open(browser, gateway.origin, '#/', 1100);
  page = opened.page;
  for (const link of [gateway, portal]) {
    await page.goto(link.href);
    await page.locator('input[type=password]').first().waitFor(PATIENCE);
    if (link === portal) await taken('first-login');
    for (const input of await page.locator('input[type=password]').all()) await input.fill('a password for the demo');
    await page.locator('form button[type=submit]').click();
    await page.getByRole('button', { name: 'Log out' }).first().waitFor(PATIENCE);
  }
});
afterAll(async () => {
  await opened?.close();
  await browser?.close();
});

const field = (label: string) => page.getByLabel(label, { exact: true });

/** A picture of the page as far as it matters: a guide shows the top of a long page. */
async function taken(name: string, height = 900): Promise<void> {
  await page.evaluate(() => (document.activeElement as HTMLElement | null)?.blur());
  const whole = await page.evaluate(() => document.documentElement.scrollHeight);
  await page.setViewportSize({ width: 1100, height: Math.min(height, Math.max(whole, 400)) });
  await page.evaluate(() => scrollTo(0, 0));
  await page.screenshot({ path: `${folder}${name}.png` });
  await page.setViewportSize({ width: 1100, height: 860 });
}

async function go(at: URL, hash: string): Promise<void> {
  await page.goto(`${at.origin}/${hash}`);
  await page.locator('h1').first().waitFor(PATIENCE);
  await page.locator('h1[aria-busy]').waitFor({ state: 'detached', ...PATIENCE });
}

test('the gateway', async () => {
  await go(gateway, '#/');
  await expect.poll(() => page.locator('.index .amount').count(), PATIENCE).toBeGreaterThan(5);
  await taken('gateway-overview');
});

test('telegram analysis', async () => {
  await go(gateway, '#/mbus/read-meter');
  await field('Bus').selectOption('cellar-1');
  await field('Address').fill('1');
  await page.getByRole('button', { name: 'Read', exact: true }).click();
  await page.locator('tr[data-line="3"]').waitFor(PATIENCE);
  await taken('read-meter', 1150);
  await field('Address').fill('249');
  await page.getByRole('button', { name: 'Read', exact: true }).click();
  await page.getByRole('heading', { level: 1 }).filter({ hasText: 'could not be read' }).waitFor(PATIENCE);
  await taken('read-meter-silent');
});

test('primary and secondary address', async () => {
  await go(gateway, '#/mbus/edit-address');
  await taken('edit-address');
});

test('the meter at the gateway', async () => {
  await go(gateway, '#/meters/heat-flat-1');
  await page.getByRole('table', { name: 'Readings' }).waitFor(PATIENCE);
  await taken('gateway-meter', 1000);
  await go(gateway, '#/meters');
  await taken('gateway-meters');
  await go(gateway, '#/meters/heat-flat-1/edit');
  await taken('gateway-form', 1000);
});

test('the device driver', async () => {
  await go(gateway, '#/meters/heat-flat-1/connection');
  await taken('connection', 1000);
  await go(gateway, '#/help/serial-ports');
  await taken('serial-ports', 1000);
  await go(gateway, '#/meters/heat-flat-1');
  const settings = page.getByRole('heading', { name: /settings/i }).first();
  await settings.waitFor(PATIENCE);
  await settings.locator('xpath=ancestor::section[1]').screenshot({ path: `${folder}device-settings.png` });
});

test('the administration of the gateway', async () => {
  for (const name of ['portal', 'accounts', 'tokens'] as const) {
    await go(gateway, `#/administration/${name}`);
    await taken(`gateway-${name}`, 600);
  }
});

test('configuration in the portal', async () => {
  await go(portal, '#/heat/new');
  await field('Name').fill('The heat meter of the document');
  await field('Bus').selectOption('cellar-1');
  await field('Model').selectOption('manual_heat_secondary_ad');
  await field('Value of row 1').fill('20316513FFFFFFFF');
  await field('Value of row 2').fill(REGISTERS);
  await taken('portal-form', 1000);
  await page.getByRole('button', { name: 'Save', exact: true }).click();
  const rows = page.getByRole('table', { name: 'Readings' }).locator('tbody tr');
  await expect.poll(() => rows.count(), PATIENCE).toBe(7);
  await page.getByText(/reads by revision \d+/).waitFor(PATIENCE);
  await taken('portal-meter', 1100);
  await go(portal, '#/heat');
  await page.locator('tbody tr').nth(6).waitFor(PATIENCE);
  await taken('portal-heat');
});

test('the fleet', async () => {
  await go(portal, '#/');
  await taken('portal-overview');
  await go(portal, '#/gateways');
  await page.locator('tbody tr').first().waitFor(PATIENCE);
  await taken('portal-gateways', 600);
  await page.locator('tbody tr a').first().click();
  await page.locator('h1[aria-busy]').waitFor({ state: 'detached', ...PATIENCE });
  await page.waitForLoadState('networkidle').catch(() => undefined);
  await taken('portal-gateway', 1000);
  await page.getByRole('link', { name: 'Read MBus Meter' }).click();
  await field('Address').fill('1');
  await page.getByRole('button', { name: 'Read', exact: true }).click();
  await page.locator('tr[data-line="3"]').waitFor(PATIENCE);
  await taken('portal-read-meter', 1000);
  await go(portal, '#/gateways/new');
  await taken('portal-new-gateway', 600);
  await go(portal, '#/sites');
  await taken('portal-sites', 500);
  await go(portal, '#/administration/audit');
  await page.locator('tbody tr').first().waitFor(PATIENCE);
  await taken('portal-audit', 600);
});

test('on a phone', async () => {
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto(`${portal.origin}/#/heat`);
  await page.locator('tbody tr').nth(6).waitFor(PATIENCE);
  await page.screenshot({ path: `${folder}phone.png` });
});
