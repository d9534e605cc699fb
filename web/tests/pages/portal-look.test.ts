// Every page of the portal's shell and meters in every state: see looks.ts for what each has to stand.

import { afterAll, beforeAll, describe } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { allWell, fourHundredMeters, noMeters, nothing, threeSites } from '../mock-portal/fleet.js';
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
  /** Before the page is opened. */
  before?: (mock: MockPortal) => void;
  act?: (page: Page, mock: MockPortal) => Promise<void>;
}

const charts = async (page: Page) => {
  await page.locator('.u-over').nth(1).waitFor();
};

const states: State[] = [
  { name: 'login', fleet: threeSites, hash: '#/', before: (mock) => (mock.access.account = null) },
  { name: 'first-start', fleet: nothing, hash: '#/', before: (mock) => mock.access.forgetAccounts() },
  { name: 'overview', fleet: threeSites, hash: '#/' },
  { name: 'overview-well', fleet: allWell, hash: '#/' },
  { name: 'overview-no-meters', fleet: noMeters, hash: '#/' },
  { name: 'overview-nothing', fleet: nothing, hash: '#/' },
  { name: 'overview-400', fleet: fourHundredMeters, hash: '#/' },
  {
    name: 'overview-lost',
    fleet: threeSites,
    hash: '#/',
    act: async (page, mock) => {
      mock.disappear();
      await page.getByText('The connection to the portal is lost').waitFor();
    },
  },
  { name: 'menu-heat', fleet: threeSites, hash: '#/heat' },
  { name: 'menu-gas-empty', fleet: threeSites, hash: '#/gas' },
  { name: 'menu-nothing', fleet: nothing, hash: '#/heat' },
  { name: 'menu-400', fleet: fourHundredMeters, hash: '#/heat' },
  {
    name: 'menu-sheet',
    fleet: threeSites,
    hash: '#/cold-water',
    act: async (page) => {
      await page.setViewportSize({ width: 360, height: 740 });
      await page.getByRole('button', { name: 'Meters' }).click();
      await page.getByRole('dialog').waitFor();
    },
  },
  {
    name: 'new-meter',
    fleet: threeSites,
    hash: '#/heat/new',
    act: async (page) => {
      await page.getByLabel('Gateway', { exact: true }).selectOption({ label: 'Building 7' });
      await page.getByLabel('Model', { exact: true }).selectOption('manual_heat_secondary_ad');
    },
  },
  {
    name: 'new-meter-refused',
    fleet: threeSites,
    hash: '#/heat/new',
    act: async (page) => {
      await page.getByLabel('Name', { exact: true }).fill('Heat, flat 9');
      await page.getByLabel('Address', { exact: true }).fill('1O');
      await page.getByLabel('Gateway', { exact: true }).selectOption({ label: 'Town hall' });
      await page.getByLabel('Model', { exact: true }).selectOption('manual_heat_secondary_ad');
      await page.getByLabel('Value of row 1').fill("{'flow_temp': 9, 'heat_energy_kwh': 3, 'power_kw': 5, 'return_temp': 1, 'diff_temp': 11}");
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('to be mended before it can be saved').waitFor();
    },
  },
  {
    name: 'edit-meter-changed',
    fleet: threeSites,
    hash: '#/meters/meter-2/edit',
    act: async (page, mock) => {
      await page.getByLabel('Name', { exact: true }).fill('Heat, flat two');
      const saved = mock.fleet.meters[1];
      if (saved) Object.assign(saved, { edition: 2, form: { ...saved.form, baudrate: 9600 } });
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByText('Somebody else has changed').waitFor();
    },
  },
  {
    name: 'edit-meter-remove',
    fleet: threeSites,
    hash: '#/meters/meter-1/edit',
    act: async (page) => {
      await page.getByRole('button', { name: /^Remove this meter/ }).click();
      await page.getByText('is no longer read by').waitFor();
    },
  },
  { name: 'meter-unknown', fleet: threeSites, hash: '#/meters/meter-99' },
  { name: 'meter-day', fleet: threeSites, hash: '#/meters/meter-1', act: charts },
  {
    name: 'meter-month',
    fleet: threeSites,
    hash: '#/meters/meter-1',
    act: async (page) => {
      await page.getByLabel('Month', { exact: true }).check();
      await charts(page);
    },
  },
  {
    name: 'meter-table',
    fleet: threeSites,
    hash: '#/meters/meter-1',
    act: async (page) => {
      await charts(page);
      await page.getByRole('button', { name: 'Consumption: Table' }).click();
    },
  },
  { name: 'meter-failing', fleet: threeSites, hash: '#/meters/meter-3', act: charts },
  { name: 'meter-gateway-offline', fleet: threeSites, hash: '#/meters/meter-4', act: charts },
  { name: 'meter-refused', fleet: threeSites, hash: '#/meters/meter-5' },
  { name: 'meter-foreign', fleet: threeSites, hash: '#/meters/meter-12', act: charts },
  {
    name: 'meter-read-now',
    fleet: threeSites,
    hash: '#/meters/meter-1',
    act: async (page) => {
      await charts(page);
      await page.getByRole('button', { name: /^Read now/ }).click();
      await page.getByText('It answered after').waitFor();
    },
  },
  {
    name: 'meter-readout',
    fleet: threeSites,
    hash: '#/meters/meter-3',
    act: async (page) => {
      await charts(page);
      await page.getByRole('button', { name: /^Show the readout of/ }).nth(1).click();
      await page.getByRole('region', { name: 'Telegrams' }).getByRole('table').waitFor();
    },
  },
];

describe.each(states)('$name', ({ name, fleet, hash, before, act }) => {
  let mock: MockPortal;
  let opened: Opened;
  beforeAll(async () => {
    mock = await startMockPortal(fleet(Date.now()));
    mock.access.logIn();
    before?.(mock);
    opened = await open(browser, mock.url, hash);
    await act?.(opened.page, mock);
  });
  afterAll(async () => {
    await opened?.close();
    await mock.close();
  });

  testLooks(`portal-${name}`, () => opened);
});
