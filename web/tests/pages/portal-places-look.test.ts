// Every page of the portal's sites, gateways and remote work in every state: see looks.ts for what each has to stand.

import { afterAll, beforeAll, describe } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { fourHundredMeters, noMeters, nothing, threeSites } from '../mock-portal/fleet.js';
import { startMockPortal, type MockPortal } from '../mock-portal/server.js';
import { launch, open, type Opened } from './browser';
import { testLooks } from './looks';

let browser: Browser;

beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

interface State {
  name: string;
  fleet: (now: number) => ReturnType<typeof threeSites>;
  hash: string;
  act?: (page: Page, mock: MockPortal) => Promise<void>;
}

const press = (name: string | RegExp) => async (page: Page) => page.getByRole('button', { name }).first().click();

const read = (address: string) => async (page: Page) => {
  await page.getByLabel('Address', { exact: true }).fill(address);
  await page.getByRole('button', { name: 'Read', exact: true }).click();
  await page.getByText('Read at').waitFor();
};

const give = (wanted: string) => async (page: Page) => {
  await page.getByLabel('New address').fill(wanted);
  await page.getByRole('button', { name: /^Give it/ }).click();
  await page.getByText('Done at').waitFor();
};

const states: State[] = [
  { name: 'sites', fleet: threeSites, hash: '#/sites', act: press('Rename the site Mill Lane 7') },
  { name: 'sites-not-empty', fleet: threeSites, hash: '#/sites', act: press('Remove the site Harbour school') },
  { name: 'sites-none', fleet: nothing, hash: '#/sites' },
  { name: 'gateways', fleet: threeSites, hash: '#/gateways' },
  { name: 'gateways-none', fleet: nothing, hash: '#/gateways' },
  { name: 'gateways-twenty', fleet: fourHundredMeters, hash: '#/gateways' },
  { name: 'new-gateway', fleet: threeSites, hash: '#/gateways/new', act: async (page) => void (await page.getByLabel('Site', { exact: true }).selectOption('')) },
  {
    name: 'claim-code',
    fleet: threeSites,
    hash: '#/gateways/new',
    act: async (page) => {
      await page.getByLabel('Name', { exact: true }).fill('Boiler house');
      await press('Add gateway')(page);
      await page.getByText('It is shown only now').waitFor();
    },
  },
  { name: 'gateway-unclaimed', fleet: noMeters, hash: '#/gateways/gateway-1', act: press('Make another claim code') },
  {
    name: 'gateway-claimed',
    fleet: noMeters,
    hash: '#/gateways/gateway-1',
    act: async (page, mock) => {
      await press('Make another claim code')(page);
      await press('Make another claim code')(page);
      await page.getByText('It is shown only now').waitFor();
      mock.claim('gateway-1');
      await page.getByText('Connected: gateway').waitFor();
    },
  },
  {
    name: 'gateway-well',
    fleet: threeSites,
    hash: '#/gateways/gateway-1/read-meter',
    act: async (page) => {
      await read('9')(page);
      await read('1')(page);
      await page.getByRole('navigation', { name: 'Menu path' }).getByRole('link', { name: 'Building 7' }).click();
      await page.getByRole('button', { name: 'Show what came of: Read address 9' }).click();
    },
  },
  { name: 'gateway-refused', fleet: threeSites, hash: '#/gateways/gateway-3' },
  { name: 'gateway-offline', fleet: threeSites, hash: '#/gateways/gateway-2' },
  { name: 'gateway-unknown', fleet: threeSites, hash: '#/gateways/gateway-99' },
  { name: 'read-meter', fleet: threeSites, hash: '#/gateways/gateway-1/read-meter' },
  { name: 'read-meter-answered', fleet: threeSites, hash: '#/gateways/gateway-1/read-meter', act: read('1') },
  { name: 'read-meter-silent', fleet: threeSites, hash: '#/gateways/gateway-1/read-meter', act: read('9') },
  {
    name: 'read-meter-under-way',
    fleet: threeSites,
    hash: '#/gateways/gateway-1/read-meter',
    act: async (page, mock) => {
      mock.delayCommands(60_000);
      await page.getByRole('button', { name: 'Read', exact: true }).click();
      await page.getByText('It waits for the gateway to fetch it.').first().waitFor();
    },
  },
  {
    name: 'read-meter-offline',
    fleet: threeSites,
    hash: '#/gateways/gateway-2/read-meter',
    act: async (page) => {
      await page.getByRole('button', { name: 'Read', exact: true }).click();
      await page.getByText('it is given up').first().waitFor();
    },
  },
  { name: 'read-meter-no-bus', fleet: noMeters, hash: '#/gateways/gateway-1/read-meter' },
  { name: 'edit-address', fleet: threeSites, hash: '#/gateways/gateway-1/edit-address' },
  { name: 'edit-address-done', fleet: threeSites, hash: '#/gateways/gateway-1/edit-address', act: give('5') },
  { name: 'edit-address-unknown', fleet: threeSites, hash: '#/gateways/gateway-1/edit-address', act: give('8') },
];

describe.each(states)('$name', ({ name, fleet, hash, act }) => {
  let mock: MockPortal;
  let opened: Opened;
  beforeAll(async () => {
    mock = await startMockPortal(fleet(Date.now()));
    mock.access.logIn();
    opened = await open(browser, mock.url, hash);
    await act?.(opened.page, mock);
  });
  afterAll(async () => {
    await opened.close();
    await mock.close();
  });

  testLooks(`portal-${name}`, () => opened);
});
