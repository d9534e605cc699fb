// Edit Device Properties, and the help for serial ports.

import { expect, test } from 'vitest';
import type { Page } from 'playwright-core';
import { field, gatewayPages, heading, logIn, save } from './gateway';

const at = gatewayPages();
const PROPERTIES = [
  'Connection Type', 'IP address or host name', 'Port', 'Baud Rate', 'Data Bits', 'Stop Bits', 'Parity', 'Meter Address',
  'Use Secondary Addressing', 'Manufacturer', 'Version', 'Medium', 'Process Historical Data',
];
const labels = (page: Page) => page.getByRole('main').locator('form label').allTextContents();
const disabled = async (page: Page) => {
  const inactive = [];
  for (const name of PROPERTIES) if (await field(page, name).isDisabled()) inactive.push(name);
  return inactive;
};

test('b05 the device action opens the thirteen properties by their names and in their order', async () => {
  const { page } = await at('#/meters/heat-flat-1');
  await page.getByRole('link', { name: 'Edit Device Properties' }).click();
  await heading(page).filter({ hasText: 'M-Bus TCP at 127.0.0.1, port 10001, meter address 1.' }).waitFor();
  expect((await labels(page)).map((label) => label.trim())).toEqual(PROPERTIES);
  expect(await page.getByRole('main').textContent()).toMatch(/4 other meters are read through it.*Heat, flat 2/s);
  expect(await page.getByText('Online').count()).toBe(1);
});

test('b08 b09 b10 the connection type says which properties are active', async () => {
  const { page } = await at('#/meters/heat-flat-1/connection');
  await field(page, 'Connection Type').waitFor();
  expect(await field(page, 'Connection Type').locator('option').allTextContents()).toEqual(['M-Bus Serial', 'M-Bus TCP']);
  expect(await disabled(page)).toEqual(['Baud Rate', 'Data Bits', 'Stop Bits', 'Parity', 'Manufacturer', 'Version', 'Medium']);
  await page.locator('#property-parity-help', { hasText: 'only with M-Bus Serial' }).waitFor();
  await field(page, 'Connection Type').selectOption('M-Bus Serial');
  expect(await disabled(page)).toEqual(['IP address or host name', 'Manufacturer', 'Version', 'Medium']);
  expect(await field(page, 'Port').inputValue()).toBe('');
  expect(await field(page, 'Parity').inputValue()).toBe('even');
  await field(page, 'Connection Type').selectOption('M-Bus TCP');
  expect(await field(page, 'Port').inputValue()).toBe('10001');
  // Called by its number, the meter is known by what it has told.
  await field(page, 'Use Secondary Addressing').selectOption('on');
  expect(await field(page, 'Meter Address').inputValue()).toBe('13653120');
  expect(await field(page, 'Manufacturer').inputValue()).toBe('EFE');
  expect(await disabled(page)).toEqual(['Baud Rate', 'Data Bits', 'Stop Bits', 'Parity']);
});

test('b05 b27 a changed port is saved and the connection status follows', async () => {
  const { page, mock } = await at('#/meters/heat-flat-1/connection', { role: null });
  await field(page, 'Connection Type').selectOption('M-Bus Serial');
  await save(page);
  await logIn(page);
  await page.locator('#property-port-help', { hasText: 'It is empty; write the path of the port' }).waitFor();
  await field(page, 'Port').fill('/dev/ttyUSB0');
  await save(page);
  await page.getByText('The port is opened with the new properties').waitFor();
  await page.getByText('Offline', { exact: true }).waitFor();
  expect(mock.configuration.connection('heat-flat-1')).toMatchObject({ Port: '/dev/ttyUSB0', Parity: 'even', 'Baud Rate': '2400' });
  await field(page, 'Port').fill('/dev/serial/by-id/usb-1');
  await save(page);
  await page.getByText('Online', { exact: true }).waitFor();
});

test('b12 a wrong meter address is refused at its character', async () => {
  const { page } = await at('#/meters/heat-flat-1/connection');
  await field(page, 'Meter Address').fill('1x');
  await save(page);
  await page.locator('mark', { hasText: 'x' }).waitFor();
  expect(await page.evaluate(() => document.activeElement?.id)).toBe('property-meter-address');
});

test('a connection that somebody changed meanwhile is not overwritten unseen', async () => {
  const { page, mock } = await at('#/meters/heat-flat-1/connection');
  await field(page, 'Meter Address').fill('7');
  mock.configuration.byHand('water-flat-1');
  await save(page);
  await page.getByRole('status').getByText('Saved.').waitFor();
  await field(page, 'Meter Address').fill('8');
  mock.building.meters[0]!['address'] = '9';
  Object.assign(mock.configuration.connection('heat-flat-1') ?? {}, { 'Meter Address': '9' });
  mock.configuration.byHand();
  await save(page);
  await page.getByText('The connection was changed meanwhile').waitFor();
  expect(await page.getByRole('alert').locator('dl').textContent()).toMatch(/Meter Address\s*9/);
  await page.getByRole('button', { name: 'Save mine over it' }).click();
  await page.getByRole('status').getByText('Saved.').waitFor();
  expect(mock.configuration.connection('heat-flat-1')).toMatchObject({ 'Meter Address': '8' });
});

test('a meter of the portal keeps its own properties and its port can be changed', async () => {
  const { page } = await at('#/meters/heat-flat-1/connection', { before: (mock) => Object.assign(mock.building.meters[0]!, { origin: 'portal' }) });
  await page.getByText('The meter is configured by the portal').waitFor();
  expect(await field(page, 'Meter Address').isDisabled()).toBe(true);
  expect(await field(page, 'Port').isDisabled()).toBe(false);
});

test('b04 trouble with a serial port leads to its help with the commands for that port', async () => {
  const { page } = await at('#/', {
    before: (mock) => {
      Object.assign(mock.building.buses[1]!, {
        port: '/dev/ttyUSB7', state: 'offline',
        problem: { code: 'permission_denied', severity: 'fault', since: null, what: 'Bus cellar-2 is offline', why: 'The serial port /dev/ttyUSB7 may not be opened: permission denied', remedy: 'Add the user to the group' },
      });
    },
  });
  await page.getByRole('link', { name: 'Help: serial ports' }).click();
  await heading(page).filter({ hasText: '1 of 1 serial ports is not open' }).waitFor();
  const told = (await page.getByRole('main').textContent()) ?? '';
  for (const word of ['/dev/serial/by-id/', 'usermod -aG dialout', 'fuser -v /dev/ttyUSB7', '8E1', 'ModemManager', 'permission denied']) expect(told).toContain(word);
  // Trouble of a converter in the network has no such page.
  expect(told).not.toContain('Roof');
});
