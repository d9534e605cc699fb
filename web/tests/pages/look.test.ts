// Every page in every state, at every width, light and dark: nothing sticks out, nothing is out of
// reach for those who listen or use keys, and a picture of each for the eye.

import { afterAll, beforeAll, describe } from 'vitest';
import type { Browser, Page } from 'playwright-core';
import { allWell, fourHundredMeters, nothingConfigured, twelveMeters } from '../mock-gateway/building.js';
import { startMockGateway, type MockGateway } from '../mock-gateway/server.js';
import { launch, open, type Opened } from './browser';
import { testLooks } from './looks';

let browser: Browser;
beforeAll(async () => {
  browser = await launch();
});
afterAll(() => browser.close());

interface State {
  name: string;
  building: (now: number) => ReturnType<typeof twelveMeters>;
  hash: string;
  act?: (page: Page, mock: MockGateway) => Promise<void>;
}

const readAt = (address: string) => async (page: Page) => {
  await page.getByLabel('Address', { exact: true }).fill(address);
  await page.getByRole('button', { name: 'Read', exact: true }).click();
  await page.getByText('Read at').waitFor();
};

const giveAddress = (wanted: string, loggedIn = true) => async (page: Page, mock: MockGateway) => {
  if (loggedIn) mock.access.logIn();
  await page.getByLabel('New address').fill(wanted);
  await page.getByRole('button', { name: /^Give it/ }).click();
  await page.getByText(loggedIn ? 'Done at' : 'This needs a login').waitFor();
};

/** As an administrator, at one of his pages, with these buttons pressed. */
const administration = (name: string, ...buttons: string[]) => async (page: Page, mock: MockGateway) => {
  mock.access.logIn();
  await page.evaluate((where) => (location.hash = where), `#/administration/${name}`);
  await page.reload();
  await page.locator('tbody tr').first().waitFor();
  for (const button of buttons) await page.getByRole('button', { name: button }).click();
};

