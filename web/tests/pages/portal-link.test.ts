// Administration > Portal at the gateway: the portal it belongs to.

import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { twelveMeters } from '../mock-gateway/building.js';
import { startMockGateway, type MockGateway } from '../mock-gateway/server.js';
import { accessibilityFaults, launch, look, open, overflow, picture, smallTargets, type Opened } from './browser';

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
  opened = await open(browser, mock.url, '#/administration/portal', width);
  return opened.page;
}

const heading = (page: Page, name: string | RegExp) => page.getByRole('heading', { level: 1, name });
const code = (page: Page) => page.getByLabel('Claim code');

async function looksWell(page: Page, name: string): Promise<void> {
  for (const [width, scheme] of [[360, 'light'], [360, 'dark'], [768, 'light'], [1280, 'light'], [1280, 'dark']] as const) {
    await look(page, width, scheme);
    await picture(page, `portal-link-${name}-${width}-${scheme}`);
    expect(await overflow(page)).toBe(0);
    expect(await accessibilityFaults(page)).toEqual([]);
    if (width === 360) expect(await smallTargets(page)).toEqual([]);
  }
}

test('a gateway is connected with the claim code, told how the link is, and disconnected', async () => {
  mock.access.logIn();
  const page = await at();
  await heading(page, /^Which portal.*None\./).waitFor();
  await looksWell(page, 'none');
  await page.getByRole('button', { name: 'Connect' }).click();
  await page.locator('#claim-code-help', { hasText: 'Paste the claim code' }).waitFor();
  await code(page).fill('not a code');
  await page.getByRole('button', { name: 'Connect' }).click();
  await page.locator('#claim-code-help', { hasText: 'is no claim code' }).waitFor();
  expect(await code(page).inputValue()).toBe('not a code');
  expect(await page.locator('mark').textContent()).toBe('n');
  await code(page).fill('https://portal.example:8090#claim1.late');
  await page.getByRole('button', { name: 'Connect' }).click();
  await page.getByText('did not take the claim code').waitFor();
  await page.getByText('Make another one at the portal').waitFor();
  await code(page).fill('  https://portal.example:8090#claim1.mpjtb9d5.-.2f6f1bd1\n');
  await page.getByRole('button', { name: 'Connect' }).click();
  await page.getByRole('status').getByText('The portal has taken this gateway.').waitFor();
  await heading(page, /is being called/).waitFor();
  mock.portal.become({ state: 'connected', waiting_readouts: 0, applied_revision: 3 });
  await heading(page, /Yes: https:\/\/portal\.example:8090 is there\./).waitFor();
  await looksWell(page, 'connected');
  await page.getByRole('button', { name: 'Disconnect from the portal' }).click();
  await page.getByText('no longer speaks to').waitFor();
  await page.getByRole('button', { name: 'Disconnect', exact: true }).click();
  await heading(page, /None\./).waitFor();
});

test('a link that does not hold says why and what to do', async () => {
  mock.access.logIn('operator');
  const problem = { code: 'certificate', severity: 'fault', since: null, what: 'The portal shows another certificate', why: 'It is not the one of the claim code.', remedy: 'Make another claim code at the portal' };
  mock.portal.become({ state: 'refused', portal_url: 'https://portal.example:8090', gateway: 'gateway-7', problem, waiting_readouts: 4711 });
  const page = await at();
  await heading(page, /refuses this gateway/).waitFor();
  await page.getByText('The portal shows another certificate.').waitFor();
  await page.getByText('Only an administrator may connect').waitFor();
  expect(await page.getByRole('main').getByRole('button').count()).toBe(0);
  await looksWell(page, 'refused');
});

test('whoever is not logged in sees how the link is and logs in to change it', async () => {
  const page = await at();
  await heading(page, /None\./).waitFor();
  await page.getByLabel('Name').fill('admin');
  await page.getByLabel('Password', { exact: true }).fill('correct horse');
  await page.keyboard.press('Enter');
  await code(page).waitFor();
  expect(await page.getByRole('navigation', { name: 'Menu', exact: true }).getByRole('link', { name: 'Portal' }).getAttribute('aria-current')).toBe('page');
});
