// The gateway's pages of configuration in every state: see looks.ts for what each has to stand.

import { afterAll, beforeAll, describe } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { nothingConfigured, twelveMeters } from '../mock-gateway/building.js';
import { startMockGateway, type MockGateway } from '../mock-gateway/server.js';
import { launch, open, type Opened } from './browser';
import { field, save } from './gateway';
import { testLooks } from './looks';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

interface State {
  name: string;
  hash: string;
  building?: typeof twelveMeters;
  /** Before the page is opened. */
  before?: (mock: MockGateway) => void;
  act?: (page: Page, mock: MockGateway) => Promise<void>;
}

const ofPortal = (mock: MockGateway) => {
  Object.assign(mock.building.meters[0]!, { origin: 'portal' });
  mock.portal.become({ state: 'connected', portal_url: 'https://portal.example:8090' });
};

const states: State[] = [
  {
    name: 'meter-new',
    hash: '#/new-meter',
    act: async (page) => {
      await field(page, 'Model').selectOption('manual_heat_secondary_ad');
      await save(page);
      await page.getByText('things are to be mended').waitFor();
    },
  },
  { name: 'meter-new-no-bus', hash: '#/new-meter', building: nothingConfigured },
  {
    name: 'meter-edit-faulty',
    hash: '#/meters/heat-flat-3/edit',
    act: async (page) => {
      await field(page, 'Value of row 2').fill("{'flow_temp': 9, 'heat_energy_kwh': 3; 'power_kw': 5, 'return_temp': 10}");
      await save(page);
      await page.locator('mark').waitFor();
      await page.getByRole('button', { name: 'Remove this meter' }).click();
    },
  },
  {
    name: 'meter-edit-changed',
    hash: '#/meters/heat-flat-1/edit',
    act: async (page, mock) => {
      await field(page, 'Name').fill('Heat, first flat');
      mock.configuration.byHand('heat-flat-1', { interval: '30m', model: 'generic_mbus' });
      await save(page);
      await page.getByText('This meter was changed meanwhile').waitFor();
    },
  },
  { name: 'meter-edit-portal', hash: '#/meters/heat-flat-1/edit', before: ofPortal },
  { name: 'connection-tcp', hash: '#/meters/heat-flat-1/connection', act: async (page) => void (await field(page, 'Port').waitFor()) },
  {
    name: 'connection-offline',
    hash: '#/meters/heat-flat-1/connection',
    act: async (page) => {
      await field(page, 'Connection Type').selectOption('M-Bus Serial');
      await field(page, 'Port').fill('/dev/ttyUSB0');
      await save(page);
      await page.getByText('Offline', { exact: true }).waitFor();
      await field(page, 'Baud Rate').selectOption('300');
    },
  },
  { name: 'history', hash: '#/meters/water-flat-1/history' },
  { name: 'history-off', hash: '#/meters/water-flat-1/history', before: (mock) => mock.configuration.byHand('water-flat-1', { process_historical_data: false }) },
  { name: 'serial-ports', hash: '#/help/serial-ports' },
  {
    name: 'closed',
    hash: '#/meters',
    before: (mock) => {
      mock.access.account = null;
      mock.closeForReading();
    },
  },
];

describe.each(states)('$name', ({ name, hash, building = twelveMeters, before, act }) => {
  let mock: MockGateway;
  let opened: Opened;
  beforeAll(async () => {
    mock = await startMockGateway(building(Date.now()));
    mock.access.logIn();
    before?.(mock);
    opened = await open(browser, mock.url, hash);
    await act?.(opened.page, mock);
  });
  afterAll(async () => {
    await opened.close();
    await mock.close();
  });

  testLooks(name, () => opened);
});