const states: State[] = [
  { name: 'overview-failing', building: twelveMeters, hash: '#/' },
  { name: 'overview-well', building: allWell, hash: '#/' },
  { name: 'overview-empty', building: nothingConfigured, hash: '#/' },
  { name: 'overview-400', building: fourHundredMeters, hash: '#/' },
  {
    name: 'overview-lost',
    building: twelveMeters,
    hash: '#/',
    act: async (page, mock) => {
      mock.disappear();
      await page.getByText('The connection to the gateway is lost').waitFor();
    },
  },
  { name: 'meters', building: twelveMeters, hash: '#/meters' },
  { name: 'meters-empty', building: nothingConfigured, hash: '#/meters' },
  { name: 'meter-well', building: twelveMeters, hash: '#/meters/heat-flat-1' },
  { name: 'meter-failing', building: twelveMeters, hash: '#/meters/heat-flat-3' },
  { name: 'meter-attention', building: twelveMeters, hash: '#/meters/water-flat-2' },
  { name: 'meter-waiting', building: twelveMeters, hash: '#/meters/new-meter' },
  { name: 'meter-unknown', building: twelveMeters, hash: '#/meters/nobody' },
  {
    name: 'meter-read-now',
    building: twelveMeters,
    hash: '#/meters/heat-flat-1',
    act: async (page) => {
      await page.getByRole('button', { name: /^Read now/ }).click();
      await page.getByText('What it just said').waitFor();
    },
  },
  {
    name: 'meter-device-synchronizing',
    building: twelveMeters,
    hash: '#/meters/electricity',
    act: async (page, mock) => {
      mock.access.logIn();
      mock.delayReadouts(20_000);
      await page.getByRole('button', { name: 'Synchronize now' }).click();
      await page.getByRole('list', { name: 'Stages of the synchronization' }).waitFor();
    },
  },
  { name: 'read-meter', building: twelveMeters, hash: '#/mbus/read-meter' },
  { name: 'read-meter-no-bus', building: nothingConfigured, hash: '#/mbus/read-meter' },
  { name: 'read-meter-answered', building: twelveMeters, hash: '#/mbus/read-meter', act: readAt('0') },
  { name: 'read-meter-three-telegrams', building: twelveMeters, hash: '#/mbus/read-meter', act: readAt('3') },
  { name: 'read-meter-faulty', building: twelveMeters, hash: '#/mbus/read-meter', act: readAt('7') },
  { name: 'read-meter-silent', building: twelveMeters, hash: '#/mbus/read-meter', act: readAt('9') },
  {
    name: 'read-meter-bad-address',
    building: twelveMeters,
    hash: '#/mbus/read-meter',
    act: async (page) => {
      await page.getByLabel('Address', { exact: true }).fill('x12');
      await page.getByRole('button', { name: 'Read', exact: true }).click();
      await page.getByText('is not an address').waitFor();
    },
  },
  {
    name: 'read-meter-register',
    building: twelveMeters,
    hash: '#/mbus/read-meter',
    act: async (page) => {
      await readAt('0')(page);
      await page.getByRole('button', { name: 'Use this line as register' }).first().click();
      await page.getByText('Line 3 as register').waitFor();
    },
  },
  {
    name: 'read-meter-serial-helper',
    building: twelveMeters,
    hash: '#/mbus/read-meter',
    act: async (page) => {
      await page.getByText('Serial number to secondary address').click();
      await page.getByLabel('Serial number', { exact: true }).fill('1365A12O');
    },
  },
  { name: 'login', building: twelveMeters, hash: '#/login' },
  {
    name: 'login-throttled',
    building: twelveMeters,
    hash: '#/login',
    act: async (page) => {
      await page.getByLabel('Name').fill('admin');
      await page.getByLabel('Password', { exact: true }).fill('wrong horse');
      for (let tries = 0; tries < 4; tries += 1) {
        await page.getByRole('button', { name: 'Log in', exact: true }).click();
        await page.getByText(tries < 3 ? 'both count' : 'too many tries').waitFor();
      }
    },
  },
  {
    name: 'login-somebody',
    building: twelveMeters,
    hash: '#/login',
    act: async (page, mock) => {
      mock.access.logIn();
      await page.reload();
      await page.getByRole('heading', { name: 'Change password' }).waitFor();
    },
  },
  {
    name: 'login-first-start',
    building: twelveMeters,
    hash: '#/login',
    act: async (page, mock) => {
      mock.access.forgetAccounts();
      await page.reload();
      await page.getByLabel('Setup code').waitFor();
    },
  },
  { name: 'administration-accounts', building: twelveMeters, hash: '#/login', act: administration('accounts', 'Change the account anna.brandt') },
  { name: 'administration-account-remove', building: twelveMeters, hash: '#/login', act: administration('accounts', 'Change the account guest', 'Remove this account') },
  { name: 'administration-account-new', building: twelveMeters, hash: '#/login', act: administration('accounts', 'Add account') },
  { name: 'administration-tokens', building: twelveMeters, hash: '#/login', act: administration('tokens', 'End the token energy report') },
  {
    name: 'administration-token-made',
    building: twelveMeters,
    hash: '#/login',
    act: async (page, mock) => {
      await administration('tokens', 'Make token')(page, mock);
      await page.getByLabel('What it is for').fill('nightly report');
      await page.getByRole('button', { name: 'Make token' }).click();
      await page.getByText('It is shown only now').waitFor();
    },
  },
  { name: 'administration-audit', building: twelveMeters, hash: '#/login', act: administration('audit') },
  { name: 'administration-needs-admin', building: twelveMeters, hash: '#/administration/audit', act: async (page, mock) => {
    mock.access.logIn('operator');
    await page.reload();
    await page.getByText('Here you would see').waitFor();
  } },
  { name: 'edit-address', building: twelveMeters, hash: '#/mbus/edit-address' },
  { name: 'edit-address-no-bus', building: nothingConfigured, hash: '#/mbus/edit-address' },
  {
    name: 'edit-address-refused',
    building: twelveMeters,
    hash: '#/mbus/edit-address',
    act: async (page) => {
      await page.getByLabel('New address').fill('251');
      await page.getByRole('button', { name: /^Give it/ }).click();
      await page.getByText('251 is no address of a meter').waitFor();
    },
  },
  { name: 'edit-address-login', building: twelveMeters, hash: '#/mbus/edit-address', act: giveAddress('5', false) },
  { name: 'edit-address-done', building: twelveMeters, hash: '#/mbus/edit-address', act: giveAddress('5') },
  { name: 'edit-address-unknown', building: twelveMeters, hash: '#/mbus/edit-address', act: giveAddress('8') },
];

describe.each(states)('$name', ({ name, building, hash, act }) => {
  let mock: MockGateway;
  let opened: Opened;
  beforeAll(async () => {
    mock = await startMockGateway(building(Date.now()));
    opened = await open(browser, mock.url, hash);
    await act?.(opened.page, mock);
  });
  afterAll(async () => {
    await opened.close();
    await mock.close();
  });

  testLooks(name, () => opened);
});
