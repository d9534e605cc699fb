// The pages before a real gateway: the demo at BASE_URL, with its eight and more simulated meters.

import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { accessibilityFaults, launch, open, picture, type Opened } from './pages/browser';

const base = process.env['GATEWAY_URL']?.replace(/\/$/, '');
if (!base) throw new Error('BASE_URL is not set: start `busmeister demo` and give its address, for example BASE_URL=http://127.0.0.1:8080.');

/** An address on which the demo has no meter. */
const SILENT = process.env['SILENT_ADDRESS'] ?? '249';

let browser: Browser;
let opened: Opened;
let page: Page;

beforeAll(async () => {
  const answer = await fetch(`${base}/api/v1/gateway`).catch(() => null);
  if (!answer?.ok) throw new Error(`No gateway answers at ${base}: start \`busmeister demo\` there.`);
  browser = await launch();
  opened = await open(browser, base);
  page = opened.page;
});
afterAll(async () => {
  await opened?.close();
  await browser?.close();
});

/** A readout may wait for its turn on the bus and for three tries. */
const PATIENCE = { timeout: 60_000 };

const meters = () => page.getByRole('region', { name: 'Meters' }).locator('tbody tr');

test('Overview shows at least eight meters, most of them with an index', async () => {
  await page.goto(`${base}/#/`);
  await expect.poll(() => meters().count(), PATIENCE).toBeGreaterThanOrEqual(8);
  await expect.poll(() => meters().locator('.index .amount').count(), PATIENCE).toBeGreaterThanOrEqual(5);
  expect(await page.getByRole('region', { name: 'Buses' }).locator('tbody tr').count()).toBeGreaterThanOrEqual(2);
});

test('a failing meter stands first, with its reason and what to do', async () => {
  const attention = page.getByRole('region', { name: 'Needs attention' });
  await attention.getByRole('button', { name: 'Read now' }).first().waitFor(PATIENCE);
  const finding = attention.getByRole('listitem').first();
  const sentences = (await finding.locator('p').allTextContents()).map((text) => text.trim()).filter((text) => text.length > 20);
  expect(sentences.length).toBeGreaterThanOrEqual(2);
});

test('Read MBus Meter at address 1 shows the numbered lines and the bytes', async () => {
  await page.goto(`${base}/#/mbus/read-meter`);
  await page.getByLabel('Bus', { exact: true }).selectOption('cellar-1');
  await page.getByLabel('Address', { exact: true }).fill('1');
  await page.getByRole('button', { name: 'Read', exact: true }).click();
  const energy = page.locator('tr[data-line="3"]');
  await energy.waitFor(PATIENCE);
  expect(await energy.textContent()).toMatch(/ENERGY.*INST_VAL/s);
  expect((await energy.locator('.bytes').textContent())?.trim().split(/\s+/).slice(0, 2)).toEqual(['04', '06']);
  expect(await page.locator('tr[data-line="0"]').textContent()).toContain('Secondary address: {');
  expect(await page.locator('tr[data-line="0"] .bytes').textContent()).toMatch(/^\s*68 /);
  await picture(page, 'gateway-read-meter');
});

test('at a silent address it says that nobody answered, and reads again', async () => {
  await page.getByLabel('Address', { exact: true }).fill(SILENT);
  await page.getByRole('button', { name: 'Read', exact: true }).click();
  await page.getByRole('heading', { level: 1 }).filter({ hasText: 'could not be read' }).waitFor(PATIENCE);
  const result = page.getByRole('region', { name: 'What came' });
  expect(await result.textContent()).toMatch(/answer/);
  expect(await result.getByRole('table', { name: 'What was on the line' }).getByText('sent').count()).toBeGreaterThanOrEqual(3);
  expect(await page.getByLabel('Address', { exact: true }).inputValue()).toBe(SILENT);
  await page.getByLabel('Address', { exact: true }).fill('1');
  await page.getByRole('button', { name: 'Read', exact: true }).click();
  await page.locator('tr[data-line="3"]').waitFor(PATIENCE);
});

test('an address that is none is refused at its field', async () => {
  await page.getByLabel('Address', { exact: true }).fill('not an address');
  await page.getByRole('button', { name: 'Read', exact: true }).click();
  await page.locator('#address[aria-invalid="true"]').waitFor(PATIENCE);
});

test('a meter page tells its readings with their source', async () => {
  await page.goto(`${base}/#/`);
  await meters().filter({ has: page.locator('.index .amount') }).first().getByRole('link').click();
  await page.getByText('What does it read, and can I trust it?').waitFor();
  expect(await page.getByRole('table', { name: 'Readings' }).locator('tbody tr').first().textContent()).toMatch(/line \d+/);
  await picture(page, 'gateway-meter');
});

test('values come by themselves', async () => {
  await page.goto(`${base}/#/`);
  const ages = () => meters().locator('time').evaluateAll((times) => times.map((time) => time.getAttribute('datetime')).join());
  const before = await ages();
  await page.locator('.connection', { hasText: 'Live' }).waitFor();
  await page.getByRole('button', { name: 'Read now' }).first().click();
  await expect.poll(ages, PATIENCE).not.toBe(before);
});

test('the pages are within reach of everybody, complain about nothing and ask no other host', async () => {
  await page.goto(`${base}/#/`);
  await meters().first().waitFor();
  await picture(page, 'gateway-overview');
  expect(await accessibilityFaults(page)).toEqual([]);
  // A readout that failed or was refused, or that nobody is logged in, is a line in the browser's own log.
  const complaints = opened.complaints.filter((complaint) => !/status of (401|404|422|502|504)/.test(complaint));
  expect(complaints).toEqual([]);
  expect(opened.strangers).toEqual([]);
});
